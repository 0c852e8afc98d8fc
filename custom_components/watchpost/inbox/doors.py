"""The doors through which the events of an entry come in, as its options say."""

from homeassistant.core import HomeAssistant

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
)
from ..coordinator import Hub, WatchpostConfigEntry
from .callback import ListenerInbox
from .calls import CallInbox
from .mailbox import Mailbox
from .stream import async_follow
from .webhook import WebhookInbox


def make_call_inbox(
    hass: HomeAssistant, hub: Hub, path: str, port: int | None = None
) -> CallInbox:
    """Return the inbox for messages by HTTP that come in on a path."""
    if path == PATH_LISTENER:
        return ListenerInbox(hass, hub, port or listener_port(hub.entry))
    return WebhookInbox(hass, hub)


def listener_port(entry: WatchpostConfigEntry) -> int:
    """Return the port for messages by HTTP."""
    return int(entry.options.get(CONF_LISTENER_PORT, DEFAULT_LISTENER_PORT))


def mail_port(entry: WatchpostConfigEntry) -> int:
    """Return the port for mails."""
    return int(entry.options.get(CONF_MAIL_PORT, DEFAULT_MAIL_PORT))


async def async_open_doors(hass: HomeAssistant, hub: Hub) -> None:
    """Take in events as the options of the entry say; nothing is written."""
    entry = hub.entry
    path = entry.options.get(CONF_EVENT_PATH, PATH_POLL)
    if path != PATH_POLL:
        await _async_open(hub, make_call_inbox(hass, hub, path), listener_port(entry))
    if entry.options.get(CONF_MAIL):
        mailbox = Mailbox(hass, hub, mail_port(entry))
        await _async_open(hub, mailbox, mailbox.port)
    if (stream := hub.device.stream) is not None:
        hub.follower = entry.async_create_background_task(
            hass, async_follow(hub, stream), f"{DOMAIN} events of {entry.title}"
        )


async def _async_open(hub: Hub, door: CallInbox | Mailbox, port: int) -> None:
    """Open a door and have it closed with the entry."""
    entry = hub.entry
    hub.doors.append(door)
    try:
        await door.async_verify()
    except OSError as err:
        LOGGER.warning(
            "Port %s for the events of %s cannot be opened: %s",
            port,
            entry.title,
            err.strerror,
        )
        # It is polled all the same, and tried again when the entry is loaded.
        hub.blocked_ports[type(door).__name__.lower()] = port
