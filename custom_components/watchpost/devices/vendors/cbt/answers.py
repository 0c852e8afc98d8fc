"""Answers of a camera: fields, and an envelope around them (section 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...model.device import Json
from ...model.mac import mac_address
from ...transport.http import HttpAnswer
from ...transport.payload import Node, PayloadError, parse_json
from .codes import DONE, error_for, error_for_status, error_for_text

_ENVELOPE: Final = frozenset(
    {
        "code",
        "message",
        "device_mac",
        "deviceid",
        "device_id",
        "log",
        "device_ip",
        "sign_tby",
    }
)
"""Names, in lower case, that stand in every answer and are no settings."""
_PADDING: Final = b"\x00\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a camera has answered."""

    fields: Node
    mac: str | None
    number: str
    """The id of the device."""
    status: int
    """The HTTP status."""
    code: int


def text_of(answer: HttpAnswer) -> str:
    """Return a body as text, without what stands around it."""
    return answer.body.strip(_PADDING).decode(errors="replace")


def parse(answer: HttpAnswer) -> Answer:
    """Take an answer apart; whether it is a refusal is not judged.

    Raise:
        DeviceError: It is a bare text, or nothing of this family.
    """
    denied = error_for_status(answer.status)
    text = text_of(answer)
    if (error := error_for_text(text)) is not None:
        raise error
    try:
        # A name that stands twice counts as it stands last.
        tree = parse_json(text.encode())
    except PayloadError:
        raise denied or PayloadError() from None
    told = Node(tree if isinstance(tree, dict) else {})
    code = told.integer("code")
    if code is None:
        raise denied or PayloadError()
    if code == DONE and denied is not None:
        raise denied
    return Answer(
        fields=Node(_without_envelope(told.tree)),
        mac=mac_address(told.text("device_mac")),
        number=(told.text("deviceID") or "").strip(),
        status=answer.status,
        code=code,
    )


def judge(answer: Answer) -> None:
    """Make sure that an answer is no refusal.

    Raise:
        DeviceError: It is one.
    """
    if answer.code != DONE:
        raise error_for(answer.code)


def _without_envelope(tree: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: _whole(value)
        for name, value in tree.items()
        if name.lower() not in _ENVELOPE
    }


def _whole(value: Json) -> Json:
    """Return what was told with 1 in place of 1.0, however deep it stands."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {name: _whole(one) for name, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list) else value
