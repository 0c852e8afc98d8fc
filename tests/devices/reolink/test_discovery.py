"""Telling the family from others at an address, without a login."""

from collections.abc import AsyncIterator
from dataclasses import replace

from aiohttp import ClientSession, TCPConnector, ThreadedResolver
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink import VENDOR, discovery
from custom_components.watchpost.devices.vendors.reolink.discovery import recognize
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator
from tests.stranger import MANNERS, Stranger

from .client_rig import FINE, LOGIN, Reply, lab, raw_lab, refusal

NOBODY = Login(host="127.0.0.1", port=1, username="u", password="secret")


def at(device: ReolinkEmulator | StrobeEmulator | Stranger) -> Login:
    """Return an address, with a login that is nobody's business yet."""
    return replace(NOBODY, port=device.port, ssl=device.tls)


@pytest.fixture
async def lenient() -> AsyncIterator[ClientSession]:
    """Return a session that takes any certificate."""
    connector = TCPConnector(ssl=False, resolver=ThreadedResolver())
    async with ClientSession(connector=connector) as session:
        yield session


@pytest.mark.parametrize(
    "options", [ReolinkOptions(), ReolinkOptions.nvr(4), ReolinkOptions(lost_token=-21)]
)
async def test_the_family(session: ClientSession, options: ReolinkOptions) -> None:
    """One question, and neither name nor password is sent."""
    async with lab(session, options) as made:
        assert await recognize(at(made.unit), session)
        assert await VENDOR.recognize(at(made.unit), session)
        assert made.commands() == ["GetDevInfo"] * 2
        assert all(b"secret" not in record.body for record in made.unit.requests)
        assert made.unit.sessions.opened == 0


async def test_tls(session: ClientSession, lenient: ClientSession) -> None:
    """With a certificate of its own, as long as that need not be verified."""
    async with ReolinkEmulator(tls=True) as unit:
        assert await recognize(at(unit), lenient)
        with pytest.raises(DeviceConnectionError) as caught:
            await recognize(at(unit), session)
        assert caught.value.reason is Reason.CERTIFICATE
        with pytest.raises(DeviceConnectionError):
            await recognize(replace(at(unit), ssl=False), lenient)


async def test_tls_with_a_plain_server(lenient: ClientSession) -> None:
    """The wrong way to speak is an error, not a no."""
    async with ReolinkEmulator() as unit:
        with pytest.raises(DeviceConnectionError):
            await recognize(replace(at(unit), ssl=True), lenient)


async def test_another_family(session: ClientSession) -> None:
    """It is none of ours, and nothing dangerous is asked of it."""
    async with StrobeEmulator() as unit:
        assert not await recognize(at(unit), session)
        assert unit.dangerous == []


@pytest.mark.parametrize("name", MANNERS)
async def test_plain_web_servers(session: ClientSession, name: str) -> None:
    """Pages, errors and the documents of others."""
    async with Stranger(MANNERS[name]) as stranger:
        assert not await recognize(at(stranger), session)
        assert not stranger.heard("secret")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(-6), True),
        (Reply(status=500, body=refusal(-26)), True),
        (b'[{"cmd":"GetDevInfo","code":1,"error":{"rspCode":"-6"}}]', True),
        (b'{"code":1,"error":{"rspCode":-6}}', True),
        (FINE, False),
        (LOGIN, False),
        (b'{"code":-6}', False),
        (b'[{"code":1}]', False),
        (b"[]", False),
        (b"", False),
        (b"rspCode", False),
        (b"x" * 3_000_000, False),
        (b"[" * 1_000_000, False),
    ],
    ids=range(13),
)
async def test_odd_answers(
    session: ClientSession, answer: bytes | Reply, expected: bool
) -> None:
    """Only a refusal in the family's own words is one."""
    async with raw_lab(session, last=answer) as made:
        assert await recognize(made.login, session) is expected


async def test_nobody_there(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port, a dropped connection and silence are errors."""
    monkeypatch.setattr(discovery, "_TIMEOUT", 0.2)
    with pytest.raises(DeviceConnectionError):
        await recognize(NOBODY, session)
    for reply in (Reply(drop=True), Reply(hang=True), Reply(raw=b"SSH-2.0\r\n\r\n")):
        async with raw_lab(session, last=reply) as made:
            with pytest.raises(DeviceConnectionError):
                await recognize(made.login, session)


async def test_a_huge_answer(session: ClientSession) -> None:
    """It is not read to its end."""
    async with ReolinkEmulator() as unit:
        unit.faults.add(FaultKind.HUGE)
        assert not await recognize(at(unit), session)
