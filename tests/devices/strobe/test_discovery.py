"""Finding units, and telling them from others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import override

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.watchpost.devices.model.errors import DeviceConnectionError
from custom_components.watchpost.devices.transport import udp
from custom_components.watchpost.devices.vendors import VENDORS
from custom_components.watchpost.devices.vendors.strobe import discovery
from tests.devices.world import World
from tests.emulators.strobe import StrobeEmulator, StrobeOptions

from .bench import login_to
from .conftest import with_options

VENDOR = VENDORS["strobe"]
LOOPBACK = "127.0.0.1"


async def test_found(unit: StrobeEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two questions, one unit; a network that is down does not matter."""
    monkeypatch.setattr(discovery, "DISCOVERY_PORT", unit.udp_port)
    found = await discovery.discover(
        ("0.0.0.0.0", LOOPBACK), port=unit.udp_port, wait=0.05
    )
    (one,) = found
    assert (one.vendor, one.host, one.port) == ("strobe", LOOPBACK, unit.port)
    assert (one.mac, one.name) == ("8c:1f:64:a3:6b:a9", "StrobeSpeaker")
    assert unit.discovery is not None
    assert unit.discovery.received == [b"<DiscoveryReq/>"] * 2


ODD_PORTS = ("x", "-5", "99999", "1e999")


def found(number: int, port: str) -> bytes:
    """Return an answer with an odd port and a name that no list can show."""
    return (
        f"<DiscoveryRes><MAC>8C1F64A36BA{number}</MAC><HTTPPort>{port}</HTTPPort>"
        "<DeviceName>\u202eYard\n</DeviceName></DiscoveryRes>"
    ).encode()


class Liar(asyncio.DatagramProtocol):
    """Answers with anything."""

    transport: asyncio.DatagramTransport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer with nonsense, the question itself, and other documents."""
        for answer in (
            b"\xff\x00",
            b"",
            data,
            b"<DiscoveryRes/>",
            b"<DiscoveryRes><MacAddr>00-00-00-00-00-00</MacAddr></DiscoveryRes>",
            b"<ModifyDeviceRes><MacAddr>8C-1F-64-A3-6B-A9</MacAddr></ModifyDeviceRes>",
            b"<DiscoveryRes>" + b" " * 9000 + b"</DiscoveryRes>",
            *(found(number, port) for number, port in enumerate(ODD_PORTS)),
        ):
            self.transport.sendto(answer, addr)


async def test_garbage() -> None:
    """Nonsense and other answers are passed over; an odd port is the usual one."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Liar, local_addr=(LOOPBACK, 0))
    port: int = transport.get_extra_info("sockname")[1]
    units = await discovery.discover([LOOPBACK], port=port, wait=0.05)
    assert [unit.mac[-2:] for unit in units] == ["a0", "a1", "a2", "a3"]
    assert {(unit.port, unit.name) for unit in units} == {(80, "Yard")}
    transport.close()


async def test_own_question() -> None:
    """Who listens on the port itself hears his own question and is not found."""
    answers = await udp.broadcast_query(b"?", [LOOPBACK], 39741, wait=0.05)
    assert answers == []


async def test_vendor(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, unit: StrobeEmulator
) -> None:
    """The family offers its search; an empty network is an empty answer."""
    monkeypatch.setattr(discovery.discover, "__defaults__", (unit.udp_port, 0.01))
    assert await VENDOR.discover([], session) == ()


@with_options(StrobeOptions(), StrobeOptions(denied="400"))
async def test_recognized(unit: StrobeEmulator, world: World) -> None:
    """A unit is recognized without a login, and nothing else is asked."""
    assert await VENDOR.recognize(login_to(unit), world.session)
    assert len(unit.requests) == 1
    device = VENDOR.create(login_to(unit), world.surroundings)
    assert device.units == ()


async def digest(_request: web.Request) -> web.Response:
    """Ask for Digest, as cameras do."""
    return web.Response(status=401, headers={"WWW-Authenticate": "Digest realm=x"})


async def page(_request: web.Request) -> web.Response:
    """Answer as any web server."""
    return web.Response(text="<html><body>Hello</body></html>")


async def endless(_request: web.Request) -> web.Response:
    """Answer with far too much."""
    return web.Response(body=bytes(3_000_000))


async def missing(_request: web.Request) -> web.Response:
    """Answer as a web server without such a page."""
    return web.Response(status=404, headers={"Server": "GoAhead-Webs"})


async def document(_request: web.Request) -> web.Response:
    """Answer as a unit that asks for no session."""
    return web.Response(body=b"<DeviceInfo/>")


@pytest.fixture
async def address(
    answer: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[int]:
    """Run a web server that gives one answer."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host=LOOPBACK) as server:
        assert server.port is not None
        yield server.port


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (digest, False),
        (page, False),
        (endless, False),
        (missing, False),
        (document, True),
    ],
)
async def test_others(
    unit: StrobeEmulator, session: ClientSession, address: int, known: bool
) -> None:
    """Other web servers are not units."""
    login = replace(login_to(unit), port=address)
    assert await VENDOR.recognize(login, session) is known


async def test_nobody(unit: StrobeEmulator, session: ClientSession) -> None:
    """Where nothing answers, that is said."""
    with pytest.raises(DeviceConnectionError):
        await VENDOR.recognize(replace(login_to(unit), port=1), session)
