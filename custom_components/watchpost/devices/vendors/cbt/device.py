"""One camera: connect, refresh, tell, and close."""

import asyncio
import logging
from typing import Final, override

from ...kit.failures import is_answer
from ...kit.sections import Sections
from ...model.device import (
    Absent,
    Device,
    Json,
    Login,
    Notice,
    Problem,
    Surroundings,
    Unit,
)
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from ...model.vocabulary import Cadence
from ...transport.http import HttpTransport
from .client import Client
from .composition import Composition, Drivers
from .const import INPUT_INTERVAL, LAMP_INTERVAL, SETTINGS_INTERVAL, SETTLE
from .events import INPUT, Events
from .identity import Identity, read_identity
from .parts import Parts
from .ptz import PtzDriver
from .settings import IMAGE_EX, SPECS, TIME, WIRED, make_sections
from .streams import Streams
from .wallclock import clock_offset, network_time, set_clock
from .watch import SOURCE, Watch

_LOGGER = logging.getLogger(__name__)

_FACTORY_LOGIN: Final = ("admin", "123456")
"""The login of the document's examples."""
_CLOCK_TOLERANCE: Final = 300
"""Seconds by which a clock may be wrong before schedules run at the wrong time."""
_MEMORY: Final = "sections"


class CbtDevice(Device):
    """A camera that is spoken to through /action/cgi_action."""

    def __init__(self, login: Login, around: Surroundings) -> None:
        """Wire everything up; nothing is sent."""
        super().__init__()
        self._login = login
        self._around = around
        self._transport = HttpTransport(around.session, login)
        self._client = Client(self._transport, login, around.clock)
        self._client.changed = around.changed
        self._sections: Sections = make_sections(self._client, around)
        self._events = Events(
            login, around, self._client, self._sections, learned=self._build
        )
        self.stream = self._events.onvif
        self.mails = self._events.mails
        self._watch = Watch(self._client, around, self._events)
        self._composition = Composition()
        self._drivers = Drivers(
            transport=self._transport,
            watch=self._watch,
            events=self._events,
            ptz=PtzDriver(self._client, self._sections, around, "The camera"),
            streams=Streams(self._sections, login),
            online=lambda: self._answering,
        )
        self._identity: Identity | None = None
        self._learned: str | None = None
        """The software of which everything was learned."""
        self._sure = asyncio.Lock()
        """Both cadences need to know who answers; one finds out."""
        self._answering = False
        self._looked = False
        """Whether the state was read while connecting."""
        self._watched: frozenset[str] | None = None
        """What the last look at the state was asked for."""
        self._input_error: Reason | None = None

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
        """Read who the camera is (getSysConfig)."""
        identity = self._identity = await read_identity(self._client)
        self.serial = identity.serial
        self._client.belong_to(identity.mac)
        self._client.trust()
        self._composition.name(self._parts(identity))

    @override
    async def connect(self) -> None:
        """Identify the camera and read each section once."""
        await self.identify()
        await self._learn()
        await self._look_at_input()
        self._answering = self._looked = True
        self._build()

    async def _learn(self) -> None:
        """Read what the camera can do."""
        if self._identity is None:
            return
        await self._sections.learn(self._names, self._identity.firmware, _MEMORY)
        self._drivers.ptz.know(self._identity.firmware)
        self._learned = self._identity.firmware
        self.failed = self._sections.failed

    @property
    def _names(self) -> tuple[str, ...]:
        """The sections that are read; the port for ONVIF only if that is wanted."""
        wanted = self._events.onvif_wanted
        return tuple(one for one in SPECS if wanted or one != WIRED)

    def _parts(self, identity: Identity) -> Parts:
        return Parts(
            identity=identity,
            client=self._client,
            sections=self._sections,
            around=self._around,
        )

    def _build(self) -> None:
        # What is known by half would seem to have vanished.
        if self._identity is not None and self._identity.firmware == self._learned:
            self._composition.build(self._parts(self._identity), self._drivers)

    async def _verify(self) -> None:
        """Make sure after an outage that the address still belongs to this camera.

        Raise:
            DeviceConnectionError: It does not, or nobody answers.
        """
        found, known = await read_identity(self._client), self._identity
        if known is not None and found.serial != known.serial:
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        outage = self._client.outage
        self._client.trust()
        self._identity = found
        if outage:
            # It may have restarted, with other settings.
            self._sections.start_anew()

    async def _make_sure(self) -> None:
        """Make sure after an outage who answers, and what it can do by now.

        Raise:
            DeviceError: It is another camera, or nobody answers.
        """
        async with self._sure:
            # An answer takes the doubt away, and does not tell of a restart.
            if self._client.doubtful or self._client.outage:
                await self._verify()
            if self._identity and self._identity.firmware != self._learned:
                _LOGGER.debug("The camera has come back with other software")
                await self._learn()

    # Refreshing

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Look at what happens, or read the sections that are due and wanted."""
        if cadence is Cadence.SETTINGS:
            await self._refresh_settings(wanted)
            return
        self._watched = wanted
        if self._looked:
            # It was read a moment ago, while connecting.
            self._looked = False
            return
        try:
            await self._refresh_state(wanted)
        except DeviceConnectionError:
            self._answering = False
            raise
        self._answering = True

    async def _refresh_state(self, wanted: frozenset[str] | None) -> None:
        """Look at the input and the lamps; if nobody wants them, at who is there."""
        sent = self._transport.sent
        await self._make_sure()
        if wanted is None or SOURCE in wanted:
            await self._look_at_input()
        if wanted is None or IMAGE_EX in wanted:
            await self._sections.refresh((IMAGE_EX,))
        self.failed = self._failures()
        if self._transport.sent == sent or self._client.doubtful:
            # Nobody was asked, or what was not answered has failed before.
            await self._client.identify()
        self._build()

    async def _look_at_input(self) -> None:
        """Look at the alarm input; a refusal is noted.

        Raise:
            DeviceError: Nobody answers, or not to us.
        """
        try:
            await self._watch.refresh()
        except DeviceError as err:
            if not is_answer(err):
                raise
            self._input_error = err.reason
        else:
            self._input_error = None

    def _failures(self) -> dict[str, str]:
        """Return why sources cannot be read."""
        failed = self._sections.failed
        if self._input_error is not None and not self._events.tells(INPUT):
            failed[SOURCE] = self._input_error.value
        return failed

    async def _refresh_settings(self, wanted: frozenset[str] | None) -> None:
        await self._make_sure()
        names = self._names if wanted is None else wanted
        # The repair issue depends on the clock, whoever looks at it.
        always = (TIME, WIRED) if self._events.onvif_wanted else (TIME,)
        await self._sections.refresh({*names, *always})
        self.failed = self._failures()
        self._build()

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 3 s while the input is wanted; settings follow what is due next.

        What ONVIF tells of the input at once is looked at only now and then.
        """
        if cadence is Cadence.STATE:
            wanted = self._watched or self.expected.get(Cadence.STATE, frozenset())
            looks = SOURCE in wanted and not self._watch.missing
            told = self._events.input_is_told
            return INPUT_INTERVAL if looks and not told else LAMP_INTERVAL
        sources = self.expected.get(Cadence.SETTINGS, frozenset())
        # What the lamps need is read with them, more often than settings are.
        wait = self._sections.wait({*sources, TIME} - {IMAGE_EX})
        return min(max(wait, SETTLE), SETTINGS_INTERVAL)

    @override
    async def close(self) -> None:
        """Stop what moves, and finish what is on its way."""
        self._events.close()
        # At once: each may need most of the time that there is.
        await asyncio.gather(self._drivers.ptz.close(), self._sections.close())

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last look has found to have happened, once."""
        return self._watch.take_notices()

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a known password, a small account, silent events, a wrong clock."""
        if self._identity is None:
            return ()
        found: list[Problem] = []
        if (self._login.username, self._login.password) == _FACTORY_LOGIN:
            found.append(Problem(key="default_password"))
        if self._client.guest or Reason.NO_PERMISSION in self.failed.values():
            found.append(Problem(key="guest_login"))
        if self._events.silence.known:
            found.append(Problem(key="events_not_delivered"))
        parts = self._parts(self._identity)
        offset = clock_offset(parts)
        if offset is not None and abs(offset) > _CLOCK_TOLERANCE:

            async def fix() -> None:
                await set_clock(parts)

            seconds = {"seconds": str(round(abs(offset)))}
            # What comes from the network cannot be set from here.
            repair = None if network_time(parts) else fix
            key = "clock_wrong" if repair else "clock_wrong_network"
            found.append(Problem(key=key, placeholders=seconds, fix=repair))
        return tuple(found)

    @override
    def dump(self) -> dict[str, Json]:
        """Return all sections, what happens now, and counts."""
        return {
            "sections": self._sections.dump(),
            "failed": dict(self.failed),
            "input": self._watch.dump(),
            "events": self._events.dump(),
            "requests": self._transport.sent,
        }
