"""Schedules that are stored in the unit, and texts over the picture."""

from collections.abc import Iterator
from datetime import time

from ....model.features import (
    Feature,
    Level,
    Text,
    TimeOfDay,
    Toggle,
)
from ....model.vocabulary import (
    Cadence,
    Key,
)
from ..const import (
    DURATION,
    OVERLAY_BYTES,
    Source,
)
from ..models import Schedule
from ..settings import Settings
from .parts import Parts


def schedules(parts: Parts) -> Iterator[Feature]:
    """Yield what each stored schedule has."""
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


def overlay(parts: Parts) -> Iterator[Feature]:
    """Yield each custom text over the picture."""
    for text in parts.settings.overlays:
        yield from _overlay_text(parts.settings, text.number)


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
