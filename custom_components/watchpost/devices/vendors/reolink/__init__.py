"""Cameras and recorders (Camera HTTP API, guide version 7)."""

from typing import Final, override

from aiohttp import ClientSession

from ...model.device import Device, Login, Surroundings, Vendor
from .const import VENDOR_ID
from .device import ReolinkDevice
from .discovery import recognize
from .options import ONVIF_EVENTS, STREAM_PROTOCOL


class ReolinkVendor(Vendor):
    """The family of cameras and recorders."""

    id = VENDOR_ID
    name = "Reolink camera or recorder"
    prefers_ssl = True
    redact = frozenset(
        {
            "addr",
            "domain",
            "gateway",
            "dns",
            "ip",
            "nickname",
            "password",
            "remotedir",
            "server",
            "smtpserver",
            "ssid",
            "uid",
            "username",
        }
    )
    options = (STREAM_PROTOCOL, ONVIF_EVENTS)

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the device at an address."""
        return ReolinkDevice(login, surroundings)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask for the device information without a login."""
        return await recognize(login, session)


VENDOR: Final = ReolinkVendor()
