"""What the camera looks for, and what it does then (chapters 24 to 29)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ....kit.fields import choice, hour_and_minute, level, toggle
from ....model.features import Toggle
from ....model.vocabulary import Key
from ..parts import FIRST, Offer, Parts
from ..settings import ALARM_IN, FIRE, MOTION, REGION, TAMPER

_SWITCHES: Final = (
    (Key.MOTION_DETECTION, MOTION, "md_enable"),
    (Key.INTRUSION_DETECTION, REGION, "md_enable"),
    (Key.FIRE_DETECTION, FIRE, "enable"),
    (Key.TAMPER_DETECTION, TAMPER, "alarm_enable"),
)
_SENSITIVITIES: Final = (
    (Key.MOTION_SENSITIVITY, MOTION, "md_sensitivity"),
    (Key.INTRUSION_SENSITIVITY, REGION, "md_sensitivity"),
    (Key.FIRE_SENSITIVITY, FIRE, "sensitivity"),
)
_MOTION_LINKS: Final = (
    (Key.MOTION_SCHEDULE, "schedule_enable"),
    (Key.MOTION_RECORDING, "alarm_handle_rec"),
    (Key.MOTION_SNAPSHOT, "alarm_handle_snap"),
    (Key.MOTION_EMAIL, "alarm_handle_email"),
    (Key.MOTION_FTP, "alarm_handle_snap_ftp"),
)
_INPUT_LINKS: Final = (
    (Key.ALARM_INPUT_DETECTION, "alarm_enable"),
    (Key.ALARM_INPUT_RECORDING, "alarm_handle_rec"),
    (Key.ALARM_INPUT_EMAIL, "alarm_handle_email"),
    (Key.ALARM_INPUT_FTP, "alarm_handle_snap_ftp"),
)
_OUTPUT: Final = "alarm_handle_alarmout"
_OUTPUT_SECONDS: Final = (0, 600)
"""The document names no upper limit."""


def detection(parts: Parts) -> Iterator[Offer]:
    """Yield all detectors of the picture, and what motion sets off."""
    for key, section, name in _SWITCHES:
        yield toggle(key, parts.field(section, name))
    for key, section, name in _SENSITIVITIES:
        yield level(key, parts.field(section, name), 1, 5)
    words = {"any": 0, "person": 1}
    yield choice(Key.MOTION_TARGET, parts.field(MOTION, "eventType"), words)
    for key, name in _MOTION_LINKS:
        yield toggle(key, parts.field(MOTION, name))
    for key, which in (
        (Key.MOTION_SCHEDULE_START, "start"),
        (Key.MOTION_SCHEDULE_END, "end"),
    ):
        yield hour_and_minute(
            key,
            parts.field(MOTION, f"sch_{which}_hour"),
            parts.field(MOTION, f"sch_{which}_min"),
        )
    yield toggle(Key.MOTION_ALARM_OUTPUT, parts.field(MOTION, _OUTPUT, slot=FIRST))


def alarm_input(parts: Parts) -> Iterator[Offer]:
    """Yield how the alarm input rests, and what it sets off."""
    for key, name in _INPUT_LINKS:
        yield toggle(key, parts.field(ALARM_IN, name, slot=FIRST))
    words = {"normally_open": 0, "normally_closed": 1}
    field = parts.field(ALARM_IN, "alarm_type", slot=FIRST)
    yield choice(Key.ALARM_INPUT_TYPE, field, words)
    link = toggle(Key.ALARM_INPUT_ALARM_OUTPUT, parts.field(ALARM_IN, _OUTPUT))
    if isinstance(link, Toggle):
        names = {"input": FIRST, "output": FIRST}
        link = replace(link, slot=f"{FIRST}_{FIRST}", placeholders=names)
    yield link
    yield level(
        Key.ALARM_OUTPUT_DURATION,
        parts.field(ALARM_IN, "alarm_handle_alarmout_time"),
        *_OUTPUT_SECONDS,
    )
