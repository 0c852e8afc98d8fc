"""Reading what devices tell, piece by piece."""

from datetime import UTC, datetime

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json, Login
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
)
from custom_components.watchpost.devices.transport.onvif_http import SoapPost
from custom_components.watchpost.devices.transport.onvif_messages import (
    read_clock,
    read_lifetime,
    read_target,
)
from custom_components.watchpost.devices.transport.onvif_soap import (
    read_time,
    reference_parameters,
)
from custom_components.watchpost.devices.transport.payload import (
    Node,
    PayloadError,
    parse_xml,
)
from tests.emulators.onvif import OnvifOptions, Topic

from .onvif_rig import new_client, onvif_rig


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T12:00:00Z", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        (" 2026-11-21T12:00:00 ", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("2026-11-21T12:00:00+08:00", datetime(2026, 11, 21, 4, tzinfo=UTC)),
        ("2026-11-21T12:00:00.1234567Z", datetime(2026, 11, 21, 12, 0, 0, 123456, UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-13-01T00:00:00Z", None),
        ("", None),
        (None, None),
    ],
)
def test_time(text: str | None, expected: datetime | None) -> None:
    """Moments are in UTC, whatever zone they are written in."""
    assert read_time(text) == expected


def clock(**parts: str) -> Node:
    """Return an answer about the time."""
    date = {"Year": "2026", "Month": "2", "Day": "28"}
    time = {"Hour": "23", "Minute": "59", "Second": "60"}
    utc: Json = {
        "Date": {name: parts.get(name, value) for name, value in date.items()},
        "Time": {name: parts.get(name, value) for name, value in time.items()},
    }
    return Node({"SystemDateAndTime": {"UTCDateTime": utc}})


def test_clock() -> None:
    """A leap second is the one before; what no calendar has is unknown."""
    leap = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    assert read_clock(clock()) == leap.timestamp()
    for parts in (
        {"Month": "13"},
        {"Day": "30"},
        {"Hour": "x"},
        {"Year": "1969"},
        {"Year": "9999999999"},
        {"Minute": "-1"},
    ):
        assert read_clock(clock(**parts)) is None
    assert read_clock(Node({"SystemDateAndTime": {"UTCDateTime": {}}})) is None


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("http://h/a?b=1", "/a?b=1"),
        ("https://u:p@h:1/a", "/a"),
        ("/a/b", "/a/b"),
        ("a/b", "/a/b"),
        ("http://h", "/"),
        ("http://h/a#part", "/a"),
    ],
)
def test_target(address: str, target: str) -> None:
    """Only path and query of an address count."""
    assert read_target(address) == target


def test_lifetime() -> None:
    """The moments of the device are compared with each other."""
    end = "2026-11-21T12:10:00Z"
    answer = Node({"CurrentTime": "2026-11-21T12:00:00Z", "TerminationTime": end})
    assert read_lifetime(answer, 0) == 600
    now = datetime(2026, 11, 21, 12, 5, tzinfo=UTC).timestamp()
    assert read_lifetime(Node({"TerminationTime": end}), now) == 300
    assert read_lifetime(Node({"CurrentTime": end}), now) is None


def test_reference() -> None:
    """What a device wants to be told again keeps its meaning and all its parts."""
    _, raw = parse_xml(
        b'<s:E xmlns:s="urn:s" xmlns:x="urn:x" xmlns:y="urn:y" xmlns="urn:d"><s:P>'
        b'<x:A y:z="1">a&amp;b</x:A><x:A/><B><C>c</C></B></s:P></s:E>'
    )
    text = reference_parameters(raw, "P")
    _, again = parse_xml(f"<all>{text}</all>".encode())
    first, second = again.nodes("x:A")
    assert first.text("#text") == "a&b"
    assert first.text("@y:z") == "1"
    for node in (first, second):
        assert node.text("@xmlns:x") == "urn:x"
        assert node.text("@watchpostref:IsReferenceParameter") == "true"
    assert first.text("@xmlns:y") == "urn:y"
    assert "@xmlns:y" not in second
    third = again.node("B")
    assert third is not None
    assert (third.text("C"), third.text("@xmlns")) == ("c", "urn:d")
    assert reference_parameters(raw, "P", "Q") == ""


def test_reference_limit() -> None:
    """It is not of any length."""
    _, raw = parse_xml(b"<E><P><A>" + b"a" * 9000 + b"</A></P></E>")
    with pytest.raises(PayloadError):
        reference_parameters(raw, "P")


async def test_name_for_basic(session: ClientSession) -> None:
    """A name that Basic cannot carry is a refused login."""
    async with onvif_rig(session, OnvifOptions(auth="basic")) as rig:
        other = new_client(session, rig.service, rig.world, username="a:b")
        with pytest.raises(DeviceAuthError):
            await other.streams()


async def test_renewal_without_end(session: ClientSession) -> None:
    """A device that tells no end is renewed each minute."""
    async with onvif_rig(session, OnvifOptions(tell_lifetime=False)) as rig:
        events = await rig.start()
        for _ in range(20):
            rig.service.trigger(Topic.INPUT, "1", on=True)
            await rig.next_of(events)
            rig.service.clock.advance(15)
        assert 4 <= rig.service.actions.count("Renew") <= 10
        await events.aclose()


async def test_closed_session() -> None:
    """A session that is closed already is no crash."""
    session = ClientSession()
    await session.close()
    async with onvif_rig(session) as rig:
        with pytest.raises(DeviceConnectionError):
            await rig.onvif.streams()


@pytest.mark.parametrize("host", ["2001:db8::1", "[2001:db8::1]"])
async def test_newer_address(session: ClientSession, host: str) -> None:
    """An address of the newer kind stands in brackets, once."""
    login = Login(host=host, port=8000, username="", password="")
    assert SoapPost(session, login).root == "http://[2001:db8::1]:8000"
