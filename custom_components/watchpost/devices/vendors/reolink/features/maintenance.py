"""The device itself: clock, network, restart, firmware."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Feature, Firmware, Reading, Trigger
from ....model.vocabulary import NO_REQUEST, Cadence, Key
from .. import kinds
from ..client import Ask, Client
from ..documents import Document, Path
from ..firmware import SOURCE as FIRMWARE_SOURCE, FirmwareDriver
from ..parts import Offer, Parts, lacks_all
from ..wallclock import WallClock, clock_offset
from .fields import choice, clock, toggle

_DAYS: Final = {
    "every_day": "Everyday",
    "monday": "Monday",
    "tuesday": "Tuesday",
    "wednesday": "Wednesday",
    "thursday": "Thursday",
    "friday": "Friday",
    "saturday": "Saturday",
    "sunday": "Sunday",
}
_BARS: Final = 4
"""A signal up to this counts bars; the guide has no unit for it."""


def network(parts: Parts) -> Iterator[Offer]:
    """Yield the strength of the Wi-Fi (section 3.3.26)."""
    if not parts.host.has("wifi"):
        yield parts.lacks(Key.WIFI_SIGNAL, "wifi")
        return
    document = parts.doc(kinds.WIFI_SIGNAL)
    yield Reading(
        key=Key.WIFI_SIGNAL,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=lambda: percent(document.node.number("wifiSignal")),
    )


def percent(signal: float | None) -> float | None:
    """Return a signal in percent, from bars, percent or dBm."""
    if signal is None:
        return None
    if 0 <= signal <= _BARS:
        return signal * 25
    if _BARS < signal <= 100:
        return signal
    if -120 <= signal < 0:
        return min(max(2 * (signal + 100), 0), 100)
    return None


def time_of_device(parts: Parts) -> Iterator[Offer]:
    """Yield the clock (sections 3.1.5 and 3.3.15)."""
    if parts.host.has("ntp"):
        ntp = parts.doc(kinds.NTP)

        async def sync() -> None:
            if not ntp.known:
                await ntp.read()
            # An interval of 0 asks the server once and leaves the interval alone.
            values: dict[Path, Json] = {(n,): ntp.node.tree[n] for n in ntp.node}
            values["interval",] = 0
            await ntp.write_all(values)

        yield toggle(Key.NETWORK_TIME, ntp, "enable")
        yield Trigger(key=Key.SYNC_CLOCK, source=NO_REQUEST, press=sync)
    else:
        yield from lacks_all(parts.unit, (Key.NETWORK_TIME, Key.SYNC_CLOCK), "ntp")
    if parts.host.has("time"):
        document = parts.doc(kinds.TIME)
        yield Reading(
            key=Key.CLOCK_OFFSET,
            source=document.source,
            cadence=Cadence.SETTINGS,
            read=lambda: clock_offset(document),
        )
    else:
        yield parts.lacks(Key.CLOCK_OFFSET, "time")


async def set_clock(document: Document, client: Client, now: float) -> None:
    """Set the device's clock to a moment, in its own zone (section 3.1.6).

    Raise:
        DeviceRequestError: The device does not tell its zone.
    """
    node = await document.read()
    wall, time = WallClock.parse(node), node.node("Time")
    if wall is None or time is None:
        raise DeviceRequestError(Reason.UNSUPPORTED)
    local = wall.local(datetime.fromtimestamp(round(now), UTC))
    fields: dict[str, Json] = {
        **time.tree,
        "year": local.year,
        "mon": local.month,
        "day": local.day,
        "hour": local.hour,
        "min": local.minute,
        "sec": local.second,
    }
    param: dict[str, Json] = {"Time": fields}
    if (summer := node.node("Dst")) is not None:
        param["Dst"] = summer.tree
    await client.act(Ask(command="SetTime", param=param))
    await document.read()


def maintenance(parts: Parts, firmware: FirmwareDriver) -> Iterator[Offer]:
    """Yield restart and firmware (chapter 3.1)."""

    async def restart() -> None:
        await parts.client.act(Ask(command="Reboot"))

    if parts.host.has("reboot"):
        yield Trigger(key=Key.RESTART, source=NO_REQUEST, press=restart)
    else:
        yield parts.lacks(Key.RESTART, "reboot")
    if parts.host.version("upgrade") > 1:
        yield Firmware(
            key=Key.FIRMWARE,
            source=FIRMWARE_SOURCE,
            cadence=Cadence.SETTINGS,
            read=firmware.read,
            install=firmware.install,
        )
        document = parts.doc(kinds.AUTO_UPGRADE)
        yield toggle(Key.AUTOMATIC_UPDATE, document, "enable")
    else:
        keys = (Key.FIRMWARE, Key.AUTOMATIC_UPDATE)
        yield from lacks_all(parts.unit, keys, "upgrade < 2")
    yield from _scheduled_restart(parts)


def _scheduled_restart(parts: Parts) -> Iterator[Offer]:
    keys = (
        Key.SCHEDULED_RESTART,
        Key.SCHEDULED_RESTART_DAY,
        Key.SCHEDULED_RESTART_TIME,
    )
    if not parts.host.has("autoMaint"):
        yield from lacks_all(parts.unit, keys, "autoMaint")
        return
    document = parts.doc(kinds.AUTO_MAINT)
    day: Choice = choice(Key.SCHEDULED_RESTART_DAY, document, "weekDay", words=_DAYS)
    features: tuple[Feature, ...] = (
        toggle(Key.SCHEDULED_RESTART, document, "enable"),
        day,
        clock(Key.SCHEDULED_RESTART_TIME, document, (), "hour", "min"),
    )
    yield from features
