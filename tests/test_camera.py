"""Cameras: stills for many viewers at once, streams, motion detection."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import gc
import logging
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
import pytest

from custom_components.watchpost.const import DOMAIN
from homeassistant.components.camera import (
    CameraEntityFeature,
    Image,
    async_get_image,
    async_get_stream_source,
)
from homeassistant.components.camera.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.cameras import SECRET, Lens, SetUp, own_id
from tests.conftest import Time
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.home import refused
from tests.media import start, state, take, until

type Client = TestClient[web.Request, web.Application]

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
async def gate(hass: HomeAssistant, set_up: SetUp) -> str:
    """Return the entity of the camera, in use."""
    await set_up()
    return entity(hass)


def entity(hass: HomeAssistant, key: str = "main_stream") -> str:
    """Return the entity that shows a view."""
    found = er.async_get(hass).async_get_entity_id("camera", DOMAIN, own_id(key))
    assert found is not None
    return found


async def test_viewers_share_a_request(
    hass: HomeAssistant, gate: str, lens: Lens
) -> None:
    """Who looks while a still is on its way gets the same one."""
    lens.shooting.clear()
    viewers = [start(async_get_image(hass, gate)) for _ in range(3)]
    await until(lambda: lens.count("/still") > 0)
    lens.shooting.set()
    images: list[Image] = await asyncio.gather(*viewers)
    assert {image.content[:2] for image in images} == {b"\xff\xd8"}
    assert len({image.content for image in images}) == 1
    assert lens.count("/still") == 1


async def test_stills_are_fresh(
    hass: HomeAssistant, gate: str, lens: Lens, moving_time: Time
) -> None:
    """A still is shown for a second, then there is a new one."""
    first = await async_get_image(hass, gate)
    moving_time.leap(0.9)
    assert (await async_get_image(hass, gate)).content == first.content
    moving_time.leap(0.2)
    assert (await async_get_image(hass, gate)).content != first.content
    assert lens.count("/still") == 2


async def test_viewer_who_leaves(hass: HomeAssistant, gate: str, lens: Lens) -> None:
    """Nobody takes the still of the others along."""
    lens.shooting.clear()
    leaving, staying = (start(async_get_image(hass, gate)) for _ in range(2))
    await until(lambda: lens.count("/still") > 0)
    leaving.cancel()
    with pytest.raises(HomeAssistantError):
        await leaving
    lens.shooting.set()
    assert b"number 1" in (await staying).content
    assert lens.count("/still") == 1


async def test_nobody_waits_any_more(
    hass: HomeAssistant, gate: str, lens: Lens, records: list[logging.LogRecord]
) -> None:
    """A still that fails when everybody has left is no news."""
    records.clear()
    lens.shooting.clear()
    leaving = start(async_get_image(hass, gate))
    await until(lambda: lens.count("/still") > 0)
    leaving.cancel()
    with pytest.raises(HomeAssistantError):
        await leaving
    lens.broken = True
    lens.shooting.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    gc.collect()
    assert not [one for one in records if one.levelno >= logging.WARNING]


async def test_snapshot(
    hass: HomeAssistant, gate: str, lens: Lens, tmp_path: Path
) -> None:
    """The action stores a JPEG."""
    await take(hass, gate, tmp_path / "gate.jpg")
    assert (tmp_path / "gate.jpg").read_bytes().startswith(b"\xff\xd8")


async def test_snapshot_fails(
    hass: HomeAssistant, gate: str, lens: Lens, tmp_path: Path
) -> None:
    """The action says why there is none, and the next one works."""
    lens.broken = True
    with refused("no_picture", HomeAssistantError):
        await take(hass, gate, tmp_path / "gate.jpg")
    assert not (tmp_path / "gate.jpg").exists()
    lens.broken = False
    await take(hass, gate, tmp_path / "gate.jpg")


async def test_snapshot_of_a_silent_camera(
    hass: HomeAssistant, gate: str, lens: Lens, tmp_path: Path, moving_time: Time
) -> None:
    """A camera that hangs is waited for, but not for ever."""
    lens.shooting.clear()
    waiting = start(take(hass, gate, tmp_path / "gate.jpg"))
    await until(lambda: lens.count("/still") > 0)
    moving_time.leap(9)
    with refused("timeout", HomeAssistantError):
        await waiting
    # It is still asked: the next viewer joins in.
    waiting = start(take(hass, gate, tmp_path / "gate.jpg"))
    lens.shooting.set()
    await waiting
    assert lens.count("/still") == 1


async def test_unloaded_meanwhile(
    hass: HomeAssistant,
    set_up: SetUp,
    lens: Lens,
    tmp_path: Path,
) -> None:
    """Who waits for a device that is unloaded is told so."""
    entry = await set_up()
    lens.shooting.clear()
    waiting = start(take(hass, entity(hass), tmp_path / "gate.jpg"))
    await until(lambda: lens.count("/still") > 0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with refused("unreachable", HomeAssistantError):
        await waiting


async def test_picture_for_the_frontend(
    hass: HomeAssistant,
    gate: str,
    lens: Lens,
    hass_client: Callable[[], Awaitable[Client]],
    moving_time: Time,
    records: list[logging.LogRecord],
) -> None:
    """A browser gets the still, or a plain error without a trace in the log."""
    client = await hass_client()
    url = f"/api/camera_proxy/{gate}"
    answer = await client.get(url)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert (await answer.read()).endswith(b"\xff\xd9")
    lens.broken = True
    moving_time.leap(2)
    answer = await client.get(url)
    assert answer.status == 500
    assert not [one for one in records if one.levelno >= logging.ERROR]


async def read_still(answer: Any) -> bytes:
    """Read the next picture of a stream of stills."""
    size = 0
    while (line := await answer.content.readline()).strip() or not size:
        assert line, "the stream has ended"
        if line.lower().startswith(b"content-length:"):
            size = int(line.split(b":")[1])
    return bytes(await answer.content.readexactly(size))


async def test_stream_of_stills(
    hass: HomeAssistant,
    gate: str,
    lens: Lens,
    hass_client: Callable[[], Awaitable[Client]],
    moving_time: Time,
    records: list[logging.LogRecord],
) -> None:
    """It survives a camera that fails for a while and ends with a lost one."""
    client = await hass_client()
    async with client.get(f"/api/camera_proxy_stream/{gate}?interval=0.5") as answer:
        first = await read_still(answer)
        lens.broken = True
        # Home Assistant sends the first one twice.
        assert await read_still(answer) == first
        asked = lens.count("/still")
        await until(lambda: lens.count("/still") > asked)
        lens.broken = False
        moving_time.leap(2)
        assert await read_still(answer) != first
        lens.broken = lens.lost = True
        moving_time.leap(6)
        await until(lambda: state(hass, gate).state == "unavailable")
        moving_time.leap(2)
        async with asyncio.timeout(5):
            assert await answer.content.read() == b"\r\n"
    assert not [one for one in records if one.exc_info]


async def test_attributes(hass: HomeAssistant, gate: str, lens: Lens) -> None:
    """Make, model and whether it streams are shown; nothing else."""
    shown = state(hass, gate)
    assert (shown.state, shown.name) == ("idle", "Gate")
    assert shown.attributes["brand"] == "Lens & Co."
    assert shown.attributes["model_name"] == "Eye"
    assert shown.attributes["motion_detection"] is True
    assert shown.attributes["supported_features"] == CameraEntityFeature.STREAM


async def test_recording(
    hass: HomeAssistant, gate: str, lens: Lens, moving_time: Time
) -> None:
    """The state tells whether the device records."""
    lens.records = True
    moving_time.leap(6)
    await until(lambda: state(hass, gate).state == "recording")
    lens.records = False
    moving_time.leap(6)
    await until(lambda: state(hass, gate).state == "idle")


@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
async def test_motion_detection(
    hass: HomeAssistant, gate: str, lens: Lens, on: bool
) -> None:
    """It is switched at the camera and shown at once."""
    lens.detects = not on
    action = "enable_motion_detection" if on else "disable_motion_detection"
    await hass.services.async_call("camera", action, {"entity_id": gate}, blocking=True)
    assert lens.detects is on
    assert lens.asked[-1] == f"/detect/{'on' if on else 'off'}"
    assert state(hass, gate).attributes.get("motion_detection", False) is on


async def test_motion_detection_is_followed(
    hass: HomeAssistant, gate: str, lens: Lens, moving_time: Time
) -> None:
    """The setting is read for the camera even if its switch is disabled."""
    switch = er.async_get(hass).async_get_entity_id(
        "switch", DOMAIN, own_id("privacy_mask")
    )
    assert switch is not None
    lens.detects = False
    moving_time.leap(601)
    await until(lambda: "motion_detection" not in state(hass, gate).attributes)


@pytest.mark.parametrize("action", ["enable", "disable"])
async def test_no_motion_detection(
    hass: HomeAssistant,
    lens: Lens,
    set_up: SetUp,
    action: str,
) -> None:
    """A camera without the switch says so."""
    lens.can_detect = False
    await set_up()
    assert "motion_detection" not in state(hass, entity(hass)).attributes
    with refused("motion_detection_fixed", ServiceValidationError):
        await hass.services.async_call(
            "camera",
            f"{action}_motion_detection",
            {"entity_id": entity(hass)},
            blocking=True,
        )


async def test_stream_source(
    hass: HomeAssistant,
    gate: str,
    lens: Lens,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> None:
    """Only the player learns where the stream is, and RTSP goes over TCP."""
    camera = hass.data[DATA_COMPONENT].get_entity(gate)
    assert camera is not None
    assert await async_get_stream_source(hass, gate) == lens.stream
    assert camera.stream_options == {"rtsp_transport": "tcp"}
    lens.stream, lens.rtsp = f"http://127.0.0.1/flv?password={SECRET}", False
    assert await async_get_stream_source(hass, gate) == lens.stream
    assert camera.stream_options == {}
    lens.stream = None
    assert await async_get_stream_source(hass, gate) is None
    assert SECRET not in str(hass.states.async_all())
    assert not [one for one in records if SECRET in one.getMessage()]


async def test_camera_without_a_stream(
    hass: HomeAssistant,
    lens: Lens,
    set_up: SetUp,
) -> None:
    """It shows stills and offers no stream."""
    lens.can_stream = False
    await set_up()
    gate = entity(hass)
    assert state(hass, gate).attributes["supported_features"] == 0
    assert await async_get_stream_source(hass, gate) is None
    assert (await async_get_image(hass, gate)).content.startswith(b"\xff\xd8")


async def test_camera_without_pictures(
    hass: HomeAssistant,
    lens: Lens,
    set_up: SetUp,
    hass_client: Callable[[], Awaitable[Client]],
) -> None:
    """It has nothing to show, and no error either."""
    lens.stills = lens.can_stream = False
    await set_up()
    client = await hass_client()
    answer = await client.get(f"/api/camera_proxy_stream/{entity(hass)}")
    assert (answer.status, await answer.read()) == (200, b"")


@pytest.fixture
async def films() -> AsyncIterator[tuple[ReolinkEmulator, ReolinkEmulator]]:
    """Run two devices that serve live video, ten times as fast as it was made."""
    options = [ReolinkOptions(rtmp_enabled=True, live_pace=0.1) for _ in range(2)]
    async with ReolinkEmulator(options[0]) as one, ReolinkEmulator(options[1]) as other:
        yield one, other


def live(emulator: ReolinkEmulator) -> str:
    """Return where a device serves live video."""
    options = emulator.options
    return (
        f"{emulator.url}/flv?port={options.rtmp_port}&app=bcs"
        f"&stream=channel0_sub.bcs&user={options.username}&password={options.password}"
    )


@pytest.fixture
async def watched(
    hass: HomeAssistant,
    lens: Lens,
    set_up: SetUp,
    films: tuple[ReolinkEmulator, ReolinkEmulator],
    tmp_path: Path,
) -> str:
    """Return a camera without stills; its stream runs, as one was cut out of it."""
    assert await async_setup_component(hass, "stream", {})
    lens.stills, lens.stream, lens.rtsp = False, live(films[0]), False
    await set_up()
    await take(hass, entity(hass), tmp_path / "gate.jpg")
    assert films[0].live_streams == 1
    return entity(hass)


async def test_still_out_of_the_stream(
    hass: HomeAssistant,
    films: tuple[ReolinkEmulator, ReolinkEmulator],
    tmp_path: Path,
    watched: str,
    records: list[logging.LogRecord],
) -> None:
    """Where a camera takes none, Home Assistant does, and the login stays secret."""
    assert (tmp_path / "gate.jpg").read_bytes().startswith(b"\xff\xd8")
    assert state(hass, watched).state == "idle"
    password = films[0].options.password
    assert password not in str(hass.states.async_all())
    assert not [one for one in records if password in one.getMessage()]


async def test_stream_moves(
    lens: Lens,
    films: tuple[ReolinkEmulator, ReolinkEmulator],
    watched: str,
    moving_time: Time,
) -> None:
    """Who watches is taken along."""
    lens.stream = live(films[1])
    moving_time.leap(6)
    await until(lambda: films[1].live_streams == 1)
    await until(lambda: films[0].live_streams == 0)


async def test_stream_ends_with_its_camera(
    hass: HomeAssistant, films: tuple[ReolinkEmulator, ReolinkEmulator], watched: str
) -> None:
    """It does not go on with a login that may be wrong by now."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: films[0].live_streams == 0)
