"""Home Assistant's clock, storage and sessions in the form that devices take."""

import asyncio
from asyncio import Task
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Final, override

from aiohttp import ClientSession

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import SSLCipherList

from .const import DOMAIN
from .devices.model.device import Clock, Json, Memory, Surroundings

_VERSION: Final = 1
_SAVE_DELAY: Final = 5
"""Seconds in which changes are gathered before they are written to disk."""
_AT_ONCE: Final = frozenset({"mail", "mailbox", "push", "webhook"})
"""What devices were set to before: a power cut must not lose it."""


class HomeAssistantClock(Clock):
    """Time as Home Assistant sees it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Bind the loop."""
        self._hass = hass

    @override
    def now(self) -> float:
        """Return the seconds since the epoch."""
        return dt_util.utcnow().timestamp()

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time; return its undo."""
        moment = dt_util.utc_from_timestamp(when)

        @callback
        def due(_now: datetime) -> None:
            action()

        return async_track_point_in_utc_time(self._hass, due, moment)

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class NoMemory(Memory):
    """A memory for a first look at a device: nothing is kept."""

    @override
    def get(self, name: str) -> Json:
        """Return nothing."""
        return None

    @override
    def put(self, name: str, value: Json) -> None:
        """Keep nothing."""


class StoredMemory(Memory):
    """A memory in Home Assistant's storage, one file for each entry."""

    def __init__(self, store: Store[dict[str, Json]], data: dict[str, Json]) -> None:
        """Take over what was loaded."""
        self._store = store
        self._data = data

    @classmethod
    async def async_load(cls, hass: HomeAssistant, entry_id: str) -> StoredMemory:
        """Load the memory of an entry."""
        store = _store(hass, entry_id)
        return cls(store, await store.async_load() or {})

    @override
    def get(self, name: str) -> Json:
        """Return what is kept under a name."""
        return self._data.get(name)

    @override
    def put(self, name: str, value: Json) -> None:
        """Keep a value under a name."""
        if self._data.get(name) == value:
            return
        if value is None:
            del self._data[name]
        else:
            self._data[name] = value
        delay = 0 if name in _AT_ONCE else _SAVE_DELAY
        self._store.async_delay_save(lambda: self._data, delay)

    async def async_save(self) -> None:
        """Save at once."""
        await self._store.async_save(self._data)

    async def async_forget(self) -> None:
        """Delete the file, and what waits to be written to it."""
        await self._store.async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Json]]:
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True)


def get_session(hass: HomeAssistant, *, verify_ssl: bool) -> ClientSession:
    """Return the shared session; unverified devices may have old ciphers."""
    if verify_ssl:
        return async_get_clientsession(hass)
    return async_get_clientsession(
        hass, verify_ssl=False, ssl_cipher=SSLCipherList.INSECURE
    )


def make_surroundings(
    hass: HomeAssistant,
    *,
    verify_ssl: bool,
    memory: Memory | None = None,
    changed: Callable[[], None] = lambda: None,
    entry: ConfigEntry | None = None,
    options: Mapping[str, str] | None = None,
) -> Surroundings:
    """Return the world of a device: with an entry or for a first look."""

    def spawn(target: Coroutine[None, None, None], name: str) -> Task[None]:
        if entry is not None:
            return entry.async_create_background_task(hass, target, name)
        return hass.async_create_background_task(target, name)

    return Surroundings(
        session=get_session(hass, verify_ssl=verify_ssl),
        clock=HomeAssistantClock(hass),
        memory=memory or NoMemory(),
        spawn=spawn,
        changed=changed,
        options=options or {},
        local_time=dt_util.now,
    )
