"""Cameras that are spoken to through /action/cgi_action (HTTP interface document)."""

from typing import Final, override

from aiohttp import ClientSession

from ...model.device import Device, Login, Surroundings, Vendor
from .const import VENDOR_ID
from .device import CbtDevice
from .discovery import recognize
from .options import INPUT_INVERTED, ONVIF_EVENTS, PTZ


class CbtVendor(Vendor):
    """The family of cgi_action cameras."""

    id = VENDOR_ID
    name = "CGI camera"
    redact = frozenset(
        {
            "ap_number",
            "bssid",
            "device_ip",
            "device_mac",
            "deviceid",
            "mac_address",
            "ntpserver",
            "rtmpserveraddr",
            "ssid",
            "title",
            "wifi_gateway",
            "wifi_ip",
        }
    )
    options = (PTZ, INPUT_INVERTED, ONVIF_EVENTS)

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the camera at an address."""
        return CbtDevice(login, surroundings)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask who is there under a made-up name."""
        return await recognize(login, session)


VENDOR: Final = CbtVendor()
