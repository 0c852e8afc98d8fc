"""Connection, Wi-Fi and clock."""

from collections.abc import Iterator

from ....kit.health import health as kit_health
from ....kit.paths import delivery
from ....model.features import (
    Detector,
    Feature,
    Reading,
    Toggle,
    Trigger,
)
from ....model.vocabulary import (
    Cadence,
    Key,
)
from ..const import (
    Source,
)
from .parts import Parts


def health(parts: Parts) -> Iterator[Feature]:
    """Yield what tells how the unit is connected."""
    settings = parts.settings
    yield from kit_health(parts.transport, parts.status.online)
    yield from (one for one in delivery(parts.paths) if isinstance(one, Feature))
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


def clock(parts: Parts) -> Iterator[Feature]:
    """Yield the clock, if the unit has its document."""
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
