"""Live pictures and stills of an emulated camera, through Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import logging
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientResponse
import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bview_events import Client, ClientMaker, reachable_home
from tests.bview_home import PASSWORD, BviewHome
from tests.conftest import Time
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.home import refused
from tests.media import take

CAMERAS: Final = ("main_stream", "sub_stream", "third_stream", "motion_jpeg")
RECEIVE: Final = "/Streams/1/4/ReceiveData"
CAPTURE: Final = "/Snapshot/1/RemoteImageCapture"
PICTURES: Final = 4


@dataclass(frozen=True)
class Watched:
    """A home with a camera, and a browser that is logged in."""

    home: BviewHome
    client: Client

    @property
    def camera(self) -> BviewEmulator:
        """Return the camera."""
        return self.home.camera

    async def watch(self) -> ClientResponse:
        """Open live pictures."""
        entity_id = self.home.entity_id("camera", "motion_jpeg")
        return await self.client.get(f"/api/camera_proxy_stream/{entity_id}")

    async def still(self, key: str) -> tuple[int, bytes]:
        """Look once."""
        entity_id = self.home.entity_id("camera", key)
        async with self.client.get(f"/api/camera_proxy/{entity_id}") as answer:
            return answer.status, await answer.read()

    async def nobody_watches(self) -> None:
        """Wait until the camera sends to nobody any more."""
        await self.home.until(lambda: self.camera.viewers == 0)


def full(**changes: Any) -> BviewOptions:
    """Return how a camera with everything behaves."""
    return BviewOptions.full(password=PASSWORD, **changes)


@pytest.fixture
def options() -> BviewOptions:
    """Return how the camera behaves; override it in a test."""
    return full()


@pytest.fixture
async def watched(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client: ClientMaker,
    records: list[logging.LogRecord],
    options: BviewOptions,
) -> AsyncIterator[Watched]:
    """Return a home with a camera that somebody may look through."""
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client, options, records=records
    ) as (home, client):
        records.clear()
        yield Watched(home, client)
        assert home.camera.viewers == 0


def sent(camera: BviewEmulator, number: int = PICTURES) -> bytes:
    """Return what the camera sends to a viewer first."""
    pieces: list[bytes] = []
    for place in range(number):
        picture = camera.picture(place)
        length = f"Content-Length: {len(picture)}\r\n"
        head = f"--{camera.options.boundary}\r\nContent-Type: image/jpeg\r\n"
        head += (length if camera.options.part_length else "") + "\r\n"
        pieces.append(head.encode() + picture + b"\r\n")
    return b"".join(pieces)


def alarming(watched: Watched) -> list[str]:
    """Return what was logged that somebody would have to look at."""
    return [
        record.getMessage()
        for record in watched.home.records
        if record.levelno >= logging.WARNING or record.exc_info
    ]


@pytest.mark.parametrize(
    "options",
    [
        full(),
        full(boundary_form="quoted"),
        full(boundary_form="dashes"),
        full(part_length=False),
        full(boundary_form="dashes", part_length=False),
        full(auth="digest"),
        full(auth="digest", nonce_uses=1),
    ],
    ids=["plain", "quoted", "dashes", "no_length", "neither", "digest", "nonces"],
)
async def test_viewers(watched: Watched) -> None:
    """Four viewers, four connections, and the very bytes of the camera for each."""
    expected = sent(watched.camera)
    before = watched.camera.views

    answers = await asyncio.gather(*(watched.watch() for _ in range(4)))

    for answer in answers:
        assert answer.status == 200
        kind = "multipart/x-mixed-replace; boundary=bviewmjpeg"
        assert answer.headers["Content-Type"] == kind
        assert await answer.content.readexactly(len(expected)) == expected
    assert watched.camera.views - before == watched.camera.viewers == 4
    for answer in answers:
        answer.close()
    await watched.nobody_watches()
    assert alarming(watched) == []
    assert watched.home.reauth == []


async def test_a_viewer_leaves(watched: Watched) -> None:
    """The camera is let go of at once; the others go on."""
    stays, leaves = await watched.watch(), await watched.watch()
    expected = sent(watched.camera, 8)
    for answer in (stays, leaves):
        await answer.content.readexactly(1000)
    assert watched.camera.viewers == 2

    leaves.close()

    await watched.home.until(lambda: watched.camera.viewers == 1)
    rest = await stays.content.readexactly(len(expected) - 1000)
    assert rest == expected[1000:]
    stays.close()
    await watched.nobody_watches()
    assert alarming(watched) == []


@pytest.mark.parametrize(
    "options",
    [full(max_viewers=2), full(max_viewers=2, error_status="400")],
    ids=["200", "400"],
)
async def test_too_many_viewers(watched: Watched) -> None:
    """One more is told to come later, and may when somebody has left."""
    answers = [await watched.watch() for _ in range(2)]

    refusal = await watched.watch()

    assert (refusal.status, await refusal.read()) == (503, b"")
    assert watched.home.value("binary_sensor", "online") == "on"
    answers[0].close()
    await watched.home.until(lambda: watched.camera.viewers == 1)
    later = await watched.watch()
    assert later.status == 200
    for answer in (answers[1], later):
        answer.close()
    await watched.nobody_watches()
    assert alarming(watched) == []


async def test_a_camera_that_goes_away(watched: Watched) -> None:
    """The pictures end; what comes after is an error and no hanging."""
    answer = await watched.watch()
    await answer.content.readexactly(1000)

    watched.camera.power_off()

    async with asyncio.timeout(5):
        await answer.content.read()
    assert (await watched.watch()).status >= 500
    await watched.nobody_watches()
    assert alarming(watched) == []
    watched.camera.power_on()
    await watched.camera.settle()


async def test_a_wrong_password(watched: Watched) -> None:
    """Nobody sees anything, and the new password is asked for."""
    watched.camera.set_password("changed")

    answer = await watched.watch()
    await watched.home.hass.async_block_till_done()

    assert answer.status == 502
    assert len(watched.home.reauth) == 1
    watched.camera.set_password(PASSWORD)


async def test_unloaded(watched: Watched) -> None:
    """Who watches is sent away before the camera is let go of."""
    answers = [await watched.watch() for _ in range(2)]
    for answer in answers:
        await answer.content.readexactly(1000)

    await watched.home.reload()

    await watched.nobody_watches()
    async with asyncio.timeout(5):
        for answer in answers:
            await answer.content.read()
    assert alarming(watched) == []


async def test_home_assistant_stops(hass: HomeAssistant, watched: Watched) -> None:
    """It does not wait for those who watch."""
    answer = await watched.watch()
    await answer.content.readexactly(1000)
    sent_away = asyncio.Event()

    async def look(_event: Event) -> None:
        await watched.nobody_watches()
        sent_away.set()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, look)
    async with asyncio.timeout(20):
        await hass.async_stop(force=True)
    assert sent_away.is_set()
    answer.close()


# Stills


async def test_a_still_is_shared(watched: Watched) -> None:
    """All who look within a second cost the camera one picture."""
    camera = watched.camera
    found = [*await asyncio.gather(*(watched.still(key) for key in CAMERAS * 2))]
    found += [await watched.still(key) for key in CAMERAS]

    expected = (200, camera.picture(1))
    assert found == [expected] * 12
    assert len(camera.requests_of(CAPTURE)) == camera.snapshots == 1
    (request,) = camera.requests_of(CAPTURE)
    assert request.raw_query == "ImageFormat=2"

    watched.home.time.leap(1.1)
    assert await watched.still("sub_stream") == (200, camera.picture(2))
    assert camera.snapshots == 2
    # Nobody looks: nobody asks.
    for _ in range(20):
        await watched.home.poll()
    assert camera.snapshots == 2
    assert camera.views == 0


async def test_stored(watched: Watched, tmp_path: Path) -> None:
    """The action of Home Assistant stores what the camera sent."""
    path = tmp_path / "still.jpg"
    await take(watched.home.hass, watched.home.entity_id("camera", "main_stream"), path)

    assert path.read_bytes() == watched.camera.picture(1)


async def test_no_signal(watched: Watched, tmp_path: Path) -> None:
    """A still that the camera refuses is an error with words, and passes."""
    camera, home = watched.camera, watched.home
    camera.lose_video()
    main = home.entity_id("camera", "main_stream")
    path = tmp_path / "still.jpg"

    with refused("failed", HomeAssistantError):
        await take(home.hass, main, path)

    assert not path.exists()
    status, _ = await watched.still("main_stream")
    assert status == 500
    await home.poll()
    assert home.value("binary_sensor", "video_loss") == "on"
    assert home.value("binary_sensor", "online") == "on"
    camera.restore_video()
    assert (await watched.still("main_stream"))[0] == 200
    ours = home.told(logging.ERROR) + home.told(logging.WARNING)
    assert ours == []


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.HTML,
        FaultKind.GARBAGE,
        FaultKind.TRUNCATED,
        FaultKind.EMPTY,
        FaultKind.HTTP_STATUS,
        FaultKind.DROP_BEFORE,
    ],
)
async def test_what_is_no_picture(
    watched: Watched, tmp_path: Path, kind: FaultKind
) -> None:
    """Nothing is stored that no viewer could show."""
    watched.camera.faults.add(kind, CAPTURE, count=None)
    path = tmp_path / "still.jpg"
    main = watched.home.entity_id("camera", "main_stream")

    with pytest.raises(HomeAssistantError) as caught:
        await take(watched.home.hass, main, path)

    assert caught.value.translation_domain == "watchpost"
    assert not path.exists()
    watched.camera.faults.clear()
    assert (await watched.still("main_stream"))[0] == 200
