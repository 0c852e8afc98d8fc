"""A home that a B-VIEW camera tells its events to by itself."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import logging
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestClient
import pytest

from custom_components.watchpost.const import DOMAIN
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions

_WITH_ROUTES: Final = (
    "webhook",
    "camera",
    "image",
    "media_player",
    "media_source",
    "tts",
    "websocket_api",
)
"""Components that extend the web server."""

type Client = TestClient[web.Request, web.Application]
type ClientMaker = Callable[[], Awaitable[Client]]


async def begin(home: BviewHome, path: str) -> ConfigFlowResult:
    """Choose how events come in."""
    options = home.hass.config_entries.options
    flow = await options.async_init(home.entry.entry_id)
    schema = flow["data_schema"]
    assert schema is not None
    entered = {**schema({}), **home.entry.options, "event_path": path}
    shown = await options.async_configure(flow["flow_id"], entered)
    await home.hass.async_block_till_done()
    return shown


async def choose(home: BviewHome, path: str) -> None:
    """Choose how events come in, and read what is told about it."""
    shown = await begin(home, path)
    if shown["type"] is FlowResultType.FORM:
        assert shown["step_id"] == "unproven", shown["errors"]
        options = home.hass.config_entries.options
        shown = await options.async_configure(shown["flow_id"], {})
    assert shown["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def serve(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, make_client: ClientMaker
) -> Client:
    """Run the web server of a home; it takes no routes once it runs."""
    # Its log does not understand a clock that stands still.
    monkeypatch.setattr(logging.getLogger("aiohttp.access"), "disabled", True)
    monkeypatch.setattr(
        "custom_components.watchpost.async_setup_discovery", lambda hass: None
    )
    for component in (DOMAIN, *_WITH_ROUTES):
        assert await async_setup_component(hass, component, {})
    client = await make_client()
    hass.config.internal_url = f"http://{client.host}:{client.port}"
    return client


@asynccontextmanager
async def reachable_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    time: Time,
    make_client: ClientMaker,
    options: BviewOptions | None = None,
    *,
    records: list[logging.LogRecord] | None = None,
) -> AsyncIterator[tuple[BviewHome, Client]]:
    """Run a camera in a home that it can send something to."""
    client = await serve(hass, monkeypatch, make_client)
    full = options or BviewOptions.full(password=PASSWORD)
    async with bview_home(hass, monkeypatch, time, full, records=records) as home:
        yield home, client
