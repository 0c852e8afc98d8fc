"""Another way for the events of a device: set up, proven, and undone if not wanted."""

from collections.abc import Mapping
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
from ..coordinator import Hub, WatchpostConfigEntry
from ..devices.model.device import Proof
from ..devices.model.errors import DeviceError
from ..devices.model.vocabulary import Delivery, Leg
from ..errors import form_error
from .calls import CallInbox
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
    """A change of the ways of one entry, until it is saved or undone.

    What was set up stays open meanwhile: the device reports to it already.
    """

    def __init__(self, hass: HomeAssistant, entry: WatchpostConfigEntry) -> None:
        """Start with what is saved."""
        self._hass = hass
        self._entry = entry
        self._calls: tuple[str, int] | None = _calls(entry.options)
        """How messages by HTTP come in now; None where an attempt has failed."""
        self._mails: int | None = _mails(entry.options)
        """The port for mails, 0 without mails; None where an attempt has failed."""
        self._open: dict[str, CallInbox | Mailbox] = {}
        self.renewed = False
        """Whether the device was told an address that the running doors do not know."""

    @property
    def _hub(self) -> Hub:
        # The entry may be set up anew while the dialog is open.
        return self._entry.runtime_data

    @property
    def changed(self) -> bool:
        """Whether the device is set up otherwise than it is saved."""
        # Another dialog may have saved something in the meantime.
        saved = self._entry.options
        return self._calls != _calls(saved) or self._mails != _mails(saved)

    async def async_apply(self, options: Mapping[str, Any]) -> tuple[Proof, ...]:
        """Set the device up; return what the tests of new ways have shown.

        Raise:
            UnchangedError: One way stays as it was.
        """
        proofs: list[Proof | None] = []
        if self._hub.device.push is not None:
            proofs.append(await self._async_calls(_calls(options)))
        if self._hub.device.mails is not None:
            proofs.append(await self._async_mails(_mails(options)))
        return tuple(proof for proof in proofs if proof is not None)

    async def _async_calls(self, wanted: tuple[str, int]) -> Proof | None:
        """Change the way of messages by HTTP."""
        path, port = wanted
        inbox = make_call_inbox(self._hass, self._hub, path, port)
        # Polling twice costs nothing, and ends what could not be ended before.
        right = wanted == self._calls and await inbox.async_is_current()
        if path != PATH_POLL and right:
            return None
        if path != PATH_POLL and await inbox.async_url() is None:
            key = "no_internal_url" if path == PATH_WEBHOOK else "no_own_address"
            raise UnchangedError(CONF_EVENT_PATH, key)
        before, self._calls = self._calls, None
        try:
            proof = await self._async_change(
                CONF_EVENT_PATH, inbox, on=path != PATH_POLL
            )
        except OSError as err:
            self._calls = before
            raise UnchangedError(CONF_EVENT_PATH, "port_in_use") from err
        # What has failed was given back, also if it was ours before.
        self._calls = (PATH_POLL, 0) if _has_failed(proof) else wanted
        return _proven(CONF_EVENT_PATH, proof)

    async def _async_mails(self, wanted: int) -> Proof | None:
        """Change the way of alarm mails."""
        mailbox = Mailbox(self._hass, self._hub, wanted or DEFAULT_MAIL_PORT)
        if wanted and wanted == self._mails and await mailbox.async_is_current():
            return None
        if wanted and await mailbox.async_target() is None:
            raise UnchangedError(CONF_MAIL, "no_own_address")
        before, self._mails = self._mails, None
        try:
            proof = await self._async_change(CONF_MAIL, mailbox, on=bool(wanted))
        except OSError as err:
            self._mails = before
            raise UnchangedError(CONF_MAIL, "port_in_use") from err
        self._mails = 0 if _has_failed(proof) else wanted
        return _proven(CONF_MAIL, proof)

    async def _async_change(
        self, field: str, door: CallInbox | Mailbox, *, on: bool
    ) -> Proof | None:
        """Have the device report to a door, or to none of ours any more.

        Raise:
            UnchangedError: It does not, or not for certain.
            OSError: The port is not free; nothing was changed.
        """
        try:
            if on:
                proof = await door.async_subscribe()
            else:
                await door.async_unsubscribe()
                proof = None
        except DeviceError as err:
            await door.async_close()
            raise UnchangedError(field, form_error(err)) from err
        self.renewed = True
        if proof is not None and proof.delivery is Delivery.FAILED:
            await door.async_close()
            return proof
        if (older := self._open.pop(field, None)) is not None:
            await older.async_close()
        if on:
            self._open[field] = door
        return proof

    async def async_close(self) -> None:
        """Leave the doors to the entry, which is set up again and takes over."""
        while self._open:
            await self._open.popitem()[1].async_close()

    @callback
    def async_end(self) -> None:
        """Undo what is not saved, in the background."""
        entry = self._entry
        if entry.state is ConfigEntryState.LOADED:
            entry.async_create_background_task(
                self._hass, self._async_set_back(), f"{DOMAIN} set back"
            )
        else:
            self._hass.async_create_task(self.async_close(), f"{DOMAIN} doors")

    async def _async_set_back(self) -> None:
        if not self.changed:
            await self.async_close()
            return
        try:
            await self.async_apply(dict(self._entry.options))
        except UnchangedError as err:
            LOGGER.warning(
                "Events of %s could not be set back, choose them in its options: %s",
                self._entry.title,
                err.key,
            )
        await self.async_close()
        # The doors that are open know the secrets of before.
        self._hass.config_entries.async_schedule_reload(self._entry.entry_id)


def _has_failed(proof: Proof | None) -> bool:
    return proof is not None and proof.delivery is Delivery.FAILED


def _proven(field: str, proof: Proof | None) -> Proof | None:
    """Return a proof; a way that is known not to work is none."""
    if proof is not None and proof.delivery is Delivery.FAILED:
        raise UnchangedError(field, _LEGS[proof.leg or Leg.ARRIVAL])
    return proof


def _calls(options: Mapping[str, Any]) -> tuple[str, int]:
    """Return the way of messages by HTTP, and its port if it has one."""
    path = str(options.get(CONF_EVENT_PATH, PATH_POLL))
    if path != PATH_LISTENER:
        return path, 0
    return path, int(options.get(CONF_LISTENER_PORT, DEFAULT_LISTENER_PORT))


def _mails(options: Mapping[str, Any]) -> int:
    """Return the port for mails; 0 without mails."""
    if not options.get(CONF_MAIL):
        return 0
    return int(options.get(CONF_MAIL_PORT, DEFAULT_MAIL_PORT))
