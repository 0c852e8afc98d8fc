"""What features accept: one object for each kind of command."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from .vocabulary import (
    Axis,
    Color,
    Effect,
    LogKind,
    Notify,
    PatrolKind,
    Repeat,
    StreamKind,
    Weekday,
)


@dataclass(frozen=True, kw_only=True)
class EventPicture:
    """What a camera saw when something happened."""

    jpeg: bytes = field(repr=False)
    taken_at: datetime
    """When it came in; clocks of cameras are often wrong."""


@dataclass(frozen=True, kw_only=True)
class LampState:
    """What a lamp shows; level is 0 to 1, None where the device does not tell."""

    on: bool
    level: float | None = None
    color: Color | None = None
    effect: Effect | None = None


@dataclass(frozen=True, kw_only=True)
class LampCommand:
    """What a lamp shall show; None leaves that part as it was last."""

    on: bool
    level: float | None = None
    color: Color | None = None
    effect: Effect | None = None


@dataclass(frozen=True, kw_only=True)
class LightPart:
    """The light of an alarm; level 0 to 1, period of a strobe in milliseconds."""

    color: Color | None = None
    second_color: Color | None = None
    effect: Effect | None = None
    level: float | None = None
    period: int | None = None


@dataclass(frozen=True, kw_only=True)
class SoundPart:
    """The sound of an alarm; volume 0 to 1, interval between two plays in seconds.

    Without a file the device's chosen tone sounds; silent means no sound at all.
    """

    file: str | None = None
    silent: bool = False
    volume: float | None = None
    repeat: Repeat | None = None
    times: int | None = None
    interval: int | None = None


@dataclass(frozen=True, kw_only=True)
class AlarmCommand:
    """An alarm; a part that is None is left as it is, duration in seconds."""

    duration: float | None = None
    sound: SoundPart | None = None
    relay: bool | None = None
    front: LightPart | None = None
    back: LightPart | None = None
    notify: frozenset[Notify] = frozenset()

    @property
    def parts(self) -> frozenset[str]:
        """Names of the fields that ask for something."""
        return frozenset(name for name, value in vars(self).items() if value)


@dataclass(frozen=True, kw_only=True)
class PlayCommand:
    """A file on the device to be played; volume 0 to 1, interval in seconds."""

    file: str
    volume: float | None = None
    repeat: Repeat = Repeat.ONCE
    times: int = 1
    interval: int = 0


@dataclass(frozen=True, kw_only=True)
class SpeakerState:
    """What a loudspeaker plays; volume 0 to 1, length in seconds if known."""

    playing: bool
    volume: float | None = None
    """None where the device does not tell it and does not let it be set."""
    file: str | None = None
    length: float | None = None
    started: float | None = None
    """When the sound began, in seconds since the epoch."""


@dataclass(frozen=True, kw_only=True)
class AudioFormat:
    """What a loudspeaker plays and how much of it."""

    container: str
    """File name extension, wav or mp3; pcm for bare samples."""
    rate: int
    """Samples a second; always one channel of 16 bits."""
    max_seconds: int
    max_bytes: int


@dataclass(frozen=True, kw_only=True)
class AudioFile:
    """A file on the device; a removable one was brought by a customer."""

    name: str
    removable: bool


@dataclass(frozen=True, kw_only=True)
class AudioUpload:
    """A file for the device; managed ones may be deleted again when room is needed."""

    name: str
    data: bytes
    seconds: float | None = None
    managed: bool = False


@dataclass(frozen=True, kw_only=True)
class AudioClip:
    """Sound that is sent while it sounds: 16-bit samples of one channel."""

    title: str
    samples: bytes
    """In the byte order of this computer, at the rate of the speaker's format."""


@dataclass(frozen=True, kw_only=True)
class LoggedAlarm:
    """An entry of the device's alarm log, with the device's own time."""

    time: str
    source: str


@dataclass(frozen=True, kw_only=True)
class LogRecord:
    """An entry of what a device writes down of itself, with its own time."""

    time: str
    kind: LogKind
    event: str
    """What has happened, as a slug: motion_start, disk_full …"""
    user: str = ""
    address: str = ""
    """From where somebody did it, if it was somebody."""


@dataclass(frozen=True, kw_only=True)
class TimeRange:
    """A part of a day; the end lies after the start."""

    start: time
    end: time


@dataclass(frozen=True, kw_only=True)
class WeekSchedule:
    """Hours of the week in which something stored in the device is active."""

    number: int
    enabled: bool
    name: str
    week: dict[Weekday, tuple[TimeRange, ...]]


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """Where a live stream is; the URL holds the login and is shown to nobody."""

    url: str = field(repr=False)
    rtsp: bool = False
    """Spoken over RTSP, which is asked for over TCP."""


@dataclass(frozen=True, kw_only=True)
class LiveStream:
    """Pictures as the camera sends them, one after the other, without an end."""

    content_type: str
    """With the boundary between the pictures."""
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True)
class PtzMove:
    """A movement: speeds from -1 to 1 on some axes, and how long in seconds.

    Positive is right, up, in, near and open.
    """

    speeds: Mapping[Axis, float]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class PtzPosition:
    """Where a camera looks: degrees, and zoom from 0 to 1; None is not told."""

    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None


@dataclass(frozen=True, kw_only=True)
class PtzPreset:
    """A position that is stored under a number."""

    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PtzPatrol:
    """A round of positions that is stored under a number."""

    number: int
    name: str
    kind: PatrolKind = PatrolKind.PATROL
    running: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PtzStatus:
    """What a camera has stored, and where it looks."""

    presets: tuple[PtzPreset, ...] = ()
    patrols: tuple[PtzPatrol, ...] = ()
    position: PtzPosition | None = None


@dataclass(frozen=True, kw_only=True)
class Box:
    """A part of the picture in fractions of it; 0, 0 is the top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class OverlayChange:
    """What shall change in a text over the picture; None leaves a part as it is.

    The place is a fraction of the picture; slots are counted from 1.
    """

    slot: int
    text: str | None = None
    x: float | None = None
    y: float | None = None
    enabled: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recorded file; its id is all that is needed to open it again."""

    id: str
    start: datetime
    end: datetime
    size: int | None = None
    triggers: frozenset[str] = frozenset()
    """What it was recorded for, in the words of the detection event, or timer."""
    stream: StreamKind = StreamKind.MAIN


@dataclass(frozen=True, kw_only=True)
class OpenRecording:
    """The bytes of a recorded file, from an offset on."""

    content_type: str
    offset: int
    length: int | None
    """Bytes that follow."""
    total: int | None
    """Bytes of the whole file."""
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True)
class FirmwareState:
    """What software a device runs and what is there for it."""

    installed: str | None
    latest: str | None
    """None while nobody has looked; the installed one if there is no newer."""
    running: bool = False
    progress: float | None = None
    """How far an installation is, 0 to 1; None where the device does not tell."""
