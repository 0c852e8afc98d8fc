"""Live pictures of a camera itself, through Home Assistant, to those who watch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
import logging
from typing import Any, Final

from aiohttp import ClientError, ClientResponse
import pytest

from homeassistant.components.camera import (
    CameraEntityFeature,
)
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.conftest import Time
from tests.emulators.reolink.media import picture
from tests.media import Client, start, state, until
from tests.webcam import (
    BOUNDARY,
    MIXED,
    Webcam,
    WebcamHome,
    part,
    parts,
    webcam_home,
)

FIRST: Final = picture("first")


@pytest.fixture
def webcam() -> Webcam:
    """Return the camera; override it in a test."""
    return Webcam()


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    webcam: Webcam,
    records: list[logging.LogRecord],
) -> AsyncIterator[WebcamHome]:
    """Return a home with the camera."""
    async with webcam_home(hass, monkeypatch, webcam) as made:
        records.clear()
        yield made
        webcam.gone.set()


@pytest.fixture
async def client(
    home: WebcamHome, hass_client: Callable[[], Awaitable[Client]]
) -> Client:
    """Return a browser that is logged in to Home Assistant."""
    return await hass_client()


@pytest.fixture
async def watching(
    home: WebcamHome, client: Client, webcam: Webcam
) -> AsyncIterator[ClientResponse]:
    """Return what a browser gets that has seen the first pictures."""
    async with client.get(home.path) as answer:
        assert await answer.content.readexactly(len(webcam.sends)) == webcam.sends
        yield answer


def alarming(records: list[logging.LogRecord]) -> list[str]:
    """Return what was logged that somebody would have to look at."""
    return [
        record.getMessage()
        for record in records
        if (record.levelno >= logging.WARNING or record.exc_info)
        # It cannot write down times that do not pass by themselves.
        and record.name != "aiohttp.access"
    ]


async def still_standing(count: Callable[[], int]) -> None:
    """Wait until something does not go on any more."""
    before, same = count(), 0
    while same < 10:
        await asyncio.sleep(0.05)
        same = same + 1 if count() == before else 0
        before = count()


async def rest(answer: ClientResponse) -> bytes:
    """Return what still comes, however it ends."""
    received = bytearray()
    try:
        async with asyncio.timeout(5):
            async for piece in answer.content.iter_any():
                received += piece
    except ClientError:
        received += b"(broken off)"
    return bytes(received)


async def test_viewers(home: WebcamHome, client: Client, webcam: Webcam) -> None:
    """Each has a connection of its own and gets the very bytes of the camera."""
    answers = [await client.get(home.path) for _ in range(4)]
    for answer in answers:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == f"{MIXED}{BOUNDARY}"
        # What a browser opens by itself runs no scripts.
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        received = await answer.content.readexactly(len(webcam.sends))
        assert received == webcam.sends
    assert (webcam.views, webcam.open) == (4, 4)

    webcam.more.set()
    assert [await rest(answer) for answer in answers] == [webcam.sends] * 4
    await until(lambda: webcam.open == 0)


async def test_viewer_leaves(
    home: WebcamHome,
    client: Client,
    webcam: Webcam,
    watching: ClientResponse,
    records: list[logging.LogRecord],
) -> None:
    """The camera is let go of at once, also when it is silent; the others stay."""
    leaving = await client.get(home.path)
    await leaving.content.readexactly(len(webcam.sends))
    assert webcam.open == 2

    leaving.close()

    await until(lambda: webcam.open == 1)
    webcam.more.set()
    assert await rest(watching) == webcam.sends
    assert alarming(records) == []


async def test_viewer_leaves_a_lively_camera(
    home: WebcamHome, client: Client, webcam: Webcam, records: list[logging.LogRecord]
) -> None:
    """Also in the middle of pictures."""
    webcam.for_ever = True
    answer = await client.get(home.path)
    await answer.content.readexactly(10 * len(webcam.sends))

    answer.close()

    await until(lambda: webcam.open == 0)
    assert alarming(records) == []


async def test_viewer_leaves_before_the_first_picture(
    home: WebcamHome, client: Client, webcam: Webcam, records: list[logging.LogRecord]
) -> None:
    """A camera that hangs is let go of as well."""
    webcam.silent = True
    waiting = start(client.get(home.path))
    await until(lambda: webcam.open == 1)

    waiting.cancel()

    await until(lambda: webcam.open == 0)
    assert alarming(records) == []


async def test_camera_is_gone(
    webcam: Webcam, watching: ClientResponse, records: list[logging.LogRecord]
) -> None:
    """The pictures end, and nobody is alarmed."""
    webcam.gone.set()

    assert await rest(watching) == b""
    assert alarming(records) == []


async def test_camera_falls_silent(
    moving_time: Time,
    webcam: Webcam,
    watching: ClientResponse,
    records: list[logging.LogRecord],
) -> None:
    """It is given up after a while."""
    moving_time.leap(31)

    assert await rest(watching) == b""
    await until(lambda: webcam.open == 0)
    assert alarming(records) == []


async def test_viewer_who_takes_nothing(
    hass: HomeAssistant,
    moving_time: Time,
    home: WebcamHome,
    client: Client,
    webcam: Webcam,
    records: list[logging.LogRecord],
) -> None:
    """Nothing piles up for a viewer who has fallen asleep, and the place is freed."""
    webcam.for_ever = True
    webcam.sends = parts(200)
    token = state(hass, home.entity).attributes["access_token"]
    reader, writer = await asyncio.open_connection(client.host, client.port, limit=1)
    line = f"GET {home.path}?token={token} HTTP/1.1\r\n"
    writer.write(f"{line}Host: {client.host}\r\n\r\n".encode())
    await until(lambda: webcam.sent > 0)
    await still_standing(lambda: webcam.sent)

    # What the buffers of four sockets hold; a second of it would be more.
    assert webcam.sent < 40_000_000
    moving_time.leap(31)

    await until(lambda: webcam.open == 0)
    # What was on its way still comes; nobody has waited to send the rest.
    tail = b""
    async with asyncio.timeout(5):
        with suppress(ConnectionError):
            while piece := await reader.read(2**20):
                tail = (tail + piece)[-8:]
    assert not tail.endswith(b"0\r\n\r\n")
    writer.close()
    assert alarming(records) == []


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("frame", "frame"),
        ('"frame"', "frame"),
        ("--frame", "frame"),
        ('"--frame"', "frame"),
        ("frame; charset=utf-8", "frame"),
        ('"a frame:1"', '"a frame:1"'),
        ("--video boundary--", '"video boundary--"'),
        ("--", "--"),
        ("<x>", '"<x>"'),
    ],
)
async def test_boundary(
    home: WebcamHome, client: Client, webcam: Webcam, declared: str, told: str
) -> None:
    """It is declared as every browser understands it."""
    name = declared.partition(";")[0].strip('"').removeprefix("--")
    webcam.content_type = f"{MIXED}{declared}"
    webcam.sends = part(FIRST, boundary=name)
    async with client.get(home.path) as answer:
        assert answer.headers["Content-Type"] == f"{MIXED}{told}"
        assert await answer.content.readexactly(len(webcam.sends)) == webcam.sends


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        (b"\r\n--frame\r\n", "frame"),
        (b"----frame\r\n", "--frame"),
        (b"--frame\n", "frame"),
        (b"Welcome!\r\n\r\n--frame\r\n", "--frame"),
        (b"x" * 2000, "--frame"),
    ],
    ids=["blank_line", "real_dashes", "bare_line_end", "preamble", "no_line"],
)
async def test_dashes(
    home: WebcamHome, client: Client, webcam: Webcam, begins: bytes, told: str
) -> None:
    """Dashes belong to the boundary only where the camera sends more of them."""
    webcam.content_type = f"{MIXED}--frame"
    webcam.sends = begins
    async with client.get(home.path) as answer:
        assert answer.headers["Content-Type"] == f"{MIXED}{told}"
        assert await answer.content.readexactly(len(begins)) == begins


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/html",
        "image/jpeg",
        "multipart/mixed; boundary=frame",
        "multipart/x-mixed-replace",
        MIXED,
        f'{MIXED}""',
        f'{MIXED}"frame',
        f'{MIXED}fr"ame',
        f'{MIXED}"fr\\ame"',
        f"{MIXED}främe",
        f"{MIXED}fr\tame",
        f"{MIXED}{'x' * 71}",
    ],
    ids=repr,
)
async def test_no_pictures(
    home: WebcamHome,
    client: Client,
    webcam: Webcam,
    content_type: str | None,
    records: list[logging.LogRecord],
) -> None:
    """What is no stream of pictures, or cannot be declared safely, is not passed on."""
    webcam.content_type = content_type
    answer = await client.get(home.path)
    assert (answer.status, await answer.read()) == (502, b"")
    await until(lambda: webcam.open == 0)
    assert alarming(records) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": 503}, 503),
        ({"status": 401}, 502),
        ({"sends": b""}, 502),
        ({"sends": b"--frame"}, 502),
    ],
    ids=["full", "login", "nothing", "no_line"],
)
async def test_refused(
    home: WebcamHome,
    client: Client,
    webcam: Webcam,
    changes: dict[str, Any],
    status: int,
    records: list[logging.LogRecord],
) -> None:
    """Before the first byte there is a plain error."""
    webcam.more.set()
    for name, value in changes.items():
        setattr(webcam, name, value)
    answer = await client.get(home.path)
    assert (answer.status, await answer.read()) == (status, b"")
    assert alarming(records) == []


async def test_wrong_login(
    hass: HomeAssistant, home: WebcamHome, client: Client, webcam: Webcam
) -> None:
    """A login that is refused is asked for."""
    webcam.status = 401
    await client.get(home.path)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_dropped(
    home: WebcamHome, client: Client, webcam: Webcam, records: list[logging.LogRecord]
) -> None:
    """A camera that hangs up has no pictures."""
    webcam.gone.set()
    assert (await client.get(home.path)).status == 502
    assert alarming(records) == []


@pytest.mark.parametrize("silent", [True, False], ids=["no_head", "no_body"])
async def test_too_late(
    moving_time: Time,
    home: WebcamHome,
    client: Client,
    webcam: Webcam,
    silent: bool,
    records: list[logging.LogRecord],
) -> None:
    """A camera that hangs is not waited for."""
    webcam.silent, webcam.sends = silent, b""
    waiting = start(client.get(home.path))
    await until(lambda: webcam.open == 1)
    moving_time.leap(16)
    async with asyncio.timeout(5):
        assert (await waiting).status == 504
    await until(lambda: webcam.open == 0)
    assert alarming(records) == []


async def test_unload(
    hass: HomeAssistant,
    home: WebcamHome,
    webcam: Webcam,
    watching: ClientResponse,
    records: list[logging.LogRecord],
) -> None:
    """Who watches is sent away, and no connection stays."""
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    await until(lambda: webcam.open == 0)
    assert await rest(watching) == b""
    assert alarming(records) == []
    assert await hass.config_entries.async_setup(home.entry.entry_id)


async def test_disabled(
    hass: HomeAssistant, home: WebcamHome, webcam: Webcam, watching: ClientResponse
) -> None:
    """Who takes the camera away takes its pictures away, before any reload."""
    er.async_get(hass).async_update_entity(
        home.entity, disabled_by=er.RegistryEntryDisabler.USER
    )
    assert await rest(watching) == b""
    await until(lambda: webcam.open == 0)


async def test_unload_before_the_first_picture(
    hass: HomeAssistant, home: WebcamHome, client: Client, webcam: Webcam
) -> None:
    """Who waits is told that it is not the moment."""
    webcam.silent = True
    waiting = start(client.get(home.path))
    await until(lambda: webcam.open == 1)
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    assert (await waiting).status == 503
    assert await hass.config_entries.async_setup(home.entry.entry_id)


async def test_home_assistant_stops(
    hass: HomeAssistant,
    webcam: Webcam,
    watching: ClientResponse,
    records: list[logging.LogRecord],
) -> None:
    """It does not wait for those who watch: they are sent away first of all."""
    sent_away = asyncio.Event()

    async def look(_event: Event) -> None:
        await until(lambda: webcam.open == 0)
        sent_away.set()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, look)
    async with asyncio.timeout(20):
        await hass.async_stop(force=True)
    assert sent_away.is_set()
    assert await rest(watching) == b""
    assert alarming(records) == []


async def test_features(hass: HomeAssistant, home: WebcamHome) -> None:
    """Without a stream the frontend shows what a browser can show by itself."""
    assert state(hass, home.entity).attributes["supported_features"] == 0


@pytest.mark.parametrize("webcam", [Webcam(stream="rtsp://127.0.0.1/1")], ids=["rtsp"])
async def test_features_with_a_stream(
    hass: HomeAssistant, home: WebcamHome, watching: ClientResponse
) -> None:
    """Both can be had."""
    features = state(hass, home.entity).attributes["supported_features"]
    assert features == CameraEntityFeature.STREAM
