"""What the action on serial ports accepts."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from .fields import ONE_DEVICE

_FORMS: Final = ("data", "hex")
_MAX_BYTES: Final = 1024
"""More than any command on such a line, and it has to fit into an address."""


def _text(value: Any) -> bytes:
    """Take a text."""
    return cv.string(value).encode()


def _hex(value: Any) -> bytes:
    """Take pairs of hex digits; a number has lost its leading zeros already."""
    if not isinstance(value, str):
        raise vol.Invalid("pairs of hex digits in quotes are needed")
    try:
        return bytes.fromhex(value)
    except ValueError as err:
        raise vol.Invalid("pairs of hex digits are needed") from err


_LENGTH: Final = vol.Length(min=1, max=_MAX_BYTES)

SERIAL_SEND: Final = vol.Schema(
    {
        **ONE_DEVICE,
        vol.Optional("data"): vol.All(_text, _LENGTH),
        vol.Optional("hex"): vol.All(_hex, _LENGTH),
        vol.Optional("read", default=False): cv.boolean,
    }
)


def serial_data(fields: Mapping[str, Any]) -> bytes | None:
    """Return what is to be sent; None if it is not given in exactly one form."""
    given = [fields[form] for form in _FORMS if form in fields]
    return given[0] if len(given) == 1 else None


def serial_answer(answer: bytes) -> dict[str, str]:
    """Return an answer in both forms; what is no text is replaced in it."""
    return {
        "hex": answer.hex(" ").upper(),
        "text": answer.decode(errors="replace"),
    }
