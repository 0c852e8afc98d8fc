"""Everything a unit offers, made from what it has answered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from ...model.commands import AudioFormat
from ...model.device import Absent
from ...model.errors import DeviceError, DeviceUnsupportedError, Reason
from ...model.features import (
    AudioStore,
    Choice,
    Detector,
    Feature,
    Happening,
    Lamp,
    Level,
    Reading,
    Siren,
    Speaker,
    Text,
    TimeOfDay,
    Toggle,
    Trigger,
)
from ...model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    AlarmKind,
    Cadence,
    Color,
    Effect,
    Key,
)
from .actors import AlarmActor, LightActor, RelayActor, SoundActor
from .clips import Clips
from .const import (
    DIMMABLE,
    DURATION,
    INPUT_TYPES,
    OVERLAY_BYTES,
    STROBE_PERIOD,
    Source,
)
from .documents import Documents
from .kept import Kept
from .models import Modes, Palette, Schedule
from .settings import Settings
from .status import Status

_ONE: Final = {"number": "1"}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the features are bound to."""

    documents: Documents
    settings: Settings
    kept: Kept
    clips: Clips
    status: Status
    sound: SoundActor
    relay: RelayActor
    alarm: AlarmActor
    front: LightActor | None
    back: LightActor | None
    front_palette: Palette
    back_palette: Palette
    modes: Modes
    audio_format: AudioFormat


def build_features(parts: Parts) -> tuple[Feature, ...]:
    """Return all features, in the order of the protocol card."""
    return (
        *_lights(parts),
        *_sounds(parts),
        *_alarms(parts),
        *_audio(parts),
        *_alarm_input(parts),
        *_broadcast(parts),
        *_schedules(parts),
        *_overlay(parts),
        *_health(parts),
        *_time(parts),
    )


def _lights(parts: Parts) -> Iterator[Feature]:
    if parts.front is not None:
        colors = parts.front_palette.colors
        yield Lamp(
            key=Key.FRONT_LIGHT,
            source=NO_REQUEST,
            read=parts.front.read,
            write=parts.front.write,
            dimmable=any(color in DIMMABLE for color in colors),
            colors=colors,
            effects=parts.modes.front,
            assumed=True,
        )
        yield _second_color(parts, parts.front, colors)
        if Effect.STROBE in parts.modes.front:
            yield _strobe_period(parts, parts.front)
    if parts.back is not None:
        colors = parts.back_palette.colors
        yield Lamp(
            key=Key.BACK_LIGHT,
            source=NO_REQUEST,
            read=parts.back.read,
            write=parts.back.write,
            dimmable=any(color in DIMMABLE for color in colors),
            colors=colors,
            effects=parts.modes.back,
            assumed=True,
        )


def _second_color(parts: Parts, light: LightActor, colors: tuple[Color, ...]) -> Choice:
    async def write(slug: str) -> None:
        parts.settings.choose_second_color(slug)
        await light.renew()

    return Choice(
        key=Key.FRONT_LIGHT_SECOND_COLOR,
        source=NO_REQUEST,
        read=lambda: parts.kept.choices.second_color or "none",
        write=write,
        options=lambda: ("none", *colors),
    )


def _strobe_period(parts: Parts, light: LightActor) -> Level:
    async def write(value: float) -> None:
        choices = replace(parts.kept.choices, strobe_period=round(value))
        parts.kept.choose(choices)
        await light.renew()

    return Level(
        key=Key.STROBE_PERIOD,
        source=NO_REQUEST,
        read=lambda: parts.kept.choices.strobe_period,
        write=write,
        minimum=STROBE_PERIOD[0],
        maximum=STROBE_PERIOD[1],
    )


def _sounds(parts: Parts) -> Iterator[Feature]:
    if parts.documents.get(Source.FILES) is None:
        return
    sound, clips, kept = parts.sound, parts.clips, parts.kept

    async def choose_tone(name: str) -> None:
        await clips.require(name)
        kept.choose(replace(kept.choices, siren_tone=name))
        sound.learn(name)

    async def choose_volume(percent: float) -> None:
        kept.choose(replace(kept.choices, siren_volume=round(percent)))

    async def choose_duration(seconds: float) -> None:
        kept.choose(replace(kept.choices, siren_duration=round(seconds)))

    yield Siren(
        key=Key.SIREN,
        source=NO_REQUEST,
        read=sound.sounding,
        start=parts.alarm.start,
        stop=sound.silence_siren,
        stop_all=parts.status.stop_all,
        tones=lambda: clips.names,
        parts=frozenset(
            {"sound", "relay", "notify", "duration"}
            | ({"front"} if parts.front else set())
            | ({"back"} if parts.back else set())
        ),
        volume=True,
        duration=True,
        assumed=True,
    )
    yield Speaker(
        key=Key.SPEAKER,
        source=NO_REQUEST,
        read=sound.speaker,
        play=sound.play,
        stop=sound.stop,
        set_volume=sound.set_volume,
        files=lambda: clips.names,
        format=parts.audio_format,
        store=AudioStore(
            list=clips.list,
            upload=clips.upload,
            delete=clips.delete,
            download=clips.download,
        ),
        assumed=True,
    )
    yield Choice(
        key=Key.SIREN_TONE,
        source=Source.FILES,
        cadence=Cadence.SETTINGS,
        read=lambda: sound.tone,
        write=choose_tone,
        options=lambda: clips.names,
    )
    yield Level(
        key=Key.SIREN_VOLUME,
        source=NO_REQUEST,
        read=lambda: kept.choices.siren_volume,
        write=choose_volume,
        minimum=0,
        maximum=100,
    )
    yield Level(
        key=Key.SIREN_DURATION,
        source=NO_REQUEST,
        read=lambda: kept.choices.siren_duration,
        write=choose_duration,
        minimum=DURATION[0],
        maximum=DURATION[1],
    )
    yield Reading(
        key=Key.AUDIO_CLIPS,
        source=Source.FILES,
        cadence=Cadence.SETTINGS,
        read=lambda: len(clips.names),
        attributes=lambda: {"files": list(clips.names)},
    )
    yield Trigger(key=Key.TEST_SOUND, source=NO_REQUEST, press=parts.status.test_sound)


def _alarms(parts: Parts) -> Iterator[Feature]:
    status, kept = parts.status, parts.kept

    async def choose_duration(seconds: float) -> None:
        kept.choose(replace(kept.choices, output_duration=round(seconds)))

    yield Toggle(
        key=Key.ALARM_OUTPUT,
        source=NO_REQUEST,
        slot="1",
        placeholders=_ONE,
        read=parts.relay.read,
        write=parts.relay.write,
        assumed=True,
    )
    yield Level(
        key=Key.ALARM_OUTPUT_DURATION,
        source=NO_REQUEST,
        read=lambda: kept.choices.output_duration,
        write=choose_duration,
        minimum=DURATION[0],
        maximum=DURATION[1],
    )
    yield Trigger(key=Key.STOP_ALARM, source=NO_REQUEST, press=status.stop_all)
    yield Trigger(key=Key.RESTART, source=NO_REQUEST, press=status.restart)
    yield Detector(key=Key.ALARM_ACTIVE, source=Source.LOG, read=status.alarm_active)
    yield Happening(
        key=Key.ALARM, source=Source.LOG, kinds=tuple(kind.value for kind in AlarmKind)
    )


def _audio(parts: Parts) -> Iterator[Feature]:
    settings, audio = parts.settings, parts.settings.audio
    if audio is None:
        return
    if audio.output_volume is not None:
        yield Level(
            key=Key.SPEAKER_VOLUME,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.speaker_volume,
            write=settings.set_speaker_volume,
            minimum=0,
            maximum=100,
        )
    if audio.input_volume is not None:
        yield Level(
            key=Key.MICROPHONE_VOLUME,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.microphone_volume,
            write=settings.set_microphone_volume,
            minimum=0,
            maximum=100,
        )
    if audio.microphone is not None:
        yield Toggle(
            key=Key.MICROPHONE,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.microphone,
            write=settings.set_microphone,
        )
    if audio.codec is not None:
        yield Choice(
            key=Key.AUDIO_CODEC,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.codec,
            write=settings.set_codec,
            options=settings.codecs,
        )


def _alarm_input(parts: Parts) -> Iterator[Feature]:
    if parts.documents.get(Source.INPUT) is None:
        return
    settings = parts.settings
    yield Detector(
        key=Key.ALARM_INPUT,
        source=Source.LOG,
        slot="1",
        placeholders=_ONE,
        read=parts.status.input_active,
    )
    yield Toggle(
        key=Key.ALARM_INPUT_DETECTION,
        source=Source.INPUT,
        cadence=Cadence.SETTINGS,
        slot="1",
        placeholders=_ONE,
        read=settings.input_enabled,
        write=settings.set_input_enabled,
    )
    yield Choice(
        key=Key.ALARM_INPUT_TYPE,
        source=Source.INPUT,
        cadence=Cadence.SETTINGS,
        slot="1",
        placeholders=_ONE,
        read=settings.input_type,
        write=settings.set_input_type,
        options=lambda: tuple(INPUT_TYPES.values()),
    )


def _broadcast(parts: Parts) -> Iterator[Feature]:
    if parts.documents.get(Source.BROADCAST) is None:
        return
    settings = parts.settings
    yield Choice(
        key=Key.ALARM_BROADCAST,
        source=Source.BROADCAST,
        cadence=Cadence.SETTINGS,
        read=settings.broadcast_mode,
        write=settings.set_broadcast_mode,
        options=settings.broadcast_modes,
    )
    yield Toggle(
        key=Key.ACCEPT_BROADCAST,
        source=Source.BROADCAST,
        cadence=Cadence.SETTINGS,
        read=settings.accepts_broadcast,
        write=settings.set_accepts_broadcast,
    )


def _schedules(parts: Parts) -> Iterator[Feature]:
    settings = parts.settings
    for schedule in settings.schedules(Source.IDLE):
        yield _schedule_switch(parts, Source.IDLE, Key.IDLE_SCHEDULE, schedule)
        yield _hours(parts, Source.IDLE, Key.IDLE_SCHEDULE_START, schedule, start=True)
        yield _hours(parts, Source.IDLE, Key.IDLE_SCHEDULE_END, schedule, start=False)
    for schedule in settings.schedules(Source.ALARM):
        yield _schedule_switch(parts, Source.ALARM, Key.ALARM_SCHEDULE, schedule)
        yield _hours(
            parts, Source.ALARM, Key.ALARM_SCHEDULE_START, schedule, start=True
        )
        yield _hours(parts, Source.ALARM, Key.ALARM_SCHEDULE_END, schedule, start=False)
        if schedule.duration is not None:
            yield _schedule_duration(parts, schedule)
    if settings.email_alerts() is not None:
        yield Toggle(
            key=Key.EMAIL_ALERTS,
            source=Source.ALARM,
            cadence=Cadence.SETTINGS,
            read=settings.email_alerts,
            write=settings.set_email_alerts,
        )


def _schedule_switch(
    parts: Parts, source: Source, key: Key, schedule: Schedule
) -> Toggle:
    settings, number = parts.settings, schedule.number

    def read() -> bool | None:
        found = settings.schedule(source, number)
        return found.enabled if found else None

    async def write(on: bool) -> None:
        await settings.set_schedule(source, number, ScheduleEnable=str(int(on)))

    return Toggle(
        key=key,
        source=source,
        cadence=Cadence.SETTINGS,
        slot=str(number),
        placeholders={"number": str(number)},
        read=read,
        write=write,
    )


def _hours(
    parts: Parts, source: Source, key: Key, schedule: Schedule, *, start: bool
) -> TimeOfDay:
    settings, number = parts.settings, schedule.number
    field = "BeginTime" if start else "EndTime"

    def read() -> time | None:
        found = settings.schedule(source, number)
        return (found.begin if start else found.end) if found else None

    async def write(value: time) -> None:
        await settings.set_hours(source, number, field, value)

    return TimeOfDay(
        key=key,
        source=source,
        cadence=Cadence.SETTINGS,
        slot=str(number),
        placeholders={"number": str(number)},
        read=read,
        write=write,
    )


def _schedule_duration(parts: Parts, schedule: Schedule) -> Level:
    settings, number = parts.settings, schedule.number

    def read() -> float | None:
        found = settings.schedule(Source.ALARM, number)
        return found.duration if found else None

    async def write(value: float) -> None:
        await settings.set_schedule(
            Source.ALARM, number, AlarmOutDuration=str(round(value))
        )

    return Level(
        key=Key.ALARM_SCHEDULE_DURATION,
        source=Source.ALARM,
        cadence=Cadence.SETTINGS,
        slot=str(number),
        placeholders={"number": str(number)},
        read=read,
        write=write,
        minimum=DURATION[0],
        maximum=DURATION[1],
    )


def _overlay(parts: Parts) -> Iterator[Feature]:
    for overlay in parts.settings.overlays:
        yield from _overlay_text(parts.settings, overlay.number)


def _overlay_text(settings: Settings, number: int) -> Iterator[Feature]:
    def text() -> str | None:
        overlay = settings.overlay(number)
        return overlay.text if overlay else None

    def shown() -> bool | None:
        overlay = settings.overlay(number)
        return overlay.shown if overlay else None

    async def set_text(value: str) -> None:
        await settings.set_overlay(number, text=value)

    async def set_shown(on: bool) -> None:
        await settings.set_overlay(number, shown=on)

    slot, placeholders = str(number), {"number": str(number)}
    yield Text(
        key=Key.OVERLAY_TEXT,
        source=Source.OVERLAY,
        cadence=Cadence.SETTINGS,
        slot=slot,
        placeholders=placeholders,
        read=text,
        write=set_text,
        max_bytes=OVERLAY_BYTES,
    )
    yield Toggle(
        key=Key.OVERLAY_TEXT_SHOWN,
        source=Source.OVERLAY,
        cadence=Cadence.SETTINGS,
        slot=slot,
        placeholders=placeholders,
        read=shown,
        write=set_shown,
    )


def _health(parts: Parts) -> Iterator[Feature]:
    status, settings = parts.status, parts.settings
    yield Detector(
        key=Key.ONLINE, source=Source.LOG, independent=True, read=status.online
    )
    yield Reading(key=Key.RESPONSE_TIME, source=Source.LOG, read=status.response_time)
    if status.push_configured():
        yield Detector(
            key=Key.EVENT_DELIVERY,
            source=NO_REQUEST,
            independent=True,
            read=status.event_delivery,
        )
        yield Reading(key=Key.LAST_EVENT, source=NO_REQUEST, read=status.last_event)
    wifi = settings.wifi
    if wifi is None or not wifi.enabled:
        return
    yield Detector(
        key=Key.WIFI_CONNECTED,
        source=Source.WIFI,
        cadence=Cadence.SETTINGS,
        read=settings.wifi_connected,
    )
    yield Reading(
        key=Key.WIFI_NETWORK,
        source=Source.WIFI,
        cadence=Cadence.SETTINGS,
        read=settings.wifi_network,
    )
    yield Reading(
        key=Key.WIFI_SIGNAL,
        source=Source.WIFI_SCAN,
        cadence=Cadence.SETTINGS,
        read=settings.wifi_signal,
    )


def _time(parts: Parts) -> Iterator[Feature]:
    settings = parts.settings
    if settings.time is None:
        return
    yield Toggle(
        key=Key.NETWORK_TIME,
        source=Source.TIME,
        cadence=Cadence.SETTINGS,
        read=settings.network_time,
        write=settings.set_network_time,
    )
    yield Trigger(
        key=Key.SYNC_CLOCK,
        source=Source.TIME,
        cadence=Cadence.SETTINGS,
        press=settings.sync_clock,
    )
    yield Reading(
        key=Key.CLOCK_OFFSET,
        source=Source.TIME,
        cadence=Cadence.SETTINGS,
        read=settings.clock_offset,
    )


_NEEDS: Final = {
    Key.FRONT_LIGHT: Source.COLORS,
    Key.FRONT_LIGHT_SECOND_COLOR: Source.COLORS,
    Key.STROBE_PERIOD: Source.MODES,
    Key.BACK_LIGHT: Source.COLORS,
    Key.SIREN: Source.FILES,
    Key.SPEAKER: Source.FILES,
    Key.SIREN_TONE: Source.FILES,
    Key.SIREN_VOLUME: Source.FILES,
    Key.SIREN_DURATION: Source.FILES,
    Key.AUDIO_CLIPS: Source.FILES,
    Key.TEST_SOUND: Source.FILES,
    Key.SPEAKER_VOLUME: Source.AUDIO,
    Key.MICROPHONE_VOLUME: Source.AUDIO,
    Key.MICROPHONE: Source.AUDIO,
    Key.AUDIO_CODEC: Source.AUDIO,
    Key.ALARM_INPUT: Source.INPUT,
    Key.ALARM_INPUT_DETECTION: Source.INPUT,
    Key.ALARM_INPUT_TYPE: Source.INPUT,
    Key.ALARM_BROADCAST: Source.BROADCAST,
    Key.ACCEPT_BROADCAST: Source.BROADCAST,
    Key.IDLE_SCHEDULE: Source.IDLE,
    Key.IDLE_SCHEDULE_START: Source.IDLE,
    Key.IDLE_SCHEDULE_END: Source.IDLE,
    Key.ALARM_SCHEDULE: Source.ALARM,
    Key.ALARM_SCHEDULE_START: Source.ALARM,
    Key.ALARM_SCHEDULE_END: Source.ALARM,
    Key.ALARM_SCHEDULE_DURATION: Source.ALARM,
    Key.EMAIL_ALERTS: Source.ALARM,
    Key.OVERLAY_TEXT: Source.OVERLAY,
    Key.OVERLAY_TEXT_SHOWN: Source.OVERLAY,
    Key.EVENT_DELIVERY: Source.HTTP_LINK,
    Key.LAST_EVENT: Source.HTTP_LINK,
    Key.WIFI_CONNECTED: Source.WIFI,
    Key.WIFI_NETWORK: Source.WIFI,
    Key.WIFI_SIGNAL: Source.WIFI,
    Key.NETWORK_TIME: Source.TIME,
    Key.SYNC_CLOCK: Source.TIME,
    Key.CLOCK_OFFSET: Source.TIME,
}
"""The document without which a feature cannot be."""


def explain_absent(
    features: tuple[Feature, ...], documents: Documents
) -> tuple[Absent, ...]:
    """Return what this unit does not have, with the reason."""
    made = {feature.key for feature in features}
    return tuple(
        _absent(key, source, documents.missing.get(source))
        for key, source in _NEEDS.items()
        if key not in made
    )


def _absent(key: Key, source: Source, err: DeviceError | None) -> Absent:
    if err is None:
        return Absent(key=key, reason=AbsenceReason.NOT_CONFIGURED, detail=source)
    if isinstance(err, DeviceUnsupportedError):
        return Absent(key=key, reason=AbsenceReason.UNSUPPORTED, detail=source)
    if err.reason in (Reason.BUSY, Reason.BAD_ANSWER):
        return Absent(key=key, reason=AbsenceReason.UNKNOWN, detail=source)
    return Absent(
        key=key, reason=AbsenceReason.REFUSED, detail=f"{source} {err.reason}"
    )
