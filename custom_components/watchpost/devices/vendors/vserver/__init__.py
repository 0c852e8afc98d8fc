"""Cameras and video servers with the /cgi interface (specification, version 3.1)."""

from typing import Final, override

from aiohttp import ClientSession

from ...model.device import Device, Login, Surroundings, Vendor
from .const import VENDOR_ID
from .device import VserverDevice
from .discovery import recognize
from .options import INPUT_INVERTED, ONVIF_EVENTS, PTZ


class VserverVendor(Vendor):
    """The family of video servers."""

    id = VENDOR_ID
    name = "Video server"
    redact = frozenset(
        {
            "alarmserverip",
            "ddnspassword",
            "ddnsusername",
            "frommail",
            "ftppassword",
            "ftpserverip",
            "ftpusername",
            "ipaddress",
            "kcddnspasswd",
            "kcddnsuser",
            "mac",
            "macaddress",
            "ntpserverip",
            "password",
            "serialnum",
            "serialnumber",
            "smtppassword",
            "smtpserverip",
            "smtpusername",
            "ssid",
            "tomail",
            "tutkuid",
            "username",
        }
    )
    options = (PTZ, INPUT_INVERTED, ONVIF_EVENTS)

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the unit at an address."""
        return VserverDevice(login, surroundings)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask for the device information without a login."""
        return await recognize(login, session)


VENDOR: Final = VserverVendor()
