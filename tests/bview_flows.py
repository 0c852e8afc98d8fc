"""Dialogs with a B-VIEW camera that nothing may be written to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from tests.emulators.base import Emulator, RequestRecord
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.flows import (
    Form,
    advanced,
    answer,
    begin,
    created,
)

FAMILY: Final = "bview"
PASSWORD: Final = "p@ss:w/ö rd#%&+"
MAC: Final = "02:bb:1e:16:07:12"
LOCAL: Final = "127.0.0.1"
CLOSED: Final = 9
LOGIN: Final = {CONF_USERNAME: "admin", CONF_PASSWORD: PASSWORD}


@asynccontextmanager
async def running(
    hass: HomeAssistant, *, tls: bool = False, **changes: Any
) -> AsyncIterator[BviewEmulator]:
    """Run a camera; entries that were made for it are unloaded before it ends."""
    options = BviewOptions.full(**{"password": PASSWORD, **changes})
    async with BviewEmulator(options, tls=tls, udp_port=0, ssdp_port=0) as camera:
        yield camera
        for entry in hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        assert camera.dangerous == []
        assert camera.dangerous_datagrams == []
        assert [
            r.label for r in camera.requests if r.method not in ("GET", "POST")
        ] == []
        # POST is what another family asks with.
        posted = {r.path for r in camera.requests if r.method == "POST"}
        assert posted <= {"/cgi-bin/api.cgi", *(p for p in posted if "ISAPI" in p)}


def filled(camera: Emulator, **changes: Any) -> Form:
    """Return the form for a camera, filled in."""
    return {
        CONF_HOST: camera.host,
        **LOGIN,
        CONF_VENDOR: FAMILY,
        CONF_ADVANCED: advanced(camera),
        **changes,
    }


def data_of(camera: BviewEmulator, **changes: Any) -> Form:
    """Return the data of an entry for a camera."""
    return {
        CONF_VENDOR: FAMILY,
        CONF_HOST: camera.host,
        CONF_PORT: camera.port,
        CONF_SSL: camera.tls,
        CONF_VERIFY_SSL: False,
        **LOGIN,
        **changes,
    }


async def added(
    hass: HomeAssistant, camera: BviewEmulator, **changes: Any
) -> ConfigEntry:
    """Add a camera as its owner does."""
    shown = await begin(hass, SOURCE_USER)
    return created(await answer(hass, shown, filled(camera, **changes)))


def with_login(camera: Emulator) -> list[RequestRecord]:
    """Return the requests that carried a login."""
    return [one for one in camera.requests if "Authorization" in one.headers]
