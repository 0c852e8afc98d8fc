"""Cameras of emulated devices: stills, losses, secrets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import DOMAIN
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from tests.conftest import Time
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.home import refused
from tests.media import (
    Client,
    everything_logged,
    reolink_at_home,
    start,
    state,
    take,
    until,
)

pytestmark = pytest.mark.usefixtures("no_search")

type Yard = tuple[ReolinkEmulator, MockConfigEntry]


def view(hass: HomeAssistant, yard: Yard, own: str = "main_stream") -> str:
    """Return the entity of a view of an emulated device."""
    unique_id = f"{yard[1].unique_id}_{own}"
    found = er.async_get(hass).async_get_entity_id("camera", DOMAIN, unique_id)
    assert found is not None
    return found


@pytest.fixture
async def yard(hass: HomeAssistant) -> AsyncIterator[Yard]:
    """Return an emulated camera that can do everything, in use."""
    async with reolink_at_home(hass, ReolinkOptions.full()) as home:
        yield home


@pytest.fixture
async def recorder(hass: HomeAssistant) -> AsyncIterator[Yard]:
    """Return an emulated recorder with two cameras, in use."""
    async with reolink_at_home(hass, ReolinkOptions.nvr(2, full=True)) as home:
        yield home


async def test_views_of_a_camera(hass: HomeAssistant, yard: Yard) -> None:
    """The main stream has the name of the device; the third one is disabled."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), yard[1].entry_id)
    cameras = {
        one.entity_id: one.disabled for one in entities if one.domain == "camera"
    }
    assert cameras == {
        "camera.yard": False,
        "camera.yard_sub_stream": False,
        "camera.yard_third_stream": True,
    }
    shown = state(hass, "camera.yard")
    assert shown.name == "Yard"
    assert shown.attributes["brand"] == "Reolink"
    assert shown.attributes["model_name"] == "E1 X"


async def test_pictures_of_a_recorder(hass: HomeAssistant, recorder: Yard) -> None:
    """Each camera shows its own picture."""
    images = {
        number: (await async_get_image(hass, f"camera.camera{number + 1}")).content
        for number in (0, 1)
    }
    for number, content in images.items():
        assert content[:2] + content[-2:] == b"\xff\xd8\xff\xd9"
        assert f"channel {number} number 1".encode() in content
        assert recorder[0].cameras[number].snapshots == 1


async def test_viewers_of_an_emulated_camera(hass: HomeAssistant, yard: Yard) -> None:
    """Two viewers at once cost one request."""
    viewers = [start(async_get_image(hass, view(hass, yard))) for _ in range(2)]
    first, second = await asyncio.gather(*viewers)
    assert first.content == second.content
    assert yard[0].cameras[0].snapshots == 1


@pytest.mark.parametrize(
    ("code", "key"),
    [(-48, "no_picture"), (-99, "camera_offline"), (-9, "unsupported")],
)
async def test_refused_picture(
    hass: HomeAssistant, yard: Yard, tmp_path: Path, code: int, key: str
) -> None:
    """What the device answers is told in words, and nothing is stored."""
    yard[0].plans.refuse("Snap", code)
    with pytest.raises(HomeAssistantError) as caught:
        await take(hass, view(hass, yard), tmp_path / "yard.jpg")
    assert caught.value.translation_key == key
    assert not (tmp_path / "yard.jpg").exists()
    await take(hass, view(hass, yard), tmp_path / "yard.jpg")
    assert (tmp_path / "yard.jpg").read_bytes().startswith(b"\xff\xd8")


async def test_hanging_camera_of_a_recorder(
    hass: HomeAssistant, recorder: Yard, tmp_path: Path, moving_time: Time
) -> None:
    """Who waits for it is told so."""
    device = recorder[0]
    device.hang_channel(0)
    waiting = start(take(hass, "camera.camera1", tmp_path / "1.jpg"))
    await until(lambda: bool(device.calls_of("Snap")))
    moving_time.leap(9)
    with refused("timeout", HomeAssistantError):
        await waiting
    device.hang_channel(0, hangs=False)
    await take(hass, "camera.camera2", tmp_path / "2.jpg")


async def test_lost_camera(
    hass: HomeAssistant, yard: Yard, tmp_path: Path, moving_time: Time
) -> None:
    """It is unavailable until it is back, and a still says why there is none."""
    device, _ = yard
    moving_time.follow(device.clock)
    camera = view(hass, yard)
    device.power_off()
    with pytest.raises(HomeAssistantError) as caught:
        await take(hass, camera, tmp_path / "yard.jpg")
    assert caught.value.translation_key == "unreachable"
    await moving_time.pass_by(30)
    assert state(hass, camera).state == "unavailable"
    device.power_on()
    for _ in range(12):
        await moving_time.pass_by(30)
    assert state(hass, camera).state == "idle"
    await take(hass, camera, tmp_path / "yard.jpg")


async def test_login_that_was_forgotten(
    hass: HomeAssistant, yard: Yard, tmp_path: Path
) -> None:
    """The device is logged in to again, and nobody notices."""
    yard[0].forget_sessions()
    await take(hass, view(hass, yard), tmp_path / "yard.jpg")
    assert yard[0].cameras[0].snapshots == 1


async def test_no_secret_is_shown(
    hass: HomeAssistant,
    yard: Yard,
    hass_client: Callable[[], Awaitable[Client]],
    records: list[logging.LogRecord],
) -> None:
    """Neither password nor token is in a state, a log or an answer."""
    device, _ = yard
    camera = view(hass, yard)
    source = await async_get_stream_source(hass, camera)
    assert source is not None
    assert device.options.password in source
    tokens = [session.token for session in device.sessions.open]
    device.plans.refuse("Snap", -48)
    client = await hass_client()
    with everything_logged():
        answer = await client.get(f"/api/camera_proxy/{camera}")
    assert answer.status == 500
    assert [record for record in records if record.levelno == logging.DEBUG]
    shown = [str(hass.states.async_all()), await answer.text(), str(answer.headers)]
    shown += [record.getMessage() for record in records]
    for secret in (device.options.password, *tokens):
        assert not [text for text in shown if secret in text]


@pytest.mark.parametrize("action", ["enable", "disable"])
async def test_motion_detection_of_an_emulated_camera(
    hass: HomeAssistant, yard: Yard, action: str
) -> None:
    """It has no switch for it and says so; nothing is sent."""
    yard[0].forget()
    with refused("motion_detection_fixed"):
        await hass.services.async_call(
            "camera",
            f"{action}_motion_detection",
            {"entity_id": view(hass, yard)},
            blocking=True,
        )
    assert yard[0].requests == []
