"""Addresses of live pictures, for odd logins, closed ports and all wishes."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json, Login
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.reolink.ability import Ability
from custom_components.watchpost.devices.vendors.reolink.client import Ask
from custom_components.watchpost.devices.vendors.reolink.identity import read_overview
from custom_components.watchpost.devices.vendors.reolink.streams import (
    EXT,
    MAIN,
    PROTOCOLS,
    SUB,
    Ports,
    Streams,
)
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .client_rig import lab

USER, PASSWORD = "ad min+&", "p@ss:w/ö rd#%&+"
LOGIN = Login(host="192.0.2.7", port=443, ssl=True, username=USER, password=PASSWORD)
OPEN = Ports(rtsp=8554, rtmp=11935, rtsp_on=True, rtmp_on=True)
FLV = Ability(Node({"httpFlv": {"permit": 6, "ver": 1}}))


def streams(
    wish: str = "auto",
    *,
    login: Login = LOGIN,
    ports: Ports = OPEN,
    host: Ability = FLV,
) -> Streams:
    """Return the streams of a device."""
    made = Streams(login, wish)
    made.ports, made.host = ports, host
    return made


def url_of(made: Streams, stream: str = SUB, *, channel: int = 0) -> str:
    """Return an address."""
    source = made.source(channel, stream, h265=False)
    assert source is not None
    assert source.rtsp is source.url.startswith("rtsp://")
    assert PASSWORD not in repr(source)
    assert "ss%3Aw" not in repr(source)
    return source.url


QUOTED = "p%40ss%3Aw%2F%C3%B6%20rd%23%25%26%2B"


@pytest.mark.parametrize(
    ("wish", "stream", "channel", "expected"),
    [
        ("rtsp", MAIN, 0, "rtsp://U:P@192.0.2.7:8554/Preview_01_main"),
        ("auto", SUB, 11, "rtsp://U:P@192.0.2.7:8554/Preview_12_sub"),
        (
            "rtmp",
            MAIN,
            0,
            "rtmp://192.0.2.7:11935/bcs/channel0_main.bcs?channel=0&stream=0"
            "&user=U&password=P",
        ),
        (
            "rtmp",
            SUB,
            3,
            "rtmp://192.0.2.7:11935/bcs/channel3_sub.bcs?channel=3&stream=1"
            "&user=U&password=P",
        ),
        (
            "flv",
            EXT,
            0,
            "https://192.0.2.7:443/flv?port=11935&app=bcs&stream=channel0_ext.bcs"
            "&user=U&password=P",
        ),
    ],
)
def test_addresses(wish: str, stream: str, channel: int, expected: str) -> None:
    """As the guide prints them, with a login that is quoted to the last sign."""
    expected = expected.replace("U", "ad%20min%2B%26").replace("P@", f"{QUOTED}@")
    expected = expected.replace("password=P", f"password={QUOTED}")
    assert url_of(streams(wish), stream, channel=channel) == expected


@pytest.mark.parametrize("wish", PROTOCOLS)
def test_odd_logins_can_be_read_back(wish: str) -> None:
    """Whoever takes the address apart gets what was put in."""
    parts = urlsplit(url_of(streams(wish)))
    assert parts.hostname == "192.0.2.7"
    assert parts.fragment == ""
    if parts.scheme == "rtsp":
        found = (unquote(parts.username or ""), unquote(parts.password or ""))
    else:
        query = parse_qs(parts.query.replace("+", "%2B"))
        found = (query["user"][0], query["password"][0])
    assert found == (USER, PASSWORD)


@pytest.mark.parametrize("host", ["2001:db8::7", "[2001:db8::7]"])
@pytest.mark.parametrize("wish", PROTOCOLS)
def test_ipv6(host: str, wish: str) -> None:
    """An address of the newer kind stands in brackets."""
    parts = urlsplit(url_of(streams(wish, login=replace(LOGIN, host=host))))
    assert parts.netloc.rpartition("@")[2].startswith("[2001:db8::7]:")
    assert parts.port in (8554, 11935, 443)


def test_flv_without_tls() -> None:
    """It is spoken as everything else is with the device."""
    login = replace(LOGIN, port=8080, ssl=False)
    assert url_of(streams("flv", login=login)).startswith("http://192.0.2.7:8080/flv?")


CLOSED = Ports(rtsp_on=False, rtmp_on=False)
NO_FLV = Ability()


@pytest.mark.parametrize(
    ("wish", "ports", "host", "stream", "h265", "scheme"),
    [
        ("auto", OPEN, FLV, MAIN, True, "rtsp"),
        ("rtmp", OPEN, FLV, MAIN, True, "rtsp"),
        ("flv", OPEN, FLV, MAIN, True, "rtsp"),
        ("rtmp", replace(OPEN, rtsp_on=False), FLV, MAIN, True, None),
        ("auto", replace(OPEN, rtsp_on=False), FLV, MAIN, False, "https"),
        ("auto", replace(OPEN, rtsp_on=False), NO_FLV, MAIN, False, "rtmp"),
        ("rtmp", replace(OPEN, rtsp_on=False), FLV, SUB, False, "rtmp"),
        ("rtmp", replace(OPEN, rtmp_on=False), FLV, SUB, False, "rtsp"),
        ("flv", replace(OPEN, rtmp_on=False), FLV, SUB, False, "rtsp"),
        ("flv", OPEN, NO_FLV, SUB, False, "rtsp"),
        ("auto", CLOSED, FLV, SUB, False, None),
        ("auto", OPEN, FLV, EXT, False, "https"),
        ("rtsp", OPEN, NO_FLV, EXT, False, "rtmp"),
        ("rtsp", replace(OPEN, rtmp_on=False), FLV, EXT, False, None),
        ("nonsense", OPEN, FLV, SUB, False, "rtsp"),
    ],
)
def test_what_can_carry_it(
    wish: str, ports: Ports, host: Ability, stream: str, h265: bool, scheme: str | None
) -> None:
    """A wish is followed if it can be; H.265 is carried by RTSP alone."""
    made = streams(wish, ports=ports, host=host)
    source = made.source(0, stream, h265=h265)
    assert (source and urlsplit(source.url).scheme) == scheme
    assert made.open is (ports.rtsp_on or ports.rtmp_on)


@pytest.mark.parametrize(
    ("told", "ports"),
    [
        ({}, Ports(rtsp=554, rtmp=1935, rtsp_on=True, rtmp_on=False)),
        ({"rtspEnable": 0, "rtspPort": 554, "rtmpEnable": 1, "rtmpPort": 1936},
         Ports(rtsp=554, rtmp=1936, rtsp_on=False, rtmp_on=True)),
        ({"rtspPort": 10554, "rtmpPort": 1935},
         Ports(rtsp=10554, rtmp=1935, rtsp_on=True, rtmp_on=True)),
        ({"rtspPort": 0, "rtmpPort": 70000, "rtmpEnable": "1"},
         Ports(rtsp=554, rtmp=1935, rtsp_on=True, rtmp_on=True)),
        ({"rtspPort": -5, "rtspEnable": "off", "rtmpEnable": None},
         Ports(rtsp=554, rtmp=1935, rtsp_on=False, rtmp_on=False)),
        ({"rtspPort": "x", "rtspEnable": {}, "rtmpPort": []},
         Ports(rtsp=554, rtmp=1935, rtsp_on=True, rtmp_on=False)),
    ],
    ids=str,
)  # fmt: skip
def test_ports(told: dict[str, Json], ports: Ports) -> None:
    """Those that cannot be, or are not told, are the usual ones."""
    assert Ports.parse(Node({"NetPort": told})) == ports
    assert Ports.parse(Node(told)) == ports


async def test_flv_plays(session: ClientSession) -> None:
    """The address works, with a password that has to be quoted."""
    options = ReolinkOptions(
        password=PASSWORD,
        channels=[ChannelOptions(main_codec="h264", ext_stream=True)],
        rtmp_enabled=True,
        live_pace=0,
    )
    async with lab(session, options) as made:
        overview = await read_overview(made.client, (Ask(command="GetTime"),))
        views = Streams(made.login, "flv")
        views.ports, views.host = overview.ports, overview.host
        for stream in (MAIN, SUB, EXT):
            source = views.source(0, stream, h265=False)
            assert source is not None
            async with session.get(source.url) as response:
                assert response.status == 200
                assert (await response.read()).startswith(b"FLV")
