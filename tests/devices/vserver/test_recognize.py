"""Telling the family from others at an address, without a login."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import DeviceConnectionError
from custom_components.watchpost.devices.vendors.bview.discovery import (
    recognize as recognize_bview,
)
from custom_components.watchpost.devices.vendors.reolink.discovery import (
    recognize as recognize_reolink,
)
from custom_components.watchpost.devices.vendors.strobe.discovery import (
    recognize as recognize_strobe,
)
from custom_components.watchpost.devices.vendors.vserver import VENDOR
from tests.emulators.base import Emulator
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.cbt import CbtEmulator
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator, VserverOptions
from tests.stranger import MANNERS, Manner, Stranger

NOBODY = Login(host="127.0.0.1", port=1, username="u", password="secret")


def at(device: Emulator) -> Login:
    """Return an address, with a login that is nobody's business yet."""
    return replace(NOBODY, port=device.port, ssl=device.tls)


READINGS: dict[str, tuple[dict[str, Any], bool]] = {
    "plain": ({}, True),
    "digest": ({"auth": "digest"}, True),
    "both": ({"auth": "both"}, True),
    "open": ({"auth": "open"}, True),
    "open_and_modern": (
        {"auth": "open", "content_length": True, "http_version": "1.1"},
        True,
    ),
    "open_and_bare": ({"auth": "open", "bom": True, "typed": False}, True),
    "open_and_refusing": ({"auth": "open", "absent": {"sys_get/*": 501}}, True),
    # Any web server can say this: it is found out by logging in.
    "modern": ({"content_length": True, "http_version": "1.1"}, False),
}


@pytest.mark.parametrize("name", READINGS)
async def test_recognized(session: ClientSession, name: str) -> None:
    """One question without a login; no other family claims it."""
    changes, expected = READINGS[name]
    async with VserverEmulator(VserverOptions(**changes)) as unit:
        assert await VENDOR.recognize(at(unit), session) is expected
        (record,) = unit.requests
        assert record.method == "GET"
        assert "Authorization" not in record.headers
        assert not await recognize_strobe(at(unit), session)
        assert not await recognize_reolink(at(unit), session)
        assert not await recognize_bview(at(unit), session)
        assert unit.dangerous == []


async def test_without_a_challenge(session: ClientSession) -> None:
    """A refusal need not say how to log in."""
    async with VserverEmulator(VserverOptions(challenge="none")) as unit:
        assert await VENDOR.recognize(at(unit), session)


OTHERS: dict[str, Callable[[], Emulator]] = {
    "strobe": StrobeEmulator,
    "camera": ReolinkEmulator,
    "recorder": lambda: ReolinkEmulator(ReolinkOptions.nvr(4)),
    "bview": lambda: BviewEmulator(udp_port=0, ssdp_port=0),
    "bview_digest": lambda: BviewEmulator(
        BviewOptions.full(auth="digest", denied_body=False), udp_port=0, ssdp_port=0
    ),
    "bview_bare": lambda: BviewEmulator(
        BviewOptions.full(denied_body=False), udp_port=0, ssdp_port=0
    ),
    "cbt": CbtEmulator,
}


@pytest.mark.parametrize("name", OTHERS)
async def test_other_families(session: ClientSession, name: str) -> None:
    """They are none of ours, and nothing dangerous is asked of them."""
    async with OTHERS[name]() as unit:
        assert not await VENDOR.recognize(at(unit), session)
        assert unit.dangerous == []


@pytest.mark.parametrize("name", MANNERS)
async def test_plain_web_servers(session: ClientSession, name: str) -> None:
    """Pages, errors and the documents of others."""
    async with Stranger(MANNERS[name]) as stranger:
        assert not await VENDOR.recognize(at(stranger), session)
        assert not stranger.heard("secret")


MESSAGE = '<Message><Header class="{}"></Header><result code="{}">x</result></Message>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (MESSAGE.format("sys_get", 200), True),
        (MESSAGE.format("SYS_GET", 501), True),
        (MESSAGE.format("net_get", 200), False),
        ("<Message><result>Successfully</result></Message>", False),
        ('<Message><Header class="sys_get"/></Message>', False),
        ("<DeviceInfo/>", False),
        ("<Message>" * 100, False),
        ("", False),
        ("x" * 200_000, False),
    ],
    ids=range(9),
)
async def test_odd_answers(
    session: ClientSession, body: str, *, expected: bool
) -> None:
    """Only what can come from nobody else is ours."""
    manner = Manner(status=200, body=body)
    async with Stranger(manner) as stranger:
        assert await VENDOR.recognize(at(stranger), session) is expected


async def test_nobody_there(session: ClientSession) -> None:
    """A closed port is an error; nothing can be searched for."""
    with pytest.raises(DeviceConnectionError):
        await VENDOR.recognize(NOBODY, session)
    assert await VENDOR.discover(("127.0.0.1",), session) == ()
