"""Devices, their units, and what the world gives them."""

from abc import ABC, abstractmethod
from asyncio import Task
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
)
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from aiohttp import ClientSession

from .commands import (
    EventPicture,
    LoggedAlarm,
    LogRecord,
    OverlayChange,
    WeekSchedule,
)
from .features import Archive, AreaStore, Feature, Ptz, RecordingFiles, SerialPort
from .vocabulary import (
    AbsenceReason,
    AreaKind,
    Cadence,
    Calibration,
    Delivery,
    EventPath,
    Key,
    Leg,
    LogKind,
    ScheduleKind,
)

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

BOX: Final = ""
"""Key of the unit that is the device itself."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """Where a device is and how to log in to it."""

    host: str
    port: int
    ssl: bool = False
    username: str = field(repr=False)
    password: str = field(repr=False)


class Clock(Protocol):
    """Time as the program sees it, so that nobody has to wait in a test."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time in seconds since the epoch; return its undo."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Memory(Protocol):
    """What a device must remember over restarts; never leaves this computer."""

    def get(self, name: str) -> Json:
        """Return what was put under a name, else None."""

    def put(self, name: str, value: Json) -> None:
        """Keep a value under a name and save it soon; None forgets it."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the world gives a device."""

    session: ClientSession
    clock: Clock
    memory: Memory
    spawn: Callable[[Coroutine[None, None, None], str], Task[None]]
    """Run a coroutine in the background under a name; nobody watches what it raises."""
    changed: Callable[[], None]
    """Called when something the device can tell has changed by itself."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The values chosen for the vendor's options."""
    local_time: Callable[[], datetime]
    """The time now in the zone of the site."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Unit:
    """A part of a device that its owner sees as a thing of its own."""

    key: str = BOX
    name: str
    model: str
    manufacturer: str | None = None
    sw_version: str | None = None
    hw_version: str | None = None
    serial: str | None = None
    mac: str | None = None
    parent: str | None = None
    features: tuple[Feature, ...] = ()
    online: Callable[[], bool] = lambda: True
    ptz: Ptz | None = None
    overlay: Callable[[OverlayChange], Awaitable[None]] | None = None
    areas: Mapping[AreaKind, AreaStore] = field(default_factory=dict)
    calibrations: Mapping[Calibration, Callable[[], Awaitable[None]]] = field(
        default_factory=dict
    )
    archive: Archive | None = None
    files: RecordingFiles | None = None
    """Recordings that can be opened by name where they cannot be searched."""
    record_event: Callable[[], Awaitable[None]] | None = None
    """Have the device record what happens now, for as long as it is set up to."""
    schedules: Mapping[ScheduleKind, ScheduleStore] = field(default_factory=dict)
    format_storage: Callable[[int], Awaitable[None]] | None = None
    """Erase a disk or card, by its number."""
    serial_port: SerialPort | None = None

    @property
    def recordings(self) -> RecordingFiles | None:
        """What opens a recording by its id."""
        return self.archive or self.files


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that has just happened at a unit."""

    unit: str
    key: Key
    kind: str
    slot: str | None = None
    data: Mapping[str, str | int] = field(default_factory=dict)
    picture: EventPicture | None = None
    """What the camera saw at that moment, if it has sent it along."""


@dataclass(frozen=True, kw_only=True)
class Absent:
    """A feature that the family can have and this device has not."""

    key: Key
    reason: AbsenceReason
    detail: str = ""
    unit: str = BOX


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """A device that has answered a search."""

    vendor: str
    host: str
    port: int
    mac: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something about a device that no answer tells and its owner can choose."""

    key: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, kw_only=True)
class PushMessage:
    """A message that a device has sent by itself."""

    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    """What the device has appended to the address that it was given."""
    via: EventPath = EventPath.WEBHOOK
    """The door through which it came."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a test message has shown."""

    delivery: Delivery
    seconds: float | None = None
    """From the order to send a test until the test was here."""
    leg: Leg | None = None
    """Where it failed, if it did."""


@dataclass(frozen=True, kw_only=True)
class MailTarget:
    """Where a device has to send its alarm mails."""

    host: str
    port: int
    address: str = field(repr=False)
    """A mailbox of this device alone: who knows it may report alarms."""


class Mails(ABC):
    """Delivery of events as mails, to a mail server of ours."""

    @abstractmethod
    async def subscribe(self, target: MailTarget) -> Proof:
        """Have alarms mailed to a target, and a test if the device can send one.

        What was set up before is kept, and put back if the proof fails.

        Raise:
            DeviceError: The device cannot be reached; it is as before.
        """

    @abstractmethod
    async def unsubscribe(self) -> None:
        """Put back what was set up before, as far as it is still ours.

        Raise:
            DeviceError: The device cannot be reached; what is left is remembered.
        """

    @abstractmethod
    async def verify(self, target: MailTarget) -> bool:
        """Read whether alarms are still mailed to a target; nothing is written.

        Raise:
            DeviceError: The device cannot be reached.
        """

    @abstractmethod
    def handle(self, raw: bytes) -> tuple[Notice, ...]:
        """Take in a mail and return what has happened; a test is nothing."""


class EventStream(ABC):
    """Events that the device answers to a request that waits for them."""

    @abstractmethod
    def listen(self) -> AsyncGenerator[tuple[Notice, ...]]:
        """Subscribe, and yield what happens; the first item says that it works.

        It ends the subscription when it is closed.

        Raise:
            DeviceError: It does not work, or not any more.
        """

    @property
    @abstractmethod
    def offered(self) -> bool:
        """Whether the device may have it, as far as its answers tell."""


class Push(ABC):
    """Delivery of events by the device itself to an address of ours."""

    methods: tuple[str, ...] = ("POST", "PUT")
    """The HTTP methods with which the device delivers."""

    @abstractmethod
    async def subscribe(self, url: str, token: str) -> Proof:
        """Point the device at a URL and tell whether a test message arrived.

        The earlier target is kept and put back if the proof fails.
        """

    @abstractmethod
    async def unsubscribe(self) -> None:
        """Put the earlier target back if the device still points at us."""

    @abstractmethod
    async def verify(self, url: str, token: str) -> bool:
        """Read whether the device still points at the URL; nothing is written."""

    @abstractmethod
    def accepts(self, token: str | None) -> bool:
        """Return whether a message with this token, or none, may come in."""

    @property
    def token_header(self) -> str | None:
        """Name of the HTTP header in which the device sends the token, if it can."""
        return None


class Device(ABC):
    """A device at one address, with its units."""

    serial: str
    """Identity that never changes: aa:bb:cc:dd:ee:ff, else a serial number."""
    push: Push | None = None
    mails: Mails | None = None
    stream: EventStream | None = None
    alarm_log: Callable[[datetime, datetime], Awaitable[tuple[LoggedAlarm, ...]]] | None
    log: (
        Callable[[datetime, datetime, LogKind], Awaitable[tuple[LogRecord, ...]]] | None
    )
    """Read what the device has written down of itself between two moments."""

    def __init__(self) -> None:
        """Prepare a device that nothing is known of yet."""
        self.serial = ""
        self.failed: dict[str, str] = {}
        self.alarm_log = None
        self.log = None
        self.expected: dict[Cadence, frozenset[str]] = {}
        self.forget: Callable[[str], None] | None = None
        """Forget a unit that is not there any more and that its owner took away."""

    @property
    @abstractmethod
    def units(self) -> tuple[Unit, ...]:
        """All units, the box first."""

    @property
    @abstractmethod
    def absent(self) -> tuple[Absent, ...]:
        """What the family can have and this device has not, with the reason."""

    @abstractmethod
    async def identify(self) -> None:
        """Log in and learn who the device is, with as few requests as possible."""

    @abstractmethod
    async def connect(self) -> None:
        """Log in, learn who the device is and what it can do; write nothing."""

    def expect(self, wanted: Mapping[Cadence, frozenset[str]]) -> None:
        """Take in what the first refreshes will ask for, so as to ask at once."""
        self.expected = dict(wanted)

    @abstractmethod
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Read what is due of the wanted sources, or of all; write nothing.

        A refused source is noted in `failed`; only errors that concern the whole
        device are raised.
        """

    @abstractmethod
    def interval(self, cadence: Cadence) -> float:
        """Return the seconds until the next refresh."""

    @abstractmethod
    async def close(self) -> None:
        """Log out and stop all that runs; never raises."""

    def handle_push(self, message: PushMessage) -> tuple[Notice, ...]:
        """Take in a message that the device has sent by itself."""
        raise NotImplementedError

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last refresh has found to have happened, once."""
        return ()

    @abstractmethod
    def problems(self) -> tuple[Problem, ...]:
        """Return what the owner should put right at the device."""

    @abstractmethod
    def dump(self) -> dict[str, Json]:
        """Return what the device has told, for diagnostics."""


class ScheduleStore(ABC):
    """Schedules of one kind that are stored in a device."""

    @abstractmethod
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read all schedules of this kind."""

    @abstractmethod
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change a schedule, counted from 1, and leave the rest as it is."""


@dataclass(frozen=True, kw_only=True)
class ScheduleChange:
    """What shall change in a stored schedule; None leaves a part as it is."""

    enabled: bool | None = None
    name: str | None = None
    week: WeekSchedule | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that the owner can put right; fix does it from here."""

    key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    fix: Callable[[], Awaitable[None]] | None = None


class Vendor(ABC):
    """A family of devices."""

    id: str
    """Slug of the family, as in the configuration."""
    name: str
    default_port: int = 80
    default_ssl_port: int = 443
    prefers_ssl: bool = False
    """Devices of this family listen with TLS at first, and without only if told."""
    redact: frozenset[str] = frozenset()
    """Names of fields, in lower case, that diagnostics must not show."""
    options: tuple[Option, ...] = ()

    @abstractmethod
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        """Return the device at an address; nothing is sent."""

    @abstractmethod
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        """Ask an address, without any login, whether this family lives there.

        Raise:
            DeviceConnectionError: Nothing answers at the address.
        """

    async def discover(
        self, targets: Iterable[str], session: ClientSession
    ) -> tuple[Discovered, ...]:
        """Search the network at broadcast addresses; none found is empty.

        The session is for those that are found in a way that leaves a doubt.
        """
        return ()
