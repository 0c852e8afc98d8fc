"""What a camera sees, and how closely it looks."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from ....model.device import Json
from ....model.features import Detector, Happening, Level
from ....model.vocabulary import (
    NO_REQUEST,
    Cadence,
    DetectionKind,
    Key,
)
from .. import kinds
from ..const import AI_ABILITIES, AI_KINDS
from ..documents import Document
from ..parts import Offer, Parts
from ..watch import Watch, motion_source, objects_source
from .fields import level, toggle

_SENSITIVITY: Final = (1, 50)
"""Range of the device, where less is more sensitive (section 3.8.3)."""


def detection(parts: Parts, watch: Watch) -> Iterator[Offer]:
    """Yield what is detected now, and the event of its beginning."""
    kinds_seen: list[str] = []
    sources: list[str] = []
    if parts.channel.has("alarmMd", "supportMd"):
        kinds_seen.append(DetectionKind.MOTION)
        sources.append(motion_source(parts.number))
        yield Detector(
            key=Key.MOTION,
            source=motion_source(parts.number),
            read=lambda: watch.sight(parts.number).motion,
        )
    else:
        yield parts.lacks(Key.MOTION, "alarmMd")
    for name, word in AI_KINDS.items():
        key = Key(word)
        if not has_objects(parts, watch, name):
            yield parts.lacks(key, AI_ABILITIES[name])
            continue
        kinds_seen.append(word)
        yield Detector(
            key=key,
            source=objects_source(parts.number),
            read=partial(_seen, watch, parts.number, name),
        )
    if parts.channel.has("supportAi"):
        sources.append(objects_source(parts.number))
    if kinds_seen:
        yield Happening(
            key=Key.DETECTION,
            source=NO_REQUEST,
            more_sources=tuple(sources),
            kinds=tuple(kinds_seen),
        )
    else:
        yield parts.lacks(Key.DETECTION, "alarmMd")


def _seen(watch: Watch, channel: int, name: str) -> bool | None:
    """Return whether a camera sees an object of a kind."""
    return watch.sight(channel).objects.get(name)


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
