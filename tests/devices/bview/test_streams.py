"""Where the streams are, in which sizes, and who a camera is."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import DeviceError, Reason
from custom_components.watchpost.devices.model.features import (
    Choice,
    Level,
    Toggle,
    View,
)
from custom_components.watchpost.devices.model.mac import mac_address
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.bview.features.video import video
from custom_components.watchpost.devices.vendors.bview.identity import (
    find_serial,
    read_identity,
)
from custom_components.watchpost.devices.vendors.bview.streams import (
    MAIN,
    SUB,
    THIRD,
    Size,
    Streams,
    modes,
)
from tests.emulators.bview import BviewOptions

from .settings_rig import Bench, login_to, settings_bench

PATH = "/Streams/1/{}/Transport"


async def streams_of(bench: Bench, **login: Any) -> Streams:
    """Return the streams as they are told."""
    access: Login = login_to(bench.unit, **login)
    streams = Streams(bench.client, bench.documents, access)
    await streams.learn()
    return streams


def url_of(streams: Streams, number: int) -> str | None:
    """Return the address of a stream."""
    source = streams.source(number)
    assert source is None or source.rtsp
    return None if source is None else source.url


async def test_addresses(session: ClientSession) -> None:
    """Port and path are the camera's, the host and the login are ours."""
    options = BviewOptions.full(rtsp_port=8554, ip_address="10.9.8.7")
    async with settings_bench(session, options) as bench:
        before = len(bench.unit.requests)
        streams = await streams_of(bench, username="ad:min", password="p@s/s ö?")
        assert len(bench.unit.requests) == before
        login = "ad%3Amin:p%40s%2Fs%20%C3%B6%3F"
        start = f"rtsp://{login}@127.0.0.1:8554/live/0/"
        assert url_of(streams, MAIN) == f"{start}main"
        assert url_of(streams, SUB) == f"{start}sub"
        assert url_of(streams, THIRD) == f"{start}second"
        v6 = await streams_of(bench, host="[fe80::1]")
        assert "@[fe80::1]:8554/" in (url_of(v6, MAIN) or "")


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (b"rtsp://10.0.0.1/live/0/MAIN?a=b", ":554/live/0/MAIN?a=b"),
        (b"RTSP://user:pass@10.0.0.1:555/x", ":555/x"),
        (b"http://10.0.0.1/live", ":554/live/0/main"),
        (b"rtsp://10.0.0.1:99999/live", ":554/live/0/main"),
        (b"rtsp://10.0.0.1/li ve", ":554/live/0/main"),
        (b"rtsp://[::1/live", ":554/live/0/main"),
        (b"", ":554/live/0/main"),
    ],
    ids=range(7),
)
async def test_odd_addresses(session: ClientSession, told: bytes, path: str) -> None:
    """What is no address of a stream is replaced by what the document prints."""

    def other(body: bytes) -> bytes:
        start = body.index(b"<RTSPURI>") + 9
        return body[:start] + told + body[body.index(b"</RTSPURI>") :]

    async with settings_bench(session, learn=False) as bench:
        bench.unit.plans.change("/Streams/1", other)
        bench.unit.plans.answer(PATH.format(1), b"<Transport/>", count=None)
        await bench.documents.learn("1")
        url = url_of(await streams_of(bench), MAIN) or ""
        assert url.endswith(f"@127.0.0.1{path}")
        assert "pass@" not in url


async def test_addresses_asked_for(session: ClientSession) -> None:
    """Settings without an address cost one request for each stream, once."""

    def without(body: bytes) -> bytes:
        while (start := body.find(b"<Transport")) >= 0:
            end = body.index(b"</Transport>", start) + 12
            body = body[:start] + body[end:]
        return body

    async with settings_bench(session, learn=False) as bench:
        bench.unit.plans.change("/Streams/1", without)
        bench.unit.plans.refuse(PATH.format(3), -3)
        await bench.documents.learn("1")
        streams = await streams_of(bench)
        asked = [r.path for r in bench.unit.requests if r.path.endswith("Transport")]
        assert asked == [PATH.format(number) for number in (1, 2, 3)]
        assert streams.has(MAIN)
        assert streams.has(SUB)
        assert not streams.has(THIRD)
        assert url_of(streams, THIRD) is None


async def test_views(session: ClientSession) -> None:
    """Streams that the camera says are off are no cameras."""
    async with settings_bench(session) as bench:
        streams = await streams_of(bench)
        detection = bench.get(Toggle, Key.MOTION_DETECTION)
        made = list(
            video(bench.parts, streams, frozenset({THIRD}), lambda: True, detection)
        )
        views = {one.key: one for one in made if isinstance(one, View)}
        assert list(views) == [Key.MAIN_STREAM, Key.SUB_STREAM, Key.MOTION_JPEG]
        assert views[Key.MAIN_STREAM].motion_detection is detection
        snapshot = views[Key.SUB_STREAM].snapshot
        assert snapshot is not None
        assert (await snapshot()).startswith(b"\xff\xd8")
        live = views[Key.MOTION_JPEG].live
        assert live is not None
        async with live() as stream:
            assert stream.content_type.startswith("multipart/x-mixed-replace")
            assert b"\xff\xd8" in await anext(stream.chunks)
        bench.unit.options.max_viewers = 0
        with pytest.raises(DeviceError) as caught:
            async with live():
                pass
        assert caught.value.reason is Reason.SESSIONS_FULL


async def test_without_streams(session: ClientSession) -> None:
    """A camera that tells nothing of its streams has the usual main one."""
    options = BviewOptions.full(absent={"/Streams*": -3})
    async with settings_bench(session, options) as bench:
        streams = await streams_of(bench)
        made = list(video(bench.parts, streams, frozenset(), lambda: None, None))
        views = [one.key for one in made if isinstance(one, View)]
        assert views == [Key.MAIN_STREAM]
        assert (url_of(streams, MAIN) or "").endswith(":554/live/0/main")


async def test_sizes(session: ClientSession) -> None:
    """What a stream can be depends on the size of the main one."""
    async with settings_bench(session) as bench:
        main = bench.get(Choice, Key.MAIN_RESOLUTION)
        sub = bench.get(Choice, Key.SUB_RESOLUTION)
        rate = bench.get(Level, Key.SUB_FRAME_RATE)
        assert main.options() == ("1920x1080", "1024x768", "640x512")
        assert sub.options() == ("704x576", "640x360", "320x240")
        await main.write("640x512")
        bench.pass_by(2)
        await bench.documents.refresh(["/Streams/1"])
        assert sub.options() == ("320x240",)
        assert sub.read() == "320x240"
        with pytest.raises(DeviceError):
            await main.write("1x1")
        await rate.write(12)
        assert bench.unit.settings.get("/Streams/1/2", "FrameRate") == "1200"
        assert rate.read() == 12
        bench.unit.settings.set("/Streams/1/2", "FrameRate", "25500")
        bench.pass_by(300)
        await bench.documents.refresh(["/Streams/1"])
        assert rate.read() == 25
        assert rate.limits is not None
        assert rate.limits() == (1, 25)


@pytest.mark.parametrize("unit", ["fps", "hundredfold"])
async def test_rates(session: ClientSession, unit: str) -> None:
    """The highest rate is read in both ways of counting."""
    options = BviewOptions.full(max_frame_rate=unit, stream_capability=True)
    async with settings_bench(session, options) as bench:
        limits = bench.get(Level, Key.MAIN_FRAME_RATE).limits
        assert limits is not None
        assert limits() == (1, 25)


def test_odd_capability() -> None:
    """What makes no sense is left out."""
    node = Node(
        {
            "MainStreamCapabilityList": {
                "MainStreamCapability": [
                    {"ResolutionWidth": "x", "ResolutionHeigth": "1"},
                    {"ResolutionWidth": "10", "ResolutionHeight": "-1"},
                    {"ResolutionWidth": "10", "ResolutionHeight": "8"},
                ]
            }
        }
    )
    assert modes(node, MAIN, None) == {Size(10, 8): 0}
    assert modes(Node({}), SUB, None) == {}


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("02-BB-1E-16-07-12", "02:bb:1e:16:07:12"),
        ("02bb1e160712", "02:bb:1e:16:07:12"),
        ("00:00:00:00:00:00", None),
        ("ff:ff:ff:ff:ff:ff", None),
        ("02:bb:1e", None),
        ("", None),
        (None, None),
    ],
    ids=range(7),
)
def test_mac(text: str | None, mac: str | None) -> None:
    """A MAC is read however it is written."""
    assert mac_address(text) == mac


@pytest.mark.parametrize(
    ("absent", "serial"),
    [
        ({}, "02:bb:1e:16:07:12"),
        ({"/Network/Interfaces/1/IPAddress": -3}, "02:bb:1e:16:07:12"),
        ({"/Network/Interfaces/1/IPAddress": 403}, "02:bb:1e:16:07:12"),
        ({"/Network/Interfaces*": -3}, "BV20160714000042"),
    ],
    ids=range(4),
)
async def test_serial(
    session: ClientSession, absent: dict[str, int], serial: str
) -> None:
    """The MAC is the identity; a MAC that was known is not given up."""
    options = BviewOptions.full(absent=absent)
    async with settings_bench(session, options, learn=False) as bench:
        client, memory = bench.client, bench.world.memory
        identity = await read_identity(client)
        assert await find_serial(client, identity, memory) == serial
        if serial.startswith("02"):
            bench.unit.options.absent = {"/Network/Interfaces*": -3}
            assert await find_serial(client, identity, memory) == serial


async def test_no_identity(session: ClientSession) -> None:
    """A camera without a MAC and a number cannot be told from another one."""
    options = BviewOptions.full(serial="", absent={"/Network/Interfaces*": -3})
    async with settings_bench(session, options, learn=False) as bench:
        identity = await read_identity(bench.client)
        with pytest.raises(DeviceError) as caught:
            await find_serial(bench.client, identity, bench.world.memory)
        assert caught.value.reason is Reason.NO_IDENTITY


async def test_another_document(session: ClientSession) -> None:
    """Who answers with something else is not of this family."""
    async with settings_bench(session, learn=False) as bench:
        bench.unit.plans.answer("/System/DeviceInfo", b"<Other/>")
        with pytest.raises(DeviceError) as caught:
            await read_identity(bench.client)
        assert caught.value.reason is Reason.BAD_ANSWER
