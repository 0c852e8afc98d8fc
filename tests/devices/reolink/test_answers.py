"""Bodies as devices send them, and as nobody should."""

import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.transport.payload import PayloadError
from custom_components.watchpost.devices.vendors.reolink.answers import (
    Told,
    parse_again,
    parse_answers,
    read_code,
)
from custom_components.watchpost.devices.vendors.reolink.codes import (
    DONE,
    NO_ANSWER,
    NO_REASON,
)


def body(*told: Json) -> bytes:
    """Return a body with some answers."""
    return json.dumps(list(told)).encode()


def error(code: Json) -> dict[str, Json]:
    """Return what stands under "error"."""
    return {"rspCode": code, "detail": "text"}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        pytest.param({"code": 0, "value": {"a": 1}}, DONE, id="plain"),
        pytest.param({"code": 0}, DONE, id="nothing to tell"),
        pytest.param({"value": {"a": 1}}, DONE, id="no code"),
        pytest.param({"code": "0", "value": {"rspCode": "200"}}, DONE, id="texts"),
        pytest.param({"code": False, "value": {}}, DONE, id="false"),
        pytest.param({"code": 0, "value": {"rspCode": 200}}, DONE, id="written"),
        pytest.param({"code": 0, "value": {"rspCode": 0}}, DONE, id="written as 0"),
        pytest.param({"code": 0, "error": None, "value": {}}, DONE, id="null error"),
        pytest.param({"code": 0, "value": [{"a": 1}]}, DONE, id="value in a list"),
        pytest.param({"code": 1, "error": error(-9)}, -9, id="refused"),
        pytest.param({"code": 0, "error": error(-9)}, -9, id="refused with code 0"),
        pytest.param({"code": 0, "value": {"rspCode": -13}}, -13, id="refused inside"),
        pytest.param({"Code": "1", "Error": error("-26")}, -26, id="other spelling"),
        pytest.param({"code": 1, "error": [error(-4)]}, -4, id="error in a list"),
        pytest.param({"code": -16}, -16, id="code is the reason"),
        pytest.param({"code": 1}, NO_REASON, id="no reason"),
        pytest.param({"code": True, "value": {}}, NO_REASON, id="true"),
        pytest.param({"code": 0, "error": "text"}, NO_REASON, id="text as error"),
        pytest.param({"code": 1, "error": {}}, NO_REASON, id="empty error"),
        pytest.param({"code": 1, "error": error(None)}, NO_REASON, id="null code"),
        pytest.param({}, NO_ANSWER, id="empty"),
        pytest.param({"cmd": "GetTime", "value": None}, NO_ANSWER, id="null value"),
        pytest.param({"code": [], "value": "x"}, NO_ANSWER, id="wrong types"),
    ],
)
def test_one_answer(told: dict[str, Json], code: int) -> None:
    """Whatever it is called and however it is written, it is read or refused."""
    (answer,) = parse_answers(body(told))
    assert answer.code == code
    (alone,) = parse_answers(json.dumps(told).encode())
    assert alone.code == code


def test_values_and_ranges() -> None:
    """Value and range are handed on as they are; wrong types are empty."""
    first, second, third = parse_answers(
        body(
            {"cmd": "x", "code": 0, "value": {"Ir": {"state": 1.5}}, "range": {"a": 1}},
            {"code": 0, "value": {"b": "c"}, "initial": {}, "range": "Boolean"},
            {"code": 1, "error": error(-9), "value": {"b": "c"}},
        )
    )
    assert (first.value.tree, first.limits.tree) == ({"Ir": {"state": 1.5}}, {"a": 1})
    assert (second.value.tree, second.limits.tree) == ({"b": "c"}, {})
    assert third.value.tree == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00 \r\n",
        b"null",
        b"true",
        b"17",
        b'"text"',
        b"[",
        b"<html><body>It works!</body></html>",
        b"\x00\xff\x1b<<&;" * 40,
        b"[1, 2, 3]",
        b"[null]",
        b'["Login"]',
        b"[[]]",
        b"[{}" + b",{}" * 10_000 + b"]",
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b"\xff\xfe[\x00]\x00",
    ],
    ids=range(18),
)
def test_no_answers_at_all(content: bytes) -> None:
    """What is not a list of answers is an error, of the usual kind."""
    with pytest.raises(PayloadError):
        parse_answers(content)
    assert read_code(content) == DONE


def test_odd_items_keep_their_place() -> None:
    """What cannot be read among others is missing, not everything."""
    fine: Json = {"code": 0, "value": {"state": 1}}
    answers = parse_answers(body(fine, None, fine, "x", []))
    assert [answer.code for answer in answers] == [DONE, NO_ANSWER, DONE, *[-1000] * 2]


def test_padding() -> None:
    """Zeros and blank lines around the body, and a mark before it, do no harm."""
    content = body({"code": 0, "value": {"a": 1}})
    for padded in (b"\xef\xbb\xbf" + content, content + b"\x00\x00", b"\r\n" + content):
        (answer,) = parse_answers(padded)
        assert answer.value.tree == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'"Caf\xc3\xa9"', "Caf\xe9"),
        (b'"Caf\xe9"', "Caf\ufffd"),
        (b'"\\u00e9 \\ud83d\\ude00"', "\xe9 \U0001f600"),
        (b'"\\ud83d \\uDE00"', "? ?"),
        (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
        (b'"a\\\\ud83d"', "a\\ud83d"),
    ],
)
def test_texts_that_cannot_be_stored_are_mended(raw: bytes, name: str) -> None:
    """Half a character in a name must not break what keeps or shows it."""
    (answer,) = parse_answers(b'[{"code":0,"value":{"name":%b}}]' % raw)
    assert answer.value.text("name") == name
    assert name.encode().decode() == name


def test_half_characters_in_a_deep_hole() -> None:
    """Mending gives up before the stack does."""
    deep = b'{"a":' * 60_000 + b'"\\ud83d"' + b"}" * 60_000
    with pytest.raises(PayloadError):
        parse_answers(b"[%b]" % deep)


def test_read_again() -> None:
    """The same body is not read again; of another one only what has changed."""
    one: Json = {"code": 0, "value": {"state": 0}}
    other: Json = {"code": 0, "value": {"state": 1}}
    first = parse_again(body(one, one), Told())
    assert parse_again(body(one, one), first) is first
    second = parse_again(body(one, other), first)
    assert second.answers[0] is first.answers[0]
    assert [answer.value.integer("state") for answer in second.answers] == [0, 1]
    longer = parse_again(body(other, one, one), second)
    assert [answer.value.integer("state") for answer in longer.answers] == [1, 0, 0]
    with pytest.raises(PayloadError):
        parse_again(b"", Told())


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["cmd", "code", "value", "error", "rspCode", "range", "x"])
TREES = st.recursive(
    LEAVES, lambda sub: st.lists(sub) | st.dictionaries(KEYS, sub), max_leaves=12
)


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_anything(tree: Json) -> None:
    """No JSON at all raises anything but the one error."""
    content = json.dumps(tree).encode()
    try:
        answers = parse_answers(content)
    except PayloadError:
        return
    for answer in answers:
        assert isinstance(answer.code, int)
        assert isinstance(answer.value.tree, dict)
        assert isinstance(answer.limits.tree, dict)
