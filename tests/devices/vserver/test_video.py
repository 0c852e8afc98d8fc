"""Streams, stills and motion JPEG."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from custom_components.watchpost.devices.model.features import View
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Key,
)
from custom_components.watchpost.devices.vendors.vserver.frames import framed
from tests.devices.vserver.rig import Bench, bench, dome
from tests.emulators.base import FaultKind
from tests.emulators.vserver import Channel


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return one camera."""
    async with bench(session, dome(live_pace=0)) as made:
        yield made


def url(one: Bench, key: Key, unit: str = "") -> str:
    """Return the address of a stream."""
    stream = one.get(View, key, unit=unit).stream
    assert stream is not None
    source = stream()
    assert source is not None
    assert source.rtsp
    assert source.url not in repr(source)
    return source.url


@pytest.mark.parametrize(
    ("username", "password", "login"),
    [
        ("admin", "", "admin:"),
        ("admin", "a/b@c:d e", "admin:a%2Fb%40c%3Ad%20e"),
    ],
    ids=["empty", "odd"],
)
async def test_streams(
    session: ClientSession, username: str, password: str, login: str
) -> None:
    """The usual path of each stream, on the port that the unit tells."""
    options = dome(rtsp_port=8554, username=username, password=password)
    async with bench(session, options) as one:
        start = f"rtsp://{login}@127.0.0.1:8554/1/"
        assert url(one, Key.MAIN_STREAM) == f"{start}h264major"
        assert url(one, Key.SUB_STREAM) == f"{start}h264minor"


async def test_channels_have_streams_of_their_own(session: ClientSession) -> None:
    """The number of the channel is in the path, and in that of the still."""
    channels = [Channel(), Channel(minor=False)]
    async with bench(session, dome(channels=channels)) as one:
        unit = "channel_2"
        assert url(one, Key.MAIN_STREAM, unit).endswith("/2/h264major")
        assert Key.SUB_STREAM in one.absent(unit)
        snapshot = one.get(View, Key.MAIN_STREAM, unit=unit).snapshot
        assert snapshot is not None
        assert b"channel 2" in await snapshot()


async def test_main_view(one: Bench) -> None:
    """It shows whether the unit records, and carries the switch for motion."""
    view = one.get(View, Key.MAIN_STREAM)
    assert view.recording is not None
    assert view.recording() is True
    assert view.motion_detection is one.features()[Key.MOTION_DETECTION, None]


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_still(session: ClientSession, auth: Any) -> None:
    """A picture, with one more attempt for an empty one."""
    async with bench(session, dome(auth=auth, empty_pictures=1)) as one:
        snapshot = one.get(View, Key.MAIN_STREAM).snapshot
        assert snapshot is not None
        assert (await snapshot()).startswith(b"\xff\xd8")
        assert one.unit.snapshots == 2


FAILURES: dict[str, tuple[FaultKind, int, Reason]] = {
    "empty": (FaultKind.EMPTY, 0, Reason.NO_PICTURE),
    "page": (FaultKind.HTML, 0, Reason.NO_PICTURE),
    "missing": (FaultKind.HTTP_STATUS, 404, Reason.UNSUPPORTED),
    "no_signal": (FaultKind.HTTP_STATUS, 503, Reason.BUSY),
    "dropped": (FaultKind.DROP_BEFORE, 0, Reason.UNREACHABLE),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_no_still(one: Bench, name: str) -> None:
    """What is no picture is not shown as one."""
    kind, code, reason = FAILURES[name]
    one.unit.faults.add(kind, "/jpgimage/*", code=code, count=None)
    snapshot = one.get(View, Key.MAIN_STREAM).snapshot
    assert snapshot is not None
    with pytest.raises(DeviceError) as caught:
        await snapshot()
    assert caught.value.reason is reason


BOUNDARIES = ["plain", "quoted", "dashes", "none"]


@pytest.mark.parametrize("form", BOUNDARIES)
async def test_motion_jpeg(session: ClientSession, form: Any) -> None:
    """Pictures come with a boundary, whatever the unit declares."""
    options = dome(boundary_form=form, live_pace=0.01)
    async with bench(session, options) as one:
        live = one.get(View, Key.MOTION_JPEG).live
        assert live is not None
        received = b""
        async with live() as stream:
            assert "boundary=" in stream.content_type
            async for piece in stream.chunks:
                received += piece
                if received.count(b"\xff\xd9") > 2:
                    break
        boundary = stream.content_type.partition("boundary=")[2].strip('"')
        assert b"--" + boundary.removeprefix("--").encode() in received
        assert received.count(b"\xff\xd8\xff") >= 2
        await one.unit.viewer_left.wait()
        assert one.unit.viewers == 0


async def test_cut_pictures_are_whole() -> None:
    """A preview within a picture does not end it, however the pieces fall."""
    pictures = [
        b"\xff\xd8\xff\xe1"
        + b"\xff\xd8\xff\xdb\xff\xd9"
        + bytes([n]) * 50
        + b"\xff\xd9"
        for n in range(3)
    ]
    body = b"".join(
        b"--x\r\nContent-Type: image/jpeg\r\n\r\n" + p + b"\r\n" for p in pictures
    )

    async def pieces(size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    for size in (1, 7, 1000):
        stream = framed("multipart/x-mixed-replace", pieces(size))
        found = [part async for part in stream.chunks]
        told = [part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in found]
        assert told == pictures[:2]


async def test_closed_stream(one: Bench) -> None:
    """It is no view, and comes back when it is opened."""
    one.unit.settings.set("mjpeg/StreamInfo", "Resolution", "CLOSED")
    one.unit.clock.advance(4000)
    await one.device.refresh(Cadence.SETTINGS, None)
    absent = one.absent()[Key.MOTION_JPEG]
    assert absent.reason is AbsenceReason.NOT_CONFIGURED
    one.unit.settings.set("mjpeg/StreamInfo", "Resolution", "1280x720")
    one.unit.clock.advance(4000)
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.mjpeg"}))
    assert one.get(View, Key.MOTION_JPEG)


@pytest.mark.parametrize("code", [404, 503])
async def test_no_live_pictures(one: Bench, code: int) -> None:
    """A refusal is told."""
    one.unit.faults.add(FaultKind.HTTP_STATUS, "/mjpgstreamreq/*", code=code)
    live = one.get(View, Key.MOTION_JPEG).live
    assert live is not None
    with pytest.raises(DeviceError):
        async with live():
            pass
    one.unit.faults.add(FaultKind.HTML, "/jpgimage/*")
    one.unit.options.boundary = "x"
    one.unit.plans.answer("mjpgstreamreq/1", b"<html>", content_type="text/html")
    one.unit.faults.add(FaultKind.HTTP_STATUS, "/mjpgstreamreq/*", code=200)
    with pytest.raises(DeviceConnectionError) as caught:
        async with live():
            pass
    assert caught.value.reason is Reason.NO_PICTURE
