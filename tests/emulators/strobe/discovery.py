"""The unit's ear on UDP port 3704."""

import asyncio
from collections.abc import Callable
from typing import Final, override
from xml.etree import ElementTree as ET

from ..base import HOST

DISCOVERY_PORT: Final = 3704


class DiscoveryServer(asyncio.DatagramProtocol):
    """Answer searches on loopback, to the sender; obey nothing else."""

    def __init__(self, answer: Callable[[], bytes | None]) -> None:
        """Remember how to describe the unit; None keeps it silent."""
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None
        self.received: list[bytes] = []
        self.searches = 0
        self.dangerous: list[bytes] = []
        """Attempts to change the unit's address."""
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen; port 0 takes any free one."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(HOST, port)
        )
        self.port = transport.get_extra_info("sockname")[1]

    def stop(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answers."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Answer a search; write anything else down."""
        self.received.append(data)
        try:
            root = ET.fromstring(data)
        except ET.ParseError:
            return
        if root.tag == "ModifyDeviceReq":
            self.dangerous.append(data)
        if root.tag != "DiscoveryReq" or len(root) or root.attrib or root.text:
            return
        answer = self._answer()
        if answer is not None and self._transport is not None:
            self.searches += 1
            self._transport.sendto(answer, (str(addr[0]), int(addr[1])))
