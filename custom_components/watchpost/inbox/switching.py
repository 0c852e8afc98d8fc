"""Another way for the events of a device: set up, proven, and undone if not wanted."""

from collections.abc import Awaitable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..const import (
    CONF_EVENT_PATH,
    CONF_LISTENER_PORT,
    CONF_MAIL,
    CONF_MAIL_PORT,
    DEFAULT_LISTENER_PORT,
    DEFAULT_MAIL_PORT,
    DOMAIN,
    LOGGER,
    PATH_LISTENER,
    PATH_POLL,
    PATH_WEBHOOK,
)
from ..coordinator import Hub
from ..devices.model.device import Proof
from ..devices.model.errors import DeviceError
from ..devices.model.vocabulary import Delivery, Leg
from ..errors import form_error
from .doors import make_call_inbox
from .mailbox import Mailbox

_LEGS: Final = {
    Leg.SETTINGS: "event_target_refused",
    Leg.TEST: "event_test_refused",
    Leg.ARRIVAL: "event_not_received",
}


class UnchangedError(Exception):
    """The events come in as before."""

    def __init__(self, field: str, key: str) -> None:
        """Store the field that is to blame and the text that is shown."""
        super().__init__(key)
        self.field = field
        self.key = key


class Switching:
    """A change of the ways of one entry, until it is saved or undone."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Start with what is saved."""
        self._hass = hass
        self._hub = hub
        self._now: Mapping[str, Any] = dict(hub.entry.options)

    @property
    def changed(self) -> bool:
        """Whether the device is set up otherwise than it is saved."""
        # Another dialog may have saved something in the meantime.
        saved = self._hub.entry.options
        return _calls(self._now) != _calls(saved) or _mails(self._now) != _mails(saved)

    async def async_apply(self, options: Mapping[str, Any]) -> tuple[Proof, ...]:
        """Set the device up; return what the tests of new ways have shown.

        Raise:
            UnchangedError: One way stays as it was.
        """
        proofs: list[Proof] = []
        if self._hub.device.push is not None:
            proof = await self._async_calls(_calls(options))
            self._now = {**self._now, **_part(options, _CALLS)}
            proofs += [proof] if proof is not None else []
        if self._hub.device.mails is not None:
            proof = await self._async_mails(_mails(options))
            self._now = {**self._now, **_part(options, _MAILS)}
            proofs += [proof] if proof is not None else []
        return tuple(proofs)

    async def _async_calls(self, wanted: tuple[str, int]) -> Proof | None:
        """Change the way of messages by HTTP."""
        path, port = wanted
        # Polling twice costs nothing, and ends what could not be ended before.
        if path != PATH_POLL and wanted == _calls(self._now):
            return None
        inbox = make_call_inbox(self._hass, self._hub, path, port)
        try:
            if path == PATH_POLL:
                await _told(CONF_EVENT_PATH, inbox.async_unsubscribe())
                return None
            if await inbox.async_url() is None:
                key = "no_internal_url" if path == PATH_WEBHOOK else "no_own_address"
                raise UnchangedError(CONF_EVENT_PATH, key)
            return await _proven(CONF_EVENT_PATH, inbox.async_subscribe())
        finally:
            # The entry is set up again and takes over, or nothing has changed.
            await inbox.async_close()

    async def _async_mails(self, wanted: int | None) -> Proof | None:
        """Change the way of alarm mails."""
        if wanted is not None and wanted == _mails(self._now):
            return None
        mailbox = Mailbox(self._hass, self._hub, wanted or DEFAULT_MAIL_PORT)
        try:
            if wanted is None:
                await _told(CONF_MAIL, mailbox.async_unsubscribe())
                return None
            return await _proven(CONF_MAIL, mailbox.async_subscribe())
        finally:
            await mailbox.async_close()

    @callback
    def async_set_back(self) -> None:
        """Set the device up as it is saved, in the background."""
        entry = self._hub.entry
        if entry.state is ConfigEntryState.LOADED:
            entry.async_create_background_task(
                self._hass, self._async_set_back(), f"{DOMAIN} set back"
            )

    async def _async_set_back(self) -> None:
        # The entry may have been set up anew since.
        self._hub = self._hub.entry.runtime_data
        try:
            await self.async_apply(dict(self._hub.entry.options))
        except UnchangedError as err:
            LOGGER.warning(
                "Events of %s could not be set back, choose them in its options: %s",
                self._hub.entry.title,
                err.key,
            )


_CALLS: Final = (CONF_EVENT_PATH, CONF_LISTENER_PORT)
_MAILS: Final = (CONF_MAIL, CONF_MAIL_PORT)


def _part(options: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: options[key] for key in keys if key in options}


def _calls(options: Mapping[str, Any]) -> tuple[str, int]:
    """Return the way of messages by HTTP, and its port if it has one."""
    path = str(options.get(CONF_EVENT_PATH, PATH_POLL))
    if path != PATH_LISTENER:
        return path, 0
    return path, int(options.get(CONF_LISTENER_PORT, DEFAULT_LISTENER_PORT))


def _mails(options: Mapping[str, Any]) -> int | None:
    """Return the port for mails; None without mails."""
    if not options.get(CONF_MAIL):
        return None
    return int(options.get(CONF_MAIL_PORT, DEFAULT_MAIL_PORT))


async def _told[T](field: str, work: Awaitable[T]) -> T:
    """Have something done at the device and translate its errors."""
    try:
        return await work
    except DeviceError as err:
        raise UnchangedError(field, form_error(err)) from err
    except OSError as err:
        raise UnchangedError(field, "port_in_use") from err


async def _proven(field: str, work: Awaitable[Proof]) -> Proof:
    """Have a device set up; a way that is known not to work is none."""
    proof = await _told(field, work)
    if proof.delivery is Delivery.FAILED:
        raise UnchangedError(field, _LEGS[proof.leg or Leg.ARRIVAL])
    return proof
