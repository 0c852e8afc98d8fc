"""What the answers of the unit mean: codes, errors inside HTTP 200, odd XML."""

from typing import Final

from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.http import HttpAnswer
from ...transport.payload import Node, PayloadError, parse_xml

_STATUS: Final = b"responsestatus"


class SessionLostError(Exception):
    """The unit does not know the session any more."""


class UnknownFieldError(DeviceUnsupportedError):
    """The unit does not know the name of a field."""


def read_document(answer: HttpAnswer) -> Node:
    """Return the document of an answer that was judged to be good."""
    return parse_xml(repair(answer.body))[1]


def repair(body: bytes) -> bytes:
    """Mend what the document prints wrong and a unit may send as printed.

    An element that section 2.6.3 opens twice instead of closing it, and the
    "-->/MaxLink>" of section 2.5.1 have been seen in print only.
    """
    try:
        parse_xml(body)
    except PayloadError:
        mended = _close_log_entries(body)
        mended = mended.replace(b"</colorConfiguration>", b"</ColorConfig>")
        try:
            parse_xml(mended)
        except PayloadError:
            return body
        return mended
    return body


def _close_log_entries(body: bytes) -> bytes:
    """Close every second of two equal opening tags of a log entry."""
    parts = body.split(b"<AlarmCount_")
    out = [parts[0]]
    opened = b""
    for part in parts[1:]:
        number = part.split(b">", 1)[0]
        if number == opened:
            out.append(b"</AlarmCount_" + part)
            opened = b""
        else:
            out.append(b"<AlarmCount_" + part)
            opened = number
    return b"".join(out)


def judge(answer: HttpAnswer) -> None:
    """Raise what an answer means; HTTP 200 may carry an error (section 1.3)."""
    code, readable = status_code(answer)
    status = answer.status
    if status == 401 or (status == 400 and not readable):
        raise SessionLostError
    if status in (404, 405):
        raise DeviceUnsupportedError
    if status == 409:
        raise DeviceRequestError(Reason.CONFLICT)
    if code is None and status in (200, 204):
        return
    match code:
        case 200:
            return
        case 402:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        case 403:
            raise UnknownFieldError
        case 501:
            raise DeviceUnsupportedError
        case 502:
            raise DeviceRequestError(Reason.NOT_NOW)
    if status == 501:
        raise DeviceUnsupportedError
    if status == 503 or code == 503:
        raise DeviceConnectionError(Reason.BUSY)
    raise DeviceError(Reason.FAILED)


def status_code(answer: HttpAnswer) -> tuple[int | None, bool]:
    """Return the application code of an answer and whether it has a readable one."""
    if _STATUS not in answer.body[:4096].lower():
        return None, False
    try:
        root, node = parse_xml(answer.body)
    except PayloadError:
        if answer.status == 200:
            # It may say that nothing was done.
            raise
        return None, False
    if root.lower() != _STATUS.decode():
        return None, False
    code = node.integer("StatusCode")
    return code, code is not None
