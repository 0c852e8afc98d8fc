"""B-VIEW 2 cameras (technical specification, version 1.8)."""

from collections.abc import Iterable
from typing import Final, override

from aiohttp import ClientSession

from ...model.device import Device, Discovered, Login, Surroundings, Vendor
from .const import VENDOR_ID
from .device import BviewDevice
from .discovery import Search, recognize
from .options import MOTOR_LENS


class BviewVendor(Vendor):
    """The family of B-VIEW 2 cameras."""

    id = VENDOR_ID
    name = "B-VIEW camera"
    redact = frozenset(
        {
            "emailaddress",
            "host",
            "ipaddress",
            "macaddress",
            "message",
            "password",
            "path",
            "rtspuri",
            "senderemailaddress",
            "senderemailpassword",
            "serialnum",
            "servername",
            "serverurl",
            "smtpserver",
            "storagedirectory",
            "tutkuid",
            "uluid",
            "username",
            "uuid",
        }
    )
    options = (MOTOR_LENS,)

    def __init__(self) -> None:
        """Prepare a search that remembers strangers."""
        self._search = Search()

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the camera at an address."""
        return BviewDevice(login, surroundings)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask for the device information without a login."""
        return await recognize(login, session)

    @override
    async def discover(
        self, targets: Iterable[str], session: ClientSession
    ) -> tuple[Discovered, ...]:
        """Search by multicast; broadcast addresses are not asked."""
        return await self._search.discover(session)


VENDOR: Final = BviewVendor()
