"""Messages that a device sends by HTTP, at whichever door they come in."""

from abc import ABC, abstractmethod
import secrets
from typing import Final

from homeassistant.core import HomeAssistant

from ..const import LOGGER
from ..coordinator import Hub
from ..devices.model.device import Json, Memory, Proof, PushMessage
from ..devices.model.errors import DeviceError
from ..devices.model.vocabulary import Delivery, Leg

_MEMORY: Final = "webhook"


def is_borrowed(memory: Memory) -> bool:
    """Return whether the device may have been pointed at Home Assistant."""
    return memory.get(_MEMORY) is not None


class CallInbox(ABC):
    """The address of one entry; its id is the secret, the token a second one."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Take over the id and the token, or make them."""
        self._hass = hass
        self._hub = hub
        saved = hub.memory.get(_MEMORY)
        kept: dict[str, Json] = saved if isinstance(saved, dict) else {}
        self._id = str(kept.get("id") or secrets.token_hex(32))
        self._token = str(kept.get("token") or secrets.token_hex(16))
        self._told = kept.get("url")
        """The address that the device was told last."""

    async def async_is_current(self) -> bool:
        """Return whether the device was told the address that is right now."""
        # Earlier versions did not keep it.
        return self._told in (None, await self.async_url())

    @abstractmethod
    async def async_url(self) -> str | None:
        """Return the address for the device; None where it could not be reached."""

    @abstractmethod
    async def async_open(self) -> None:
        """Take in messages from now on.

        Raise:
            OSError: The port is not free.
        """

    @abstractmethod
    async def async_close(self) -> None:
        """Take in nothing any more."""

    async def async_subscribe(self) -> Proof:
        """Have the device report here and tell whether it is known to work.

        Raise:
            DeviceError: The device does not take the address.
            OSError: The port is not free.
        """
        push, url = self._hub.device.push, await self.async_url()
        if push is None or url is None:
            return Proof(delivery=Delivery.FAILED, leg=Leg.SETTINGS)
        await self.async_open()
        self._hub.memory.put(
            _MEMORY, {"id": self._id, "token": self._token, "url": url}
        )
        return await push.subscribe(url, self._token)

    async def async_unsubscribe(self) -> None:
        """Give the device its earlier target back.

        Raise:
            DeviceError: The device cannot be reached.
        """
        if self._hub.device.push is not None:
            await self._hub.device.push.unsubscribe()
        await self.async_close()
        self._hub.memory.put(_MEMORY, None)

    async def async_verify(self) -> None:
        """Look whether the device still reports here; nothing is written.

        Raise:
            OSError: The port is not free.
        """
        push, url = self._hub.device.push, await self.async_url()
        await self.async_open()
        if push is None or url is None:
            return
        try:
            alive = await push.verify(url, self._token)
        except DeviceError as err:
            LOGGER.debug("Event delivery could not be checked: %s", err.reason)
        else:
            LOGGER.debug("Event delivery is set up: %s", alive)

    def _deliver(self, message: PushMessage) -> None:
        """Hand a message to the device."""
        self._hub.async_receive(self._hub.device.handle_push(message))
