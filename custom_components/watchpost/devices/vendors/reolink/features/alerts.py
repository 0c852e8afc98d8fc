"""What happens on an event: recording, mail, upload, notifications, siren, buzzer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ....model.device import Json
from ....model.features import Feature, Toggle
from ....model.vocabulary import Cadence, Key
from .. import kinds
from ..documents import Document, Path
from ..kinds import Kind
from ..parts import Held, Offer, Parts, lacks_all
from .fields import duration, held_toggle, toggle


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that a device does by itself, in both generations of commands."""

    key: Key
    newer: Kind
    older: Kind | None
    host: tuple[str, ...] = ()
    """Abilities of the device of which one is needed."""
    channel: tuple[str, ...] = ()
    """Abilities of the camera of which one is needed."""
    each: str = ""
    """Ability of the device to switch it for each channel."""
    shared: bool = True
    """There is a switch for all cameras of a recorder as well."""


TASKS: Final = (
    Task(
        key=Key.AUTOMATIC_RECORDING,
        newer=kinds.REC_V20,
        older=kinds.REC,
        channel=("recCfg",),
        each="supportRecScheduleEnable",
    ),
    Task(
        key=Key.EMAIL_ALERTS,
        newer=kinds.EMAIL_V20,
        older=kinds.EMAIL,
        host=("email",),
        each="supportEmailTaskEnable",
    ),
    Task(
        key=Key.FTP_UPLOAD,
        newer=kinds.FTP_V20,
        older=kinds.FTP,
        channel=("ftp",),
        each="supportFtpTaskEnable",
    ),
    Task(
        key=Key.PHONE_NOTIFICATIONS,
        newer=kinds.PUSH_V20,
        older=kinds.PUSH,
        host=("push",),
        each="",
    ),
    Task(
        key=Key.SIREN_ON_EVENT,
        newer=kinds.SIREN_V20,
        older=kinds.SIREN,
        host=("supportAudioAlarm",),
        channel=("alarmAudio",),
        each="supportAudioAlarmTaskEnable",
        shared=False,
    ),
)
BUZZER: Final = Task(
    key=Key.BUZZER_ON_EVENT,
    newer=kinds.BUZZER,
    older=None,
    host=("supportBuzzer",),
    each="supportBuzzerTaskEnable",
)
"""Only recorders have it, in the newer generation alone."""


def alerts(parts: Parts) -> Iterator[Offer]:
    """Yield the switches of a camera."""
    for task in (*TASKS, BUZZER):
        yield _switch(parts, task)


def shared_alerts(parts: Parts) -> Iterator[Offer]:
    """Yield the switches of a recorder that concern all its cameras."""
    for task in (*TASKS, BUZZER):
        if not task.shared:
            continue
        if not parts.newer:
            yield parts.lacks(task.key, "scheduleVersion 0")
        elif task.host and not parts.host.has(*task.host):
            yield parts.lacks(task.key, task.host[0])
        else:
            yield held_toggle(task.key, parts.shared(task.newer), "enable")


def _switch(parts: Parts, task: Task) -> Offer:
    kind = task.newer if parts.newer else task.older
    if kind is None:
        return parts.lacks(task.key, "scheduleVersion 0")
    if task.host and not parts.host.has(*task.host):
        return parts.lacks(task.key, task.host[0])
    if task.channel and not parts.channel.has(*task.channel):
        return parts.lacks(task.key, task.channel[0])
    if task is BUZZER and not parts.recorder:
        return parts.lacks(task.key, "recorders only")
    document = parts.doc(kind)
    if not parts.newer:
        return toggle(task.key, document, "schedule", "enable")
    if not parts.recorder:
        return _both(task.key, document)
    missing = task.each and not parts.host.has(task.each)
    unknown = document.known and document.node.spelling("scheduleEnable") is None
    if missing or unknown:
        return parts.lacks(task.key, task.each or "scheduleEnable")
    return toggle(task.key, document, "scheduleEnable")


def _both(key: Key, document: Document) -> Toggle:
    """Return the switch of a camera: that of all channels, and that of its own."""

    def read() -> bool | None:
        whole, own = document.node.flag("enable"), document.node.flag("scheduleEnable")
        return own if whole is None else whole and own is not False

    async def write(on: bool) -> None:
        values: dict[Path, Json] = {("enable",): int(on)}
        if on and document.node.flag("scheduleEnable") is False:
            values["scheduleEnable",] = 1
        if document.node.flag("enable") is None and document.known:
            values = {("scheduleEnable",): int(on)}
        await document.write_all(values)

    return Toggle(
        key=key,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


_AFTER: Final = ("15 Seconds", "30 Seconds", "1 Minute", "2 Minutes", "5 Minutes")
_FILES: Final = ("30 Minutes", "45 Minutes", "60 Minutes")
_OWN: Final = (Key.PRE_RECORDING, Key.POST_RECORD_TIME)
_SHARED: Final = (Key.RECORDING_OVERWRITE, Key.RECORDING_FILE_LENGTH)


def recording(parts: Parts) -> Iterator[Offer]:
    """Yield how a camera records (sections 3.6.1 to 3.6.4)."""
    held = parts.held(_recording(parts))
    if not parts.channel.has("recCfg"):
        yield from lacks_all(parts.unit, _OWN, "recCfg")
    else:
        yield _if(parts, "recPreRecord", held_toggle(Key.PRE_RECORDING, held, "preRec"))
        yield duration(Key.POST_RECORD_TIME, held, "postRec", _AFTER)
    if not parts.recorder:
        yield from _common(parts, held)


def shared_recording(parts: Parts) -> Iterator[Offer]:
    """Yield what a recorder records all its cameras with."""
    yield from _common(parts, parts.shared(_recording(parts)))


def _common(parts: Parts, held: Held) -> Iterator[Offer]:
    if not parts.channel.has("recCfg"):
        yield from lacks_all(parts.unit, _SHARED, "recCfg")
        return
    overwrite = held_toggle(Key.RECORDING_OVERWRITE, held, "overwrite")
    yield _if(parts, "recOverWrite", overwrite)
    yield duration(Key.RECORDING_FILE_LENGTH, held, "packTime", _FILES)


def _recording(parts: Parts) -> Kind:
    return kinds.REC_V20 if parts.newer else kinds.REC


def _if(parts: Parts, ability: str, feature: Feature) -> Offer:
    """Return a feature if the device has an ability for it."""
    if parts.host.has(ability):
        return feature
    return parts.lacks(feature.key, ability)
