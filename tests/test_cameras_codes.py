"""Every error code of the guide: what the owner sees; the table is printed with -s."""

from collections.abc import AsyncIterator
import logging
import sys
from typing import Final

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.camera_time import Owner, at_home
from tests.conftest import Time
from tests.emulators.reolink import ReolinkOptions
from tests.emulators.reolink.errors import DETAILS
from tests.home import ENGLISH

type Seen = tuple[str, str, str, str]


@pytest.fixture
async def owner(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[Owner]:
    """Return somebody at home with a camera; everything works."""
    options = ReolinkOptions()
    async with at_home(hass, monkeypatch, moving_time, records, options) as person:
        yield person


STICKY: Final = {-9, -24, -26}
"""What a device has not, or does not allow: not asked again until a reload."""
WRITES: Final = {
    "invalid_value!": (-1, -4, -10, -22, -23),
    "failed": (-2, -3, *range(-20, -10), -25),
    "sessions_full": (-5, -500, -507),
    "session_lost": (-6, -21),
    "timeout": (-8, -36),
    "unsupported!": (-9, -24),
    "no_permission!": (-26,),
    "already_current!": (-30,),
    "busy": (-31, -221),
    "no_picture": (-48,),
    "camera_offline": (-49, -99),
    "firmware_failed": (-101, -102, -103),
    "login_locked": (-105, -505, -506),
    "recording_unreadable!": (-220,),
    "recording_not_found!": (-222,),
}
"""The text of a write that was refused; with a mark if it is the caller's mistake."""
ASKS: Final = (-7, -27, -501, -502, -503)
"""The answers to a login that ask the owner for a new one."""


def expected(code: int) -> Seen:
    """Return what the owner sees of a code."""
    told = next((key for key, codes in WRITES.items() if code in codes), "refused")
    stays = "until a reload" if code in STICKY else "comes back"
    at_login = f"{told.rstrip('!')}, setup_retry"
    if code in ASKS:
        at_login = "invalid_auth, setup_error, asks"
    return (
        told,
        f"unavailable, others off, on, {stays}",
        f"unavailable, others auto, on, {stays}",
        at_login,
    )


async def write(owner: Owner, code: int) -> str:
    """Have a write refused; return the text that is told, marked if it is a mistake."""
    owner.device.plans.refuse("SetIrLights", code, count=None)
    before = owner.value("select", "infrared_light")
    with pytest.raises(HomeAssistantError) as caught:
        await owner.act("select", "infrared_light", "select_option", option="on")
    err = caught.value
    key = str(err.translation_key)
    text = ENGLISH["exceptions"][key]["message"]
    assert text.format(**(err.translation_placeholders or {}))
    assert owner.value("select", "infrared_light") == before
    owner.device.plans.clear()
    return f"{key}{'!' if isinstance(err, ServiceValidationError) else ''}"


async def back(owner: Owner, platform: str, key: str) -> str:
    """Take all refusals back and tell whether something is shown again."""
    owner.device.plans.clear()
    for _ in range(75):
        if owner.value(platform, key) != "unavailable":
            return "comes back"
        await owner.wait(60)
    return "until a reload"


async def poll(owner: Owner, code: int) -> str:
    """Have the question for motion refused again and again; return what is shown."""
    owner.device.plans.refuse("GetMdState", code, count=None)
    for _ in range(10):
        await owner.wait(10)
    motion = owner.value("binary_sensor", "motion")
    person = owner.value("binary_sensor", "person")
    stays = await back(owner, "binary_sensor", "motion")
    return f"{motion}, others {person}, {owner.online}, {stays}"


async def read(owner: Owner, code: int) -> str:
    """Have a setting refused again and again; return what is shown."""
    owner.device.plans.refuse("GetIrLights", code, count=None)
    for _ in range(12):
        await owner.wait(101)
    infrared = owner.value("select", "infrared_light")
    others = owner.value("select", "day_night_mode")
    stays = await back(owner, "select", "infrared_light")
    return f"{infrared}, others {others}, {owner.online}, {stays}"


async def login(owner: Owner, code: int) -> str:
    """Have the login refused at a start; return what the entry tells."""
    fault = owner.device.faults.add(
        "app_error",
        code=code,
        count=None,
        match=lambda record: record.query.get("cmd") == "Login",
    )
    entry = owner.home.entry
    await owner.reload()
    flows = owner.home.hass.config_entries.flow
    told = f"{entry.error_reason_translation_key}, {entry.state.value}"
    if owner.reauth:
        told += ", asks"
        for flow in owner.reauth:
            flows.async_abort(flow["flow_id"])
    assert fault.hits == 1, f"{fault.hits} logins"
    owner.device.faults.clear()
    await owner.reload()
    assert entry.state is ConfigEntryState.LOADED
    await owner.wait()
    return told


async def test_every_code(owner: Owner) -> None:
    """The table is the one that was agreed."""
    seen: dict[int, Seen] = {}
    sys.stdout.write("\n")
    for code, detail in DETAILS.items():
        row = (
            await write(owner, code),
            await poll(owner, code),
            await read(owner, code),
            await login(owner, code),
        )
        seen[code] = row
        sys.stdout.write(f"{code:5} {detail[:28]:28} | {' | '.join(row)}\n")
    assert seen == {code: expected(code) for code in DETAILS}
