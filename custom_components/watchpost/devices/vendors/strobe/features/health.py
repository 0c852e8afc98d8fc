"""Connection, Wi-Fi and clock."""

from collections.abc import Iterator

from ....model.features import (
    Detector,
    Feature,
    Reading,
    Toggle,
    Trigger,
)
from ....model.vocabulary import (
    NO_REQUEST,
    Cadence,
    Key,
)
from ..const import (
    Source,
)
from .parts import Parts


def health(parts: Parts) -> Iterator[Feature]:
    """Yield what tells how the unit is connected."""
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
