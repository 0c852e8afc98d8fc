"""The unit itself: whether it answers, its clock, restarts, wireless (3.1 and 3.12)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from ....kit import health as shared
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Reading, Trigger
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Cadence, Key
from ....transport.http import HttpTransport
from ..codes import UNSUPPORTED, WRONG, CodeError
from ..parts import Offer, Parts
from ..settings import TIME, WIFI
from .fields import setting, toggle

_BY_HAND: Final = 0
_METHOD: Final = "TimeMethod"
_CLOCK: Final = "CameraTime"
_UPTIME: Final = "UpTime"
_DEAD_BAND: Final = 60.0
"""Seconds by which a start may seem to move: answers take a while, clocks differ."""
_RESTART: Final = {"ResetFlag": 0, "IPkeep": 1}
"""Restart only and keep the address. Other values erase the unit."""
_BARS: Final = 4
_PERCENT: Final = 100
_WEAKEST: Final = -120


def health(
    parts: Parts, transport: HttpTransport, online: Callable[[], bool]
) -> Iterator[Offer]:
    """Yield whether the unit answers, how fast, and how strong its radio link is."""
    yield from shared.health(transport, online)
    if not parts.node(WIFI).flag("enable"):
        if parts.known(WIFI):
            reason = AbsenceReason.NOT_CONFIGURED
            yield parts.lacks(Key.WIFI_SIGNAL, f"{WIFI} enable", reason)
        else:
            yield parts.without(Key.WIFI_SIGNAL, WIFI)
        return
    yield Reading(
        key=Key.WIFI_SIGNAL,
        source=WIFI,
        cadence=Cadence.SETTINGS,
        read=lambda: signal_strength(parts.node(WIFI).number("signal")),
    )


def signal_strength(told: float | None) -> float | None:
    """Return percent for bars, percent or dBm; the document's example is none."""
    if told is None or not _WEAKEST <= told <= _PERCENT:
        return None
    if told < 0:
        return min(max(2 * (told + _PERCENT), 0), _PERCENT)
    return told * _PERCENT / _BARS if told <= _BARS else told


class Started:
    """When a unit has started, without the noise of the measurement."""

    def __init__(self) -> None:
        """Know nothing."""
        self._moment: float | None = None

    def read(self, parts: Parts) -> datetime | None:
        """Return the moment; it stays where it is if it seems to move a little."""
        uptime = parts.node(TIME).number(_UPTIME)
        if uptime is None or uptime < 0:
            return None
        moment = parts.sections.read_at(TIME) - uptime
        known = self._moment
        if known is None or abs(known - moment) > _DEAD_BAND:
            self._moment = known = moment
        return datetime.fromtimestamp(round(known), UTC)


def clock(parts: Parts, started: Started) -> Iterator[Offer]:
    """Yield how the clock is set, how wrong it is, and since when the unit runs."""
    yield toggle(Key.NETWORK_TIME, setting(parts, TIME, _METHOD))
    if parts.node(TIME).number(_CLOCK) is None:
        for key in (Key.SYNC_CLOCK, Key.CLOCK_OFFSET):
            yield parts.without(key, TIME, _CLOCK)
    else:

        async def sync() -> None:
            await set_clock(parts)

        yield Trigger(
            key=Key.SYNC_CLOCK,
            source=TIME,
            cadence=Cadence.SETTINGS,
            press=sync,
            usable=lambda: is_set_by_hand(parts),
        )
        yield Reading(
            key=Key.CLOCK_OFFSET,
            source=TIME,
            cadence=Cadence.SETTINGS,
            read=lambda: clock_offset(parts),
        )
    if parts.node(TIME).number(_UPTIME) is None:
        yield parts.without(Key.LAST_RESTART, TIME, _UPTIME)
        return
    yield Reading(
        key=Key.LAST_RESTART,
        source=TIME,
        cadence=Cadence.SETTINGS,
        read=lambda: started.read(parts),
    )


def is_set_by_hand(parts: Parts) -> bool:
    """Return whether the clock is ours to set, and not that of a time server."""
    return parts.node(TIME).integer(_METHOD) in (_BY_HAND, None)


def clock_offset(parts: Parts) -> float | None:
    """Return the seconds by which the unit's clock is ahead; it counts in UTC."""
    told = parts.node(TIME).number(_CLOCK)
    if told is None:
        return None
    return round(told - parts.sections.read_at(TIME))


async def set_clock(parts: Parts) -> None:
    """Set the unit's clock to ours (section 3.1.2.3); its zone stays.

    Raise:
        DeviceRequestError: A time server sets it.
    """
    if not is_set_by_hand(parts):
        raise DeviceRequestError(Reason.NOT_NOW)
    now = round(parts.around.clock.now())
    values = {_METHOD: _BY_HAND, _CLOCK: now}
    await parts.client.order("sys_set", TIME, None, values, post=False)
    # What is kept is of a moment: only a new answer tells how wrong it is now.
    parts.sections.outdate(TIME)


def maintenance(parts: Parts) -> Iterator[Offer]:
    """Yield the restart."""

    async def restart() -> None:
        try:
            await parts.client.attempt("sys_set", "SystemInfo", None, _RESTART)
        except CodeError as err:
            if err.code not in (*WRONG, UNSUPPORTED):
                raise err.error from None
            await parts.client.order("sys_set", "Reboot")

    yield Trigger(key=Key.RESTART, source=NO_REQUEST, press=restart)
