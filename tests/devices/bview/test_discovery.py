"""Searches on loopback: what is asked, and what is believed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
import socket
from typing import Any, override

from aiohttp import ClientSession, web
import pytest

from custom_components.watchpost.devices.model.device import Discovered
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.transport.udp import (
    multicast_query,
    query_socket,
)
from custom_components.watchpost.devices.vendors.bview.discovery import (
    Places,
    Search,
    described,
    location_of,
    parse_answer,
)
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewEmulator, BviewOptions

MAC = "02:bb:1e:16:07:12"
LOCAL = "127.0.0.1"
CLOSED = 9


def places(unit: BviewEmulator, **changes: Any) -> Places:
    """Return where a camera on this computer hears of searches."""
    known = Places(
        group=LOCAL,
        port=unit.udp_port or CLOSED,
        ssdp_group=LOCAL,
        ssdp_port=unit.ssdp_port or CLOSED,
        wait=0.1,
    )
    return replace(known, **changes)


SEARCHES: dict[str, dict[str, Any]] = {
    "document": {},
    "wellformed": {"discovery_form": "wellformed"},
    "empty": {"probe_mac": "empty"},
    "broadcast": {"probe_mac": "broadcast"},
    "length": {"config_length": "exact"},
}


@pytest.mark.parametrize("name", SEARCHES)
async def test_search(session: ClientSession, name: str) -> None:
    """The vendor's own search, sent twice and nothing else."""
    options = BviewOptions.full(**SEARCHES[name])
    async with BviewEmulator(options, udp_port=0) as unit:
        found = await Search(places(unit)).discover(session)
        assert found == (
            Discovered(
                vendor="bview", host=LOCAL, port=unit.port, mac=MAC, name="BV-IPC-2"
            ),
        )
        assert unit.discovery is not None
        assert len(unit.discovery.received) == 2
        first, second = unit.discovery.received
        assert first == (
            b'<?xml version="1.0" encoding="UTF-8"?><Request>'
            b'<Head Version="1.0.0" ConfigLength="0" CommandID="10"/>'
            b'<CfgInfo MainCommand="100" AssistCommand="-1" DeviceMac=""/></Request>'
        )
        assert second == first.replace(b'Mac=""', b'Mac="FF-FF-FF-FF-FF-FF"').replace(
            b'Length="0"', f'Length="{len(second)}"'.encode()
        )
        assert unit.dangerous_datagrams == []
        assert unit.requests == []


async def test_upnp_adds(session: ClientSession) -> None:
    """A camera that does not hear the own search is found by its description."""
    async with BviewEmulator(ssdp_port=0) as unit:
        search = Search(places(unit))
        for _ in range(2):
            (found,) = await search.discover(session)
            assert (found.mac, found.host, found.port) == (MAC, LOCAL, unit.port)
            assert found.name == "Camera"
        assert unit.dangerous == []


async def test_found_in_both_ways(session: ClientSession) -> None:
    """It is one camera, and its description is not read."""
    async with BviewEmulator(udp_port=0, ssdp_port=0) as unit:
        assert len(await Search(places(unit)).discover(session)) == 1
        assert unit.requests == []


async def test_nobody_answers(session: ClientSession) -> None:
    """None found is empty."""
    async with BviewEmulator() as unit:
        assert await Search(places(unit)).discover(session) == ()
        assert await Search(places(unit, group="no address")).discover(session) == ()


async def test_questions_and_answers() -> None:
    """Each question is sent once, and none leaves the own network."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setblocking(False)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    receiver.bind(("", 0))
    port = receiver.getsockname()[1]
    received: list[bytes] = []

    class Camera(asyncio.DatagramProtocol):
        """Answers by unicast and to the whole group."""

        @override
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.DatagramTransport)
            self.transport = transport

        @override
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            if data.startswith(b"question"):
                received.append(data)
                self.transport.sendto(b"answer", addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Camera, sock=receiver)
    try:
        answers = await multicast_query(
            [b"question 1", b"question 2"], LOCAL, port, wait=0.1, listen=False
        )
    finally:
        transport.close()
    assert received == [b"question 1", b"question 2"]
    assert [data for data, _ in answers] == [b"answer"] * 2
    member = query_socket(0, "239.239.239.52")
    try:
        ttl = member.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL)
        assert ttl == 1
    finally:
        member.close()


ANSWER = (
    '<?xml version="1.0" encoding="UTF-8">\r\n<Response>'
    '<Head Version="1.0.0" ConfigLength="9" CommandID="11" ReplyMsg="0">'
    '<CfgInfo MainCommand="100" AssistCommand="-1" DeviceMac="{mac}" />'
    "<DeviceProbeConfig><DeviceType>IPC</DeviceType>{more}"
    "<TutkUID>1<TutkUID></DeviceProbeConfig></Response>"
)


@pytest.mark.parametrize(
    ("mac", "more", "port"),
    [
        ("", "<DeviceMac>02-BB-1E-16-07-12</DeviceMac><HttpPort>8080</HttpPort>", 8080),
        ("", "<DeviceMac> 02bb1e160712 <DeviceMac><HttpPort> 81<HttpPort>", 81),
        ("02:BB:1E:16:07:12", "", 80),
        ("02:BB:1E:16:07:12", "<HttpPort>99999</HttpPort>", 80),
        ("02:BB:1E:16:07:12", "<HttpPort>-1</HttpPort>", 80),
        ("02:BB:1E:16:07:12", "<HttpPort>x</HttpPort>", 80),
    ],
)
def test_answers(mac: str, more: str, port: int) -> None:
    """As broken as the samples of the document, and a little more."""
    body = ANSWER.format(mac=mac, more=more).encode()
    expected = Discovered(
        vendor="bview", host="192.168.1.46", port=port, mac=MAC, name="IPC"
    )
    assert parse_answer(body, "192.168.1.46") == expected
    assert parse_answer(b"\xef\xbb\xbf" + body, "192.168.1.46") == expected


GOOD = ANSWER.format(mac=MAC, more="")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\x00" * 8_000,
        "<" * 8_000,
        '<Head a="' * 800,
        "<a>" * 2_600,
        GOOD.replace('"11"', '"10"'),
        GOOD.replace('ReplyMsg="0"', 'ReplyMsg="1"'),
        GOOD.replace('"100"', '"101"'),
        GOOD.replace(MAC, "00:00:00:00:00:00"),
        GOOD.replace(MAC, "xx"),
        "<!DOCTYPE x>" + GOOD.replace(MAC, ""),
    ],
    ids=range(11),
)
def test_no_answers(body: str) -> None:
    """Everything else is none, and no error."""
    assert parse_answer(body.encode(), LOCAL) is None
    assert parse_answer(body.encode()[:-1] + b"\xff", LOCAL) is None


HEADS = '<Head CommandID="11" ReplyMsg="0"><CfgInfo MainCommand="100" {}/>'
KNOWN = HEADS.format(f'DeviceMac="{MAC}"')


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (KNOWN + "<a>" + " " * 8_000, True),
        (KNOWN + "<a> \t" * 1_600, True),
        (" " * 8_000 + KNOWN, True),
        (" " * 4_000 + "\ufeff" + " " * 4_000 + KNOWN, True),
        (KNOWN + "<" + "a" * 8_000, True),
        (KNOWN + "<Head " + "a" * 400 + " " * 8_000, False),
        ((HEADS.format("a " * 200 + " " * 100)) * 14 + "<a>", False),
        (HEADS.format("") + "<a>" + " " * 8_000, False),
        (HEADS.format("") + "<DeviceMac>" + " " * 8_000 + MAC + "<", False),
        (" " * 8_000, False),
    ],
    ids=range(10),
)
def test_blanks_without_end(body: str, *, found: bool) -> None:
    """A datagram of blanks is read once, and not once for each blank."""
    answer = parse_answer(body.encode()[:8_192], LOCAL)
    assert (answer is not None) is found


@pytest.mark.parametrize("digits", ["1" * 20_000 + "x", "1" * 63, "1" * 20_000])
def test_names_without_end(digits: str) -> None:
    """A name that is nothing but digits is no numbered one, and takes no time."""
    node = Node({digits: "", "X_1": "", "X2": ""})
    assert node.numbered("X") == {1: "X_1", 2: "X2"}
    assert node.numbered("") == {}


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://192.168.1.46:49152/d.xml", True),
        ("http://192.168.1.46/d.xml?x=1", True),
        ("http://192.168.1.1/d.xml", False),
        ("http://192.168.1.46@evil/d.xml", False),
        ("https://192.168.1.46/d.xml", False),
        ("file:///etc/passwd", False),
        ("http://192.168.1.46:99999/", False),
        ("http://192.168.1.46:x/", False),
        ("http://192.168.1.46/a b", False),
        ("http://[192.168.1.46/", False),
        ("", False),
    ],
)
def test_locations(location: str, *, expected: bool) -> None:
    """A description is only read from the device that has told it."""
    body = f"HTTP/1.1 200 OK\r\nlocation: {location}\r\n\r\n".encode()
    wanted = location if expected else None
    assert location_of(body, "192.168.1.46") == wanted
    assert location_of(body.replace(b"200", b"404"), "192.168.1.46") is None
    assert location_of(body[:15], "192.168.1.46") is None


DEVICE = "<root><device><friendlyName>F</friendlyName>{}</device></root>"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<serialNumber>02BB1E160712</serialNumber>", MAC),
        ("<serialNumber>02-bb-1e-16-07-12</serialNumber>", MAC),
        ("<serialNumber>201607140042</serialNumber>", None),
        ("<serialNumber>03BB1E160712</serialNumber>", None),
        ("<serialNumber>BV20160714000042</serialNumber>", None),
        ("<UDN>uuid:00000000-0000-1000-8000-02bb1e160712</UDN>", MAC),
        ("<UDN>uuid:00000000-0000-4000-8000-02bb1e160712</UDN>", None),
        ("<UDN>uuid:00000000-0000-1000-8000-03bb1e160712</UDN>", None),
        ("<UDN>02bb1e160712</UDN>", None),
        ("", None),
    ],
)
def test_macs(fields: str, expected: str | None) -> None:
    """Only what is certain to be a MAC is one."""
    told = described(DEVICE.format(fields).encode(), LOCAL)
    assert (told[0] if told else None) == expected


@pytest.mark.parametrize(
    "body", [b"", b"<root/>", b"<root><device/></root>", b"<a", b"<root>x</root>"]
)
def test_no_descriptions(body: bytes) -> None:
    """A description may be anything."""
    assert described(body, LOCAL) is None


@asynccontextmanager
async def upnp(answer: bytes) -> AsyncIterator[int]:
    """Answer searches for UPnP; yield the port."""

    class Answering(asyncio.DatagramProtocol):
        """Says the same to everybody."""

        @override
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.DatagramTransport)
            self.transport = transport

        @override
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for _ in range(3):
                self.transport.sendto(answer, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Answering, local_addr=(LOCAL, 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


@asynccontextmanager
async def website(
    serve: Callable[[web.BaseRequest], Awaitable[web.Response]],
) -> AsyncIterator[int]:
    """Run a web server; yield its port."""
    runner = web.ServerRunner(web.Server(serve, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, LOCAL, 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def test_strangers_with_upnp(session: ClientSession) -> None:
    """A television is asked once, and never again."""
    asked: list[str] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(
            text=DEVICE.format("<serialNumber>02BB1E160712</serialNumber>")
        )

    async with website(serve) as port, BviewEmulator() as unit:
        text = f"HTTP/1.1 200 OK\r\nLOCATION: http://127.0.0.1:{port}/tv.xml\r\n\r\n"
        async with upnp(text.encode()) as ssdp_port:
            search = Search(places(unit, ssdp_port=ssdp_port))
            assert await search.discover(session) == ()
            assert asked == ["/tv.xml", "/System/DeviceInfo"]
            assert await search.discover(session) == ()
            assert len(asked) == 2


async def test_a_camera_behind_another_port(session: ClientSession) -> None:
    """The description may be at a port of its own, and names that of the camera."""
    async with BviewEmulator() as unit:

        async def serve(request: web.BaseRequest) -> web.Response:
            return web.Response(
                text=DEVICE.format(
                    f"<presentationURL>http://127.0.0.1:{unit.port}/</presentationURL>"
                    "<UDN>uuid:00000000-0000-1000-8000-02bb1e160712</UDN>"
                )
            )

        async with website(serve) as port:
            text = f"HTTP/1.1 200 OK\r\nLOCATION: http://127.0.0.1:{port}/d\r\n\r\n"
            async with upnp(text.encode()) as ssdp_port:
                search = Search(places(unit, ssdp_port=ssdp_port))
                (found,) = await search.discover(session)
        assert (found.port, found.name) == (unit.port, "F")


@pytest.mark.parametrize("size", [1, 100_000])
async def test_hostile_descriptions(session: ClientSession, size: int) -> None:
    """A description may be large, or elsewhere; nothing raises."""

    async def serve(request: web.BaseRequest) -> web.Response:
        if size > 1:
            return web.Response(body=b"<root>" + b"x" * size)
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})

    async with website(serve) as port, BviewEmulator() as unit:
        text = f"HTTP/1.1 200 OK\r\nLOCATION: http://127.0.0.1:{port}/d\r\n\r\n"
        async with upnp(text.encode()) as ssdp_port:
            search = Search(places(unit, ssdp_port=ssdp_port))
            assert await search.discover(session) == ()


async def test_a_camera_that_starts(session: ClientSession) -> None:
    """Whoever does not answer just now is asked again."""
    async with BviewEmulator(ssdp_port=0) as unit:
        search = Search(places(unit))
        description = "/description.xml"
        unit.faults.add(FaultKind.HTTP_STATUS, path=description, code=500)
        unit.faults.add(FaultKind.DROP_BEFORE, path=description, count=2)
        unit.faults.add(FaultKind.DROP_BEFORE, path="/System/DeviceInfo", count=2)
        for _ in range(3):
            assert await search.discover(session) == ()
        assert len(await search.discover(session)) == 1
