"""Servers of our own, one for each port, open as long as any device needs it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import errno
import ipaddress
import os
import socket
from typing import Final, Protocol

from yarl import URL

from homeassistant.components.network.util import async_get_source_ip
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER

_LOOPBACK: Final = "127.0.0.1"

type Release = Callable[[], Awaitable[None]]


class Server(Protocol):
    """Something that listens at a port."""

    async def start(self, host: str, port: int) -> None:
        """Open the port; OSError if it is taken."""

    async def close(self) -> None:
        """Close the port and all connections."""


@dataclass(kw_only=True)
class _Shared:
    """A server, and how many use it."""

    server: Server
    users: int = 0


class _Servers:
    """All servers that are open."""

    def __init__(self) -> None:
        """Open nothing."""
        self._turn = asyncio.Lock()
        self._open: dict[tuple[type, str, int], _Shared] = {}

    async def share[S: Server](
        self, make: type[S], host: str, port: int
    ) -> tuple[S, Release]:
        """Return the server at a port, and what gives it back."""
        place = (make, host, port)
        async with self._turn:
            shared = self._open.get(place)
            if shared is None or not isinstance(shared.server, make):
                server = make()
                await server.start(host, port)
                LOGGER.debug("Port %s is open for events", port)
                shared = self._open[place] = _Shared(server=server)
            else:
                server = shared.server
            shared.users += 1

        async def release() -> None:
            async with self._turn:
                shared.users -= 1
                if not shared.users:
                    del self._open[place]
                    await server.close()
                    LOGGER.debug("Port %s is closed", port)

        return server, release


_SERVERS: HassKey[_Servers] = HassKey(f"{DOMAIN}_servers")


async def async_share[S: Server](
    hass: HomeAssistant, make: type[S], host: str, port: int
) -> tuple[S, Release]:
    """Open a port, or share it with the devices that use it already.

    Raise:
        OSError: Something else uses it.
    """
    return await hass.data.setdefault(_SERVERS, _Servers()).share(make, host, port)


def admit[D](
    add: Callable[[str, D], Callable[[], None]], name: str, deliver: D
) -> Callable[[], None]:
    """Let an entry in at a server and return the undo.

    While its options are being changed it may be in already: then that one stays.
    """
    try:
        return add(name, deliver)
    except ValueError:
        return lambda: None


async def async_own_address(device: str) -> str | None:
    """Return the IPv4 address of this computer as a device sees it."""
    address = await _resolve(device)
    if address is None:
        return None
    if ipaddress.ip_address(address).is_loopback:
        # Home Assistant does not count it among its addresses.
        return _LOOPBACK
    # Not the one of the network settings, which may be of another network.
    return async_get_source_ip(address)


def told_address(hass: HomeAssistant, own: str) -> str:
    """Return the address to be told to a device.

    Behind a container's network it is the one that the owner has set as the internal
    address of Home Assistant, not the one that the container knows.
    """
    host = URL(hass.config.internal_url or "").host or ""
    return host if _is_ipv4(host) else own


async def async_bind_address(device: str) -> str:
    """Return the address at which a device reaches this computer.

    Raise:
        OSError: It is not known.
    """
    own = await async_own_address(device)
    if own is None:
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    return own


async def _resolve(host: str) -> str | None:
    """Return an IPv4 address of a device."""
    if _is_ipv4(host):
        return host
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, None, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except OSError:
        return None
    return str(found[0][4][0]) if found else None


def _is_ipv4(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4
    except ValueError:
        return False
