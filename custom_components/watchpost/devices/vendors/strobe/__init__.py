"""Network strobe lights with a loudspeaker (HTTP API Protocol, version 1.4)."""

from collections.abc import Iterable
from typing import Final, override

from aiohttp import ClientSession

from ...model.device import Device, Discovered, Login, Surroundings, Vendor
from .const import VENDOR_ID
from .device import StrobeDevice
from .discovery import discover, recognize
from .options import ALARM_REQUEST, AUDIO_FORMAT


class StrobeVendor(Vendor):
    """The family of strobe loudspeakers."""

    id = VENDOR_ID
    name = "Strobe speaker"
    redact = frozenset(
        {
            "smtpassword",
            "smtuser",
            "passwd",
            "password",
            "authvalue",
            "authkey",
            "authid",
            "readpublic",
            "writepublic",
            "sessionid",
            "requesturl",
            "sender",
            "receiver_1",
            "receiver_2",
            "receiver_3",
            "receiver_4",
            "smtserver",
            "server",
            "ssidname",
            "macaddress",
            "macaddr",
            "deviceid",
            "softwarever",
            "serialnumber",
        }
    )
    options = (ALARM_REQUEST, AUDIO_FORMAT)

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the unit at an address."""
        return StrobeDevice(login, surroundings)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask for the device information without a session."""
        return await recognize(login, session)

    @override
    async def discover(
        self, targets: Iterable[str], session: ClientSession
    ) -> tuple[Discovered, ...]:
        """Search by UDP broadcast."""
        return await discover(targets)


VENDOR: Final = StrobeVendor()
