"""Homes with blueprints."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
import shutil

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.bview_home import BviewHome, bview_home
from tests.camera_home import EmulatedHome, emulated
from tests.conftest import Time
from tests.emulators.reolink import ReolinkOptions
from tests.emulators.strobe import StrobeEmulator
from tests.home import Home
from tests.talker import Voice, talking

from .shelf import FOLDER, Shelf


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder with the blueprints."""
    shutil.copytree(FOLDER, tmp_path / "blueprints")
    (tmp_path / "media").mkdir()
    return str(tmp_path)


@pytest.fixture
async def devices() -> AsyncIterator[AsyncExitStack]:
    """Keep devices running until no automation needs them any more."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def shelf(
    hass: HomeAssistant, devices: AsyncExitStack, moving_time: Time
) -> AsyncIterator[Shelf]:
    """Return the blueprints in a home that is armed, at night."""
    for component in ("homeassistant", "persistent_notification"):
        assert await async_setup_component(hass, component, {})
    helpers = {"armed": {"initial": True}, "anna": {}, "ben": {}}
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": helpers}
    )
    shelf = Shelf(hass, moving_time)
    shelf.night()
    yield shelf
    await shelf.close()


@pytest.fixture
async def camera(
    hass: HomeAssistant,
    devices: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
) -> EmulatedHome:
    """Return a home with a camera that sees persons and has a light and a siren."""
    home = await devices.enter_async_context(
        emulated(hass, monkeypatch, ReolinkOptions.full())
    )
    moving_time.follow(home.device.clock)
    return home


@pytest.fixture
async def workshop(
    hass: HomeAssistant,
    devices: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
) -> BviewHome:
    """Return a home with a camera that has an alarm input and a privacy mask."""
    return await devices.enter_async_context(bview_home(hass, monkeypatch, moving_time))


@pytest.fixture
def strobe_home(home: Home, strobe: StrobeEmulator, moving_time: Time) -> Home:
    """Return a home with a strobe."""
    moving_time.follow(strobe.clock)
    return home


@pytest.fixture
async def voice(hass: HomeAssistant, devices: AsyncExitStack) -> type[Voice]:
    """Return a voice that speaks."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs the program ffmpeg")
    return await devices.enter_async_context(talking(hass))
