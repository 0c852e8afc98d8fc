"""Events that a device sends to a webhook of Home Assistant."""

import secrets
from typing import Final

from aiohttp.web import Request, Response, StreamResponse

from homeassistant.components import webhook
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError

from ..const import DOMAIN, LOGGER
from ..coordinator import Hub
from ..devices.model.device import Json, Memory
from ..devices.model.errors import DeviceError

_MEMORY: Final = "webhook"
_BODY_LIMIT: Final = 16 * 1024
"""Bytes of a message; the largest known one has 400."""


def is_borrowed(memory: Memory) -> bool:
    """Return whether the device may have been pointed at Home Assistant."""
    return memory.get(_MEMORY) is not None


class AppendedPathView(HomeAssistantView):
    """The webhooks, for devices that append a path of their own to the address.

    Some documents give the message a path and do not say whether it is added to the
    address that was set. The id in front is the same secret, and the webhook itself
    makes the same checks.
    """

    url = "/api/webhook/{webhook_id}/{appended:.+}"
    name = "api:watchpost:webhook"
    requires_auth = False

    async def post(
        self, request: Request, webhook_id: str, appended: str
    ) -> StreamResponse:
        """Take in a message."""
        return await webhook.async_handle_webhook(
            request.app[KEY_HASS], webhook_id, request
        )

    put = post


class Inbox:
    """The webhook of one entry; its id is the secret, the token a second one."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Take over the id and the token, or make them."""
        self._hass = hass
        self._hub = hub
        saved = hub.memory.get(_MEMORY)
        kept: dict[str, Json] = saved if isinstance(saved, dict) else {}
        self._id = str(kept.get("id") or secrets.token_hex(32))
        self._token = str(kept.get("token") or secrets.token_hex(16))
        self._registered = False

    @property
    def url(self) -> str | None:
        """The address for the device; None where it could not be reached.

        A device cannot verify a certificate that it does not know, so only plain
        HTTP in the own network will do.
        """
        try:
            url = webhook.async_generate_url(
                self._hass, self._id, allow_internal=True, allow_external=False
            )
        except NoURLAvailableError:
            return None
        return url if url.startswith("http://") else None

    def async_register(self) -> None:
        """Accept messages from the own network."""
        if self._registered:
            return
        webhook.async_register(
            self._hass,
            DOMAIN,
            self._hub.entry.title,
            self._id,
            self._async_handle,
            local_only=True,
            allowed_methods=("POST", "PUT"),
        )
        self._registered = True

    def async_unregister(self) -> None:
        """Accept nothing any more."""
        if self._registered:
            webhook.async_unregister(self._hass, self._id)
            self._registered = False

    async def async_subscribe(self) -> bool:
        """Have the device report here and tell whether its test arrived.

        Raise:
            DeviceError: The device does not take the address.
        """
        push, url = self._hub.device.push, self.url
        if push is None or url is None:
            return False
        self._hub.memory.put(_MEMORY, {"id": self._id, "token": self._token})
        self.async_register()
        return await push.subscribe(url, self._token)

    async def async_unsubscribe(self) -> None:
        """Give the device its earlier target back.

        Raise:
            DeviceError: The device cannot be reached.
        """
        if self._hub.device.push is not None:
            await self._hub.device.push.unsubscribe()
        self.async_unregister()
        self._hub.memory.put(_MEMORY, None)

    async def async_verify(self) -> None:
        """Look whether the device still reports here; nothing is written."""
        push, url = self._hub.device.push, self.url
        self.async_register()
        if push is None or url is None:
            return
        try:
            alive = await push.verify(url, self._token)
        except DeviceError as err:
            LOGGER.debug("Event delivery could not be checked: %s", err.reason)
        else:
            LOGGER.debug("Event delivery is set up: %s", alive)

    async def _async_handle(
        self, _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Take in a message and answer at once."""
        push = self._hub.device.push
        if push is None or not push.accepts(request.headers.get(push.token_header)):
            return Response(status=401)
        body = await request.content.read(_BODY_LIMIT + 1)
        while len(body) <= _BODY_LIMIT and not request.content.at_eof():
            body += await request.content.read(_BODY_LIMIT + 1)
        if len(body) > _BODY_LIMIT:
            return Response(status=413)
        self._hub.async_dispatch(self._hub.device.handle_push(body))
        self._hub.async_changed()
        return Response(status=200)
