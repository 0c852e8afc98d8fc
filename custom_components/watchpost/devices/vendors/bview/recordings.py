"""Recordings of a camera that tells their names but no list of them (9.10)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import re
from typing import Final, override

from ...model.commands import OpenRecording
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.features import RecordingFiles
from ...transport.http import HttpStream
from ...transport.received import opened_file
from .blocks import EVENT_RECORDING
from .client import Client
from .codes import BUSY, CodeError, error_for_status
from .const import DOWNLOADS, RECORD_CALL

_NAME: Final = re.compile(r"[\w.-]+\.avi", re.ASCII)
_NAME_LENGTH: Final = 128
_BAD_REQUEST: Final = 400
_NO_SUCH_PART: Final = 416
_DOCUMENTS: Final = ("xml", "html")
"""In the types of what is a message, not a film."""


def is_file_name(name: str) -> bool:
    """Return whether a name is one that a recording can have: never a path."""
    return len(name) <= _NAME_LENGTH and _NAME.fullmatch(name) is not None


class BviewRecordings(RecordingFiles):
    """Files of events, by the names that the camera has told."""

    def __init__(self, client: Client) -> None:
        """Store whom to ask; nothing is sent."""
        self._client = client

    @asynccontextmanager
    @override
    async def open(
        self, recording: str, offset: int = 0, end: int | None = None
    ) -> AsyncIterator[OpenRecording]:
        """Open a file by its name, from its beginning if it gives no parts.

        What joins the pieces sees where they begin.
        """
        if not is_file_name(recording):
            raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
        part = f"bytes={offset}-{'' if end is None else end}"
        headers = {"Range": part} if offset or end is not None else {}
        async with self._client.open(
            f"{DOWNLOADS}{recording}", headers=headers
        ) as stream:
            _check(stream)
            yield opened_file(stream, recording, offset)


def _check(stream: HttpStream) -> None:
    """Make sure that what comes is a film.

    Raise:
        DeviceError: It is not.
    """
    if stream.status in (404, 410):
        raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
    if stream.status == _NO_SUCH_PART:
        raise DeviceRequestError(Reason.INVALID_VALUE)
    denied = error_for_status(stream.status)
    kind = stream.headers.get("Content-Type", "").partition(";")[0].lower()
    message = any(word in kind for word in _DOCUMENTS)
    said = message and (denied is None or stream.status == _BAD_REQUEST)
    if said or isinstance(denied, DeviceUnsupportedError):
        # The camera speaks of its errors with a good status as well.
        raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
    if denied is not None:
        raise denied


async def record_event(client: Client) -> None:
    """Have the camera record what happens now, once.

    Raise:
        DeviceError: It does not.
    """
    try:
        await client.order(RECORD_CALL)
    except CodeError as err:
        if err.code == BUSY:
            # It records an event already.
            return
        if await _is_switched_off(client):
            raise DeviceRequestError(Reason.EVENT_RECORDING_OFF) from None
        raise err.error from None


async def _is_switched_off(client: Client) -> bool:
    """Return whether recording of events is switched off, as far as it is told."""
    try:
        document = await client.get(EVENT_RECORDING.path)
    except DeviceError:
        return False
    return document.root.node().flag("Enable") is False
