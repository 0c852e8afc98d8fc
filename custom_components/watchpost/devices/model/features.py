"""Everything a unit can offer, already bound to the device object."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, time

from .commands import (
    AlarmCommand,
    AudioClip,
    AudioFile,
    AudioFormat,
    AudioUpload,
    Box,
    EventPicture,
    FirmwareState,
    LampCommand,
    LampState,
    LiveStream,
    OpenRecording,
    PlayCommand,
    PtzMove,
    PtzPosition,
    PtzStatus,
    Recording,
    SpeakerState,
    StreamSource,
)
from .vocabulary import (
    Axis,
    Cadence,
    Color,
    Effect,
    Key,
    PatrolKind,
    StreamKind,
)

type ReadingValue = str | float | datetime | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Feature:
    """One thing a unit can tell or do; a feature is itself, not its fields."""

    key: Key
    source: str
    """The request that feeds it; NO_REQUEST where nothing is asked."""
    more_sources: tuple[str, ...] = ()
    """Other requests that it needs, and that may fail without harm."""
    cadence: Cadence = Cadence.STATE
    slot: str | None = None
    """Number of a second relay, third input …, counted from 1."""
    placeholders: Mapping[str, str] | None = None
    """Numbers for the translated name of slots."""
    independent: bool = False
    """Tells about the connection itself: stays available without it."""
    usable: Callable[[], bool] | None = None
    """Whether it has a meaning in the mode that is chosen now."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading(Feature):
    """A value that the device tells."""

    read: Callable[[], ReadingValue]
    attributes: Callable[[], Mapping[str, list[str]]] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Detector(Feature):
    """Something that is or is not the case; None is unknown."""

    read: Callable[[], bool | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Happening(Feature):
    """Something that happens at a moment and is told by a notice."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Toggle(Feature):
    """Something to be switched on and off."""

    read: Callable[[], bool | None]
    write: Callable[[bool], Awaitable[None]]
    assumed: bool = False
    """The device does not tell: the state is what it acknowledged."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Level(Feature):
    """A number to be set."""

    read: Callable[[], float | None]
    write: Callable[[float], Awaitable[None]]
    minimum: float
    maximum: float
    step: float = 1
    limits: Callable[[], tuple[float, float] | None] | None = None
    """Least and most, where the device tells them only later."""
    restore: Callable[[float], None] | None = None
    """Takes back the value after a restart, where no device keeps it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Feature):
    """One of several options; options may change while the device runs."""

    read: Callable[[], str | None]
    write: Callable[[str], Awaitable[None]]
    options: Callable[[], tuple[str, ...]]
    restore: Callable[[str], None] | None = None
    """Takes back the value after a restart, where no device keeps it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trigger(Feature):
    """Something to be done once."""

    press: Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Text(Feature):
    """A text to be set, at most `max_bytes` long in UTF-8."""

    read: Callable[[], str | None]
    write: Callable[[str], Awaitable[None]]
    max_bytes: int


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeOfDay(Feature):
    """A time of the day to be set, in the device's own zone."""

    read: Callable[[], time | None]
    write: Callable[[time], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lamp(Feature):
    """A light; the first effect is the steady one."""

    read: Callable[[], LampState | None]
    write: Callable[[LampCommand], Awaitable[None]]
    dimmable: bool = False
    colors: tuple[Color, ...] = ()
    effects: tuple[Effect, ...] = ()
    assumed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Siren(Feature):
    """Something that gives an alarm, with everything else of the unit that can."""

    read: Callable[[], bool | None]
    start: Callable[[AlarmCommand], Awaitable[None]]
    """Start an alarm; with a sound part the siren itself sounds."""
    stop: Callable[[], Awaitable[None]]
    """Silence the siren and leave the other parts of the unit alone."""
    stop_all: Callable[[], Awaitable[None]]
    """End everything, sent even when nothing is believed to be on."""
    tones: Callable[[], tuple[str, ...]] | None = None
    parts: frozenset[str] = frozenset()
    """The fields of an alarm that this device has: names of AlarmCommand's parts."""
    volume: bool = False
    duration: bool = False
    assumed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class AudioStore:
    """Audio files that live on a device."""

    list: Callable[[], Awaitable[tuple[AudioFile, ...]]]
    upload: Callable[[AudioUpload], Awaitable[str]]
    """Bring a file and return its name there; nothing is sent if it is there."""
    delete: Callable[[str], Awaitable[None]]
    download: Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True, eq=False)
class DeviceFiles:
    """Files on a device, and what its loudspeaker can do with them."""

    names: Callable[[], tuple[str, ...]]
    """Names of the files as last read."""
    play: Callable[[PlayCommand], Awaitable[None]]
    store: AudioStore


@dataclass(frozen=True, kw_only=True, eq=False)
class Speaker(Feature):
    """A loudspeaker: it plays files that are on the device, or what is sent to it."""

    read: Callable[[], SpeakerState]
    stop: Callable[[], Awaitable[None]]
    format: AudioFormat
    files: DeviceFiles | None = None
    announce: Callable[[AudioClip], Awaitable[None]] | None = None
    """Sound at once, in the place of what sounds; returns once it has begun."""
    set_volume: Callable[[float], Awaitable[None]] | None = None
    assumed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class View(Feature):
    """A picture of a camera: as a still, as a stream, or both."""

    snapshot: Callable[[], Awaitable[bytes]] | None = None
    """Return a JPEG."""
    stream: Callable[[], StreamSource | None] | None = None
    """Return where the stream is; None while the device does not serve it."""
    live: Callable[[], AbstractAsyncContextManager[LiveStream]] | None = None
    """Open the pictures that the camera itself sends one after the other."""
    recording: Callable[[], bool | None] | None = None
    """Return whether the device records it now."""
    motion_detection: Toggle | None = None
    """Whether it looks for motion: the same toggle that the unit offers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture(Feature):
    """A picture that comes by itself, when something happens."""

    read: Callable[[], EventPicture | None]
    """Return the last one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Firmware(Feature):
    """Software of a device that it can renew by itself."""

    read: Callable[[], FirmwareState]
    install: Callable[[], Awaitable[None]]
    """Start it; how far it is shows in the state."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ptz:
    """A camera that turns, or whose lens moves."""

    axes: frozenset[Axis]
    move: Callable[[PtzMove], Awaitable[None]]
    """Move for a while and stop; a newer movement takes the place of an older one."""
    stop: Callable[[], Awaitable[None]]
    status: Callable[[], Awaitable[PtzStatus]] | None = None
    presets: range | None = None
    """Numbers of presets that the camera has."""
    go_to_preset: Callable[[int, float | None], Awaitable[None]] | None = None
    """Go to a preset, at a speed from 0 to 1 or the usual one."""
    go_home: Callable[[float | None], Awaitable[None]] | None = None
    go_to: Callable[[PtzPosition, float | None], Awaitable[None]] | None = None
    position_axes: frozenset[Axis] = frozenset()
    """What a position may name."""
    store: Callable[[int, str | None], Awaitable[None]] | None = None
    """Store where the camera looks under a number and a name."""
    clear: Callable[[int], Awaitable[None]] | None = None
    patrol_kinds: frozenset[PatrolKind] = frozenset()
    patrols: range | None = None
    """Numbers of patrols that the camera has, of each kind."""
    patrol: Callable[[PatrolKind, int, bool], Awaitable[None]] | None = None
    """Start or end a patrol of a kind and number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SerialPort:
    """A serial line of a device, for whatever hangs on it."""

    send: Callable[[bytes, bool], Awaitable[bytes | None]]
    """Send data once; if the answer is wanted, wait for it and return it."""
    answers: bool
    """The device tells what comes back."""


class AreaStore(ABC):
    """Areas of one kind that are stored in a camera."""

    @abstractmethod
    async def get(self) -> tuple[Box, ...]:
        """Read the areas."""

    @abstractmethod
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Replace the areas.

        Raise:
            DeviceRequestError: The camera does not take so many.
        """


class RecordingFiles(ABC):
    """Recorded files in a device, of one camera, that can be opened."""

    @abstractmethod
    def open(
        self, recording: str, offset: int = 0, end: int | None = None
    ) -> AbstractAsyncContextManager[OpenRecording]:
        """Open a recording by its id, from a byte to another one (inclusive).

        Raise:
            DeviceRequestError: There is no such recording.
        """


class Archive(RecordingFiles):
    """Recordings that are stored in a device, of one camera, and can be searched."""

    streams: frozenset[StreamKind]

    @abstractmethod
    async def days(self, month: date, stream: StreamKind) -> tuple[date, ...]:
        """Return the days of a month that have recordings, in the device's zone."""

    async def bounds(self, day: date) -> tuple[datetime, datetime] | None:
        """Return the first and the last second of a day in the device's zone.

        None where it is in the zone of the site, or nobody knows.
        """
        return None

    @abstractmethod
    async def search(
        self, start: datetime, end: datetime, stream: StreamKind
    ) -> tuple[Recording, ...]:
        """Return the recordings that lie in a time, oldest first."""
