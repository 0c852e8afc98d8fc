"""Settings of the detectors, with their linkages, and of storage and schedules."""

from typing import Any, Final

from .fields import (
    HEIGHT,
    WIDTH,
    Field,
    Number,
    Rows,
    Week,
    choice,
    number,
    only_table,
    shown,
    switch,
)
from .section import Section

AREAS: Final = 9
USED_AREAS: Final = 4
DAYS: Final = 7
SLOTS: Final = 4
SLOT: Final = (
    switch("enable"),
    number("hour_begain", 0, 0, 23),
    number("min_begain", 0, 0, 59),
    number("hour_end", 23, 0, 23),
    number("min_end", 59, 0, 59),
)


def _area(name: str, high: int) -> Field:
    """Return one side of an area; the example has a fraction there."""
    return Field(name=name, kind=Number(low=0, high=high, fraction=True))


AREA: Final = (
    _area("area_x", WIDTH),
    _area("area_y", HEIGHT),
    _area("area_w", WIDTH),
    _area("area_h", HEIGHT),
)


def _linkage(on: int) -> tuple[Field, ...]:
    """Return what all detectors have in common, in the order of the examples."""
    return (
        switch("alarm_out_type"),
        switch("schedule_enable", 1),
        number("sch_start_hour", 0, 0, 23),
        number("sch_start_min", 0, 0, 59),
        number("sch_end_hour", 23, 0, 23),
        number("sch_end_min", 59, 0, 59),
        switch("alarm_handle_email"),
        switch("alarm_handle_alarmout", on),
        number("alarm_handle_alarmout_time", 10, 0),
        switch("alarm_handle_rec", on),
        switch("alarm_handle_rec_ftp"),
        switch("alarm_handle_rec_email"),
        number("alarm_handle_rec_time", 60, 0),
        switch("alarm_handle_snap", on),
        switch("alarm_handle_snap_email"),
        switch("alarm_handle_snap_ftp"),
        number("alarm_handle_snap_num", 1, 0),
        number("alarm_handle_snap_interval", 1000, 0),
    )


def _areas() -> Field:
    """Return the areas of a detector: all of them the whole picture at first."""
    whole: list[dict[str, Any]] = [
        {"area_x": 0, "area_y": 0, "area_w": WIDTH, "area_h": HEIGHT}
        for _ in range(AREAS)
    ]
    return Field(name="area_list", kind=Rows(fields=AREA, length=AREAS), value=whole)


def week() -> list[dict[str, Any]]:
    """Return a week in which nothing is planned."""
    slot = {one.name: one.value for one in SLOT}
    return [{f"day_{day}": [dict(slot) for _ in range(SLOTS)]} for day in range(DAYS)]


def _detection(name: str, enable: str, sensitivity: str, *more: Field) -> Section:
    """Return the settings of a detector that looks at the picture."""
    return Section(
        name=name,
        fields=(
            switch(enable),
            shown("alarm_type", 0),
            shown("alarm_audio", 0),
            number(sensitivity, 3, 1, 5),
            *_linkage(0),
            _areas(),
            *more,
        ),
    )


ALARM_INPUT: Final = Section(
    name="AlarmInConf",
    fields=(
        shown("alarm_name", "alarmIn"),
        switch("alarm_enable", 1),
        switch("alarm_type"),
        *_linkage(1),
    ),
)
OCCLUSION: Final = Section(
    name="ODAlarmConf",
    fields=(
        shown("alarm_name", "alarmIn"),
        switch("alarm_enable", 1),
        *_linkage(1),
    ),
)
MOTION: Final = _detection(
    "MotionDetConf",
    "md_enable",
    "md_sensitivity",
    *only_table(switch("eventType")),
)
REGION: Final = _detection("RegInvConf", "md_enable", "md_sensitivity")
FIRE: Final = _detection("IVSConf", "enable", "sensitivity")
STORAGE_RULE: Final = Section(
    name="StorageRule",
    fields=(
        number("package_time", 30, 1),
        shown("disk_size", 0),
        shown("parti_size_record", 0),
        shown("parti_size_snap", 0),
    ),
)
RECORDING: Final = Section(
    name="RecSchedule",
    fields=(
        switch("minor_stream"),
        Field(name="schedule_list", kind=Week(slots=SLOTS), value=week()),
    ),
)
SNAPSHOTS: Final = Section(
    name="ScheSnap",
    fields=(
        number("snapInterval", 5000, 0),
        choice("saveMode", 0, 0, 3, 5, 7),
        *only_table(number("snapNum", 1, 0)),
        Field(name="schedule_list", kind=Week(slots=SLOTS), value=week()),
    ),
)
SECTIONS: Final = (
    ALARM_INPUT,
    OCCLUSION,
    MOTION,
    REGION,
    FIRE,
    STORAGE_RULE,
    RECORDING,
    SNAPSHOTS,
)
