"""Live pictures and stills of an emulated video server, through Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import logging
from pathlib import Path
from typing import Final

from aiohttp import ClientResponse
import pytest

from homeassistant.components.camera import async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bview_events import Client, ClientMaker, serve
from tests.conftest import Time
from tests.emulators.base import FaultKind
from tests.emulators.vserver import VserverEmulator, VserverOptions
from tests.media import take
from tests.vserver_home import PASSWORD, VserverHome, dome, server, vserver_home

CAMERAS: Final = ("main_stream", "sub_stream", "motion_jpeg")
STILL: Final = "/jpgimage/1/image.jpg"
PICTURES: Final = 4


@dataclass(frozen=True)
class Watched:
    """A home with a unit, and a browser that is logged in."""

    home: VserverHome
    client: Client

    @property
    def unit(self) -> VserverEmulator:
        """Return the unit."""
        return self.home.server

    async def watch(self, own_id: str = "motion_jpeg") -> ClientResponse:
        """Open live pictures."""
        entity_id = self.home.entity_id("camera", own_id)
        return await self.client.get(f"/api/camera_proxy_stream/{entity_id}")

    async def still(self, own_id: str) -> tuple[int, bytes]:
        """Look once."""
        entity_id = self.home.entity_id("camera", own_id)
        async with self.client.get(f"/api/camera_proxy/{entity_id}") as answer:
            return answer.status, await answer.read()

    async def nobody_watches(self) -> None:
        """Wait until the unit sends to nobody any more."""
        await self.home.until(lambda: self.unit.viewers == 0)

    @property
    def alarming(self) -> list[str]:
        """Return what was logged that somebody would have to look at."""
        return [
            record.getMessage()
            for record in self.home.records
            if record.levelno >= logging.WARNING or record.exc_info
        ]


@pytest.fixture
def options() -> VserverOptions:
    """Return how the unit behaves; override it in a test."""
    return dome()


@pytest.fixture
async def watched(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client: ClientMaker,
    records: list[logging.LogRecord],
    options: VserverOptions,
) -> AsyncIterator[Watched]:
    """Return a home with a unit that somebody may look through."""
    client = await serve(hass, monkeypatch, hass_client)
    async with vserver_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as home:
        records.clear()
        yield Watched(home, client)
        assert home.server.viewers == 0


def sent(unit: VserverEmulator, channel: int = 1, number: int = PICTURES) -> bytes:
    """Return what the unit sends to a viewer first."""
    pieces: list[bytes] = []
    for place in range(number):
        picture = unit.picture(channel, place)
        length = f"Content-Length: {len(picture)}\r\n"
        head = f"--{unit.options.boundary}\r\nContent-Type: image/jpeg\r\n"
        head += (length if unit.options.part_length else "") + "\r\n"
        pieces.append(head.encode() + picture + b"\r\n")
    return b"".join(pieces)


@pytest.mark.parametrize(
    "options",
    [
        dome(),
        dome(boundary_form="quoted"),
        dome(boundary_form="dashes"),
        dome(part_length=False),
        dome(auth="digest"),
        dome(auth="digest", nonce_uses=1),
        dome(pictures="open"),
    ],
    ids=["plain", "quoted", "dashes", "no_length", "digest", "nonces", "open"],
)
async def test_viewers(watched: Watched) -> None:
    """Each gets a connection of its own, and the very bytes of the unit."""
    expected = sent(watched.unit)
    answers = await asyncio.gather(*(watched.watch() for _ in range(3)))
    for answer in answers:
        assert answer.status == 200
        kind = answer.headers["Content-Type"]
        assert kind == "multipart/x-mixed-replace; boundary=vserverjpeg"
        assert await answer.content.readexactly(len(expected)) == expected
    assert watched.unit.views == watched.unit.viewers == 3
    for answer in answers:
        answer.close()
    await watched.nobody_watches()
    assert watched.alarming == []
    assert watched.home.reauth == []


@pytest.mark.parametrize("options", [dome(boundary_form="none")], ids=["none"])
async def test_no_boundary(watched: Watched) -> None:
    """Where none is declared, each picture is put into a part of its own."""
    answer = await watched.watch()
    assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace; bound")
    seen = b""
    async with asyncio.timeout(10):
        while watched.unit.picture(1, 1) not in seen:
            seen += await answer.content.readany()
    assert watched.unit.picture(1, 0) in seen
    answer.close()
    await watched.nobody_watches()


@pytest.mark.parametrize("options", [server()], ids=["server"])
async def test_channels(watched: Watched) -> None:
    """Everybody sees the channel that is asked for."""
    for number in (1, 2, 3):
        answer = await watched.watch(f"channel_{number}_motion_jpeg")
        expected = sent(watched.unit, number, 1)
        assert await answer.content.readexactly(len(expected)) == expected
        answer.close()
    await watched.nobody_watches()
    assert watched.home.find("camera", "channel_4_motion_jpeg") is None
    for number in range(1, 5):
        status, picture = await watched.still(f"channel_{number}_main_stream")
        assert status == 200
        assert picture == watched.unit.picture(number, watched.unit.snapshots)


async def test_a_viewer_leaves(watched: Watched) -> None:
    """The unit is let go of at once; the others go on."""
    stays, leaves = await watched.watch(), await watched.watch()
    expected = sent(watched.unit)
    for answer in (stays, leaves):
        await answer.content.readexactly(1000)
    leaves.close()
    await watched.home.until(lambda: watched.unit.viewers == 1)
    rest = await stays.content.readexactly(len(expected) - 1000)
    assert rest == expected[1000:]
    stays.close()
    await watched.nobody_watches()
    assert watched.alarming == []


@pytest.mark.parametrize("options", [dome(max_viewers=1)], ids=["one"])
async def test_too_many_viewers(watched: Watched) -> None:
    """One more is told to come later, and may when somebody has left."""
    answer = await watched.watch()
    refusal = await watched.watch()
    assert (refusal.status, await refusal.read()) == (503, b"")
    assert watched.home.value("binary_sensor", "online") == "on"
    answer.close()
    await watched.nobody_watches()
    later = await watched.watch()
    assert later.status == 200
    later.close()
    await watched.nobody_watches()
    watched.unit.violations.clear()


async def test_a_unit_that_goes_away(watched: Watched) -> None:
    """The pictures end; what comes after is an error and no hanging."""
    answer = await watched.watch()
    await answer.content.readexactly(1000)
    watched.unit.power_off()
    async with asyncio.timeout(5):
        await answer.content.read()
    assert (await watched.watch()).status >= 500
    await watched.nobody_watches()
    assert watched.alarming == []


async def test_a_wrong_password(watched: Watched) -> None:
    """Nobody sees anything, and the new password is asked for."""
    watched.unit.set_password("changed")
    answer = await watched.watch()
    await watched.home.hass.async_block_till_done()
    assert answer.status == 502
    assert len(watched.home.reauth) == 1
    watched.unit.set_password(PASSWORD)


async def test_unloaded(watched: Watched) -> None:
    """Who watches is sent away before the unit is let go of."""
    answer = await watched.watch()
    await answer.content.readexactly(1000)
    await watched.home.reload()
    await watched.nobody_watches()
    async with asyncio.timeout(5):
        await answer.content.read()
    assert watched.alarming == []


async def test_closed(watched: Watched) -> None:
    """Where the stream is switched off there is no picture to look at."""
    watched.unit.settings.set("mjpeg/StreamInfo", "Resolution", "CLOSED")
    answer = await watched.watch()
    assert answer.status >= 400
    await watched.home.reload()
    own = watched.home.entry.runtime_data.device.absent
    assert [one.reason.value for one in own if one.key.value == "motion_jpeg"] == [
        "not_configured"
    ]


# Stills


async def test_a_still_is_shared(watched: Watched) -> None:
    """All who look within a second cost the unit one picture."""
    unit = watched.unit
    found = await asyncio.gather(*(watched.still(key) for key in CAMERAS * 2))
    assert found == [(200, unit.picture(1, 1))] * 6
    assert unit.snapshots == len(unit.requests_to(STILL)) == 1
    watched.home.time.leap(1.1)
    assert await watched.still("sub_stream") == (200, unit.picture(1, 2))
    # Nobody looks: nobody asks.
    for _ in range(10):
        await watched.home.poll()
    assert (unit.snapshots, unit.views) == (2, 0)


async def test_stored(watched: Watched, tmp_path: Path) -> None:
    """The action of Home Assistant stores what the unit sent."""
    path = tmp_path / "still.jpg"
    await take(watched.home.hass, watched.home.entity_id("camera", "main_stream"), path)
    assert path.read_bytes() == watched.unit.picture(1, 1)


@pytest.mark.parametrize("options", [dome(empty_pictures=1)], ids=["one"])
async def test_an_empty_still(watched: Watched) -> None:
    """Now and then a unit sends nothing; it is asked once more."""
    status, picture = await watched.still("main_stream")
    assert (status, picture) == (200, watched.unit.picture(1, 2))


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
    watched.unit.faults.add(kind, STILL, count=None)
    path = tmp_path / "still.jpg"
    main = watched.home.entity_id("camera", "main_stream")
    with pytest.raises(HomeAssistantError) as caught:
        await take(watched.home.hass, main, path)
    assert caught.value.translation_domain == "watchpost"
    assert not path.exists()
    watched.unit.faults.clear()
    assert (await watched.still("main_stream"))[0] == 200


async def test_no_signal(watched: Watched) -> None:
    """A channel without a signal has no picture, and the unit is not lost by that."""
    watched.unit.lose_video()
    status, _ = await watched.still("main_stream")
    assert status == 500
    await watched.home.poll()
    assert watched.home.value("binary_sensor", "online") == "on"
    watched.unit.restore_video()
    assert (await watched.still("main_stream"))[0] == 200


@pytest.mark.parametrize(
    "options",
    [server(rtsp_port=5540, password="p@ss:w/ö rd")],
    ids=["server"],
)
async def test_streams(watched: Watched) -> None:
    """Each channel has its streams at the port that the unit names."""
    port = watched.unit.options.rtsp_port
    for number in range(1, 5):
        for key, path in (("main_stream", "h264major"), ("sub_stream", "h264minor")):
            own_id = f"channel_{number}_{key}"
            entity_id = watched.home.entity_id("camera", own_id)
            assert await async_get_stream_source(watched.home.hass, entity_id) == (
                "rtsp://admin:p%40ss%3Aw%2F%C3%B6%20rd@127.0.0.1:"
                f"{port}/{number}/{path}"
            )


async def test_arming_through_the_camera(watched: Watched) -> None:
    """Home Assistant's own actions look for motion, or not."""
    home = watched.home
    await home.act("camera", "main_stream", "enable_motion_detection")
    assert watched.unit.settings.get("alarm/MDInfo", "MDEnable") == "1"
    assert home.state("camera", "main_stream").attributes["motion_detection"] is True
    await home.act("camera", "main_stream", "disable_motion_detection")
    assert watched.unit.settings.get("alarm/MDInfo", "MDEnable") == "0"
