"""XML that is changed without touching the rest of its text."""

from hypothesis import given, strategies as st
import pytest

from custom_components.watchpost.devices.transport.payload import PayloadError
from custom_components.watchpost.devices.transport.xmltext import (
    Element,
    XmlText,
    worded,
)

DOCUMENT = """<?xml version="1.0" encoding="UTF-8" ?>\r
<zw:OSD Version="1.0" xmlns:zw="http://example.com/a&gt;b" note='x > "y"'>\r
  <!-- what people see -->\r
  <zw:Name lang="de">Hof &amp; Gärten</zw:Name>\r
  <zw:Mask> 0101</zw:Mask>
  <zw:Empty/><zw:Blank  kind="a/b" /><zw:Open></zw:Open>\r
  <zw:Data><![CDATA[<raw>]]></zw:Data>\r
  <zw:List>\r
    <zw:Row><zw:ID>1</zw:ID></zw:Row><zw:Other>o</zw:Other><zw:Row><zw:ID>2</zw:ID></zw:Row>\r
  </zw:List>\r
</zw:OSD>""".encode()


def element(document: XmlText, *path: str) -> Element:
    """Return an element that is there."""
    found = document.root
    for name in path:
        child = found.child(name)
        assert child is not None, name
        found = child
    return found


def test_nothing_changed() -> None:
    """What was not changed is what was read, without a byte order mark."""
    assert XmlText(DOCUMENT).render() == DOCUMENT
    assert XmlText(b"\xef\xbb\xbf" + DOCUMENT + b"\r\n\0").render() == DOCUMENT
    assert not XmlText(DOCUMENT).changed


def test_reading() -> None:
    """Names lose their prefix, lists come together, texts lose their blanks."""
    node = XmlText(DOCUMENT).root.node()
    assert node.text("name") == "Hof & Gärten"
    assert node.text("Mask") == "0101"
    assert node.text("Empty") == ""
    assert node.text("Data") == "<raw>"
    rows = node.node("List")
    assert rows is not None
    assert [row.integer("ID") for row in rows.nodes("Row")] == [1, 2]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (("Name",), b">Hof &amp; G\xc3\xa4rten<", b">a &lt; b &amp; \xc3\xb6<"),
        (("Mask",), b"> 0101<", b">a &lt; b &amp; \xc3\xb6<"),
        (("Open",), b"<zw:Open></", b"<zw:Open>a &lt; b &amp; \xc3\xb6</"),
        (
            ("Empty",),
            b"<zw:Empty/>",
            b"<zw:Empty>a &lt; b &amp; \xc3\xb6</zw:Empty>",
        ),
        (
            ("Blank",),
            b'<zw:Blank  kind="a/b" />',
            b'<zw:Blank  kind="a/b">a &lt; b &amp; \xc3\xb6</zw:Blank>',
        ),
        (("Data",), b"<![CDATA[<raw>]]>", b"a &lt; b &amp; \xc3\xb6"),
        (("List", "Row", "ID"), b"<zw:ID>1<", b"<zw:ID>a &lt; b &amp; \xc3\xb6<"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_put(path: tuple[str, ...], before: bytes, after: bytes) -> None:
    """One text is changed and escaped; all other bytes stay."""
    document = XmlText(DOCUMENT)
    document.put(element(document, *path), "a < b & ö")
    assert DOCUMENT.count(before) == 1
    assert document.changed
    assert document.render() == DOCUMENT.replace(before, after)


def test_same_value_is_no_change() -> None:
    """A value that is there already changes nothing."""
    document = XmlText(DOCUMENT)
    document.put(element(document, "Mask"), " 0101")
    assert not document.changed


def test_remove_and_add() -> None:
    """Rows are taken away and others put behind the rest, before the closing tag."""
    document = XmlText(DOCUMENT)
    rows = element(document, "List")
    for row in rows.all("row"):
        document.remove(row)
    document.add(rows, "Row", {"ID": "7", "Name": "a<b"})
    document.add(rows, "Row", {"ID": "8"})
    start = DOCUMENT.index(b"<zw:Row>")
    end = DOCUMENT.index(b"\r\n  </zw:List>")
    assert document.render() == (
        DOCUMENT[:start]
        + b"<zw:Other>o</zw:Other>"
        + b"<zw:Row><zw:ID>7</zw:ID><zw:Name>a&lt;b</zw:Name></zw:Row>"
        + b"<zw:Row><zw:ID>8</zw:ID></zw:Row>"
        + DOCUMENT[end:]
    )


@pytest.mark.parametrize("text", [b"<L/>", b"<L></L>", b'<L a="1" />'])
def test_add_to_nothing(text: bytes) -> None:
    """A list without rows gets one, however it is written."""
    document = XmlText(b"<A>" + text + b"</A>")
    document.add(element(document, "L"), "R", {"ID": "1"})
    again = XmlText(document.render())
    assert element(again, "L", "R", "ID").text == "1"


def test_change_and_remove_together() -> None:
    """Several changes do not get in each other's way."""
    document = XmlText(b"<A><B>1</B><C>2</C><D>3</D></A>")
    document.put(element(document, "B"), "10")
    document.remove(element(document, "C"))
    document.put(element(document, "D"), "30")
    assert document.render() == b"<A><B>10</B><D>30</D></A>"


def test_other_encoding() -> None:
    """What is not UTF-8 is sent back as UTF-8, and says so."""
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><A><B>Gärten</B></A>'
    document = XmlText(body.encode("latin-1"))
    assert element(document, "B").text == "Gärten"
    assert document.render() == body.replace("ISO-8859-1", "UTF-8").encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<A>",
        b"<A></B>",
        b"<A/><B/>",
        b'<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
        b'<!DOCTYPE A SYSTEM "file:///etc/passwd"><A/>',
        b"<A>&unknown;</A>",
        b"<A>" * 40 + b"</A>" * 40,
        b"<A>" + b"<B/>" * 30_000 + b"</A>",
        b"<A>\xff\xfe</A>",
        b'<?xml version="1.0" encoding="unknown-8"?><A/>',
        b'<?xml version="1.0" encoding="ascii"?><A>\xe4</A>',
        "<A/>".encode("utf-16"),
    ],
    ids=range(14),
)
def test_hostile(body: bytes) -> None:
    """What is not XML, or more than a device has a reason to send, is refused."""
    with pytest.raises(PayloadError):
        XmlText(body)


@pytest.mark.parametrize(
    ("like", "on", "off"),
    [
        ("true", "true", "false"),
        ("FALSE", "TRUE", "FALSE"),
        ("False", "True", "False"),
        (" 1 ", "1", "0"),
        ("0", "1", "0"),
        ("maybe", "true", "false"),
        ("", "true", "false"),
    ],
)
def test_worded(like: str, on: str, off: str) -> None:
    """Yes and no are written in the words of the device."""
    assert (worded(True, like), worded(False, like)) == (on, off)


_TEXT = st.text(
    st.characters(
        blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"
    )
)


@given(st.lists(_TEXT, min_size=1, max_size=6), _TEXT, st.data())
def test_any_text(texts: list[str], new: str, data: st.DataObject) -> None:
    """Whatever the texts are, one is changed and the others are not."""
    document = XmlText(b"<A>" + b"<B/>" * len(texts) + b"</A>")
    for child, text in zip(document.root.children, texts, strict=True):
        document.put(child, text)
    again = XmlText(document.render())
    assert [one.text for one in again.root.children] == texts
    place = data.draw(st.integers(0, len(texts) - 1))
    again.put(again.root.children[place], new)
    last = XmlText(again.render())
    texts[place] = new
    assert [one.text for one in last.root.children] == texts
