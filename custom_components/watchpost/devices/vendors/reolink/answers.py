"""What comes back: a list of answers, whatever it is called (section 2)."""

from dataclasses import dataclass, field
import json
from typing import Final

from ...model.device import Json
from ...transport.payload import Node, PayloadError, parse_json
from .codes import DONE, NO_ANSWER, NO_REASON

_NOTHING: Final = Node({})
_FINE: Final = frozenset({200, 0})
_MOST: Final = 256
"""Answers that are looked at; a request has at most 35 commands."""


# Not frozen: there are 32 of them every two seconds, and that would double the cost.
@dataclass(kw_only=True, slots=True)
class Answer:
    """The answer to one command; its name is not believed, its place counts."""

    code: int = DONE
    value: Node = _NOTHING
    limits: Node = _NOTHING
    """The range of the values, where it was asked for."""


@dataclass(kw_only=True, slots=True)
class Told:
    """A body, as it came and as it was read."""

    body: bytes = b""
    raw: list[Json] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def parse_answers(body: bytes) -> list[Answer]:
    """Return the answers of a body; its content type is always text/html.

    Raise:
        PayloadError: It is not what the device should send.
    """
    return parse_again(body, Told()).answers


def parse_again(body: bytes, before: Told) -> Told:
    """Return what a body tells; what has not changed is not read again.

    Raise:
        PayloadError: It is not what the device should send.
    """
    if body == before.body and before.answers:
        return before
    told = _parse(body.strip(b"\x00 \t\r\n"))
    if isinstance(told, dict):
        told = [told]
    if not isinstance(told, list) or len(told) > _MOST:
        raise PayloadError
    raw: list[Json] = told
    if raw and not any(isinstance(one, dict) for one in raw):
        raise PayloadError
    if len(raw) != len(before.raw):
        return Told(body=body, raw=raw, answers=[_answer(one) for one in raw])
    answers = [
        known if one == earlier else _answer(one)
        for one, earlier, known in zip(raw, before.raw, before.answers, strict=True)
    ]
    return Told(body=body, raw=raw, answers=answers)


def _parse(body: bytes) -> Json:
    """Read JSON; texts that nobody could store or show are mended."""
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    told = parse_json(body)
    if b"\\" in body and (b"\\ud" in body or b"\\uD" in body):
        # Half a pair is no text; whole ones are put together by this.
        try:
            text = json.dumps(told, ensure_ascii=False)
        except RecursionError:
            raise PayloadError from None
        told = parse_json(text.encode(errors="replace"))
    return told


def _answer(told: Json) -> Answer:
    if not isinstance(told, dict):
        return Answer(code=NO_ANSWER)
    value = told.get("value")
    if (
        told.get("code") == 0
        and isinstance(value, dict)
        and "error" not in told
        and "rspCode" not in value
        and "range" not in told
    ):
        return Answer(value=Node(value))
    return _hard(Node(told))


def _hard(told: Node) -> Answer:
    """Read an answer that is a refusal, has a range, or is written in another way."""
    error, value = told.node("error"), told.node("value")
    code = told.integer("code")
    for node in (error, value):
        said = node.integer("rspCode") if node is not None else None
        if said is not None and said not in _FINE:
            return Answer(code=said)
    if told.value("error") or code not in (0, None):
        return Answer(code=code if code and code < 0 else NO_REASON)
    if code is None and value is None:
        return Answer(code=NO_ANSWER)
    return Answer(
        value=value or _NOTHING,
        limits=told.node("range") or _NOTHING,
    )


def read_code(body: bytes) -> int:
    """Return the code of an error that came instead of a picture or a file."""
    try:
        answers = parse_answers(body)
    except PayloadError:
        return DONE
    return answers[0].code if answers else DONE
