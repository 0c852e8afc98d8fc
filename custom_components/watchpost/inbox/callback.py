"""Events that a device sends to a port of our own, which is not as strict."""

from typing import override

from homeassistant.core import HomeAssistant

from ..coordinator import Hub
from ..devices.model.device import PushMessage
from ..devices.model.vocabulary import EventPath
from .calls import CallInbox
from .listener import Listener, Received
from .servers import (
    Release,
    admit,
    async_bind_address,
    async_own_address,
    async_share,
    told_address,
)


class ListenerInbox(CallInbox):
    """A path at the listener, for one entry."""

    def __init__(self, hass: HomeAssistant, hub: Hub, port: int) -> None:
        """Prepare; no port is opened."""
        super().__init__(hass, hub)
        self._port = port
        self._release: Release | None = None

    @override
    async def async_url(self) -> str | None:
        """Return the address for the device; None if its own is unknown."""
        own = await async_own_address(self._hub.host)
        if own is None:
            return None
        return f"http://{told_address(self._hass, own)}:{self._port}/{self._id}"

    @override
    async def async_open(self) -> None:
        """Accept messages from the own network."""
        if self._release is not None:
            return
        own = await async_bind_address(self._hub.host)
        listener, release = await async_share(self._hass, Listener, own, self._port)
        undo = admit(listener.add, self._id, self._take)

        async def close() -> None:
            undo()
            await release()

        self._release = close

    @override
    async def async_close(self) -> None:
        """Accept nothing any more."""
        if self._release is not None:
            release, self._release = self._release, None
            await release()

    def _take(self, received: Received) -> bool:
        """Take in a message; return whether it may come in."""
        push = self._hub.device.push
        if push is None or received.method not in push.methods:
            return False
        header = push.token_header
        token = None if header is None else received.headers.get(header.lower())
        if not push.accepts(token):
            return False
        self._deliver(
            PushMessage(
                body=received.body,
                query=received.query,
                path=received.path,
                via=EventPath.LISTENER,
            )
        )
        return True
