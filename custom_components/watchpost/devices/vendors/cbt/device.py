"""One camera: connect, refresh, tell, and close."""

import logging
from typing import Final, override

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
    DeviceRequestError,
    Reason,
)
from ...model.vocabulary import Cadence
from ...transport.http import HttpTransport
from .client import Client
from .composition import Composition, Drivers
from .const import INPUT_INTERVAL, LAMP_INTERVAL, SETTINGS_INTERVAL, SETTLE
from .identity import Identity, read_identity
from .parts import Parts
from .ptz import PtzDriver
from .settings import IMAGE_EX, SPECS, TIME, make_sections
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
        self._sections: Sections = make_sections(self._client, around)
        self._watch = Watch(self._client, around)
        self._composition = Composition()
        self._drivers = Drivers(
            transport=self._transport,
            watch=self._watch,
            ptz=PtzDriver(self._client, self._sections, around, "The camera"),
            streams=Streams(self._sections, login),
            online=lambda: self._answering,
        )
        self._identity: Identity | None = None
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
        await self._sections.learn(SPECS, self._identity.firmware, _MEMORY)
        self._drivers.ptz.know(self._identity.firmware)
        self.failed = self._sections.failed

    def _parts(self, identity: Identity) -> Parts:
        return Parts(
            identity=identity,
            client=self._client,
            sections=self._sections,
            around=self._around,
        )

    def _build(self) -> None:
        if self._identity is not None:
            self._composition.build(self._parts(self._identity), self._drivers)

    async def _verify(self) -> None:
        """Make sure after an outage that the address still belongs to this camera.

        Raise:
            DeviceConnectionError: It does not, or nobody answers.
        """
        found, known = await read_identity(self._client), self._identity
        if known is not None and found.serial != known.serial:
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        self._client.doubtful = False
        self._identity = found
        # It may have restarted: with other settings, or with other software.
        self._sections.start_anew()
        if known is not None and found.firmware != known.firmware:
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
        if self._client.doubtful:
            await self._verify()
        if wanted is None or SOURCE in wanted:
            await self._look_at_input()
        if wanted is None or IMAGE_EX in wanted:
            await self._sections.refresh((IMAGE_EX,))
        self.failed = self._failures()
        if self._transport.sent == sent:
            await self._client.identify()
        self._build()

    async def _look_at_input(self) -> None:
        """Look at the alarm input; a refusal is noted.

        Raise:
            DeviceConnectionError: Nobody answers, or not to us.
        """
        try:
            await self._watch.refresh()
        except DeviceConnectionError as err:
            if err.reason not in (Reason.BAD_ANSWER, Reason.BUSY, Reason.FAILED):
                raise
            self._note_input(err)
        except DeviceRequestError as err:
            self._note_input(err)
        else:
            self._input_error = None

    def _note_input(self, err: DeviceError) -> None:
        self._input_error = err.reason

    def _failures(self) -> dict[str, str]:
        """Return why sources cannot be read."""
        failed = self._sections.failed
        if self._input_error is not None:
            failed[SOURCE] = self._input_error.value
        return failed

    async def _refresh_settings(self, wanted: frozenset[str] | None) -> None:
        # The repair issue depends on the clock, whoever looks at it.
        await self._sections.refresh({*(SPECS if wanted is None else wanted), TIME})
        self.failed = self._failures()
        self._build()

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 3 s while the input is wanted; settings follow what is due next."""
        if cadence is Cadence.STATE:
            wanted = self._watched or self.expected.get(Cadence.STATE, frozenset())
            looks = SOURCE in wanted and not self._watch.missing
            return INPUT_INTERVAL if looks else LAMP_INTERVAL
        sources = self.expected.get(Cadence.SETTINGS, frozenset())
        wait = self._sections.wait({*sources, TIME})
        return min(max(wait, SETTLE), SETTINGS_INTERVAL)

    @override
    async def close(self) -> None:
        """Stop what moves, and finish what is on its way."""
        await self._drivers.ptz.close()
        await self._sections.close()

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last look has found to have happened, once."""
        return self._watch.take_notices()

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a known password, a small account, a wrong clock."""
        if self._identity is None:
            return ()
        found: list[Problem] = []
        if (self._login.username, self._login.password) == _FACTORY_LOGIN:
            found.append(Problem(key="default_password"))
        if self._client.guest or Reason.NO_PERMISSION in self.failed.values():
            found.append(Problem(key="guest_login"))
        parts = self._parts(self._identity)
        offset = clock_offset(parts)
        if offset is not None and abs(offset) > _CLOCK_TOLERANCE:

            async def fix() -> None:
                await set_clock(parts)

            seconds = {"seconds": str(round(abs(offset)))}
            # What comes from the network cannot be set from here.
            repair = None if network_time(parts) else fix
            found.append(Problem(key="clock_wrong", placeholders=seconds, fix=repair))
        return tuple(found)

    @override
    def dump(self) -> dict[str, Json]:
        """Return all sections, what happens now, and counts."""
        return {
            "sections": self._sections.dump(),
            "failed": dict(self.failed),
            "input": self._watch.dump(),
            "requests": self._transport.sent,
        }
