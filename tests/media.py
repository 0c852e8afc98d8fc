"""What an owner does with cameras: look, browse recordings, play files."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
import logging
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.components.media_player import (
    BrowseMedia,
    async_process_play_media_url,
)
from homeassistant.components.media_source import (
    PlayMedia,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant, State
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

type Client = TestClient[web.Request, web.Application]

ROOT: Final = f"media-source://{DOMAIN}"


async def browse(hass: HomeAssistant, where: str = ROOT) -> list[BrowseMedia]:
    """Return what lies in a folder."""
    return list((await async_browse_media(hass, where)).children or ())


def titles(items: list[BrowseMedia]) -> list[str]:
    """Return what is shown."""
    return [item.title for item in items]


async def walk(hass: HomeAssistant, *path: str) -> list[BrowseMedia]:
    """Open folders by their titles and return what lies in the last one."""
    found = await browse(hass)
    for title in path:
        (item,) = [one for one in found if one.title == title]
        assert (item.can_expand, item.can_play) == (True, False)
        found = await browse(hass, item.media_content_id)
    return found


async def resolve(hass: HomeAssistant, identifier: str) -> PlayMedia:
    """Return where a file can be had."""
    return await async_resolve_media(hass, identifier, None)


@dataclass(frozen=True)
class Yard:
    """An emulated device, with what it has recorded yesterday."""

    hass: HomeAssistant
    device: ReolinkEmulator
    entry: MockConfigEntry
    client: Client
    noon: datetime

    @property
    def day(self) -> str:
        """Return the title of yesterday."""
        return f"{self.noon:%Y-%m-%d}"

    async def files(self, *path: str) -> list[BrowseMedia]:
        """Return the recordings of yesterday."""
        month = f"{self.noon:%Y-%m}"
        folders = titles(await walk(self.hass, *path))
        return await walk(
            self.hass, *path, *([] if self.day in folders else [month]), self.day
        )

    async def address(self, item: BrowseMedia) -> str:
        """Return where a file can be had by anybody, for a while."""
        media = await resolve(self.hass, item.media_content_id)
        return async_process_play_media_url(
            self.hass, media.url, allow_relative_url=True
        )


@contextmanager
def everything_logged() -> Iterator[None]:
    """Have the integration log all that it can."""
    logger = logging.getLogger("custom_components")
    logger.setLevel(logging.DEBUG)
    yield
    logger.setLevel(logging.NOTSET)


async def until(met: Callable[[], bool]) -> None:
    """Wait until something is the case."""
    for _ in range(1000):
        if met():
            return
        await asyncio.sleep(0.005)
    pytest.fail("It did not happen")


def start[T](work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start something and leave it running."""
    return asyncio.get_running_loop().create_task(work)


@asynccontextmanager
async def reolink_at_home(
    hass: HomeAssistant, options: ReolinkOptions
) -> AsyncIterator[tuple[ReolinkEmulator, MockConfigEntry]]:
    """Run an emulated camera or recorder and add it to Home Assistant."""
    async with ReolinkEmulator(options) as emulator:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Yard",
            unique_id=options.mac,
            data={
                CONF_VENDOR: "reolink",
                CONF_HOST: emulator.host,
                CONF_PORT: emulator.port,
                CONF_SSL: False,
                CONF_VERIFY_SSL: False,
                CONF_USERNAME: options.username,
                CONF_PASSWORD: options.password,
            },
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield emulator, entry
        emulator.faults.clear()
        if hass.config_entries.async_get_entry(entry.entry_id) is not None:
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


def state(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of a camera."""
    found = hass.states.get(entity_id)
    assert found is not None
    return found


async def take(hass: HomeAssistant, entity_id: str, path: Path) -> None:
    """Have Home Assistant store a still."""
    hass.config.allowlist_external_dirs = {str(path.parent)}
    await hass.services.async_call(
        "camera",
        "snapshot",
        {"entity_id": entity_id, "filename": str(path)},
        blocking=True,
    )
