"""What a unit does not have, with the reason."""

from collections.abc import Iterator
from typing import Final

from ....kit.paths import Paths, delivery
from ....model.device import Absent
from ....model.errors import DeviceError, DeviceUnsupportedError, Reason
from ....model.features import (
    Feature,
)
from ....model.vocabulary import (
    AbsenceReason,
    Key,
)
from ..const import (
    Source,
)
from ..documents import Documents

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
    Key.WIFI_CONNECTED: Source.WIFI,
    Key.WIFI_NETWORK: Source.WIFI,
    Key.WIFI_SIGNAL: Source.WIFI,
    Key.NETWORK_TIME: Source.TIME,
    Key.SYNC_CLOCK: Source.TIME,
    Key.CLOCK_OFFSET: Source.TIME,
}
"""The document without which a feature cannot be."""


def explain_absent(
    features: tuple[Feature, ...], documents: Documents, paths: Paths
) -> tuple[Absent, ...]:
    """Return what this unit does not have, with the reason."""
    made = {feature.key for feature in features}
    return (
        *(
            _absent(key, source, documents.missing.get(source))
            for key, source in _NEEDS.items()
            if key not in made
        ),
        *_untold(documents, paths),
    )


def _untold(documents: Documents, paths: Paths) -> Iterator[Absent]:
    """Yield why nothing tells how events come in; one way would be enough."""
    ways = (Source.HTTP_LINK, Source.EMAIL)
    way = next((one for one in ways if one not in documents.missing), ways[0])
    for one in delivery(paths):
        if isinstance(one, Absent):
            yield _absent(one.key, way, documents.missing.get(way))


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
