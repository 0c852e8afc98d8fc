"""The running device of an entry and the two coordinators that read it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, Protocol, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN, LOGGER
from .devices.model.device import Device, Login, Memory, Notice, Vendor
from .devices.model.features import Feature
from .devices.model.vocabulary import NO_REQUEST, Cadence, Key
from .errors import update_errors
from .pictures import EventPictures
from .stills import Stills, Take
from .surroundings import StoredMemory, make_surroundings

_AGAIN: Final = timedelta(seconds=60)
"""Time until settings are read again that could not be read."""
_SETTLE: Final = 2.0
"""Seconds after a command before a device is read back: slow ones still write."""

type WatchpostConfigEntry = ConfigEntry[Hub]
type NoticeListener = Callable[[Notice], None]
type _Address = tuple[str, Key, str | None]


def login_from(data: Mapping[str, str | int | bool]) -> Login:
    """Return the address and the login of an entry."""
    return Login(
        host=str(data[CONF_HOST]),
        port=int(data[CONF_PORT]),
        ssl=bool(data[CONF_SSL]),
        username=str(data[CONF_USERNAME]),
        password=str(data[CONF_PASSWORD]),
    )


class Door(Protocol):
    """A way in for events."""

    async def async_close(self) -> None:
        """Take in nothing any more; it may be closed already."""


class Hub:
    """The device of an entry, with everything that belongs to it while it runs."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: WatchpostConfigEntry,
        vendor: Vendor,
        memory: StoredMemory,
    ) -> None:
        """Create the device and its coordinators; nothing is sent."""
        self.hass = hass
        self.entry = entry
        self.vendor = vendor
        self.memory: Memory = memory
        self._stored = memory
        around = make_surroundings(
            hass,
            verify_ssl=entry.data[CONF_VERIFY_SSL],
            memory=memory,
            changed=self.async_changed,
            entry=entry,
            options=dict(entry.options),
        )
        self.clock = around.clock
        self.device: Device = vendor.create(login_from(entry.data), around)
        self.coordinators = {
            cadence: WatchpostCoordinator(hass, entry, self, cadence)
            for cadence in Cadence
        }
        self.device_ids: dict[str, str] = {}
        """Registry id of each unit."""
        self.taken_away: Counter[str] = Counter()
        """How often its owner has taken a unit away, by its key."""
        self.pictures = EventPictures(hass, entry)
        self.doors: list[Door] = []
        """Where events come in that the device sends by itself."""
        self.follower: asyncio.Task[None] | None = None
        """What takes in the events that the device answers."""
        self.blocked_ports: dict[str, int] = {}
        """Ports for events that could not be opened, by the door."""
        self._stills: dict[Take, Stills] = {}
        self._listeners: dict[_Address, list[NoticeListener]] = {}

    @property
    def host(self) -> str:
        """Return the address of the device."""
        return login_from(self.entry.data).host

    @property
    def available(self) -> bool:
        """Return whether the device answered when it was last asked for its state."""
        return self.coordinators[Cadence.STATE].last_update_success

    @property
    def _connected(self) -> frozenset[str]:
        """The units that answer."""
        return frozenset(unit.key for unit in self.device.units if unit.online())

    @callback
    def async_watch(self) -> CALLBACK_TYPE:
        """Have everything follow who is lost or back; return the undo."""
        settings = self.coordinators[Cadence.SETTINGS]
        before, connected = self.available, self._connected

        @callback
        def follow() -> None:
            nonlocal before, connected
            was, before = before, self.available
            were, connected = connected, self._connected
            if was is before and were == connected:
                return
            settings.async_update_listeners()
            if before and not was:
                # What was due in the meantime was not read.
                self.entry.async_create_background_task(
                    self.hass, settings.async_refresh(), f"{settings.name} catch up"
                )

        return self.coordinators[Cadence.STATE].async_add_listener(follow)

    @callback
    def async_changed(self) -> None:
        """Show what the device has come to know by itself."""
        for coordinator in self.coordinators.values():
            coordinator.async_update_listeners()
        self.coordinators[Cadence.STATE].async_quicken()

    @callback
    def async_dispatch(self, notices: tuple[Notice, ...]) -> None:
        """Tell the event entities what has happened, then show the new state."""
        if notices:
            self.async_receive(notices)

    @callback
    def async_receive(self, notices: tuple[Notice, ...]) -> None:
        """Take in a message: show the new state also if nothing has happened."""
        for notice in notices:
            address = (notice.unit, notice.key, notice.slot)
            for listener in tuple(self._listeners.get(address, ())):
                listener(notice)
        self.async_changed()

    @callback
    def async_listen(
        self, unit: str, feature: Feature, listener: NoticeListener
    ) -> CALLBACK_TYPE:
        """Call a listener for each notice about a feature; return its undo."""
        listeners = self._listeners.setdefault((unit, feature.key, feature.slot), [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def share_stills(self, take: Take) -> Stills:
        """Return the stills that are taken in this way, one for all who look."""
        if take not in self._stills:
            self._stills[take] = Stills(self.hass, self.entry, take)
        return self._stills[take]

    async def async_written(self, feature: Feature) -> None:
        """Show what a command has changed and have it confirmed a little later."""
        self.async_changed()
        if feature.source != NO_REQUEST:
            await self.coordinators[feature.cadence].async_request_refresh()

    async def async_close(self) -> None:
        """Take in nothing any more, log out, and keep what has to be remembered."""
        if self.follower is not None:
            self.follower.cancel()
            await asyncio.wait((self.follower,))
        for door in self.doors:
            await door.async_close()
        for coordinator in self.coordinators.values():
            await coordinator.async_shutdown()
        await self.device.close()
        await self._stored.async_save()


class WatchpostCoordinator(DataUpdateCoordinator[None]):
    """Read a device at one cadence, only what enabled entities want."""

    config_entry: WatchpostConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: WatchpostConfigEntry,
        hub: Hub,
        cadence: Cadence,
    ) -> None:
        """Bind the device."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {entry.title} {cadence}",
            update_interval=timedelta(seconds=hub.device.interval(cadence)),
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=_SETTLE, immediate=False
            ),
        )
        self.hub = hub
        self._cadence = cadence

    @override
    async def _async_update_data(self) -> None:
        """Have the device read what is due.

        One coordinator alone watches whether the device is there, so that its loss
        is told once. The other one leaves a lost device in peace.
        """
        state = self.hub.coordinators[Cadence.STATE]
        if self is not state and not self.hub.available:
            return
        device = self.hub.device
        loaded = self.config_entry.state is ConfigEntryState.LOADED
        wanted = (
            frozenset(self.async_contexts())
            if loaded
            else device.expected.get(self._cadence)
        )
        try:
            with update_errors(self.config_entry.title):
                await device.refresh(self._cadence, wanted)
        except UpdateFailed, ConfigEntryAuthFailed:
            if self is state or not loaded:
                raise
            # What could not be read is shown as not available until it is.
            self.update_interval = min(self.update_interval or _AGAIN, _AGAIN)
            await state.async_refresh()
            if self.hub.available:
                raise
            return
        self.update_interval = timedelta(seconds=device.interval(self._cadence))
        self.hub.async_dispatch(device.take_notices())

    @callback
    def async_quicken(self) -> None:
        """Ask sooner than planned if the device has to be asked more often by now.

        A way of events that has gone quiet must not leave a gap of a minute.
        """
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return
        interval = timedelta(seconds=self.hub.device.interval(self._cadence))
        if self.update_interval is None or interval >= self.update_interval:
            return
        self.update_interval = interval
        if self._unsub_refresh is not None:
            self._schedule_refresh()
