"""Alarm output, alarm input and alarms between units."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ....model.features import (
    Choice,
    Detector,
    Feature,
    Happening,
    Level,
    Toggle,
    Trigger,
)
from ....model.vocabulary import (
    NO_REQUEST,
    AlarmKind,
    Cadence,
    Key,
)
from ..const import (
    DURATION,
    INPUT_TYPES,
    Source,
)
from .parts import Parts

_ONE: Final = {"number": "1"}


def alarms(parts: Parts) -> Iterator[Feature]:
    """Yield the alarm output, what ends an alarm, and what tells of one."""
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


def alarm_input(parts: Parts) -> Iterator[Feature]:
    """Yield the alarm input, if the unit has its document."""
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


def broadcast(parts: Parts) -> Iterator[Feature]:
    """Yield the alarms between units, if the unit has their document."""
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
