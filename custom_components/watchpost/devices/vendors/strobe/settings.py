"""Read and change single fields of the unit's documents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time as time_of_day

from ...model.device import Clock
from ...model.errors import DeviceRequestError
from ...model.vocabulary import Color
from ...transport.payload import Node
from .const import BROADCAST_MODES, CODECS, INPUT_TYPES, OVERLAY_BYTES, Source
from .documents import Documents
from .events import clock_offset
from .kept import Kept
from .models import (
    AlarmInput,
    AudioConfig,
    Broadcast,
    DeviceTime,
    OverlayText,
    Schedule,
    Wifi,
    parse_codecs,
    parse_overlay,
    parse_schedules,
    parse_signal,
)
from .schedules import StoredSchedules


class Settings:
    """What is stored in the unit, in words that every family uses."""

    def __init__(self, documents: Documents, kept: Kept, clock: Clock) -> None:
        """Bind the documents."""
        self._documents = documents
        self._kept = kept
        self._clock = clock
        self.idle = StoredSchedules(documents, Source.IDLE)
        self.alarm = StoredSchedules(documents, Source.ALARM)

    def _parse[M](self, source: Source, parse: Callable[[Node], M]) -> M | None:
        node = self._documents.get(source)
        return None if node is None else parse(node)

    async def _put(self, source: Source, value: str, *names: str) -> None:
        def edit(node: Node) -> None:
            if not node.put(value, *names):
                # Optional fields may be missing as long as they have a default.
                node.tree[names[0]] = value

        await self._documents.change(source, edit)

    # Audio (section 2.4.2)

    @property
    def audio(self) -> AudioConfig | None:
        """Microphone and loudspeaker."""
        return self._parse(Source.AUDIO, AudioConfig.parse)

    def speaker_volume(self) -> float | None:
        """Return the volume of the loudspeaker in percent."""
        return self.audio.percent(self.audio.output_volume) if self.audio else None

    def microphone_volume(self) -> float | None:
        """Return the volume of the microphone in percent."""
        return self.audio.percent(self.audio.input_volume) if self.audio else None

    async def set_speaker_volume(self, percent: float) -> None:
        """Set the volume of the loudspeaker."""
        await self._set_volume("AudioOutVolume", percent)

    async def set_microphone_volume(self, percent: float) -> None:
        """Set the volume of the microphone."""
        await self._set_volume("AudioInVolume", percent)

    async def _set_volume(self, name: str, percent: float) -> None:
        if (audio := self.audio) is not None:
            await self._put(Source.AUDIO, str(audio.volume(percent)), name)

    def microphone(self) -> bool | None:
        """Return whether the microphone is on."""
        return self.audio.microphone if self.audio else None

    async def set_microphone(self, on: bool) -> None:
        """Switch the microphone."""
        await self._put(Source.AUDIO, str(int(on)), "DevMicEnabled")

    def codecs(self) -> tuple[str, ...]:
        """Return the codecs of the unit as slugs."""
        offered = self._parse(Source.CODECS, parse_codecs) or CODECS
        current = [self.audio.codec] if self.audio and self.audio.codec else []
        return tuple(dict.fromkeys(name.lower() for name in [*offered, *current]))

    def codec(self) -> str | None:
        """Return the codec as a slug."""
        codec = self.audio.codec if self.audio else None
        return codec.lower() if codec else None

    async def set_codec(self, slug: str) -> None:
        """Choose a codec, in the spelling of the unit."""
        offered = self._parse(Source.CODECS, parse_codecs) or ()
        for name in (*offered, *CODECS):
            if name.lower() == slug:
                await self._put(Source.AUDIO, name, "Encoding")
                return
        raise DeviceRequestError

    # Alarm input (section 2.6.1)

    @property
    def _input(self) -> AlarmInput | None:
        return self._parse(Source.INPUT, AlarmInput.parse)

    def input_enabled(self) -> bool | None:
        """Return whether the alarm input gives alarms."""
        return self._input.enabled if self._input else None

    async def set_input_enabled(self, on: bool) -> None:
        """Arm or disarm the alarm input."""
        await self._put(Source.INPUT, str(int(on)), "Enabled")

    def input_type(self) -> str | None:
        """Return the level at which the input is active."""
        kind = self._input.kind if self._input else None
        return None if kind is None else INPUT_TYPES.get(kind, f"mode_{kind}")

    async def set_input_type(self, slug: str) -> None:
        """Choose the level at which the input is active."""
        await self._put(Source.INPUT, _code(INPUT_TYPES, slug), "AlarmInType")

    # Broadcast between units (section 4.2)

    @property
    def _broadcast(self) -> Broadcast | None:
        return self._parse(Source.BROADCAST, Broadcast.parse)

    def broadcast_modes(self) -> tuple[str, ...]:
        """Return whom alarms can be sent to: lists only where one is filled in."""
        found = self._broadcast
        if found is None:
            return ()
        filled = {"list": found.has_list, "range": found.has_range}
        current = self.broadcast_mode()
        modes = [m for m in BROADCAST_MODES.values() if filled.get(m, True)]
        return tuple(dict.fromkeys([*modes, *([current] if current else [])]))

    def broadcast_mode(self) -> str | None:
        """Return whom alarms are sent to."""
        mode = self._broadcast.mode if self._broadcast else None
        return None if mode is None else BROADCAST_MODES.get(mode, f"mode_{mode}")

    async def set_broadcast_mode(self, slug: str) -> None:
        """Choose whom alarms are sent to."""
        await self._put(Source.BROADCAST, _code(BROADCAST_MODES, slug), "BroadcastType")

    def accepts_broadcast(self) -> bool | None:
        """Return whether alarms of other units are taken over."""
        return self._broadcast.accepts if self._broadcast else None

    async def set_accepts_broadcast(self, on: bool) -> None:
        """Take over alarms of other units, or not."""
        await self._put(Source.BROADCAST, str(int(on)), "IsAcceptBroadcast")

    # Overlay (section 2.4.11)

    @property
    def overlays(self) -> tuple[OverlayText, ...]:
        """The custom texts."""
        return self._parse(Source.OVERLAY, parse_overlay) or ()

    def overlay(self, number: int) -> OverlayText | None:
        """Return a custom text, counted from 1."""
        return next((text for text in self.overlays if text.number == number), None)

    async def set_overlay(
        self, number: int, *, text: str | None = None, shown: bool | None = None
    ) -> None:
        """Change a custom text."""
        if text is not None and len(text.encode()) > OVERLAY_BYTES:
            raise DeviceRequestError

        def edit(document: Node) -> None:
            for overlay in parse_overlay(document):
                part = document.node(overlay.tag)
                position = part.node("Position") if part else None
                if overlay.number != number or position is None:
                    continue
                if text is not None:
                    position.put(text, "OSDText")
                if shown is not None:
                    position.put(str(int(shown)), "Enabled")

        await self._documents.change(Source.OVERLAY, edit)

    # Clock (section 2.7.1)

    @property
    def time(self) -> DeviceTime | None:
        """The clock as last read."""
        return self._parse(Source.TIME, DeviceTime.parse)

    @property
    def time_read_at(self) -> float:
        """When the clock was read, in seconds since the epoch."""
        return self._documents.read_at(Source.TIME)

    def clock_offset(self) -> float | None:
        """Return the seconds by which the unit's clock is ahead."""
        return clock_offset(self.time, self.time_read_at)

    def network_time(self) -> bool | None:
        """Return whether the unit asks a time server."""
        return self.time.network if self.time else None

    async def set_network_time(self, on: bool) -> None:
        """Have the unit ask a time server, or not."""
        await self._put(Source.TIME, str(int(on)), "Enabled")

    async def sync_clock(self) -> None:
        """Set the clock of the unit to the time of this computer."""

        def edit(document: Node) -> None:
            now = datetime.fromtimestamp(self._clock.now(), UTC)
            for name, value in (
                ("IsUpdateTime", "1"),
                ("UTCDateTime", f"{now:%Y-%m-%dT%H:%M:%SZ}"),
            ):
                if not document.put(value, name):
                    document.tree[name] = value

        await self._documents.change(Source.TIME, edit)

    # Wi-Fi (sections 2.5.4 and 2.5.6)

    @property
    def wifi(self) -> Wifi | None:
        """The wireless network."""
        return self._parse(Source.WIFI, Wifi.parse)

    def wifi_connected(self) -> bool | None:
        """Return whether it is connected."""
        return self.wifi.connected if self.wifi else None

    def wifi_network(self) -> str | None:
        """Return its name."""
        return self.wifi.network if self.wifi else None

    def wifi_signal(self) -> float | None:
        """Return its signal in percent."""
        network = self.wifi_network()
        return self._parse(Source.WIFI_SCAN, lambda n: parse_signal(n, network))

    # Schedules (sections 2.4.9 and 2.4.10)

    def schedules(self, source: Source) -> tuple[Schedule, ...]:
        """Return the schedules of a document."""
        return self._parse(source, parse_schedules) or ()

    def schedule(self, source: Source, number: int) -> Schedule | None:
        """Return a schedule, counted from 1."""
        found = self.schedules(source)
        return next((one for one in found if one.number == number), None)

    async def set_schedule(self, source: Source, number: int, **fields: str) -> None:
        """Change fields of a schedule by the names of the document."""
        stored = self.idle if source is Source.IDLE else self.alarm

        def edit(part: Node) -> None:
            for name, value in fields.items():
                spellings = (name, *_ALIASES.get(name, ()))
                if not part.put(value, *spellings):
                    part.tree[name] = value

        await stored.edit(number, edit)

    async def set_hours(
        self, source: Source, number: int, which: str, value: time_of_day
    ) -> None:
        """Set BeginTime or EndTime of a schedule."""
        await self.set_schedule(source, number, **{which: f"{value:%H:%M:%S}"})

    def email_alerts(self) -> bool | None:
        """Return whether every alarm schedule sends a mail."""
        values = [
            one.email for one in self.schedules(Source.ALARM) if one.email is not None
        ]
        return all(values) if values else None

    async def set_email_alerts(self, on: bool) -> None:
        """Have every alarm schedule send a mail, or none."""

        def edit(document: Node) -> None:
            for one in parse_schedules(document):
                part = document.node(one.tag)
                if part is not None:
                    part.put(str(int(on)), "EmailEnabled")

        await self._documents.change(Source.ALARM, edit)

    # Kept by us

    def choose_second_color(self, slug: str) -> None:
        """Choose the second color of the front light."""
        color = None if slug == "none" else Color(slug)
        self._kept.choose(replace(self._kept.choices, second_color=color))


_ALIASES = {"AlarmOutDuration": ("AlarmOutInterval",)}


def _code(codes: dict[int, str], slug: str) -> str:
    """Return the number of a slug as the unit writes it."""
    for code, own in codes.items():
        if own == slug:
            return str(code)
    raise DeviceRequestError
