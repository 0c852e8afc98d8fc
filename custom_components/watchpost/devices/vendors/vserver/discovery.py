"""Recognize the family at an address; the document describes no search."""

from typing import Final

from aiohttp import ClientSession

from ...model.device import Login
from ...model.errors import DeviceConnectionError, Reason
from ...transport.http import HttpAnswer, HttpTransport
from ...transport.payload import PayloadError
from .client import address
from .codes import HTTP_DENIED
from .identity import GROUP
from .message import parse

_TIMEOUT: Final = 5.0
"""Seconds for an answer to a stranger; nothing is read from a disk for it."""
_LIMIT: Final = 64 * 1024
_CGI: Final = "sys_get"
_FOREIGN: Final = frozenset({"content-length", "transfer-encoding", "date"})
"""Header fields that no answer of the document has (section 2.3.1.2)."""


async def recognize(login: Login, session: ClientSession) -> bool:
    """Ask for the device information without a login.

    A unit answers with a message of its own. If it wants a login, that alone would be
    weak, as any web server can: it counts only in the bare form of the document, HTTP
    of the older kind without a length or a date, and without a text of somebody else.

    Raise:
        DeviceConnectionError: Nothing answers at the address.
    """
    transport = HttpTransport(session, login)
    try:
        answer = await transport.request(
            "GET", address(_CGI, GROUP), command=False, seconds=_TIMEOUT, limit=_LIMIT
        )
    except DeviceConnectionError as err:
        if err.reason is Reason.BAD_ANSWER:
            return False
        raise
    return _is_ours(answer)


def _is_ours(answer: HttpAnswer) -> bool:
    if answer.status == HTTP_DENIED:
        fields = {name.lower() for name in answer.headers}
        return not answer.body.strip() and not fields & _FOREIGN
    try:
        return parse(answer.body).header.lower() == _CGI
    except PayloadError:
        return False
