"""The sound channel of a camera: open, send, close, in its own words (section 9.8)."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from ...model.device import Memory
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.g711 import encode_alaw, encode_mulaw
from .client import Client, first_that_exists
from .codes import BUSY, INVALID_OPERATION, USERS_FULL, CodeError

_OPEN: Final = "/TwowayAudio/Open"
_CLOSE: Final = "/TwowayAudio/Close"
_SEND: Final = ("/TwowayAudio/SendData", "/TwowayAudio/sendData")
"""As in the table of the document, and as in its example."""
_SOUND: Final = "audio/basic"
_FULL: Final = -9
_FULL_PAUSE: Final = 0.1
_FULL_TRIES: Final = 20
"""A camera that cannot hold a block is given time to sound the one before."""
_TAKEN: Final = frozenset({BUSY, INVALID_OPERATION, USERS_FULL})
"""Codes with which a camera refuses to talk while somebody else does."""
_NOT_READ: Final = frozenset({-1, -2})
"""Codes with which a camera refuses a document where it takes none."""
_NOT_SPOKEN: Final = frozenset({-3, -5})
"""Codes with which a camera refuses a form of sound."""
_LEFT_OPEN: Final = "talk_left_open"
REFUSED: Final = (DeviceAuthError, DeviceRequestError, DeviceUnsupportedError)
"""Errors of orders that were not carried out and would be refused again."""


@dataclass(frozen=True, kw_only=True)
class _Way:
    """A way to open a session."""

    mode: str
    told: bool = True
    """Whether the mode is told, as the text of the document has it, not its table."""

    @property
    def body(self) -> bytes | None:
        """The document that opens a session in this way."""
        if not self.told:
            return None
        return (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<TwoWayAudio>\n'
            b"  <VoiceMode>%s</VoiceMode>\n</TwoWayAudio>\n" % self.mode.encode()
        )


_WAYS: Final = (_Way(mode="G711U"), _Way(mode="G711A"), _Way(mode="G711U", told=False))
_ENCODERS: Final = {"G711U": encode_mulaw, "G711A": encode_alaw}


class Intercom:
    """Talk through one camera; who talks when is not decided here."""

    def __init__(self, client: Client, memory: Memory) -> None:
        """Bind a camera; nothing is sent."""
        self._client = client
        self._memory = memory
        self._way = _WAYS[0]
        self._paths = _SEND
        self.left_open = memory.get(_LEFT_OPEN) is True
        """Whether a session may be open at the camera that is ours."""

    async def open(self) -> None:
        """Open a session, in the way that this camera knows.

        Raise:
            DeviceError: There is none, or it is taken.
        """
        refusal: DeviceError = DeviceUnsupportedError()
        unread, before = False, self.left_open
        self._mark(open_=True)
        for way in sorted(_WAYS, key=lambda one: one != self._way):
            if unread and way.told:
                continue
            try:
                await self._client.order(_OPEN, way.body, urgent=True)
            except CodeError as err:
                if err.code in _TAKEN:
                    refusal = DeviceRequestError(Reason.SPEAKER_IN_USE)
                    break
                if err.code not in _NOT_READ | _NOT_SPOKEN:
                    refusal = err.error
                    break
                unread = unread or (way.told and err.code in _NOT_READ)
            except DeviceError as err:
                if isinstance(err, REFUSED) or err.reason is Reason.BUSY:
                    self._mark(open_=before)
                raise
            else:
                self._way = way
                return
        self._mark(open_=before)
        raise refusal

    async def send(self, samples: bytes) -> None:
        """Send samples, to the spelling of the path that this camera knows.

        Raise:
            DeviceError: They were not taken.
        """
        block = _ENCODERS[self._way.mode](samples)
        attempts = tuple(partial(self._send_to, path, block) for path in self._paths)
        for number in range(1, _FULL_TRIES + 1):
            try:
                await first_that_exists(attempts)
            except CodeError as err:
                if err.code == INVALID_OPERATION:
                    # Closed behind our back: by a restart, or by somebody else.
                    raise DeviceConnectionError(Reason.FAILED) from None
                if err.code != _FULL or number == _FULL_TRIES:
                    raise err.error from None
                await asyncio.sleep(_FULL_PAUSE)
            else:
                return

    async def _send_to(self, path: str, block: bytes) -> None:
        await self._client.order(path, block, content_type=_SOUND, urgent=True)
        if path != self._paths[0]:
            self._paths = (path, self._paths[0])

    async def close(self) -> None:
        """Close the session; a camera that knows of none has closed it already.

        Raise:
            DeviceError: It may still be open.
        """
        try:
            await self._client.order(_CLOSE, urgent=True)
        except CodeError as err:
            if err.code != INVALID_OPERATION:
                raise err.error from None
        self._mark(open_=False)

    def _mark(self, *, open_: bool) -> None:
        """Remember whether a session may be open, also over a restart of ours."""
        if open_ != self.left_open:
            self.left_open = open_
            self._memory.put(_LEFT_OPEN, open_ or None)
