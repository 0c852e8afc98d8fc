"""Recorded files by their names, and recording on demand."""

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import OpenRecording
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.vendors.bview.recordings import (
    BviewRecordings,
    is_file_name,
    record_event,
)
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions

from .watch_rig import Post, posted

CALL = "/Record/HttpEvent/Call"
CONFIG = "/Record/HttpEvent/Config"
FILM = bytes(range(256)) * 1_000


async def received(opened: OpenRecording) -> bytes:
    """Return all bytes that come."""
    return b"".join([piece async for piece in opened.chunks])


def stored(post: Post) -> str:
    """Store a film and return its name."""
    return post.unit.recorder.add(content=FILM).name


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_open(session: ClientSession, auth: str) -> None:
    """A file comes with its length and its kind."""
    async with posted(session, BviewOptions.full(auth=auth)) as post:
        name = stored(post)
        async with BviewRecordings(post.client).open(name) as opened:
            assert (opened.offset, opened.length) == (0, len(FILM))
            assert opened.total == len(FILM)
            assert opened.content_type == "video/x-msvideo"
            assert await received(opened) == FILM
        paths = {record.path for record in post.unit.requests}
        assert paths == {f"/download/video/{name}"}


async def test_from_the_middle(session: ClientSession) -> None:
    """A camera that cannot go on in the middle begins again, and it shows."""
    async with posted(session) as post:
        name = stored(post)
        async with BviewRecordings(post.client).open(name, 1_000, 2_000) as opened:
            assert opened.offset == 0
            assert await received(opened) == FILM


@pytest.mark.parametrize("unknown", [-10, 404])
@pytest.mark.parametrize("status", ["200", "400"])
async def test_not_there(session: ClientSession, unknown: int, status: str) -> None:
    """In whatever way the camera says it."""
    options = BviewOptions.full(unknown_url=unknown, error_status=status)
    async with posted(session, options) as post:
        with pytest.raises(DeviceError) as caught:
            async with BviewRecordings(post.client).open("H_1.avi"):
                pytest.fail("There is no such file")
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND


@pytest.mark.parametrize(
    "name",
    [
        "../x.avi",
        "a/b.avi",
        "x.mp4",
        "x.avi?y=.avi",
        "%2e%2e.avi",
        "x .avi",
        "x.avi\r\n",
        "",
        "a" * 130 + ".avi",
        "\u00e4.avi",
    ],
)
async def test_names_that_are_none(session: ClientSession, name: str) -> None:
    """No camera is asked for them."""
    async with posted(session) as post:
        assert not is_file_name(name)
        with pytest.raises(DeviceRequestError) as caught:
            async with BviewRecordings(post.client).open(name):
                pytest.fail("This is no file")
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND
        assert post.unit.requests == []


async def test_broken_off(session: ClientSession) -> None:
    """A file that ends too early is an error."""
    async with posted(session) as post:
        name = stored(post)
        post.unit.faults.add(FaultKind.TRUNCATED, path="/download/*")
        with pytest.raises(DeviceConnectionError):
            async with BviewRecordings(post.client).open(name) as opened:
                await received(opened)


async def test_other_troubles(session: ClientSession) -> None:
    """A wrong login and a server that fails are what they are."""
    async with posted(session) as post:
        name = stored(post)
        post.unit.faults.add(FaultKind.HTTP_STATUS, path="/download/*", code=500)
        with pytest.raises(DeviceConnectionError):
            async with BviewRecordings(post.client).open(name):
                pytest.fail("It fails")
        post.unit.set_password("other")
        with pytest.raises(DeviceAuthError):
            async with BviewRecordings(post.client).open(name):
                pytest.fail("It is locked")


async def test_record_event(session: ClientSession) -> None:
    """An event is recorded once; one that is recorded already is good as well."""
    async with posted(session) as post:
        await record_event(post.client)
        assert post.unit.recorder.busy
        await record_event(post.client)
        assert post.labels == [f"PUT {CALL}"] * 2
        post.unit.clock.advance(60)
        assert len(post.unit.recorder.recordings) == 1


@pytest.mark.parametrize("code", [-12, -3, -8])
async def test_switched_off(session: ClientSession, code: int) -> None:
    """The owner is told what to switch on."""
    async with posted(session, BviewOptions.full(call_disabled=code)) as post:
        post.unit.settings.set(CONFIG, "Enable", "false")
        with pytest.raises(DeviceRequestError) as caught:
            await record_event(post.client)
        assert caught.value.reason is Reason.EVENT_RECORDING_OFF


@pytest.mark.parametrize("answer", [200, 404])
async def test_refused_for_another_reason(session: ClientSession, answer: int) -> None:
    """What is switched on, or cannot be read, is not the reason."""
    absent = {} if answer == 200 else {CONFIG: answer}
    async with posted(session, BviewOptions.full(absent=absent)) as post:
        for code, reason in (
            (-8, Reason.FAILED),
            (-12, Reason.NOT_NOW),
            (-3, Reason.UNSUPPORTED),
        ):
            post.unit.plans.refuse(CALL, code)
            with pytest.raises(DeviceError) as caught:
                await record_event(post.client)
            assert caught.value.reason is reason


async def test_sent_once(session: ClientSession) -> None:
    """A call whose answer is lost is not repeated."""
    async with posted(session) as post:
        post.unit.faults.add(FaultKind.DROP_AFTER, path=CALL)
        with pytest.raises(DeviceConnectionError) as caught:
            await record_event(post.client)
        assert caught.value.reason is Reason.COMMAND_UNCERTAIN
        assert post.labels == [f"PUT {CALL}"]
