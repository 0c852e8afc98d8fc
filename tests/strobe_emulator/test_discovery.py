"""The emulated strobe answers who searches for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import override

import pytest

from tests.emulators.strobe_coverage import (
    Answer,
)

from .bench import Bench


class Searcher(asyncio.DatagramProtocol):
    """Collect what answers to a search."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Keep an answer."""
        self.answers.put_nowait(data)


@asynccontextmanager
async def search(
    bench: Bench,
) -> AsyncIterator[tuple[asyncio.DatagramTransport, Searcher]]:
    """Open a socket to search with."""
    transport, searcher = await asyncio.get_running_loop().create_datagram_endpoint(
        Searcher, remote_addr=("127.0.0.1", bench.unit.udp_port)
    )
    yield transport, searcher
    transport.close()


@pytest.mark.parametrize(
    "request_xml",
    [b"<DiscoveryReq/>", b'<?xml version="1.0" encoding="utf-8"?>\n<DiscoveryReq/>'],
    ids=["bare", "declared"],
)
async def test_discovery(bench: Bench, request_xml: bytes) -> None:
    """A search is answered to the sender, with the port that really listens."""
    async with search(bench) as (transport, searcher):
        transport.sendto(request_xml)
        answer = Answer(200, await asyncio.wait_for(searcher.answers.get(), 5), {})

    assert answer.xml.tag == "DiscoveryRes"
    assert answer.xml.findtext("MacAddr") == "8C-1F-64-A3-6B-A9"
    assert answer.xml.findtext("HTTPPort") == str(bench.unit.port)
    assert len(answer.xml) == 15


async def test_discovery_obeys_nothing_else(bench: Bench) -> None:
    """A request to change the address is remembered and ignored."""
    discovery = bench.unit.discovery
    assert discovery is not None
    datagrams = (b"hello", b"<DiscoveryReq>x</DiscoveryReq>", b"<ModifyDeviceReq/>")
    async with search(bench) as (transport, searcher):
        for data in datagrams:
            transport.sendto(data)
        transport.sendto(b"<DiscoveryReq/>")
        await asyncio.wait_for(searcher.answers.get(), 5)

    assert (len(discovery.received), discovery.searches) == (4, 1)
    assert discovery.dangerous == [b"<ModifyDeviceReq/>"]
    assert searcher.answers.empty()
