"""One unit with its channels: connect, refresh, tell, and close."""

import asyncio
from dataclasses import replace
import logging
from typing import Final, override

from ...kit.failures import is_answer
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
    DeviceUnsupportedError,
    Reason,
)
from ...model.vocabulary import Cadence
from ...transport.http import HttpTransport
from .client import Client
from .codes import CodeError
from .composition import Composition, Equipment
from .const import (
    LIVE_INTERVAL,
    MAX_CHANNELS,
    SETTINGS_INTERVAL,
    SETTLE,
    STATE_INTERVAL,
)
from .events import Events
from .features.maintenance import clock_offset, is_set_by_hand, set_clock
from .identity import Identity, find_serial, read_identity
from .queries import Queries
from .serial import SerialLines
from .settings import (
    GROUPS,
    INPUTS,
    POSITION,
    PROTOCOLS,
    TIME,
    Settings,
    is_part,
    is_state,
    section,
)
from .streams import Streams

_LOGGER = logging.getLogger(__name__)

_FACTORY_LOGINS: Final = (("admin", "admin"), ("admin", ""))
"""Logins with which units of this kind are sold (section 1 of the card)."""
_CLOCK_TOLERANCE: Final = 300
"""Seconds by which a clock may be wrong before recordings are hard to find."""
_MEMORY: Final = "channels"
_SECTIONS: Final = "sections"
_PTZ: Final = "ptz"
_LIVE: Final = frozenset({INPUTS, POSITION})
_LOOK: Final = STATE_INTERVAL - 1
"""Seconds between two looks at inputs that are told, as timers are not exact."""
_EARLIER: Final = 10.0
"""Seconds by which the time since the start must have shrunk to be a new start."""


class VserverDevice(Device):
    """A camera, or a video server with its channels."""

    def __init__(self, login: Login, around: Surroundings) -> None:
        """Wire everything up; nothing is sent."""
        super().__init__()
        self._login = login
        self._around = around
        self._transport = HttpTransport(around.session, login)
        self._client = Client(self._transport, login, around.clock)
        self._client.changed = around.changed
        self._queries = Queries(self._client, around.memory)
        self._settings = Settings(self._client, around)
        self._lines = SerialLines(self._client, around.memory)
        self._answering = False
        self._events = Events(
            login,
            around,
            self._client,
            self._queries,
            self._settings,
            learned=self._build,
        )
        self.stream = self._events.onvif
        self.mails = self._events.mails
        self._streams = Streams(login)
        self._composition = Composition(
            Equipment(
                transport=self._transport,
                client=self._client,
                queries=self._queries,
                settings=self._settings,
                lines=self._lines,
                events=self._events,
                streams=self._streams,
                around=around,
                online=lambda: self._answering,
            )
        )
        self._identity: Identity | None = None
        self._learned: str | None = None
        """The software of which everything was learned."""
        self._sure = asyncio.Lock()
        """Both cadences need to know who answers; one finds out."""
        self._wanted: dict[Cadence, frozenset[str]] = {}
        """What each cadence was asked for last."""
        self._uptime: float | None = None
        self._always: frozenset[str] = frozenset()
        """What is read whoever wants it: it decides on what there is."""

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        """The unit itself, then its channels if there are several."""
        return self._composition.units

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        """What others of this family can have."""
        return self._composition.absent

    @override
    async def identify(self) -> None:
        """Read who the unit is (section 3.1.1), at first without a login."""
        identity = self._identity = await read_identity(self._client)
        self.serial = find_serial(identity, self._around.memory)
        self._client.trust()
        self._client.verify = self._verify
        self._composition.name(identity, self.serial)

    @override
    async def connect(self) -> None:
        """Identify the unit, ask what can be set, and read each group once."""
        await self.identify()
        if self._identity is None:
            return
        identity = self._identity = await self._with_hardware(self._identity)
        await self._queries.learn(identity.firmware)
        channels = await self._count(identity.firmware)
        self._settings.prepare(channels)
        self._composition.begin(channels)
        await self._learn(identity)
        await self._streams.learn(self._events.onvif)
        self._events.look()
        self._answering = True
        self._uptime = self._settings.sections.node(TIME).number("UpTime")
        self._build()

    async def _learn(self, identity: Identity) -> None:
        """Read each group once, and find the serial lines."""
        sections, names = self._settings.sections, self._names(identity)
        await sections.learn(names, identity.firmware, _SECTIONS)
        self._always = frozenset(one for one in names if is_part(one))
        await self._lines.learn(identity.firmware, self._composition.channels)
        self._learned = identity.firmware
        self.failed = sections.failed

    def _build(self) -> None:
        # What is known by half would seem to have vanished.
        if self._identity is not None and self._identity.firmware == self._learned:
            self._composition.build(self._identity, self.serial)

    async def _with_hardware(self, identity: Identity) -> Identity:
        """Add the version of the hardware, where it is told."""
        try:
            answer = await self._client.get("sys_get", "HardwareV")
        except DeviceError as err:
            if not is_answer(err):
                raise
            return identity
        hardware = answer.node("HardwareV").text("HwdVersion") or ""
        return replace(identity, hardware=hardware)

    async def _count(self, firmware: str) -> int:
        """Return how many channels there are: what queries name, else what answers."""
        if told := self._queries.channels:
            return told
        kept = self._around.memory.get(_MEMORY)
        if isinstance(kept, dict) and kept.get("firmware") == firmware and firmware:
            count = kept.get("count")
            if isinstance(count, int) and 1 <= count <= MAX_CHANNELS:
                return count
        count = 1
        while count < MAX_CHANNELS:
            try:
                await self._client.ask("major_stream_get", "StreamInfo", count + 1)
            except CodeError, DeviceUnsupportedError:
                break
            count += 1
        self._around.memory.put(_MEMORY, {"firmware": firmware, "count": count})
        return count

    def _names(self, identity: Identity) -> list[str]:
        """Return the sections that the unit may have."""
        missing = self._queries.missing
        names = [
            name
            for name, group in GROUPS.items()
            if not group.per_channel
            and group.family not in missing
            and (name != PROTOCOLS or self._events.onvif_wanted)
        ]
        for parts in self._composition.channel_parts(identity):
            moves = self._composition.driver(parts).offered
            names += [
                section(name, parts.channel)
                for name, group in GROUPS.items()
                if group.per_channel
                and group.family not in missing
                and (moves or group.family != _PTZ)
            ]
        return names

    async def _verify(self) -> None:
        """Make sure after an outage that the address still belongs to this unit.

        Raise:
            DeviceConnectionError: It does not, or nobody answers.
        """
        found, known = await read_identity(self._client), self._identity
        if known is not None and not _same(found, known):
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        outage = self._client.outage
        self._client.trust()
        self._identity = replace(found, hardware=known.hardware) if known else found
        if outage:
            # It may have restarted, with other settings.
            self._settings.sections.start_anew()

    async def _make_sure(self) -> None:
        """Make sure after an outage who answers, and what it can do by now.

        Raise:
            DeviceError: It is another unit, or nobody answers.
        """
        async with self._sure:
            if self._client.doubtful:
                await self._verify()
            identity = self._identity
            if identity is not None and identity.firmware != self._learned:
                _LOGGER.debug("The unit has come back with other software")
                await self._queries.learn(identity.firmware)
                await self._learn(identity)

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Read the groups that are due and wanted."""
        sources = self._sources(cadence) if wanted is None else wanted
        self._wanted[cadence] = sources
        if cadence is Cadence.STATE:
            await self._refresh_state(sources)
        else:
            await self._make_sure()
            await self._settings.sections.refresh({*sources, *self._always})
        self.failed = self._settings.sections.failed
        if cadence is Cadence.SETTINGS:
            self._build()

    async def _refresh_state(self, sources: frozenset[str]) -> None:
        """Read what happens now; the clock shows that the unit is there."""
        sections = self._settings.sections
        try:
            await self._make_sure()
            self._events.scene.begin_look()
            await sections.refresh({*self._due(sources), TIME})
            if self._client.doubtful:
                # What was not answered has failed before.
                await self._verify()
            elif sections.error(TIME) is not None:
                # What fails may be the clock alone, or whatever is asked for.
                await read_identity(self._client)
        except DeviceConnectionError:
            self._answering = False
            self._client.doubtful = True
            raise
        self._answering = True
        self._events.look()
        uptime = sections.node(TIME).number("UpTime")
        if _is_earlier(uptime, self._uptime):
            _LOGGER.debug("The unit has restarted")
            self._client.doubtful = self._client.outage = True
        self._uptime = uptime

    def _due(self, sources: frozenset[str]) -> frozenset[str]:
        """Leave out inputs that are told by themselves, but for a look now and then."""
        age = self._around.clock.now() - self._settings.sections.read_at(INPUTS)
        told = INPUTS in sources and self._events.inputs_are_told
        return sources - {INPUTS} if told and 0 <= age < _LOOK else sources

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last look has found to have happened, once."""
        return self._events.take_notices()

    def _sources(self, cadence: Cadence) -> frozenset[str]:
        """Return everything that could be asked for."""
        return frozenset(
            feature.source
            for unit in self.units
            for feature in unit.features
            if feature.cadence is cadence and feature.source
        )

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 30 s, 10 s while inputs or a position are shown; else what is due.

        What ONVIF tells of the inputs at once is looked at only now and then.
        """
        expected = self.expected.get(cadence, frozenset())
        sources = self._wanted.get(cadence, expected)
        if cadence is Cadence.STATE:
            told = {INPUTS} if self._events.inputs_are_told else set()
            live = any(name.rpartition(".")[2] in _LIVE - told for name in sources)
            return LIVE_INTERVAL if live else STATE_INTERVAL
        rare = [name for name in sources if not is_state(name)]
        wait = self._settings.sections.wait(rare)
        return min(max(wait, SETTLE), SETTINGS_INTERVAL)

    @override
    async def close(self) -> None:
        """Stop what moves, and finish what is on its way."""
        self._events.close()
        await asyncio.gather(self._composition.close(), self._settings.sections.close())

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a known password, a small account, silent events, a wrong clock."""
        if self._identity is None:
            return ()
        found: list[Problem] = []
        if (self._login.username, self._login.password) in _FACTORY_LOGINS:
            found.append(Problem(key="default_password"))
        if self._client.denied or Reason.NO_PERMISSION in self.failed.values():
            found.append(Problem(key="guest_login"))
        if self._events.silence.known:
            found.append(Problem(key="events_not_delivered"))
        parts = self._composition.parts(self._identity)
        offset = clock_offset(parts)
        if offset is not None and abs(offset) > _CLOCK_TOLERANCE:

            async def fix() -> None:
                await set_clock(parts)

            by_hand = is_set_by_hand(parts)
            found.append(
                Problem(
                    key="clock_wrong" if by_hand else "clock_wrong_network",
                    placeholders={"seconds": str(round(abs(offset)))},
                    fix=fix if by_hand else None,
                )
            )
        return tuple(found)

    @override
    def dump(self) -> dict[str, Json]:
        """Return all groups, what can be set, and counts."""
        return {
            "sections": self._settings.sections.dump(),
            "queries": self._queries.dump(),
            "missing": [*sorted(self._queries.missing)],
            "channels": self._composition.channels,
            "failed": dict(self.failed),
            "events": self._events.dump(),
            "requests": self._transport.sent,
        }


def _same(found: Identity, known: Identity) -> bool:
    """Return whether two identities are of the same unit, as far as they tell."""
    if found.mac and known.mac:
        return found.mac == known.mac
    return found.number == known.number


def _is_earlier(now: float | None, before: float | None) -> bool:
    """Return whether a time since the start is that of a later start."""
    return now is not None and before is not None and now + _EARLIER < before
