"""The camera itself: clock, restarts, network, lines (chapters 7 to 14, 36, 38, 40)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ....kit.fields import hour_and_minute, toggle
from ....model.device import Json
from ....model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ....model.features import (
    Choice,
    Detector,
    Reading,
    SerialPort,
    Toggle,
    Trigger,
)
from ....model.vocabulary import NO_REQUEST, Cadence, Key, Weekday
from ....model.weektable import DAYS
from ....transport.payload import Node
from ..const import OPEN_DOOR, RESTART, SERIAL_BYTES, SERIAL_DATA
from ..parts import Offer, Parts
from ..settings import ALARM_IN, EXPOSURE, PERIPHERAL, REBOOT, RTMP, TIME, WIFI
from ..wallclock import clock_offset, network_time, set_clock

_NEVER, _DAILY, _WEEKLY = 0, 2, 4
_EVERY_DAY: Final = "every_day"
_MEMORY: Final = "restart_mode"
_CONNECTED: Final = 2
_WIFI_OFF: Final = frozenset({0, 1, 3, 4})
_BARS: Final = 4


def maintenance(parts: Parts) -> Iterator[Offer]:
    """Yield restarts, the door, and what else has one field."""
    restart = partial(parts.client.act, RESTART)
    yield Trigger(key=Key.RESTART, source=NO_REQUEST, press=restart)
    if parts.sections.known(ALARM_IN):
        # A door of somebody else's house must stay closed.
        press = partial(parts.client.act, OPEN_DOOR, certain=True)
        yield Trigger(key=Key.OPEN_DOOR, source=NO_REQUEST, press=press)
    else:
        yield parts.without(Key.OPEN_DOOR, ALARM_IN)
    yield toggle(Key.RTMP_PUSH, parts.field(RTMP, "RtmpEnable"))
    yield toggle(Key.PTZ_LOCK, parts.field(PERIPHERAL, "PTZ_Lock"))
    iso = parts.field(EXPOSURE, "ISO")
    if iso.own is None:
        yield iso.lacks(Key.ISO)
    else:
        yield _reading(Key.ISO, EXPOSURE, lambda: iso.number)


def _reading(key: Key, source: str, read: Callable[[], str | float | None]) -> Reading:
    return Reading(key=key, source=source, cadence=Cadence.SETTINGS, read=read)


# Clock


def clock(parts: Parts) -> Iterator[Offer]:
    """Yield how the clock is set, and how wrong it is."""
    yield toggle(Key.NETWORK_TIME, parts.field(TIME, "ntp_enable"))
    if parts.node(TIME).spelling("deviceTime") is None:
        for key in (Key.SYNC_CLOCK, Key.CLOCK_OFFSET):
            yield parts.without(key, TIME, "deviceTime")
        return
    yield Trigger(
        key=Key.SYNC_CLOCK,
        source=TIME,
        cadence=Cadence.SETTINGS,
        press=partial(set_clock, parts),
        usable=lambda: not network_time(parts),
    )
    yield _reading(Key.CLOCK_OFFSET, TIME, partial(clock_offset, parts))


# Scheduled restart


def scheduled_restart(parts: Parts) -> Iterator[Offer]:
    """Yield whether, on which day and at what time the camera restarts by itself."""
    if parts.node(REBOOT).spelling("mode") is None:
        for key in (
            Key.SCHEDULED_RESTART,
            Key.SCHEDULED_RESTART_DAY,
            Key.SCHEDULED_RESTART_TIME,
        ):
            yield parts.without(key, REBOOT, "mode")
        return
    yield Toggle(
        key=Key.SCHEDULED_RESTART,
        source=REBOOT,
        cadence=Cadence.SETTINGS,
        read=lambda: _mode(parts.node(REBOOT)) not in (None, _NEVER),
        write=partial(_switch_restart, parts),
    )
    yield Choice(
        key=Key.SCHEDULED_RESTART_DAY,
        source=REBOOT,
        cadence=Cadence.SETTINGS,
        read=partial(_restart_day, parts),
        write=partial(_set_restart_day, parts),
        options=lambda: (_EVERY_DAY, *Weekday),
    )
    offer = hour_and_minute(
        Key.SCHEDULED_RESTART_TIME,
        parts.field(REBOOT, "hour"),
        parts.field(REBOOT, "minute"),
    )
    yield offer


def _mode(node: Node) -> int | None:
    return node.integer("mode")


def _chosen(parts: Parts, node: Node) -> int:
    """Return how often, also while it is switched off."""
    mode = _mode(node)
    if mode not in (None, _NEVER):
        return mode or _DAILY
    kept = parts.around.memory.get(_MEMORY)
    return kept if kept in (_DAILY, _WEEKLY) and isinstance(kept, int) else _DAILY


async def _switch_restart(parts: Parts, on: bool) -> None:
    def edit(node: Node) -> dict[str, Json]:
        chosen = _chosen(parts, node)
        parts.around.memory.put(_MEMORY, chosen)
        return {"mode": chosen if on else _NEVER}

    await parts.sections.change(REBOOT, edit)


def _restart_day(parts: Parts) -> str | None:
    node = parts.node(REBOOT)
    if _chosen(parts, node) != _WEEKLY:
        return _EVERY_DAY
    day = node.integer("day_week")
    return DAYS[day] if day is not None and 0 <= day < len(DAYS) else None


async def _set_restart_day(parts: Parts, option: str) -> None:
    """Choose the day; a restart that is switched off stays switched off."""
    if option != _EVERY_DAY and option not in list(DAYS):
        raise DeviceRequestError(Reason.INVALID_VALUE)
    chosen = _DAILY if option == _EVERY_DAY else _WEEKLY
    day = {} if chosen == _DAILY else {"day_week": DAYS.index(Weekday(option))}

    def edit(node: Node) -> dict[str, Json]:
        mode = _NEVER if _mode(node) == _NEVER else chosen
        parts.around.memory.put(_MEMORY, chosen)
        return {"mode": mode, **day}

    await parts.sections.change(REBOOT, edit)


# Wireless network


def wifi(parts: Parts) -> Iterator[Offer]:
    """Yield how the wireless network is, where it is switched on."""
    status = parts.field(WIFI, "status")
    keys = (Key.WIFI_CONNECTED, Key.WIFI_SIGNAL, Key.WIFI_NETWORK)
    if status.own is None:
        yield from (status.lacks(key) for key in keys)
        return
    if status.number in _WIFI_OFF:
        yield from (parts.unset(key, WIFI) for key in keys)
        return
    yield Detector(
        key=Key.WIFI_CONNECTED,
        source=WIFI,
        cadence=Cadence.SETTINGS,
        read=lambda: None if (now := status.number) is None else now == _CONNECTED,
    )
    signal = parts.field(WIFI, "signal")
    if signal.own is None:
        yield signal.lacks(Key.WIFI_SIGNAL)
    else:
        yield _reading(Key.WIFI_SIGNAL, WIFI, lambda: _percent(signal.number))
    network = parts.field(WIFI, "ssid", "ap_number")
    if network.own is None:
        yield network.lacks(Key.WIFI_NETWORK)
    else:
        yield _reading(Key.WIFI_NETWORK, WIFI, lambda: network.text or None)


def _percent(signal: float | None) -> float | None:
    """Return a signal in percent; it may be told in bars, percent or dBm."""
    if signal is None:
        return None
    if 0 <= signal <= _BARS:
        return signal * 100 / _BARS
    if _BARS < signal <= 100:
        return signal
    if -120 <= signal <= -1:
        return min(max(2 * (signal + 100), 0.0), 100.0)
    return None


# Serial line


def serial_port(parts: Parts) -> SerialPort | None:
    """Return the serial line; nothing tells what comes back on it."""
    if not parts.sections.known(PERIPHERAL):
        return None

    async def send(data: bytes, read: bool) -> None:
        if read:
            raise DeviceUnsupportedError
        try:
            text = data.decode()
        except UnicodeDecodeError:
            # How other bytes could be written is not documented.
            raise DeviceRequestError(Reason.INVALID_VALUE) from None
        if not 0 < len(data) <= SERIAL_BYTES:
            raise DeviceRequestError(
                Reason.TEXT_TOO_LONG if data else Reason.INVALID_VALUE,
                {"limit": str(SERIAL_BYTES)} if data else {},
            )
        await parts.client.act(SERIAL_DATA, {"data": text})

    return SerialPort(send=send, answers=False)
