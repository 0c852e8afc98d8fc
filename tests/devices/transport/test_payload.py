"""Reading what a device, or somebody who pretends to be one, has sent."""

from hypothesis import given, strategies as st
import pytest

from custom_components.watchpost.devices.transport.payload import (
    Node,
    PayloadError,
    build_xml,
    parse_json,
    parse_xml,
)

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LAUGHS, id="billion laughs"),
        pytest.param(XXE, id="external entity"),
        pytest.param(b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x/>', id="dtd"),
        pytest.param(b"<x>&unknown;</x>", id="entity"),
        pytest.param(b"<x>" * 40 + b"</x>" * 40, id="deep"),
        pytest.param(b"<x>" + b"<y/>" * 30_000 + b"</x>", id="many"),
        pytest.param(b"<x><y>1</y>", id="truncated"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x00", id="zeros"),
        pytest.param(b"<html><br></html>", id="html"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><x/>', id="encoding"),
    ],
)
def test_refused(body: bytes) -> None:
    """What is not an honest document is one error and nothing else."""
    with pytest.raises(PayloadError):
        parse_xml(body)


@given(st.binary(max_size=300))
def test_bytes_never_crash(body: bytes) -> None:
    """Any bytes are a document or the one error."""
    for parse in (parse_xml, parse_json):
        try:
            parse(body)
        except PayloadError:
            continue


def test_reading() -> None:
    """Names in any case, wrong types are nothing."""
    root, node = parse_xml(
        b"\x00<Doc><NAME>x</NAME><on>true</on><off>0</off><maybe>perhaps</maybe>"
        b"<n> 12.6 </n><huge>1e999</huge><nan>nan</nan><long>9999999999999999</long>"
        b"<empty/><part a='1'>t</part><in><deep>d</deep></in>"
        b"<twice>1</twice><twice>2</twice><list><i>1</i></list><list><i>2</i></list>"
        b"<W_0>a</W_0><w_2>b</w_2><W_10>c</W_10><W_1234567>d</W_1234567></Doc>\n"
    )
    assert root == "Doc"
    assert node.text("name") == "x"
    assert node.text("no", "Name") == "x"
    assert (node.flag("ON"), node.flag("off"), node.flag("maybe")) == (
        True,
        False,
        None,
    )
    assert (node.number("n"), node.integer("n")) == (12.6, 13)
    assert [node.number(name) for name in ("huge", "nan", "long", "in", "no")] == [
        None
    ] * 5
    assert node.text("empty") == ""
    assert node.text("part") == "t"
    assert node.text("in") is None
    assert node.node("empty") is None
    assert node.find("DEEP") == "d"
    assert node.find("no") is None
    assert node.text("twice") == "1"
    assert [part.text("i") for part in node.nodes("list")] == ["1", "2"]
    first = node.node("list")
    assert first is not None
    assert first.text("i") == "1"
    assert node.numbered("w") == {0: "W_0", 2: "w_2", 10: "W_10"}
    assert node.nodes("no") == ()


def test_leaf_document() -> None:
    """A document without children is a text."""
    assert parse_xml(b"<a>b</a>")[1].text("#text") == "b"
    assert Node({"a": True, "b": False, "c": []}).text("a") == "1"
    assert Node({"b": False}).flag("b") is False
    assert Node({"c": []}).text("c") == ""
    assert Node({"c": []}).node("c") is None


TEXTS = st.text("aZ09 <>&'\"\u00fc\u4e2d", min_size=1).map(str.strip)


@given(
    st.dictionaries(st.from_regex(r"\A[A-Z][a-zA-Z]{0,5}_[0-9]\Z"), TEXTS, min_size=1)
)
def test_round_trip(tree: dict[str, str]) -> None:
    """What is read and written again is the same, in spelling and order."""
    body = build_xml("Root", dict(tree))
    root, node = parse_xml(body)
    assert root == "Root"
    assert list(node) == list(tree)
    assert build_xml("Root", node.tree) == body


def test_changing() -> None:
    """A change keeps the device's spelling and touches no other copy."""
    _, node = parse_xml(b"<D><B>1</B><aLias>2</aLias></D>")
    other = node.copy()
    assert other.put("9", "no", "ALIAS")
    assert not other.put("9", "missing")
    assert build_xml("D", other.tree) == b"<D><B>1</B><aLias>9</aLias></D>"
    assert node.text("alias") == "2"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"\xff\xfe{", b"9" * 5000], ids=range(5)
)
def test_bad_json(body: bytes) -> None:
    """What is not JSON is one error."""
    with pytest.raises(PayloadError):
        parse_json(body)


def test_json() -> None:
    """JSON is returned as it is."""
    assert parse_json(b'{"a": [1, null]}') == {"a": [1, None]}
