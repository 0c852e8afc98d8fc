"""Recorded files, in whole or in part, of cameras and of recorders."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
import json
from typing import Any, override

from aiohttp import ClientSession
from aiohttp.web import BaseRequest, StreamResponse
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from tests.emulators.base import RequestRecord
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

from .recorded import DAY, archive, camera, of_day, received, recorder
from .rig import rigged


def downloads(record: RequestRecord) -> bool:
    """Tell whether a request is for a file."""
    return record.query.get("cmd") == "Download"


def repacked(key: str, change: Callable[[list[Any]], object]) -> str:
    """Return a changed id."""
    fields = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    change(fields)
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


# Files


async def test_whole_file(session: ClientSession) -> None:
    """Every byte arrives, with its length."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        async with archive(rig).open(found.id) as opened:
            content = b"".join([chunk async for chunk in opened.chunks])
            assert (opened.offset, opened.length) == (0, len(content))
            assert opened.total == len(content)
            assert opened.content_type == "video/mp4"
        assert sha256(content).digest() == sha256(file.content).digest()


@pytest.mark.parametrize(
    ("offset", "end"), [(0, 0), (0, 99), (100, None), (100, 299), (5, 5)]
)
async def test_part_of_a_file(
    session: ClientSession, offset: int, end: int | None
) -> None:
    """A part is what lies between two bytes."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        stop = None if end is None else end + 1
        async with archive(rig).open(found.id, offset, end) as opened:
            content = b"".join([chunk async for chunk in opened.chunks])
            assert (opened.offset, opened.length) == (offset, len(content))
            assert opened.total == len(file.content)
        assert content == file.content[offset:stop]


@pytest.mark.parametrize("options", [camera(), recorder()], ids=["camera", "recorder"])
async def test_behind_the_end(session: ClientSession, options: ReolinkOptions) -> None:
    """A file has no such part."""
    async with rigged(session, options) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), found.id, len(file.content))
        assert caught.value.reason is Reason.INVALID_VALUE


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (-221, DeviceConnectionError, Reason.BUSY),
        (-222, DeviceRequestError, Reason.RECORDING_NOT_FOUND),
        (-220, DeviceRequestError, Reason.RECORDING_UNREADABLE),
        (-26, DeviceRequestError, Reason.NO_PERMISSION),
    ],
)
async def test_refused_file(
    session: ClientSession, code: int, kind: type[DeviceError], reason: Reason
) -> None:
    """A refusal comes with status 200 and as a page, and is none."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.plans.refuse("Download", code)
        with pytest.raises(kind) as caught:
            await received(archive(rig), found.id)
        assert caught.value.reason is reason


async def test_file_that_is_gone(session: ClientSession) -> None:
    """A device that has overwritten a file says so."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.recordings.clear()
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), found.id)
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND


async def test_lost_login(session: ClientSession) -> None:
    """A login that the device has forgotten is renewed."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.forget_sessions()
        assert await received(archive(rig), found.id) == file.content


@pytest.mark.parametrize("kind", ["truncated", "clipped"])
async def test_file_that_breaks_off(session: ClientSession, kind: str) -> None:
    """Half a file is no file, even if the device says that it is whole."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.faults.add(kind, match=downloads)
        with pytest.raises(DeviceConnectionError):
            await received(archive(rig), found.id)
        # The next one does not suffer from it.
        assert len(await received(archive(rig), found.id)) == found.size


async def test_range_that_is_ignored(session: ClientSession) -> None:
    """A device that gives the whole file is believed that it begins at its start."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.faults.add("clipped", match=downloads)
        async with archive(rig).open(found.id, 100) as opened:
            assert opened.offset == 0
            assert opened.length == opened.total == len(file.content)


async def test_reader_that_stops(session: ClientSession) -> None:
    """Who has seen enough ends it without an error."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        async with archive(rig).open(found.id) as opened:
            first = await anext(aiter(opened.chunks))
        assert file.content.startswith(first)


# Headers


class OddHeaders(ReolinkEmulator):
    """A unit whose files come with other headers."""

    content_range: str | None = None
    chunked = False

    @override
    async def handle(
        self, record: RequestRecord, request: BaseRequest
    ) -> StreamResponse:
        """Answer a request as usual, then change what stands above the file."""
        response = await super().handle(record, request)
        if downloads(record):
            response.headers.popall("Content-Range", None)
            if self.content_range is not None:
                response.headers["Content-Range"] = self.content_range
            if self.chunked:
                response.enable_chunked_encoding()
        return response


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("told", "offset", "length", "total"),
    [
        pytest.param(None, 100, None, 0, id="no range"),
        pytest.param("bytes 100-199/*", 100, 100, 0, id="no size"),
        pytest.param("Bytes 100-199/900", 100, 100, 900, id="other size"),
        pytest.param("bytes 100-149/900", 100, 50, 900, id="too short"),
        pytest.param("bytes 0-99/900", 0, 100, 900, id="other part"),
        pytest.param("items 100-199/900", 100, None, 0, id="no bytes"),
    ],
)
async def test_odd_ranges(
    session: ClientSession,
    chunked: bool,
    told: str | None,
    offset: int,
    length: int | None,
    total: int,
) -> None:
    """What is told is taken, what is missing is what was asked for."""
    async with rigged(session, camera(), kind=OddHeaders) as rig:
        assert isinstance(rig.unit, OddHeaders)
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.content_range, rig.unit.chunked = told, chunked
        async with archive(rig).open(found.id, 100, 199) as opened:
            content = b"".join([chunk async for chunk in opened.chunks])
            assert opened.offset == offset
            assert opened.length == (length or (None if chunked else 100))
            assert opened.total == (total or len(file.content))
        assert content == file.content[100 : 100 + (length or 100)]


@pytest.mark.parametrize("told", ["bytes 100-250/900", "bytes 0-199/200"])
async def test_range_that_is_too_long(session: ClientSession, told: str) -> None:
    """Fewer bytes than were announced are no whole part."""
    async with rigged(session, camera(), kind=OddHeaders) as rig:
        assert isinstance(rig.unit, OddHeaders)
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.content_range = told
        with pytest.raises(DeviceConnectionError):
            await received(archive(rig), found.id, 100, 199)


async def test_range_that_is_none(session: ClientSession) -> None:
    """A part that ends before it begins is nonsense."""
    async with rigged(session, camera(), kind=OddHeaders) as rig:
        assert isinstance(rig.unit, OddHeaders)
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.content_range = "bytes 200-100/900"
        with pytest.raises(DeviceConnectionError) as caught:
            await received(archive(rig), found.id, 100, 199)
        assert caught.value.reason is Reason.BAD_ANSWER


@pytest.mark.parametrize("recorder_", [False, True], ids=["camera", "recorder"])
async def test_no_length(session: ClientSession, recorder_: bool) -> None:
    """Without a length the size that the search has told counts, if it is sure."""
    options = recorder() if recorder_ else camera()
    async with rigged(session, options, kind=OddHeaders) as rig:
        assert isinstance(rig.unit, OddHeaders)
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.chunked = True
        async with archive(rig).open(found.id) as opened:
            content = b"".join([chunk async for chunk in opened.chunks])
            known = None if recorder_ else len(file.content)
            assert (opened.length, opened.total) == (known, known)
        assert content == file.content


# Ids


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "äöü",
        "../../etc/passwd",
        "A" * 10_000,
        urlsafe_b64encode(b"{}").decode(),
        urlsafe_b64encode(b"[1,2]").decode(),
        urlsafe_b64encode(b"[" * 2000).decode(),
        urlsafe_b64encode(
            b'[Infinity,"main","x","20260101000000","20260101000000",1]'
        ).decode(),
        urlsafe_b64encode(b'[0,"main",null,"2026","x",null]').decode(),
        urlsafe_b64encode(
            b'[0, "main", "x", "20260101000000", "20260101000000", 1]'
        ).decode(),
    ],
)
async def test_id_that_is_none(session: ClientSession, key: str) -> None:
    """Nobody is asked for what cannot be a recording."""
    async with rigged(session, camera()) as rig:
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), key)
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND
        assert rig.unit.requests == []


async def test_id_of_another_camera(session: ClientSession) -> None:
    """A recording belongs to the camera that made it."""
    async with rigged(session, recorder()) as rig:
        rig.unit.recordings.add(DAY, channel=1)
        (found,) = await of_day(rig, 1)
        with pytest.raises(DeviceRequestError):
            await received(archive(rig, 0), found.id)


async def test_id_that_was_changed(session: ClientSession) -> None:
    """A name that does not exist is not there, whatever it looks like."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        key = repacked(
            found.id, lambda fields: fields.__setitem__(2, "a b/../&x=ü\r\n")
        )
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), key)
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND
        (call,) = rig.unit.calls_of("Download")
        assert call.param["source"] == "a b/../&x=ü\r\n"


async def test_id_is_safe(session: ClientSession) -> None:
    """An id fits into an address and holds no secret."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        assert set(found.id) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        )
        text = urlsafe_b64decode(found.id + "=" * (-len(found.id) % 4)).decode()
        secrets = [rig.unit.options.password, rig.unit.options.username]
        secrets += [one.token for one in rig.unit.sessions.open]
        assert len(secrets) == 3
        assert not any(secret in text for secret in secrets)
