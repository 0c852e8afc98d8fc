"""The serial lines of a unit (section 3.7)."""

from typing import Final

from ...kit.failures import is_answer
from ...model.device import Memory
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.features import SerialPort
from ...transport.payload import Node, PayloadError
from .client import Client
from .codes import CodeError

_GROUP: Final = "RS485Data"
_DATA: Final = "Data"
_MEMORY: Final = "serial"
_MOST: Final = 256
"""Bytes of one order: they stand in its address."""


class SerialLines:
    """Which channels have a serial line, and what goes over it."""

    def __init__(self, client: Client, memory: Memory) -> None:
        """Know of none."""
        self._client = client
        self._memory = memory
        self._channels: frozenset[int] = frozenset()

    async def learn(self, firmware: str, channels: int) -> None:
        """Find out which channels have one; no query tells.

        Reading takes away what has come over the line: it is done once for each
        version of the software.

        Raise:
            DeviceError: Nobody answers, or not to us.
        """
        kept = self._memory.get(_MEMORY)
        known = Node(kept if isinstance(kept, dict) else {})
        listed = known.value("channels")
        same = bool(firmware) and known.text("firmware") == firmware
        if same and isinstance(listed, list):
            self._channels = frozenset(int(str(one)) for one in listed)
            return
        found: set[int] = set()
        certain = True
        for channel in range(1, channels + 1):
            try:
                await self._client.ask("rs485_get", _GROUP, channel)
            except CodeError:
                continue
            except DeviceError as err:
                if not is_answer(err):
                    raise
                certain = isinstance(err, DeviceUnsupportedError)
                break
            found.add(channel)
        self._channels = frozenset(found)
        if certain:
            listed = [*sorted(found)]
            self._memory.put(_MEMORY, {"firmware": firmware, "channels": listed})

    def port(self, channel: int) -> SerialPort | None:
        """Return the line of a channel."""
        if channel not in self._channels:
            return None

        async def send(data: bytes, read: bool) -> bytes | None:
            return await self._exchange(channel, data, read=read)

        return SerialPort(send=send, answers=True)

    async def _exchange(self, channel: int, data: bytes, *, read: bool) -> bytes | None:
        """Send bytes once, and return what came back if that is wanted."""
        if len(data) > _MOST or not (data or read):
            raise DeviceRequestError(Reason.INVALID_VALUE)
        values = {_DATA: data.hex()} if data else {}
        cgi = "rs485_get" if read else "rs485_set"
        # Also what only reads is sent once: it takes away what has come.
        answer = await self._client.order(cgi, _GROUP, channel, values)
        if not read:
            return None
        text = answer.node(_GROUP).text(_DATA) or ""
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise PayloadError from None
