"""The camera itself: mail, uploads, clock, restart (9.1 and 9.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from ....model.device import Memory
from ....model.errors import DeviceUnsupportedError
from ....model.features import Reading, TimeOfDay, Toggle, Trigger
from ....model.vocabulary import NO_REQUEST, Cadence, Key
from ....transport.xmltext import XmlText, worded
from .. import wallclock
from ..blocks import EMAIL, FTP, MAINTENANCE, NTP, TIME
from ..const import REBOOT, TEST_EMAIL
from ..names import find
from ..parts import Offer, Parts
from ..wallclock import Written, Zone
from .fields import toggle

_MASK: Final = "TransferContentTypeMask"
_NOTHING: Final = "00"
_ALL: Final = "11"
_MEMORY: Final = "ftp_mask"


def mail_and_uploads(parts: Parts) -> Iterator[Offer]:
    """Yield mail and FTP (9.1.3 and 9.1.7)."""
    yield toggle(parts, Key.EMAIL_ALERTS, EMAIL, "Enable")
    if parts.documents.known(EMAIL):

        async def test() -> None:
            await parts.client.put(TEST_EMAIL)

        yield Trigger(key=Key.TEST_EMAIL, source=NO_REQUEST, press=test)
    else:
        yield parts.without(Key.TEST_EMAIL, EMAIL)
    yield _ftp(parts)


def _ftp(parts: Parts) -> Offer:
    """Return the upload: on is what was uploaded last, off is nothing."""
    key, memory = Key.FTP_UPLOAD, parts.around.memory
    if not parts.has(FTP, _MASK):
        return parts.without(key, FTP, _MASK)

    def read() -> bool | None:
        mask = parts.text(FTP, _MASK)
        enabled = parts.node(FTP).flag("Enable")
        return None if mask is None else enabled is not False and mask != _NOTHING

    async def write(on: bool) -> None:
        def edit(document: XmlText) -> None:
            mask, enable = (find(document.root, n) for n in (_MASK, "Enable"))
            if mask is None:
                raise DeviceUnsupportedError
            now = mask.text.strip()
            if now != _NOTHING:
                memory.put(_MEMORY, now)
            document.put(mask, _last(memory, now) if on else _NOTHING)
            if on and enable is not None and enable.text.strip().lower() != "true":
                document.put(enable, worded(True, enable.text))

        await parts.documents.change(FTP, edit)

    return Toggle(
        key=key,
        source=parts.documents.source(FTP),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


def _last(memory: Memory, now: str) -> str:
    """Return what is to be uploaded: what is, what was, or everything."""
    if now != _NOTHING:
        return now
    kept = memory.get(_MEMORY)
    return kept if isinstance(kept, str) and kept.strip("0") else _ALL


def clock(parts: Parts) -> Iterator[Offer]:
    """Yield how the clock is set, and how wrong it is (9.2.1 and 9.2.2)."""
    yield toggle(parts, Key.NETWORK_TIME, NTP, "Enable")
    if not parts.has(TIME, "SystemTime"):
        for key in (Key.SYNC_CLOCK, Key.CLOCK_OFFSET):
            yield parts.without(key, TIME, "SystemTime")
        return

    async def sync() -> None:
        await set_clock(parts)

    yield Trigger(key=Key.SYNC_CLOCK, source=NO_REQUEST, press=sync)
    yield Reading(
        key=Key.CLOCK_OFFSET,
        source=parts.documents.source(TIME),
        cadence=Cadence.SETTINGS,
        read=lambda: clock_offset(parts),
    )


def clock_offset(parts: Parts) -> float | None:
    """Return the seconds by which the camera's clock is ahead, if it is told."""
    zone = Zone.parse(parts.text(NTP, "TimeZone"))
    read_at = parts.documents.read_at(TIME)
    return wallclock.clock_offset(parts.text(TIME, "SystemTime"), read_at, zone)


async def set_clock(parts: Parts) -> None:
    """Set the camera's clock to ours, in its own zone and its own spelling.

    Raise:
        DeviceUnsupportedError: It does not tell its time in a known way.
    """

    def edit(document: XmlText) -> None:
        element = find(document.root, "SystemTime")
        told = Written.parse(element.text.strip()) if element is not None else None
        if element is None or told is None:
            raise DeviceUnsupportedError
        now = datetime.fromtimestamp(round(parts.around.clock.now()), UTC)
        # A camera that does not tell its zone is taken to be where this site is.
        here = parts.around.local_time().utcoffset()
        document.put(element, told.at(now, here if told.offset is None else None))

    await parts.documents.change(TIME, edit)


def maintenance(parts: Parts) -> Iterator[Offer]:
    """Yield restarts, now and by a schedule (9.2.9 and 9.2.16)."""

    async def restart() -> None:
        await parts.client.put(REBOOT)

    yield Trigger(key=Key.RESTART, source=NO_REQUEST, press=restart)
    yield toggle(parts, Key.SCHEDULED_RESTART, MAINTENANCE, "Enable")
    key, field = Key.SCHEDULED_RESTART_TIME, "MaintenanceTime"
    if not parts.has(MAINTENANCE, field):
        yield parts.without(key, MAINTENANCE, field)
        return

    def read() -> time | None:
        told = Written.parse(parts.text(MAINTENANCE, field))
        return None if told is None else told.local.time()

    yield TimeOfDay(
        key=key,
        source=parts.documents.source(MAINTENANCE),
        cadence=Cadence.SETTINGS,
        read=read,
        write=lambda value: _set_restart(parts, value),
    )


async def _set_restart(parts: Parts, value: time) -> None:
    """Set the time of the scheduled restart, and leave its day as it is."""

    def edit(document: XmlText) -> None:
        element = find(document.root, "MaintenanceTime")
        told = Written.parse(element.text.strip()) if element is not None else None
        if element is None or told is None:
            raise DeviceUnsupportedError
        document.put(element, told.local_at(datetime.combine(told.local, value)))

    await parts.documents.change(MAINTENANCE, edit)
