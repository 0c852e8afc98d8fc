"""The bytes of recordings: whole, in parts, and what a device may do on the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging
from typing import Final

from aiohttp import ClientError, ClientResponse
import pytest

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from tests.cameras import Lens, SetUp
from tests.home import ENGLISH
from tests.media import Client, until

pytestmark = pytest.mark.usefixtures("no_search")


@pytest.fixture
def lens() -> Lens:
    """Return a camera; a test may change it before it is set up."""
    return Lens()


@pytest.fixture
async def set_up(
    hass: HomeAssistant, lens: Lens, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SetUp]:
    """Return what adds the camera to Home Assistant."""
    async with lens.at_home(hass, monkeypatch) as add:
        yield add


@pytest.fixture
async def entry_id(set_up: SetUp) -> str:
    """Return the entry of the camera, in use."""
    return (await set_up()).entry_id


@pytest.fixture
async def client(entry_id: str, hass_client: Callable[[], Awaitable[Client]]) -> Client:
    """Return a player that is logged in to Home Assistant."""
    return await hass_client()


@pytest.fixture
def path(entry_id: str) -> str:
    """Return where a file is."""
    return f"/api/watchpost/recordings/{entry_id}/-/Zm9v"


def words(key: str) -> str:
    """Return how Home Assistant words an error: without the full stop."""
    text: str = ENGLISH["exceptions"][key]["message"]
    return text.format(device="Gate").rstrip(".")


async def test_whole_file(client: Client, path: str, lens: Lens) -> None:
    """It comes as it is, with its length and type."""
    answer = await client.get(path)
    assert answer.status == 200
    assert await answer.read() == lens.content
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(lens.content))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer.headers
    assert lens.asked[-1] == "/file"


LENGTH: Final = 10240


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, LENGTH - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=5000-", 5000, LENGTH - 1),
        ("bytes=5000-99999", 5000, LENGTH - 1),
        (f"bytes={LENGTH - 1}-", LENGTH - 1, LENGTH - 1),
        ("bytes=-100", LENGTH - 100, LENGTH - 1),
        ("bytes=-99999", 0, LENGTH - 1),
        ("Bytes=1-2", 1, 2),
    ],
)
async def test_part(
    client: Client, path: str, lens: Lens, wanted: str, first: int, last: int
) -> None:
    """A part comes alone and says which it is."""
    answer = await client.get(path, headers={"Range": wanted})
    assert answer.status == 206
    assert await answer.read() == lens.content[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{LENGTH}"
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "items=0-1"},
        {"Range": "bytes=0-1,5-6"},
        {"Range": "bytes=0-1", "If-Range": '"mark"'},
    ],
    ids=["unit", "several", "if-range"],
)
async def test_ranges_that_do_not_count(
    client: Client, path: str, lens: Lens, headers: dict[str, str]
) -> None:
    """The whole file is right as well."""
    answer = await client.get(path, headers=headers)
    assert answer.status == 200
    assert await answer.read() == lens.content


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("bytes=10240-", "bytes */10240"),
        ("bytes=999999-", "bytes */10240"),
        ("bytes=-0", "bytes */10240"),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        (f"bytes={'9' * 5000}-", None),
    ],
)
async def test_bad_range(
    client: Client, path: str, lens: Lens, wanted: str, told: str | None
) -> None:
    """A part that no file has is refused."""
    answer = await client.get(path, headers={"Range": wanted})
    assert answer.status == 416
    assert answer.headers.get("Content-Range") == told
    assert await answer.read() == b""


@pytest.mark.parametrize("wanted", ["", "bytes=-5"])
async def test_empty_file(client: Client, path: str, lens: Lens, wanted: str) -> None:
    """It is what it is."""
    lens.content, lens.ranges = b"", False
    answer = await client.get(path, headers={"Range": wanted} if wanted else {})
    assert (answer.status, await answer.read()) == (200, b"")


async def test_head(client: Client, path: str, lens: Lens) -> None:
    """What there is can be asked without having it; a range does not count then."""
    answer = await client.head(path, headers={"Range": "bytes=5-9"})
    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(LENGTH)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert lens.asked[-1] == "/file bytes=0-0"
    await until(lambda: not lens.open_files)


async def collect(answer: ClientResponse) -> bytes:
    """Return what arrived before the connection broke."""
    received = bytearray()
    try:
        async with asyncio.timeout(5):
            async for piece in answer.content.iter_any():
                received += piece
    except ClientError:
        return bytes(received)
    pytest.fail("The connection did not break")


async def test_resume(client: Client, path: str, lens: Lens) -> None:
    """Who lost the connection goes on where it broke off."""
    lens.breaks_at = 4000
    answer = await client.get(path)
    assert answer.status == 200
    received = await collect(answer)
    assert received == lens.content[: len(received)]
    assert len(received) >= 3000
    lens.breaks_at = None
    answer = await client.get(path, headers={"Range": f"bytes={len(received)}-"})
    assert answer.status == 206
    assert received + await answer.read() == lens.content


@pytest.mark.parametrize("tells", [True, False], ids=["length", "no-length"])
async def test_break_is_no_end(
    client: Client,
    path: str,
    lens: Lens,
    tells: bool,
    records: list[logging.LogRecord],
) -> None:
    """Half a file never looks like a whole one."""
    lens.tells_length, lens.breaks_at = tells, 4000
    answer = await client.get(path)
    async with asyncio.timeout(5):
        with pytest.raises(ClientError):
            await answer.read()
    assert not [one for one in records if one.levelno >= logging.ERROR]


async def test_device_announces_too_much(client: Client, path: str, lens: Lens) -> None:
    """What is missing at the end is missed."""
    lens.claims = 10
    answer = await client.get(path)
    async with asyncio.timeout(5):
        with pytest.raises(ClientError):
            await answer.read()


async def test_device_without_ranges(client: Client, path: str, lens: Lens) -> None:
    """Whoever asks for a part gets the whole file, and is told so."""
    lens.ranges = False
    answer = await client.get(path, headers={"Range": "bytes=500-"})
    assert answer.status == 200
    assert "Content-Range" not in answer.headers
    assert await answer.read() == lens.content
    answer = await client.get(path, headers={"Range": f"bytes={LENGTH}-"})
    assert answer.status == 416


async def test_device_without_lengths(client: Client, path: str, lens: Lens) -> None:
    """What is not told is not made up."""
    lens.tells_length = False
    answer = await client.get(path)
    assert await answer.read() == lens.content
    assert "Content-Length" not in answer.headers
    answer = await client.get(path, headers={"Range": "bytes=-5"})
    assert (answer.status, await answer.read()) == (200, lens.content)
    answer = await client.head(path)
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", ""])
async def test_device_tells_a_type(
    client: Client, path: str, lens: Lens, kind: str
) -> None:
    """A device cannot have Home Assistant show a page."""
    lens.content_type = kind
    answer = await client.get(path)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_listener_leaves(
    client: Client, path: str, lens: Lens, records: list[logging.LogRecord]
) -> None:
    """The device is not kept busy for nobody, even if it is silent at the moment."""
    lens.flowing.clear()
    answer = await client.get(path)
    await answer.content.readany()
    assert lens.open_files == 1
    answer.close()
    await until(lambda: not lens.open_files)
    assert not [one for one in records if one.levelno >= logging.ERROR]


async def test_unloaded_while_playing(
    hass: HomeAssistant, client: Client, path: str, lens: Lens, entry_id: str
) -> None:
    """The device is left alone, and the player sees that something is missing."""
    lens.flowing.clear()
    answer = await client.get(path)
    assert await hass.config_entries.async_unload(entry_id)
    await until(lambda: not lens.open_files)
    with pytest.raises(ClientError):
        await answer.read()
    later = await client.get(path)
    assert later.status == 503
    assert await later.text() == words("device_not_loaded")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeviceRequestError(Reason.RECORDING_NOT_FOUND), 404),
        (DeviceRequestError(), 404),
        (DeviceUnsupportedError(), 404),
        (DeviceRequestError(Reason.RECORDING_UNREADABLE), 502),
        (DeviceConnectionError(), 502),
        (DeviceConnectionError(Reason.TIMEOUT), 502),
        (DeviceConnectionError(Reason.BUSY), 503),
        (DeviceConnectionError(Reason.SESSIONS_FULL), 503),
        (DeviceAuthError(), 502),
        (DeviceError(), 502),
    ],
    ids=lambda one: str(one),
)
async def test_device_refuses(
    hass: HomeAssistant,
    client: Client,
    path: str,
    lens: Lens,
    error: DeviceError,
    status: int,
) -> None:
    """The answer says why, in a few words, whatever was asked for."""
    lens.refusal = error
    for answer in (
        await client.get(path),
        await client.get(path, headers={"Range": "bytes=5-"}),
        await client.get(path, headers={"Range": "bytes=-5"}),
    ):
        assert answer.status == status
        assert await answer.text() == words(error.reason)
    assert (await client.head(path)).status == status
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert bool(flows) is isinstance(error, DeviceAuthError)


@pytest.mark.parametrize(
    "wrong", ["nobody/-/Zm9v", "{entry}/Zm9v/Zm9v", "{entry}/-/Zm9", "{entry}/x/Zm9v"]
)
async def test_address_of_nothing(
    client: Client, entry_id: str, wrong: str, lens: Lens
) -> None:
    """There is nothing at it, and the device is not asked."""
    lens.asked.clear()
    answer = await client.get(
        f"/api/watchpost/recordings/{wrong.format(entry=entry_id)}"
    )
    assert answer.status == 404
    assert lens.asked == []


async def test_strangers_get_nothing(
    hass: HomeAssistant,
    entry_id: str,
    path: str,
    lens: Lens,
    hass_client_no_auth: Callable[[], Awaitable[Client]],
) -> None:
    """Only who is logged in, or holds a path that Home Assistant signed."""
    stranger = await hass_client_no_auth()
    lens.asked.clear()
    assert (await stranger.get(path)).status == 401
    assert (await stranger.head(path)).status == 401
    assert lens.asked == []
    signed = async_process_play_media_url(hass, path, allow_relative_url=True)
    answer = await stranger.get(signed, headers={"Range": "bytes=1-2"})
    assert (answer.status, await answer.read()) == (206, lens.content[1:3])
    assert (await stranger.head(signed)).status == 200
    other = signed.replace("Zm9v", "Zm9i")
    assert (await stranger.get(other)).status == 401
