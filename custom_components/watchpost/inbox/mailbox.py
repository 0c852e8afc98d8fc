"""Alarm mails of one entry."""

import secrets
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..const import LOGGER
from ..coordinator import Hub
from ..devices.model.device import MailTarget, Memory, Proof
from ..devices.model.errors import DeviceError
from ..devices.model.vocabulary import Delivery, Leg
from .mail import MailServer
from .servers import (
    Release,
    admit,
    async_bind_address,
    async_own_address,
    async_share,
    told_address,
)

_MEMORY: Final = "mailbox"
_TOLD: Final = "mailbox_host"
"""The address of this computer that the device was told last."""
_DOMAIN: Final = "watchpost.local"
"""No device looks for it: mails go to the server that was set, whoever they are for."""


def has_mailbox(memory: Memory) -> bool:
    """Return whether the device may mail its alarms to Home Assistant."""
    return memory.get(_MEMORY) is not None


class Mailbox:
    """A mailbox of one entry; its name is the secret."""

    def __init__(self, hass: HomeAssistant, hub: Hub, port: int) -> None:
        """Take over the name, or make it; no port is opened."""
        self._hass = hass
        self._hub = hub
        self.port = port
        self._name = str(hub.memory.get(_MEMORY) or secrets.token_hex(12))
        self._release: Release | None = None

    async def async_open(self) -> None:
        """Take in mails from now on.

        Raise:
            OSError: The port is not free.
        """
        if self._release is not None:
            return
        own = await async_bind_address(self._hub.host)
        server, release = await async_share(self._hass, MailServer, own, self.port)
        undo = admit(server.add, self._address, self._take)

        async def close() -> None:
            undo()
            await release()

        self._release = close

    async def async_close(self) -> None:
        """Take in nothing any more."""
        if self._release is not None:
            release, self._release = self._release, None
            await release()

    async def async_subscribe(self) -> Proof:
        """Have the device mail its alarms here and tell whether that is known to work.

        Raise:
            DeviceError: The device cannot be reached.
            OSError: The port is not free.
        """
        mails, target = self._hub.device.mails, await self.async_target()
        if mails is None or target is None:
            return Proof(delivery=Delivery.FAILED, leg=Leg.SETTINGS)
        await self.async_open()
        self._hub.memory.put(_MEMORY, self._name)
        self._hub.memory.put(_TOLD, target.host)
        return await mails.subscribe(target)

    async def async_is_current(self) -> bool:
        """Return whether the device was told the address that is right now."""
        told, target = self._hub.memory.get(_TOLD), await self.async_target()
        return told is None or (target is not None and told == target.host)

    async def async_unsubscribe(self) -> None:
        """Give the device its earlier settings back.

        Raise:
            DeviceError: The device cannot be reached.
        """
        if self._hub.device.mails is not None:
            await self._hub.device.mails.unsubscribe()
        await self.async_close()
        self._hub.memory.put(_MEMORY, None)
        self._hub.memory.put(_TOLD, None)

    async def async_verify(self) -> None:
        """Look whether the device still mails its alarms here; nothing is written.

        Raise:
            OSError: The port is not free.
        """
        await self.async_open()
        mails, target = self._hub.device.mails, await self.async_target()
        if mails is None or target is None:
            return
        try:
            right = await mails.verify(target)
        except DeviceError as err:
            LOGGER.debug("Alarm mails could not be checked: %s", err.reason)
        else:
            LOGGER.debug("Alarm mails are set up: %s", right)

    @property
    def _address(self) -> str:
        return f"{self._name}@{_DOMAIN}"

    async def async_target(self) -> MailTarget | None:
        """Return where the device has to mail to; None if our address is unknown."""
        own = await async_own_address(self._hub.host)
        if own is None:
            return None
        host = told_address(self._hass, own)
        return MailTarget(host=host, port=self.port, address=self._address)

    @callback
    def _take(self, raw: bytes) -> None:
        """Hand a mail to the device."""
        mails = self._hub.device.mails
        if mails is not None:
            self._hub.async_receive(mails.handle(raw))
