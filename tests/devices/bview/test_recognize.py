"""Telling the family from others at an address, without a login."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession, TCPConnector, ThreadedResolver
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.vendors.bview import discovery
from custom_components.watchpost.devices.vendors.bview.discovery import (
    recognize,
)
from custom_components.watchpost.devices.vendors.reolink.discovery import (
    recognize as recognize_reolink,
)
from custom_components.watchpost.devices.vendors.strobe.discovery import (
    recognize as recognize_strobe,
)
from tests.emulators.base import Emulator, FaultKind
from tests.emulators.bview import ALIASES, BviewEmulator, BviewOptions
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator
from tests.stranger import MANNERS, Manner, Stranger

NOBODY = Login(host="127.0.0.1", port=1, username="u", password="secret")


def at(device: Emulator) -> Login:
    """Return an address, with a login that is nobody's business yet."""
    return replace(NOBODY, port=device.port, ssl=device.tls)


@pytest.fixture
async def lenient() -> AsyncIterator[ClientSession]:
    """Return a session that takes any certificate."""
    connector = TCPConnector(ssl=False, resolver=ThreadedResolver())
    async with ClientSession(connector=connector) as session:
        yield session


READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "challenge_only": {"denied_body": False},
    "digest": {"auth": "digest"},
    "digest_only": {"auth": "digest", "denied_body": False},
    "both": {"auth": "both", "denied_body": False},
    "attributes": {"attributes": "everywhere", "version_attribute": "version"},
    "prefix": {"prefix": "ns", "bom": True},
    "bare": {"attributes": "none", "prolog": False, "pretty": False},
    "aliases": {"spelling": ALIASES},
}


@pytest.mark.parametrize("name", READINGS)
async def test_recognized(session: ClientSession, name: str) -> None:
    """One question without a login; no other family claims it."""
    async with BviewEmulator(BviewOptions.full(**READINGS[name])) as unit:
        assert await recognize(at(unit), session)
        labels = [record.label for record in unit.requests]
        assert labels == ["GET /System/DeviceInfo"]
        assert "Authorization" not in unit.requests[0].headers
        assert not await recognize_strobe(at(unit), session)
        assert not await recognize_reolink(at(unit), session)
        assert unit.dangerous == []


async def test_by_its_words_alone(session: ClientSession) -> None:
    """A challenge that names somebody else does not matter, its words do."""
    body = (
        '<ResponseStatus Version="1.0"><requestURL>/System/DeviceInfo</requestURL>'
        "<statusCode>-12</statusCode></ResponseStatus>"
    )
    manner = Manner(status=401, body=body, challenge='Basic realm="IPC"')
    async with Stranger(manner) as stranger:
        assert await recognize(at(stranger), session)


@pytest.mark.parametrize("tls", [False, True])
async def test_tls(
    session: ClientSession, lenient: ClientSession, *, tls: bool
) -> None:
    """With a certificate of its own, as long as that need not be verified."""
    async with BviewEmulator(tls=tls) as unit:
        assert await recognize(at(unit), lenient)
        with pytest.raises(DeviceConnectionError):
            await recognize(replace(at(unit), ssl=not tls), lenient)
    async with BviewEmulator(tls=True) as unit:
        with pytest.raises(DeviceConnectionError) as caught:
            await recognize(at(unit), session)
        assert caught.value.reason is Reason.CERTIFICATE


OTHERS: dict[str, Callable[[], Emulator]] = {
    "strobe": StrobeEmulator,
    "camera": ReolinkEmulator,
    "recorder": lambda: ReolinkEmulator(ReolinkOptions.nvr(4)),
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
        assert not stranger.heard("secret")


STATUS = "<ResponseStatus>{}</ResponseStatus>"
URL = "<requestURL>/System/DeviceInfo</requestURL>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (STATUS.format(f"{URL}<statusCode>-12</statusCode>"), True),
        (STATUS.format(f"{URL}<statusCode>4</statusCode>"), False),
        (STATUS.format(f"{URL}<statusCode>0</statusCode>"), False),
        (STATUS.format(f"{URL}<statusCode/>"), False),
        (STATUS.format("<statusCode>-12</statusCode>"), False),
        ("<DeviceInfo><DeviceName>x</DeviceName></DeviceInfo>", False),
        ("<DeviceInfo><deviceName/><serialNumber/></DeviceInfo>", False),
        ("<DeviceInfo><BoardType/><SoftWareVersion/></DeviceInfo>", True),
        ("<DeviceInfo>text</DeviceInfo>", False),
        ("<a>" * 100, False),
        ("", False),
        ("x" * 200_000, False),
    ],
    ids=range(12),
)
async def test_odd_answers(
    session: ClientSession, body: str, *, expected: bool
) -> None:
    """Only what can come from nobody else is ours."""
    manner = Manner(status=200, body=body, kind="application/xml")
    async with Stranger(manner) as stranger:
        assert await recognize(at(stranger), session) is expected


async def test_nobody_there(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port and silence are errors."""
    monkeypatch.setattr(discovery, "_TIMEOUT", 0.2)
    with pytest.raises(DeviceConnectionError):
        await recognize(NOBODY, session)
    async with BviewEmulator() as unit:
        unit.faults.add(FaultKind.HANG)
        with pytest.raises(DeviceConnectionError):
            await recognize(at(unit), session)
        unit.faults.release()
