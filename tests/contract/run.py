"""Make the calls of the table in a house, and tell what came of each."""

import asyncio
from dataclasses import dataclass
from typing import Any

import voluptuous as vol

from custom_components.watchpost.const import DOMAIN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.contract.houses import House
from tests.contract.table import DONE, WRONG, Row
from tests.home import ENGLISH

_FAILURES = ("media_not_found",)
"""What is wrong with a file of this computer is a failure, not a refusal."""
_STEPS = 12
"""So often a call that takes its time gets some."""
_STEP = 30.0
"""Seconds that pass at once while there is nothing to do."""


@dataclass(frozen=True)
class Cell:
    """What came of one call on one family."""

    row: Row
    family: str
    found: str
    """`done`, the key of the error, or `wrong`."""
    complaint: str = ""
    """What of the promise was not kept."""

    @property
    def kept(self) -> bool:
        """Tell whether it is as the table says."""
        return self.found == self.row.expected[self.family] and not self.complaint


async def cell_of(house: House, family: str, row: Row) -> Cell:
    """Make one call."""
    for _ in range(round(row.pause / _STEP)):
        house.time.leap(_STEP)
        await asyncio.wait({asyncio.ensure_future(house.time.settle())}, timeout=1)
    house.forget()
    data = {**house.target(row.domain), **house.data(row.data)}
    before = house.world()
    try:
        answer = await _finish(house, row.action, data)
    except vol.Invalid:
        return Cell(row, family, WRONG, _silence(house))
    except ServiceValidationError as err:
        complaint = _told(house, err) or _silence(house)
        return Cell(row, family, str(err.translation_key), complaint)
    except HomeAssistantError as err:
        key = str(err.translation_key)
        return Cell(row, family, key, "" if key in _FAILURES else f"failed: {err!r}")
    return Cell(row, family, DONE, _proof(house, row, data, before, answer))


async def _finish(house: House, action: str, data: dict[str, Any]) -> dict[str, Any]:
    """Make a call; what takes its time gets it."""
    task = asyncio.ensure_future(house.call(action, data))
    for _ in range(_STEPS):
        if (await asyncio.wait({task}, timeout=0.5))[0]:
            return task.result()
        house.time.leap(5)
    task.cancel()
    await asyncio.wait({task})
    return {"never": "ends"}


def _told(house: House, err: HomeAssistantError) -> str:
    """Tell what is wrong with the text of an error."""
    text = ENGLISH["exceptions"].get(err.translation_key, {}).get("message", "")
    placeholders = err.translation_placeholders or {}
    if err.translation_domain != DOMAIN or not text:
        return "the error is not translated"
    named = house.title in placeholders.get("device", "") or "path" in placeholders
    # What is wrong with a file on this computer is nothing of the device.
    if not named and "{device}" in text:
        return f"the error does not name the device: {placeholders}"
    return "" if text.format(**placeholders) else "the error is empty"


def _silence(house: House) -> str:
    """Tell what was sent though nothing should have been."""
    sent = house.sent()
    return f"sent {sent}" if sent else ""


def _proof(
    house: House,
    row: Row,
    data: dict[str, Any],
    before: str,
    answer: dict[str, Any],
) -> str:
    """Tell what is missing to the proof that something was done."""
    if entity_id := data.get("entity_id"):
        answer = answer.get(entity_id, answer) if row.answer else answer
    if row.answer and tuple(sorted(answer)) != row.answer:
        return f"answered {sorted(answer)}"
    if row.proof == "read":
        return _silence(house)
    if not house.sent():
        return "nothing was told"
    same = row.proof == "changed" and house.world() == before
    return "nothing has changed" if same else ""
