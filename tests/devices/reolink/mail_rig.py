"""A device that mails its alarms, and a mail server of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import (
    BOX,
    Mails,
    MailTarget,
    Notice,
    Proof,
)
from custom_components.watchpost.devices.model.features import Detector
from custom_components.watchpost.devices.model.vocabulary import DetectionKind, Key
from custom_components.watchpost.devices.vendors.reolink.device import ReolinkDevice
from custom_components.watchpost.inbox.mail import MailServer
from tests.emulators.reolink import ReolinkOptions

from .device_rig import Rig, login_to, rig

MAILBOX: Final = "5ecret0f1he8ox@watchpost.local"
OLD: Final = "Email"
NEW: Final = "EmailV20"


@dataclass
class Post:
    """Both sides."""

    rig: Rig
    target: MailTarget
    device: ReolinkDevice
    notices: list[Notice] = field(default_factory=list)

    @property
    def mails(self) -> Mails:
        """Return the mails of the device."""
        assert self.device.mails is not None
        return self.device.mails

    @property
    def stem(self) -> str:
        """Return what follows Get and Set."""
        return NEW if self.rig.emulator.options.schedule_version else OLD

    def take(self, raw: bytes) -> None:
        """Hand a mail to the device."""
        self.notices += self.mails.handle(raw)

    async def subscribe(self) -> Proof:
        """Have alarms mailed."""
        return await self.mails.subscribe(self.target)

    def stored(self, channel: int = 0) -> dict[str, Any]:
        """Return what the unit has stored, passwords in the clear."""
        fields: dict[str, Any] = self.rig.emulator.settings.fields(self.stem, channel)
        return fields

    @property
    def all_stored(self) -> list[dict[str, Any]]:
        """Return what the unit has stored for each camera."""
        return [self.stored(one.number) for one in self.rig.emulator.cameras]

    def written(self) -> list[dict[str, Any]]:
        """Return what was written to the settings for mail."""
        calls = self.rig.emulator.calls_of(f"Set{self.stem}")
        return [call.param["Email"] for call in calls]

    def shows(
        self, kind: DetectionKind = DetectionKind.MOTION, unit: str = BOX
    ) -> bool | None:
        """Return what a detector shows."""
        return self.rig.feature(Detector, Key(kind.value), unit).read()

    async def see(self, *, seconds: float = 0.0) -> None:
        """Let time pass, and mails arrive."""
        await self.rig.pass_by(seconds)
        await self.rig.emulator.settle()

    async def poll(self) -> None:
        """Ask what is seen."""
        self.notices += await self.rig.poll()

    async def restart(self) -> ReolinkDevice:
        """Return the device as it is after a restart, of which nobody asked yet."""
        await self.device.close()
        self.device = ReolinkDevice(
            login_to(self.rig.emulator), self.rig.world.surroundings
        )
        self.rig.device = self.device
        return self.device


@asynccontextmanager
async def posted(
    session: ClientSession, options: ReolinkOptions, *, start: bool = True
) -> AsyncIterator[Post]:
    """Run a device beside a mail server that it does not know yet."""
    server = MailServer()
    await server.start("127.0.0.1", 0)
    async with rig(session, options) as made:
        target = MailTarget(host="127.0.0.1", port=server.port, address=MAILBOX)
        post = Post(made, target, made.device)
        remove = server.add(MAILBOX, post.take)
        try:
            if start:
                await made.start()
            yield post
            await made.emulator.settle()
        finally:
            remove()
            await post.device.close()
            await server.close()
    assert not made.world.clock.pending
