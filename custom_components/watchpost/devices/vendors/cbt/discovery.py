"""Recognize the family at an address, without a login."""

from typing import Final

from aiohttp import ClientSession

from ...model.device import Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from ...transport.http import HttpTransport
from .answers import parse, text_of
from .client import hashed
from .codes import error_for_text
from .const import CGI, IDENTITY

_TIMEOUT = 5.0
"""Seconds for an answer to a stranger; nothing is read from a disk for it."""
_LIMIT: Final = 64 * 1024
_NOBODY: Final = "recognize"
"""A name and a password that nobody has."""


async def recognize(login: Login, session: ClientSession) -> bool:
    """Ask who is there under a made-up name, and be refused as here alone.

    Raise:
        DeviceConnectionError: Nothing answers at the address.
    """
    transport = HttpTransport(session, login)
    try:
        answer = await transport.request(
            "GET",
            f"{CGI}?user={_NOBODY}&pwd={hashed(_NOBODY)}&action={IDENTITY}",
            command=False,
            seconds=_TIMEOUT,
            limit=_LIMIT,
        )
    except DeviceConnectionError as err:
        if err.reason is Reason.BAD_ANSWER:
            return False
        raise
    # A bare 401 can come from anybody; only the words are this family's own.
    if isinstance(error_for_text(text_of(answer)), DeviceAuthError):
        return True
    try:
        told = parse(answer)
    except DeviceError:
        return False
    # Some firmware asks nobody for a login.
    return told.mac is not None and bool(told.number)
