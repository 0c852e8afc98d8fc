"""Answers and queries, as odd as units print them."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.transport.digest import Digest
from custom_components.watchpost.devices.transport.payload import PayloadError
from custom_components.watchpost.devices.vendors.vserver.message import parse
from custom_components.watchpost.devices.vendors.vserver.queries import Range

HEAD = (
    '<Message><Header class="x_get"></Header><result code="200">Successfully</result>'
)


def body(inner: str, end: str = "</Message>") -> bytes:
    """Return an answer."""
    return f"{HEAD}{inner}{end}".encode()


FORMS = {
    "typed": "<G><A><int>1</int></A><B><string>x y</string></B></G>",
    "untyped": "<G><A>1</A><B>x y</B></G>",
    "blanks": "<G>\n <A> <int> 1 </int> </A>\n <B>\n<string>x y</string></B></G>",
    "channel": "<G><Channel><int>4</int></Channel><A>1</A><B>x y</B></G>",
    "twice": "<G><A>1</A><A>2</A><B>x y</B></G><G><A>3</A></G>",
    "other_case": "<g><a>1</a><b>x y</b></g>",
}


@pytest.mark.parametrize("end", ["</Message>", "", "</Message>\x00\r\n "])
@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str, end: str) -> None:
    """The values are the same."""
    message = parse(body(FORMS[name], end))
    node = message.node("G")
    assert (message.header, message.code) == ("x_get", 200)
    assert (node.integer("A"), node.text("B")) == (1, "x y")
    assert node.spelling("Channel") is None
    assert message.node("Other").tree == {}


ROWS = {
    "groups": "<G><N>1</N><V>a</V></G><G><N>2</N><V>b</V><W>c</W></G>",
    "fields": "<G><N>1</N><V>a</V><N>2</N><V>b</V><W>c</W></G>",
    "unnumbered": "<G><V>a</V></G><G><V>b</V><W>c</W></G>",
    "with_channel": (
        "<G><Channel>9</Channel><N>1</N><V>a</V></G>"
        "<G><Channel>9</Channel><N>2</N><V>b</V><W>c</W></G>"
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    """Groups repeat, or values do."""
    rows = parse(body(ROWS[name])).rows("G", "N")
    assert rows == {"1": {"V": "a"}, "2": {"V": "b", "W": "c"}}


CODES = {
    '<result code="502">x</result>': 502,
    "<result code='401'/>": 401,
    "<result>Successfully</result>": 200,
    "<result>Failed</result>": 503,
}


@pytest.mark.parametrize("result", CODES)
def test_codes(result: str) -> None:
    """A word stands for a code that is not there."""
    assert parse(f"<Message>{result}</Message>".encode()).code == CODES[result]


HOSTILE = {
    "entity": b'<!DOCTYPE a [<!ENTITY b "c">]><Message><result>&b;</result></Message>',
    "deep": b"<Message><result/>" + b"<a>" * 100 + b"</a>" * 100 + b"</Message>",
    "wide": b"<Message><result/>" + b"<a/>" * 30_000 + b"</Message>",
    "no_result": b"<Message></Message>",
    "other": b"<Messages><result/></Messages>",
    "text": b"Successfully",
    "nothing": b"",
    "cut": b'<Message><result code="200">Succ',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    """What no unit has a reason to send is no answer."""
    with pytest.raises(DeviceConnectionError) as caught:
        parse(HOSTILE[name])
    assert caught.value.reason is Reason.BAD_ANSWER


@settings(max_examples=300, deadline=None)
@given(
    data=st.binary(max_size=60) | st.text(max_size=60).map(lambda t: body(t)),
)
def test_anything(data: bytes) -> None:
    """It is a message or none, never another error."""
    try:
        message = parse(data)
    except PayloadError:
        return
    assert isinstance(message.code, int)


# Queries


@pytest.mark.parametrize(
    ("text", "settable", "limits", "nearest"),
    [
        ("", False, None, 7),
        ("  ", False, None, 7),
        ("0, 1", True, (0, 1), 1),
        ("0,1", True, (0, 1), 1),
        ("5", True, (5, 5), 5),
        ("1 ... 30", True, (1, 30), 7),
        ("1...5", True, (1, 5), 5),
        ("-720 ... 780", True, (-720, 780), 7),
        ("3, 5, 10, 15", True, (3, 15), 5),
        ("6, 8", True, (6, 8), 6),
        ("valid string", True, None, 7),
        ("string", True, None, 7),
        ("any string", True, None, 7),
        ("CLOSED, 1280x720", True, None, 7),
    ],
    ids=range(14),
)
def test_ranges(
    text: str, *, settable: bool, limits: tuple[float, float] | None, nearest: int
) -> None:
    """Empty is read only, commas are a list, dots are two ends."""
    found = Range.parse(text)
    assert found.settable is settable
    assert found.limits == limits
    assert found.nearest(7) == nearest


def test_allowed() -> None:
    """Words count in any case, numbers within their ends, texts always."""
    assert Range.parse("G711U, AAC").allows("aac")
    assert not Range.parse("G711U, AAC").allows("PCM")
    assert Range.parse("0 ... 4").allows(4)
    assert not Range.parse("0 ... 4").allows(5)
    assert Range.parse("string").allows("x")
    assert not Range.parse("").allows(0)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40), value=st.floats(-1e6, 1e6))
def test_any_range(text: str, value: float) -> None:
    """No text of a unit is an error; what is sent lies within the limits."""
    found = Range.parse(text)
    if found.limits is not None and found.settable:
        low, high = found.limits
        assert low - 0.5 <= found.nearest(value) <= high + 0.5


# Digest


def test_published_example() -> None:
    """The answer of the standard's own example without a qop (RFC 2069)."""
    offer = (
        'Basic realm="x", Digest realm="testrealm@host.com", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c"'
    )
    digest = Digest.offered((offer,))
    assert digest is not None
    answer = digest.header("GET", "/dir/index.html", "Mufasa", "Circle Of Life")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in answer
    assert 'opaque="5ccc069c"' in answer
    assert "qop" not in answer


@pytest.mark.parametrize(
    "offer",
    ['Basic realm="digest"', 'Digest realm="x"', 'Digest nonce="1", algorithm=MD4', ""],
    ids=["basic", "no_nonce", "algorithm", "empty"],
)
def test_no_digest(offer: str) -> None:
    """What cannot be answered is none."""
    assert Digest.offered((offer,)) is None


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_counts(algorithm: str) -> None:
    """Each answer has a number of its own."""
    offer = (
        f'Digest realm="a\\"b", qop="auth-int,auth", nonce="1", algorithm={algorithm}'
    )
    digest = Digest.offered((offer,))
    assert digest is not None
    first, second = (digest.header("GET", "/", 'u"', "p") for _ in range(2))
    assert "nc=00000001" in first
    assert "nc=00000002" in second
    assert f"algorithm={algorithm}" in first
    assert 'username="u\\""' in first
    assert 'realm="a\\"b"' in first
