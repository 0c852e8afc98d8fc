"""One camera: connect, refresh, tell, and close."""

import asyncio
import logging
from typing import Final, override

from ...kit.paths import Paths
from ...model.device import (
    Absent,
    Device,
    Json,
    Login,
    Notice,
    Problem,
    PushMessage,
    Surroundings,
    Unit,
)
from ...model.errors import DeviceConnectionError, DeviceError, Reason
from ...model.mac import mac_address
from ...model.vocabulary import Cadence
from ...transport.http import HttpTransport
from .blocks import DISK, EMAIL, TIME
from .client import Client
from .composition import Composition, Drivers
from .const import SETTINGS_INTERVAL, SETTLE
from .documents import Documents
from .features.maintenance import clock_offset, set_clock
from .identity import (
    Identity,
    find_serial,
    read_identity,
    read_mac,
)
from .lens import LensDriver
from .log import DeviceLog
from .mails import BviewMails
from .parts import Parts
from .push import BviewPush
from .streams import Streams
from .talk import TalkDriver
from .watch import Watch

_LOGGER = logging.getLogger(__name__)

_FACTORY_LOGIN: Final = ("admin", "admin")
"""The login that the document prints in its examples (section 4.6)."""
_CLOCK_TOLERANCE: Final = 300
"""Seconds by which a clock may be wrong before schedules run at the wrong time."""


class BviewDevice(Device):
    """A camera of the B-VIEW 2 series."""

    push: BviewPush

    def __init__(self, login: Login, around: Surroundings) -> None:
        """Wire everything up; nothing is sent."""
        super().__init__()
        self._login = login
        self._around = around
        self._transport = HttpTransport(around.session, login)
        self._client = Client(self._transport, login, around.clock)
        self._documents = Documents(self._client, around)
        self._watch = Watch(self._client, around)
        self._paths = Paths(around)
        self._paths.clock_offset = self._clock_offset
        self.push = BviewPush(
            self._client, self._documents, self._watch, around, self._paths
        )
        self._mails = BviewMails(
            self._client,
            self._documents,
            self._watch,
            around,
            self._paths,
            lambda: bool(self._identity and self._identity.alarm_inputs),
        )
        self.mails = self._mails
        self._log = DeviceLog(self._client, around)
        self._composition = Composition()
        self._drivers = Drivers(
            transport=self._transport,
            watch=self._watch,
            push=self.push,
            mails=self._mails,
            paths=self._paths,
            lens=LensDriver(self._client, around, "The camera"),
            talk=TalkDriver(self._client, around),
            streams=Streams(self._client, self._documents, login),
            online=lambda: self._answering,
        )
        self._identity: Identity | None = None
        self._learned: str | None = None
        """The software of which everything was learned."""
        self._answering = False
        self._outages = 0
        """Refreshes in a row that have failed."""
        self._looked = False
        """Whether the status was read while connecting."""

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        """The camera is the only unit."""
        return self._composition.units

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        """What other cameras of this family can have."""
        return self._composition.absent

    @override
    async def identify(self) -> None:
        """Read who the camera is (sections 9.2.4 and 9.1.6)."""
        identity = self._identity = await read_identity(self._client)
        self.serial = await find_serial(self._client, identity, self._around.memory)
        self._client.trust()
        self._client.verify = self._verify
        self._composition.name(self._parts(identity), self.serial)

    @override
    async def connect(self) -> None:
        """Identify the camera and read each block once."""
        await self.identify()
        await self._learn()
        await self._watch.refresh()
        await self._watch.connect()
        self._answering = self._looked = True
        self.alarm_log, self.log = self._log.alarms, self._log.read
        self._build()

    async def _learn(self) -> None:
        """Read what the camera can do."""
        if self._identity is None:
            return
        await self._documents.learn(self._identity.software)
        await self._drivers.streams.learn()
        self._drivers.lens.know(self._identity.software)
        self._learned = self._identity.software
        self.failed = self._documents.failed

    def _parts(self, identity: Identity) -> Parts:
        return Parts(
            identity=identity,
            client=self._client,
            documents=self._documents,
            around=self._around,
        )

    def _clock_offset(self) -> float | None:
        """Return the seconds by which the camera's clock is ahead."""
        if self._identity is None:
            return None
        return clock_offset(self._parts(self._identity))

    def _build(self) -> None:
        mailing = self._documents.known(EMAIL) or self._mails.configured
        self.mails = self._mails if mailing else None
        if self._identity is not None:
            parts = self._parts(self._identity)
            self._composition.build(parts, self._drivers, self.serial)

    async def _verify(self) -> None:
        """Make sure after an outage that the address still belongs to this camera.

        Raise:
            DeviceConnectionError: It does not, or nobody answers.
        """
        found, known = await read_identity(self._client), self._identity
        mac, own = await read_mac(self._client), mac_address(self.serial)
        other = mac is not None and own is not None and mac != own
        if other or (known is not None and found.number != known.number):
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        outage = self._client.outage
        self._client.trust()
        self._identity = found
        if outage:
            # It may have restarted, with other settings.
            self._documents.start_anew()

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Look at what happens, or read the blocks that are due and wanted."""
        if cadence is Cadence.SETTINGS:
            await self._refresh_settings(wanted)
            return
        if self._looked:
            # It was read a moment ago, while connecting.
            self._looked = False
            return
        try:
            if self._client.doubtful:
                await self._verify()
            if self._identity and self._identity.software != self._learned:
                _LOGGER.debug("The camera has come back with other software")
                await self._learn()
            await self._watch.refresh()
        except DeviceError as err:
            self._answering = False
            self._outages += isinstance(err, DeviceConnectionError)
            raise
        outages, self._outages = self._outages, 0
        self._answering = True
        if outages > 1 and self.push.configured:
            # A restart makes a camera forget whom it tells.
            self._around.spawn(self._renew(), "watchpost push")

    async def _renew(self) -> None:
        """Have the camera report to us again."""
        try:
            await self.push.renew()
        except DeviceError as err:
            _LOGGER.debug("Events could not be set up again: %s", err.reason)

    async def _refresh_settings(self, wanted: frozenset[str] | None) -> None:
        if self._client.doubtful:
            await self._verify()
        sources = self._sources if wanted is None else wanted
        await self._documents.refresh({*sources, *self._always})
        self.failed = self._documents.failed
        self._build()

    @property
    def _always(self) -> set[str]:
        """What is read whoever looks at it: the clock, and storage that may come."""
        documents = self._documents
        always = {documents.source(TIME)}
        if documents.known(DISK) and not documents.node(DISK).tree:
            always.add(documents.source(DISK))
        return always

    @property
    def _sources(self) -> frozenset[str]:
        """Everything that could be asked for."""
        return frozenset(
            feature.source
            for unit in self.units
            for feature in unit.features
            if feature.cadence is Cadence.SETTINGS
        )

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 5 s, 15 s with proven events; settings follow what is due next."""
        if cadence is Cadence.STATE:
            return self._watch.interval()
        sources = self.expected.get(Cadence.SETTINGS, frozenset())
        wait = self._documents.wait({*sources, *self._always})
        return min(max(wait, SETTLE), SETTINGS_INTERVAL)

    @override
    async def close(self) -> None:
        """Stop what moves and what sounds, and finish what is on its way."""
        # At once: each may need most of the time that there is.
        await asyncio.gather(self._drivers.lens.close(), self._drivers.talk.close())
        self.push.close()
        self._mails.close()
        self._watch.close()
        await self._documents.close()

    @override
    def handle_push(self, message: PushMessage) -> tuple[Notice, ...]:
        """Take in a message of motion or of a finished recording."""
        return self.push.handle(message)

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last look has found to have happened, once."""
        return self._watch.take_notices()

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a known password, a small account, a wrong clock, silent events."""
        found: list[Problem] = []
        if self._identity is None:
            return ()
        if (self._login.username, self._login.password) == _FACTORY_LOGIN:
            found.append(Problem(key="default_password"))
        if self._client.denied or Reason.NO_PERMISSION in self.failed.values():
            found.append(Problem(key="guest_login"))
        if self._paths.delivery() is False:
            found.append(Problem(key="events_not_delivered"))
        parts = self._parts(self._identity)
        offset = self._clock_offset()
        if offset is not None and abs(offset) > _CLOCK_TOLERANCE:

            async def fix() -> None:
                await set_clock(parts)

            seconds = {"seconds": str(round(abs(offset)))}
            found.append(Problem(key="clock_wrong", placeholders=seconds, fix=fix))
        return tuple(found)

    @override
    def dump(self) -> dict[str, Json]:
        """Return all blocks, what happens now, and counts."""
        return {
            "documents": self._documents.dump(),
            "failed": dict(self.failed),
            "watch": self._watch.dump(),
            "paths": self._paths.dump(),
            "requests": self._transport.sent,
        }
