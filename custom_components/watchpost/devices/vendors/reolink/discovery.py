"""Recognize the family at an address."""

from aiohttp import ClientSession

from ...model.device import Login
from ...model.errors import DeviceConnectionError, Reason
from ...transport.http import HttpTransport
from .answers import read_code
from .client import Ask, encode
from .codes import DONE
from .const import API

_TIMEOUT = 5.0
"""Seconds for an answer to a stranger; nothing is read from a disk for it."""


async def recognize(login: Login, session: ClientSession) -> bool:
    """Ask for the device information without a login, and be refused as here alone.

    Raise:
        DeviceConnectionError: Nothing answers at the address.
    """
    transport = HttpTransport(session, login)
    ask = Ask(command="GetDevInfo")
    try:
        answer = await transport.request(
            "POST",
            f"{API}?cmd=GetDevInfo",
            command=False,
            headers={"Content-Type": "application/json"},
            body=encode([ask.body()]),
            seconds=_TIMEOUT,
        )
    except DeviceConnectionError as err:
        if err.reason is Reason.BAD_ANSWER:
            return False
        raise
    return read_code(answer.body) != DONE and b"rspCode" in answer.body
