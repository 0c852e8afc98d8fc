"""Telling the family from others at an address, without a login."""

from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import DeviceConnectionError
from custom_components.watchpost.devices.vendors.bview.discovery import (
    recognize as recognize_bview,
)
from custom_components.watchpost.devices.vendors.cbt import discovery
from custom_components.watchpost.devices.vendors.cbt.discovery import recognize
from custom_components.watchpost.devices.vendors.reolink.discovery import (
    recognize as recognize_reolink,
)
from custom_components.watchpost.devices.vendors.strobe.discovery import (
    recognize as recognize_strobe,
)
from tests.emulators.base import Emulator, FaultKind
from tests.emulators.bview import BviewEmulator
from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator
from tests.stranger import MANNERS, Stranger


def at(device: Emulator) -> Login:
    """Return an address, with a login that is nobody's business yet."""
    return Login(host=device.host, port=device.port, username="u", password="secret")


READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "denied": {"login_status": 401},
    "bare": {"transfer": "close", "text_end": "", "keep_alive": False},
    "open": {"auth": "none"},
}


@pytest.mark.parametrize("name", READINGS)
async def test_recognized(session: ClientSession, name: str) -> None:
    """One question under a made-up name; no other family claims it."""
    async with CbtEmulator(CbtOptions.full(**READINGS[name])) as unit:
        assert await recognize(at(unit), session)
        (record,) = unit.requests
        assert record.query["user"] not in ("u", unit.options.username)
        assert "secret" not in record.raw_query
        assert not await recognize_strobe(at(unit), session)
        assert not await recognize_reolink(at(unit), session)
        assert not await recognize_bview(at(unit), session)
        assert unit.dangerous == []


OTHERS: dict[str, Callable[[], Emulator]] = {
    "strobe": StrobeEmulator,
    "camera": ReolinkEmulator,
    "bview": BviewEmulator,
    "vserver": VserverEmulator,
    "challenge": lambda: CbtEmulator(CbtOptions.full(auth="digest")),
}


@pytest.mark.parametrize("name", OTHERS)
async def test_other_families(session: ClientSession, name: str) -> None:
    """They are none of ours, and nothing dangerous is asked of them."""
    async with OTHERS[name]() as unit:
        assert not await recognize(at(unit), session)
        assert unit.dangerous == []


@pytest.mark.parametrize("name", MANNERS)
async def test_plain_web_servers(session: ClientSession, name: str) -> None:
    """Pages, errors and the documents of others."""
    async with Stranger(MANNERS[name]) as stranger:
        assert not await recognize(at(stranger), session)


async def test_nobody_there(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port and silence are errors."""
    monkeypatch.setattr(discovery, "_TIMEOUT", 0.2)
    nowhere = Login(host="127.0.0.1", port=1, username="u", password="p")
    with pytest.raises(DeviceConnectionError):
        await recognize(nowhere, session)
    async with CbtEmulator() as unit:
        unit.faults.add(FaultKind.HANG)
        with pytest.raises(DeviceConnectionError):
            await recognize(at(unit), session)
        unit.faults.release()
