"""Searches over UDP: answered on loopback, and nothing else is obeyed."""

import asyncio
import re
from typing import override
from xml.etree import ElementTree as ET

import pytest

from tests.emulators.bview import BviewOptions
from tests.emulators.bview.discovery import BROADCAST_MAC, UPNP_TYPE

from .bench import Bench, full, with_options

PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?><Request>'
    '<Head Version="1.0.0" ConfigLength="0" CommandID="10"/>'
    '<CfgInfo MainCommand="100" AssistCommand="-1" DeviceMac=""/></Request>'
)
SEARCH = (
    "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
    'MAN: "ssdp:discover"\r\nMX: 1\r\nST: {target}\r\n\r\n'
)


class Seeker(asyncio.DatagramProtocol):
    """Sends a datagram and waits for the answer."""

    def __init__(self) -> None:
        """Start with no answer."""
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Keep an answer."""
        self.answers.put_nowait(data)


async def ask(port: int, *texts: str) -> bytes:
    """Send datagrams; return the first answer."""
    loop = asyncio.get_running_loop()
    transport, seeker = await loop.create_datagram_endpoint(
        Seeker, remote_addr=("127.0.0.1", port)
    )
    for text in texts:
        transport.sendto(text.encode())
    try:
        return await asyncio.wait_for(seeker.answers.get(), 5)
    finally:
        transport.close()


@with_options(full(discovery_form="wellformed"), full())
async def test_search(bench: Bench) -> None:
    """A search is answered with all that the document lists."""
    answer = (await ask(bench.unit.udp_port, PROBE)).decode()
    tags = re.findall(r"<(\w+)>([^<]*)<", answer)
    found = {name: text for name, text in tags if name.startswith(("D", "H", "R", "T"))}

    assert 'CommandID="11" ReplyMsg="0"' in answer
    assert found["DeviceMac"] == bench.unit.options.mac
    assert found["DeviceIP"] == "127.0.0.1"
    assert found["HttpPort"] == str(bench.unit.port)
    assert found["RtspPort"] == "554"
    assert found["DeviceMask"] == "255.255.255.0"
    assert found["TutkUID"] == bench.unit.options.uid
    assert bench.unit.requests == []
    assert bench.unit.discovery is not None
    assert bench.unit.discovery.answered == 1


async def test_broken_answer(bench: Bench) -> None:
    """The answer is as broken as the document's sample."""
    answer = (await ask(bench.unit.udp_port, PROBE)).decode()

    with pytest.raises(ET.ParseError):
        ET.fromstring(answer)
    assert answer.startswith('<?xml version="1.0" encoding="UTF-8">')
    assert 'ReplyMsg="0">' in answer
    assert "<DeviceMask>255.255.255.0<DeviceMask>" in answer
    bench.unit.options.discovery_form = "wellformed"
    whole = ET.fromstring(await ask(bench.unit.udp_port, PROBE))
    assert len(whole.findall("DeviceProbeConfig/*")) == 18


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "<Request/>",
        PROBE.replace("Request", "Response"),
        PROBE.replace('CommandID="10"', 'CommandID="11"'),
        PROBE.replace('MainCommand="100"', 'MainCommand="99"'),
        PROBE.replace('MainCommand="100"', 'MainCommand="101"'),
        PROBE.replace('MainCommand="100"', 'MainCommand="102"'),
        PROBE.replace('MainCommand="100"', 'MainCommand="103"'),
        PROBE.replace('CommandID="10"/>', 'CommandID="10">').replace("100", "103"),
    ],
)
async def test_nothing_else_is_answered(bench: Bench, wrong: str) -> None:
    """Commands that change addresses are written down and not obeyed."""
    before = bench.unit.settings.dump()
    await ask(bench.unit.udp_port, wrong, PROBE)

    assert bench.unit.discovery is not None
    assert len(bench.unit.discovery.received) == 2
    assert bench.unit.discovery.answered == 1
    bad = any(f'MainCommand="{number}"' in wrong for number in (101, 102, 103))
    assert bench.unit.dangerous_datagrams == ([wrong.encode()] if bad else [])
    assert bench.unit.settings.dump() == before


@pytest.mark.parametrize(
    ("way", "mac"),
    [("empty", ""), ("broadcast", BROADCAST_MAC), ("own", BviewOptions.mac)],
)
async def test_which_mac_a_search_carries(bench: Bench, way: str, mac: str) -> None:
    """What a search must hold in DeviceMac is not documented."""
    match way:
        case "empty":
            bench.unit.options.probe_mac = "empty"
        case "broadcast":
            bench.unit.options.probe_mac = "broadcast"
        case "own":
            bench.unit.options.probe_mac = "own"
    others = [
        PROBE.replace('Mac=""', f'Mac="{other}"')
        for other in ("", BROADCAST_MAC, BviewOptions.mac)
        if other != mac
    ]
    await ask(bench.unit.udp_port, *others, PROBE.replace('Mac=""', f'Mac="{mac}"'))
    assert bench.unit.discovery is not None
    assert bench.unit.discovery.answered == 1


@with_options(full(config_length="exact"))
async def test_length_of_a_search(bench: Bench) -> None:
    """A search may have to tell its own length."""
    size = len(PROBE) + 2
    exact = PROBE.replace('Length="0"', f'Length="{size}"')
    assert len(exact) == size
    await ask(bench.unit.udp_port, PROBE, exact)
    assert bench.unit.discovery is not None
    assert bench.unit.discovery.answered == 1


async def test_unknown_version(bench: Bench) -> None:
    """Another version of the protocol is answered with an error."""
    answer = await ask(bench.unit.udp_port, PROBE.replace("1.0.0", "2.0.0"))
    assert b'ReplyMsg="1"' in answer
    assert b"DeviceProbeConfig" not in answer


async def test_silence_while_off(bench: Bench) -> None:
    """A camera that is off answers no search."""
    bench.unit.reboot()
    loop = asyncio.get_running_loop()
    transport, seeker = await loop.create_datagram_endpoint(
        Seeker, remote_addr=("127.0.0.1", bench.unit.udp_port)
    )
    transport.sendto(PROBE.encode())
    server = bench.unit.discovery
    assert server is not None
    await asyncio.wait_for(server.arrived.wait(), 5)
    transport.close()
    assert server.answered == 0
    assert seeker.answers.empty()


@pytest.mark.parametrize("target", ["ssdp:all", "upnp:rootdevice", UPNP_TYPE])
async def test_upnp(bench: Bench, target: str) -> None:
    """A UPnP search leads to a description that needs no login."""
    answer = (await ask(bench.unit.ssdp_port, SEARCH.format(target=target))).decode()
    headers = dict(line.split(": ", 1) for line in answer.split("\r\n")[1:] if line[4:])
    location = headers["LOCATION"]
    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert headers["USN"].startswith("uuid:00000000-0000-1000-8000-02bb1e160712")
    assert location.startswith(bench.unit.url)
    path = location.removeprefix(bench.unit.url)
    description = await bench.caller.call("GET", path, headers={})
    assert description.get("device/serialNumber") == bench.unit.options.serial


async def test_upnp_silence(bench: Bench) -> None:
    """Other searches are not answered; the camera announces itself."""
    wrong = [
        SEARCH.format(target="urn:schemas-upnp-org:device:MediaServer:1"),
        SEARCH.format(target="ssdp:all").replace("ssdp:discover", "other"),
        "NOTIFY * HTTP/1.1\r\n\r\n",
    ]
    await ask(bench.unit.ssdp_port, *wrong, SEARCH.format(target="ssdp:all"))
    assert bench.unit.upnp is not None
    assert bench.unit.upnp.answered == 1
    loop = asyncio.get_running_loop()
    transport, seeker = await loop.create_datagram_endpoint(
        Seeker, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    bench.unit.upnp.send(bench.unit.ssdp.announcement(), port)
    text = (await asyncio.wait_for(seeker.answers.get(), 5)).decode()
    transport.close()
    assert text.startswith("NOTIFY * HTTP/1.1\r\n")
    assert "NTS: ssdp:alive\r\n\r\n" in text
