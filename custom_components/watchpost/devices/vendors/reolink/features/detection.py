"""What a camera sees, and how closely it looks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ....kit.happenings import DETECTORS, alarm_inputs, event_picture
from ....kit.paths import delivery
from ....kit.scene import Subject
from ....kit.spell import Spell
from ....model.device import BOX, Absent, Json
from ....model.features import Detector, Happening, Level
from ....model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Cadence,
    DetectionKind,
    Key,
)
from .. import kinds
from ..const import AI_ABILITIES, AI_KINDS
from ..documents import Document
from ..events import Events
from ..options import ONVIF_EVENTS
from ..parts import Offer, Parts
from ..watch import Watch, motion_source, objects_source
from .fields import level, toggle

_LACKING: Final = {
    DetectionKind.MOTION: "alarmMd",
    **{DetectionKind(AI_KINDS[name]): lacks for name, lacks in AI_ABILITIES.items()},
    DetectionKind.INTRUSION: "",
    DetectionKind.TAMPER: "",
}
"""The ability without which a camera cannot be asked for it, if there is one."""
_MAILS: Final = "alarm_mails"
_CHOICES: Final = f"{_MAILS}, {ONVIF_EVENTS.key}"
"""What has to be chosen so that the device tells anything by itself."""
_SENSITIVITY: Final = (1, 50)
"""Range of the device, where less is more sensitive (section 3.8.3)."""


def detection(parts: Parts, watch: Watch, events: Events) -> Iterator[Offer]:
    """Yield what is detected now, and the event of its beginning."""
    polled = dict(_polled(parts, watch))
    told = events.kinds(parts.unit)
    kinds_seen: list[str] = []
    for kind, lacking in _LACKING.items():
        if kind in polled or kind in told:
            kinds_seen.append(kind)
            spell = events.scene.spell(Subject(kind=kind, unit=parts.unit))
            source = polled.get(kind, NO_REQUEST)
            yield Detector(key=DETECTORS[kind], source=source, read=_level(spell))
        elif lacking:
            yield parts.lacks(DETECTORS[kind], lacking)
        else:
            yield _untold(DETECTORS[kind], events, parts.unit)
    sources = set(polled.values())
    if parts.channel.has("supportAi"):
        sources.add(objects_source(parts.number))
    if kinds_seen:
        yield Happening(
            key=Key.DETECTION,
            source=NO_REQUEST,
            more_sources=tuple(sorted(sources, reverse=True)),
            kinds=tuple(kinds_seen),
        )
    else:
        yield parts.lacks(Key.DETECTION, "alarmMd")


def _polled(parts: Parts, watch: Watch) -> Iterator[tuple[DetectionKind, str]]:
    """Yield what a camera is asked for, and the request."""
    if parts.channel.has("alarmMd", "supportMd"):
        yield DetectionKind.MOTION, motion_source(parts.number)
    for name, word in AI_KINDS.items():
        if has_objects(parts, watch, name):
            yield DetectionKind(word), objects_source(parts.number)


def _level(spell: Spell) -> Callable[[], bool | None]:
    return lambda: spell.on


def _untold(key: Key, events: Events, unit: str = BOX) -> Absent:
    """Return that something is not there which a subscription may tell one day."""
    reason = (
        AbsenceReason.UNSUPPORTED if events.stream else AbsenceReason.NOT_CONFIGURED
    )
    return Absent(key=key, reason=reason, detail=ONVIF_EVENTS.key, unit=unit)


def told(events: Events) -> Iterator[Offer]:
    """Yield how events come in."""
    for offer in delivery(events.paths):
        if isinstance(offer, Absent):
            yield replace(offer, detail=_CHOICES)
        else:
            yield offer


def alarms(events: Events) -> Iterator[Offer]:
    """Yield the alarm inputs that a subscription has told of."""
    if events.inputs:
        yield from alarm_inputs(events.scene, BOX, events.inputs)
    else:
        yield _untold(Key.ALARM_INPUT, events)
        yield _untold(Key.ALARM, events)


def mailed_picture(parts: Parts, events: Events) -> Iterator[Offer]:
    """Yield what a camera saw when it mailed its last alarm."""
    if not parts.host.has("email"):
        yield parts.lacks(Key.EVENT_PICTURE, "email")
    elif events.mails.configured:
        yield event_picture(events.scene, parts.unit)
    else:
        reason = AbsenceReason.NOT_CONFIGURED
        yield Absent(
            key=Key.EVENT_PICTURE, reason=reason, detail=_MAILS, unit=parts.unit
        )


def has_objects(parts: Parts, watch: Watch, name: str) -> bool:
    """Return whether a camera tells a kind apart; its answer decides."""
    sight = watch.sight(parts.number)
    if not parts.channel.has("supportAi"):
        return False
    if sight.supported:
        return name in sight.supported
    return parts.channel.has(AI_ABILITIES[name])


def sensitivity(parts: Parts, watch: Watch) -> Iterator[Offer]:
    """Yield what a camera looks for."""
    if parts.channel.has("alarmMd", "supportMd"):
        yield _motion_sensitivity(parts)
    else:
        yield parts.lacks(Key.MOTION_SENSITIVITY, "alarmMd")
    config = parts.doc(kinds.AI_CFG)
    for name, word in AI_KINDS.items():
        known, ability = has_objects(parts, watch, name), AI_ABILITIES[name]
        detect = Key(f"{word}_detection")
        if known and parts.channel.has("supportAiDetectConfig"):
            yield toggle(detect, config, "AiDetectType", name)
        else:
            yield parts.lacks(detect, "supportAiDetectConfig" if known else ability)
        alarm = parts.doc(kinds.AI_ALARM, name)
        fine = Key(f"{word}_sensitivity")
        if known and parts.channel.has("supportAiSensitivity"):
            yield level(fine, alarm, "sensitivity", minimum=0, maximum=100)
        else:
            yield parts.lacks(fine, "supportAiSensitivity" if known else ability)
        delay = Key(f"{word}_delay")
        if known and parts.channel.has("supportAiStayTime"):
            yield level(delay, alarm, "stay_time", minimum=0, maximum=8)
        else:
            yield parts.lacks(delay, "supportAiStayTime" if known else ability)
    if parts.channel.has("aiTrack"):
        yield toggle(Key.AUTO_TRACKING, config, "aiTrack")
    else:
        yield parts.lacks(Key.AUTO_TRACKING, "aiTrack")


def _motion_sensitivity(parts: Parts) -> Level:
    """Return the sensitivity of motion, turned so that more is more sensitive."""
    newer = parts.newer
    document = parts.doc(kinds.MD_ALARM if newer else kinds.ALARM)
    least, most = _SENSITIVITY

    def read() -> float | None:
        raw = _raw_sensitivity(document)
        return None if raw is None else least + most - raw

    async def write(value: float) -> None:
        raw = round(least + most - value)
        if newer and document.node.flag("useNewSens") is not False:
            await document.write_all({("useNewSens",): 1, ("newSens", "sensDef"): raw})
            return
        if not document.known:
            await document.read()
        rows: list[Json] = [
            {**row.tree, "sensitivity": raw} for row in document.node.nodes("sens")
        ]
        await document.write(("sens",), rows)

    return Level(
        key=Key.MOTION_SENSITIVITY,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        minimum=least,
        maximum=most,
    )


def _raw_sensitivity(document: Document) -> float | None:
    """Return the sensitivity as the device has it, of the hour if there are several."""
    if document.node.flag("useNewSens") is not False:
        found = document.at("newSens").number("sensDef")
        if found is not None:
            return found
    rows = document.node.nodes("sens")
    return rows[0].number("sensitivity") if rows else None
