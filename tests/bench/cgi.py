"""Count the requests of the two CGI families: set-up, and an hour without events.

Run: .venv/bin/python -m pytest tests/bench/cgi.py -s -q -p no:logging
"""

from collections import Counter
from collections.abc import Awaitable, Callable
import logging

import pytest

from homeassistant.core import HomeAssistant
from tests.cbt_home import cbt_home
from tests.conftest import Time
from tests.emulators.base import RequestRecord
from tests.emulators.cbt import CbtOptions
from tests.emulators.vserver import VserverOptions
from tests.vserver_home import vserver_home

MINUTES = 60
STEP = 2.5

type Wait = Callable[[float], Awaitable[None]]


def show(text: str) -> None:
    """Print a line."""
    print(text)  # noqa: T201


def kind_of(record: RequestRecord) -> str:
    """Return what a request asks for, without its login."""
    group = record.query.get("Group") or record.query.get("action") or ""
    return group or record.path


async def count(title: str, requests: list[RequestRecord], wait: Wait) -> None:
    """Print the requests of the set-up so far, and of an hour from now on."""
    show(f"\n{title}: set-up {len(requests)} requests")
    requests.clear()
    for _ in range(round(MINUTES * 60 / STEP)):
        await wait(STEP)
    kinds = Counter(map(kind_of, requests))
    made_of = ", ".join(f"{name} {number}" for name, number in kinds.most_common(10))
    show(f"{title}: idle {len(requests) / MINUTES:.2f} requests a minute   {made_of}")
    assert len(requests) / MINUTES < 60


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Leave out a log that does not understand a clock that stands still."""
    logging.getLogger("aiohttp.access").disabled = True


@pytest.mark.parametrize("full", [False, True])
async def test_cbt(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    full: bool,
) -> None:
    """The alarm input every three seconds, if there is one."""
    options = CbtOptions.full() if full else CbtOptions()
    async with cbt_home(hass, monkeypatch, moving_time, options) as home:
        title = f"cbt {'full' if full else 'as in the document'}"
        await count(title, home.camera.requests, moving_time.pass_by)


@pytest.mark.parametrize("full", [False, True])
async def test_vserver(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    full: bool,
) -> None:
    """One request every thirty seconds for the clock, as a sign of life."""
    options = VserverOptions.full() if full else VserverOptions()
    async with vserver_home(hass, monkeypatch, moving_time, options) as home:
        title = f"vserver {'4 channels' if full else '1 channel'}"
        await count(title, home.server.requests, moving_time.pass_by)
