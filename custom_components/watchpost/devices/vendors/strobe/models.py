"""What the unit's documents say; missing things are None, unknown ones survive."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
import re
from typing import Final, Self

from ...model.commands import AudioFile
from ...model.vocabulary import Color, Effect, Weekday
from ...transport.payload import Node
from .const import BACK_EFFECTS, COLORS, FRONT_EFFECTS, SCHEDULES, WEEKDAYS

_LABEL_LENGTH: Final = 64
"""Characters of a name that are shown; the example has 13."""
_NAME_LENGTH: Final = 200
"""Characters of the name of a file: longer ones do not fit into a state."""
_FILES_LIMIT: Final = 200
"""Files that are taken over; the unit holds 50."""
_OVERLAYS: Final = 8
"""Texts that are taken over; the example has one."""

_MAC = re.compile(r"^([0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$", re.IGNORECASE)


def mac_address(text: str | None) -> str | None:
    """Return a MAC as aa:bb:cc:dd:ee:ff, or None if it is not one."""
    text = (text or "").strip()
    if not _MAC.match(text):
        return None
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if digits in {"0" * 12, "f" * 12}:
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the unit is (section 2.3)."""

    name: str
    device_id: str | None
    model: str | None
    firmware: str | None
    mac: str | None
    manufacturer: str | None

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read a DeviceInfo document; the printed one holds the MAC as version."""
        version = node.text("SoftwareVer", "SoftwareVersion") or None
        version_mac = mac_address(version)
        own_mac = mac_address(node.text("MACAddress", "MacAddr"))
        return cls(
            name=label(node.text("DeviceName")) or "StrobeSpeaker",
            device_id=label(node.text("DeviceID", "SerialNumber")),
            model=label(node.text("DeviceModel")),
            firmware=None if version_mac else label(version),
            mac=own_mac or version_mac,
            manufacturer=label(node.text("FactoryInfo")),
        )


def label(text: str | None) -> str | None:
    """Return a text in a form that can be shown, None if nothing is left of it."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())[:_LABEL_LENGTH] or None


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colors of one light in the order of the unit (section 2.4.7)."""

    colors: tuple[Color, ...]

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read a ColorConfig document."""
        codes = (node.integer(own) for own in node.numbered("ColorType").values())
        colors = [COLORS[code] for code in codes if code in COLORS]
        return cls(colors=tuple(dict.fromkeys(colors)))


@dataclass(frozen=True, kw_only=True)
class Modes:
    """Patterns of both lights (section 2.4.8)."""

    front: tuple[Effect, ...]
    back: tuple[Effect, ...]

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read a DisplayModeConfig document."""
        return cls(
            front=_effects(node, "FrontModeType", FRONT_EFFECTS),
            back=_effects(node, "BackModeType", BACK_EFFECTS),
        )


def _effects(node: Node, prefix: str, known: dict[int, Effect]) -> tuple[Effect, ...]:
    codes = [node.integer(own) for own in node.numbered(prefix).values()]
    effects = [known[code] for code in codes if code in known]
    # The steady one leads, whatever the unit's order.
    return tuple(dict.fromkeys(sorted(effects, key=lambda effect: effect != "steady")))


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """Microphone and loudspeaker (section 2.4.2)."""

    microphone: bool | None
    codec: str | None
    volume_min: int
    volume_max: int
    input_volume: int | None
    output_volume: int | None

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read an AudioConfig document."""
        low, high = node.integer("VolumeMin") or 0, node.integer("VolumeMax") or 100
        if high <= low:
            low, high = 0, 100
        return cls(
            microphone=node.flag("DevMicEnabled"),
            codec=node.text("Encoding") or None,
            volume_min=low,
            volume_max=high,
            input_volume=node.integer("AudioInVolume"),
            output_volume=node.integer("AudioOutVolume"),
        )

    def percent(self, volume: int | None) -> float | None:
        """Return a volume of the unit in percent of its range."""
        if volume is None:
            return None
        span = self.volume_max - self.volume_min
        return min(100, max(0, round((volume - self.volume_min) * 100 / span)))

    def volume(self, percent: float) -> int:
        """Return percent of the range as a volume of the unit."""
        span = self.volume_max - self.volume_min
        return self.volume_min + round(span * min(100.0, max(0.0, percent)) / 100)


def parse_codecs(node: Node) -> tuple[str, ...]:
    """Read the names of the codecs (section 2.4.1)."""
    names = (option.text("Encoding") for option in node.nodes("Options"))
    return tuple(dict.fromkeys(name for name in names if name))


def parse_files(node: Node) -> tuple[AudioFile, ...]:
    """Read the list of audio files (section 2.4.3)."""
    types = node.numbered("FileType")
    files = {
        name: AudioFile(
            name=name,
            removable=(node.integer(types[n]) if n in types else 0) == 1,
        )
        for n, own in node.numbered("FileName").items()
        if (name := node.text(own)) and len(name) <= _NAME_LENGTH
    }
    return tuple(files.values())[:_FILES_LIMIT]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One of the five idle or alarm schedules (sections 2.4.9 and 2.4.10)."""

    number: int
    """Counted from 1; ScheduleID of the unit counts from 0."""
    tag: str
    name: str
    enabled: bool | None
    weekdays: frozenset[Weekday]
    begin: time | None
    end: time | None
    duration: int | None
    file: str | None
    email: bool | None
    http: bool | None

    @classmethod
    def parse(cls, number: int, tag: str, node: Node) -> Self:
        """Read one ScheduleCount_n part."""
        days = node.text("WeekDays") or ""
        own = node.integer("ScheduleID")
        return cls(
            number=number if own is None else own + 1,
            tag=tag,
            name=node.text("ScheduleName") or "",
            enabled=node.flag("ScheduleEnable"),
            weekdays=frozenset(WEEKDAYS[int(d)] for d in days if d in "0123456"),
            begin=parse_time(node.text("BeginTime")),
            end=parse_time(node.text("EndTime")),
            duration=node.integer("AlarmOutDuration", "AlarmOutInterval"),
            file=node.text("PlayFile") or None,
            email=node.flag("EmailEnabled"),
            http=node.flag("HTTPMsgEnabled"),
        )

    def covers(self, moment: datetime) -> bool:
        """Return whether the schedule is active at a moment of the unit's clock."""
        day = WEEKDAYS[(moment.weekday() + 1) % 7]
        if not self.enabled or day not in self.weekdays:
            return False
        begin, end = self.begin or time.min, self.end or time.max
        return begin <= moment.time().replace(tzinfo=None) <= end


def parse_schedules(node: Node) -> tuple[Schedule, ...]:
    """Read all parts of a schedule document, in the order of their numbers."""
    found = [
        Schedule.parse(number, own, part)
        for number, own in node.numbered("ScheduleCount").items()
        if (part := node.node(own)) is not None
    ]
    valid = [one for one in found if 1 <= one.number <= SCHEDULES]
    # The first of each number: a second one could not be told from it.
    return tuple({one.number: one for one in reversed(valid)}.values())[::-1]


def parse_time(text: str | None) -> time | None:
    """Read HH:MM:SS; the unit may write 24:00:00 for the end of the day."""
    match = re.match(r"^\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*$", text or "")
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    if (hour, minute, second) == (24, 0, 0):
        return time(23, 59, 59)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class AlarmInput:
    """The probe input (section 2.6.1)."""

    enabled: bool | None
    kind: int | None

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read an AlarmConfig document."""
        return cls(enabled=node.flag("Enabled"), kind=node.integer("AlarmInType"))


@dataclass(frozen=True, kw_only=True)
class OverlayText:
    """A text over the picture (section 2.4.11)."""

    number: int
    tag: str
    text: str
    shown: bool | None


def parse_overlay(node: Node) -> tuple[OverlayText, ...]:
    """Read the custom texts of an OSDInfo document; the date is not one."""
    texts: list[OverlayText] = []
    for own in node.numbered("OSDParam").values():
        part = node.node(own)
        position = part.node("Position") if part else None
        if part is None or position is None or part.integer("OSDType") != 1:
            continue
        texts.append(
            OverlayText(
                number=len(texts) + 1,
                tag=own,
                text=position.text("OSDText") or "",
                shown=position.flag("Enabled"),
            )
        )
    return tuple(texts[:_OVERLAYS])


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """Alarms from unit to unit (section 4.2)."""

    mode: int | None
    has_list: bool
    has_range: bool
    accepts: bool | None

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read a BroadcastLinkConfig document."""
        return cls(
            mode=node.integer("BroadcastType"),
            has_list=any(node.text(own) for own in node.numbered("IpAddr").values()),
            has_range=bool(node.text("BeginIp") and node.text("EndIp")),
            accepts=node.flag("IsAcceptBroadcast"),
        )


@dataclass(frozen=True, kw_only=True)
class DeviceTime:
    """The clock of the unit (section 2.7.1)."""

    network: bool | None
    utc: datetime | None
    zone: timedelta
    """What the unit's local time is ahead of UTC."""

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read an NTPStatus document."""
        zone = node.node("TimeZone")
        return cls(
            network=node.flag("Enabled"),
            utc=parse_utc(node.text("UTCDateTime")),
            zone=_parse_zone(zone.text("TZ") if zone else node.text("TZ")),
        )


def parse_utc(text: str | None) -> datetime | None:
    """Read a time such as 2018-07-01T18:00:00Z."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parse_zone(text: str | None) -> timedelta:
    match = re.match(r"^\s*(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})", text or "")
    if match is None:
        return timedelta()
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return ahead if match[1] == "+" else -ahead


@dataclass(frozen=True, kw_only=True)
class Wifi:
    """The wireless network (section 2.5.4); the password is not taken over."""

    enabled: bool | None
    connected: bool | None
    network: str | None

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read a WifiConfig document."""
        return cls(
            enabled=node.flag("Enabled"),
            connected=node.flag("Status"),
            network=node.text("SSIDname", "SSID") or None,
        )


def parse_signal(node: Node, network: str | None) -> int | None:
    """Return the signal of a network in percent (section 2.5.6: 0 to 4 bars)."""
    levels = [
        level
        for own in node.numbered("Wifi").values()
        if (part := node.node(own)) is not None
        and part.text("SSIDname", "SSID") == network
        and (level := part.integer("SignalLevel")) is not None
    ]
    return None if not levels else min(4, max(0, max(levels))) * 25


@dataclass(frozen=True, kw_only=True)
class HttpLink:
    """Where the unit reports alarms to (section 4.1)."""

    enabled: bool
    server: str
    method: str
    key: str
    value: str

    @classmethod
    def parse(cls, node: Node) -> Self:
        """Read an HttpLinkConfig document."""
        return cls(
            enabled=node.flag("Enabled") or False,
            server=(node.text("Server") or "").strip(),
            method=node.text("AuthMethod") or "0",
            key=node.text("AuthKey") or "",
            value=node.text("AuthValue") or "",
        )


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """An alarm in the log or in a push; the time is the unit's own text."""

    kind: int
    time: str


def parse_log(node: Node) -> tuple[LogEntry, ...]:
    """Read the entries of a QueryLog document."""
    entries: list[LogEntry] = []
    for own in node.numbered("AlarmCount").values():
        part = node.node(own)
        kind = part.integer("AlarmType") if part else None
        if part is not None and kind is not None:
            entries.append(LogEntry(kind=kind, time=part.text("AlarmTime") or ""))
    return tuple(entries)
