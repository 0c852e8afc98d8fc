"""Events that a device sends to a webhook of Home Assistant."""

import asyncio
from contextlib import suppress
from typing import Final, override

from aiohttp import ClientError
from aiohttp.http import HttpProcessingError
from aiohttp.web import Request, RequestPayloadError, Response, StreamResponse

from homeassistant.components import webhook
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError

from ..const import DOMAIN, LOGGER
from ..coordinator import Hub
from ..devices.model.device import Push, PushMessage
from .calls import CallInbox

_BODY_LIMIT: Final = 16 * 1024
"""Bytes of a message; the largest known one has 400."""
_BODY_SECONDS: Final = 10.0
"""Until a message has to be there; a device sends it in one piece."""
_APPENDED: Final = "appended"


class AppendedPathView(HomeAssistantView):
    """The webhooks, for devices that append a path of their own to the address.

    Some documents give the message a path and do not say whether it is added to the
    address that was set. The id in front is the same secret, and the webhook itself
    makes the same checks.
    """

    url = f"/api/webhook/{{webhook_id}}/{{{_APPENDED}:.*}}"
    name = "api:watchpost:webhook"
    requires_auth = False

    async def post(
        self, request: Request, webhook_id: str, appended: str
    ) -> StreamResponse:
        """Take in a message."""
        return await webhook.async_handle_webhook(
            request.app[KEY_HASS], webhook_id, request
        )

    get = head = put = post


class WebhookInbox(CallInbox):
    """A webhook of one entry."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Prepare; nothing is registered."""
        super().__init__(hass, hub)
        self._registered = False

    @override
    async def async_url(self) -> str | None:
        """Return the address for the device; None where it could not be reached.

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

    @override
    async def async_open(self) -> None:
        """Accept messages from the own network."""
        push = self._hub.device.push
        if self._registered or push is None:
            return
        with suppress(ValueError):
            # While the options are being changed the running entry may have it.
            webhook.async_register(
                self._hass,
                DOMAIN,
                self._hub.entry.title,
                self._id,
                self._async_handle,
                local_only=True,
                allowed_methods=push.methods,
            )
            self._registered = True

    @override
    async def async_close(self) -> None:
        """Accept nothing any more."""
        if self._registered:
            webhook.async_unregister(self._hass, self._id)
            self._registered = False

    async def _async_handle(
        self, _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Take in a message and answer at once."""
        push = self._hub.device.push
        if push is None or not push.accepts(_token(push, request)):
            return Response(status=401)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await _read(request)
        except (ClientError, HttpProcessingError, RequestPayloadError, OSError) as err:
            LOGGER.debug("A message broke off: %s", type(err).__name__)
            return Response(status=400)
        if len(body) > _BODY_LIMIT:
            return Response(status=413)
        message = PushMessage(
            body=body,
            query={name: request.query[name] for name in request.query},
            path=_appended(request),
        )
        self._deliver(message)
        return Response(status=200)


def _token(push: Push, request: Request) -> str | None:
    """Return the second secret of a message, from a device that can send one."""
    header = push.token_header
    return None if header is None else request.headers.get(header)


async def _read(request: Request) -> bytes:
    """Return a body, or a little more than is allowed of a longer one."""
    content, body = request.content, bytearray()
    while len(body) <= _BODY_LIMIT:
        piece = await content.read(_BODY_LIMIT + 1 - len(body))
        if not piece:
            break
        body += piece
    return bytes(body)


def _appended(request: Request) -> str:
    """Return what follows the address that the device was given."""
    # What a user has sent over the websocket of Home Assistant has no path.
    if not isinstance(request, Request):
        return ""
    return request.match_info.get(_APPENDED, "")
