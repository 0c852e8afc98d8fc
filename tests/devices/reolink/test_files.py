"""Pictures and recorded files: addresses, parts, errors that come instead."""

import asyncio
from collections.abc import Callable

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.transport import http
from custom_components.watchpost.devices.vendors.reolink import client as client_module
from tests.emulators.base import FaultKind
from tests.emulators.reolink import Recording, ReolinkOptions

from .client_rig import TOKEN, Lab, Reply, done, failure, lab, raw_lab, refusal

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 20 + b"\xff\xd9"
BINARY = ("Content-Type: apolication/octet-stream",)
"""As the guide prints it."""


# Pictures


async def test_a_picture(session: ClientSession) -> None:
    """Each has a number of its own; the random text is never the same."""
    async with lab(session, ReolinkOptions.nvr(2, require_rs=True)) as made:
        pictures = [await made.client.picture(1) for _ in range(3)]
        assert all(b"channel 1 number" in picture for picture in pictures)
        records = made.unit.requests[1:]
        assert [record.query["channel"] for record in records] == ["1"] * 3
        assert len({record.query["rs"] for record in records}) == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusal(-48), Reason.NO_PICTURE),
        (refusal(-99), Reason.CAMERA_OFFLINE),
        (refusal(-9), Reason.UNSUPPORTED),
        (refusal(-31), Reason.BUSY),
        (done({}), Reason.NO_PICTURE),
        (b"", Reason.NO_PICTURE),
        (b"\xff", Reason.NO_PICTURE),
        (b"<html>", Reason.NO_PICTURE),
        (Reply(status=500, body=b"<html>"), Reason.NO_PICTURE),
        (refusal(-6), Reason.SESSION_LOST),
    ],
    ids=range(10),
)
async def test_no_picture(
    session: ClientSession, answer: bytes | Reply, reason: Reason
) -> None:
    """An error is never handed on as if it were one."""
    async with raw_lab(session, last=answer) as made:
        assert (await failure(made.client.picture(0))).reason is reason


def _forget(made: Lab) -> None:
    made.unit.forget_sessions()


def _missing(made: Lab) -> None:
    made.unit.faults.add(FaultKind.HTTP_STATUS, code=404)


def _gateway(made: Lab) -> None:
    made.unit.faults.add(FaultKind.HTTP_STATUS, code=502)


LOSSES = pytest.mark.parametrize("trouble", [_forget, _missing, _gateway])


@LOSSES
async def test_a_picture_in_a_new_login(
    session: ClientSession, trouble: Callable[[Lab], None]
) -> None:
    """It is asked for again, once, when the login is lost."""
    async with lab(session, connect=True) as made:
        trouble(made)
        assert (await made.client.picture(0)).startswith(b"\xff\xd8")
        assert made.commands() == ["Snap", "Logout", "Login", "Snap"]


async def test_a_picture_of_a_camera_that_is_away(session: ClientSession) -> None:
    """The unit answers with an error in the place of a picture."""
    async with lab(session, ReolinkOptions.nvr(2, online=1)) as made:
        err = await failure(made.client.picture(1))
        assert err.reason is Reason.CAMERA_OFFLINE
        assert made.client.losses == 0


# Files


def _record(made: Lab) -> Recording:
    return made.unit.recordings.add(made.unit.local_time, 60)[0]


async def _load(
    made: Lab, name: str, offset: int = 0, end: int | None = None
) -> tuple[int, bytes]:
    async with made.client.file(name, offset, end) as stream:
        return stream.status, b"".join([piece async for piece in stream.chunks])


async def test_a_file_and_its_parts(session: ClientSession) -> None:
    """A part is what the whole has in that place."""
    async with lab(session) as made:
        name = _record(made).name
        status, whole = await _load(made, name)
        assert (status, whole[4:8]) == (200, b"ftyp")
        assert await _load(made, name, 10) == (206, whole[10:])
        assert await _load(made, name, 10, 19) == (206, whole[10:20])
        assert await _load(made, name, 0, 0) == (206, whole[:1])
        err = await failure(_load(made, name, len(whole) + 5))
        assert isinstance(err, DeviceRequestError)
        assert err.reason is Reason.INVALID_VALUE


@LOSSES
async def test_a_file_in_a_new_login(
    session: ClientSession, trouble: Callable[[Lab], None]
) -> None:
    """It is opened again, once, when the login is lost."""
    async with lab(session, connect=True) as made:
        name = _record(made).name
        trouble(made)
        status, _ = await _load(made, name)
        assert status == 200
        assert made.commands() == ["Download", "Logout", "Login", "Download"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusal(-222), Reason.RECORDING_NOT_FOUND),
        (refusal(-221), Reason.BUSY),
        (refusal(-220), Reason.RECORDING_UNREADABLE),
        (refusal(-6), Reason.SESSION_LOST),
        (done({}), Reason.RECORDING_NOT_FOUND),
        (b"", Reason.RECORDING_NOT_FOUND),
        (b"<html>" * 100_000, Reason.RECORDING_NOT_FOUND),
        (Reply(status=500), Reason.RECORDING_NOT_FOUND),
        (Reply(status=416, body=b""), Reason.INVALID_VALUE),
        (Reply(status=404, body=b""), Reason.BUSY),
        (Reply(slowly=True), Reason.TIMEOUT),
        (Reply(drop=True), Reason.UNREACHABLE),
        (
            Reply(
                raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                b"Content-Length: 9\r\n\r\n["
            ),
            Reason.TIMEOUT,
        ),
        (
            Reply(headers=("Content-Type: application/json",), body=refusal(-99)),
            Reason.CAMERA_OFFLINE,
        ),
    ],
    ids=range(14),
)
async def test_no_file(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes | Reply,
    reason: Reason,
) -> None:
    """An error is never handed on as a film, however long it takes to come."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.2)
    monkeypatch.setattr(http, "_STREAM_START", 0.2)
    async with raw_lab(session, last=answer) as made:

        async def load() -> None:
            async with made.client.file("a.mp4", 0, None):
                pass

        async with asyncio.timeout(5):
            assert (await failure(load())).reason is reason


async def test_names_are_quoted(session: ClientSession) -> None:
    """Nothing in a name gets into the address as a parameter of its own."""
    film = Reply(headers=BINARY, body=b"film")
    async with raw_lab(session, film) as made:
        name = "Mp4Record/2026-11-21/Rec M01&token=x#1%.mp4"
        async with made.client.file(name, 0, None) as stream:
            assert [piece async for piece in stream.chunks] == [b"film"]
        assert made.server.asked == ["Login", "Download"]
        (path,) = [line for line in made.server.lines if "Download" in line]
        assert path.endswith(
            "&source=Mp4Record/2026-11-21/Rec%20M01%26token%3Dx%231%25.mp4"
            f"&output=Rec%20M01%26token%3Dx%231%25.mp4&token={TOKEN}"
        )


async def test_a_file_does_not_hold_up_the_others(session: ClientSession) -> None:
    """While somebody watches, everything else goes on."""
    film = Reply(headers=BINARY, body=b"film")
    async with raw_lab(session, film) as made:
        async with made.client.file("a.mp4", 0, None):
            await made.client.act(client_module.Ask(command="Reboot"))
        assert made.server.asked == ["Login", "Download", "Reboot"]


async def test_a_reader_that_fails(session: ClientSession) -> None:
    """Its error is its own; the place of the stream is free again."""
    film = Reply(headers=BINARY, body=b"film")
    async with raw_lab(session, last=film) as made:
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                async with made.client.file("a.mp4", 0, None):
                    raise ZeroDivisionError
        for _ in range(5):
            task = asyncio.create_task(_stay(made.client))
            await made.server.wait_for("Download")
            task.cancel()
            await asyncio.wait((task,))
        async with made.client.file("a.mp4", 0, None) as stream:
            assert stream.status == 200


async def _stay(client: client_module.Client) -> None:
    async with client.file("a.mp4", 0, None):
        await asyncio.Event().wait()


async def test_errors_of_a_file_are_ours(session: ClientSession) -> None:
    """Also those that come in the middle of it."""
    half = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nfilm")
    async with raw_lab(session, half) as made:

        async def load() -> None:
            async with made.client.file("a.mp4", 0, None) as stream:
                async for piece in stream.chunks:
                    assert piece == b"film"
                    await made.server.stop()

        err = await failure(load())
        assert isinstance(err, DeviceConnectionError)
