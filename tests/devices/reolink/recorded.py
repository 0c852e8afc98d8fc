"""What tests of recordings have in common: a day, units, and odd answers."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from custom_components.watchpost.devices.model.commands import Recording
from custom_components.watchpost.devices.model.features import Archive
from custom_components.watchpost.devices.model.vocabulary import StreamKind
from custom_components.watchpost.devices.vendors.reolink.archive import archive_of
from tests.emulators.reolink import ReolinkOptions
from tests.emulators.reolink.recordings import printed_time

from .rig import Rig

MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
DAY: Final = datetime(2026, 11, 20)
NOON: Final = datetime(2026, 11, 20, 11, tzinfo=UTC)
EAST: Final = -3600
"""The zone of the units here: an hour ahead of Greenwich."""


def camera(**changes: Any) -> ReolinkOptions:
    """Return a camera in Europe's winter."""
    return ReolinkOptions(zone=EAST, **changes)


def recorder(**changes: Any) -> ReolinkOptions:
    """Return a recorder in Europe's winter."""
    return ReolinkOptions.nvr(4, online=3, zone=EAST, **changes)


def at(local: datetime) -> datetime:
    """Return the moment of a local time of the unit."""
    return (local + timedelta(seconds=EAST)).replace(tzinfo=UTC)


def archive(rig: Rig, channel: int = 0) -> Archive:
    """Return the recordings of a camera."""
    found = archive_of(rig.parts(channel))
    assert found is not None
    return found


async def of_day(rig: Rig, channel: int = 0) -> tuple[Recording, ...]:
    """Return what was recorded on the day."""
    end = DAY + timedelta(days=1)
    return await archive(rig, channel).search(at(DAY), at(end), MAIN)


async def received(
    recordings: Archive, key: str, offset: int = 0, end: int | None = None
) -> bytes:
    """Receive a file, or a part of it."""
    async with recordings.open(key, offset, end) as opened:
        return b"".join([chunk async for chunk in opened.chunks])


NAME: Final = "Mp4Record/2026-11-20/RecM01_20261120_120000_120009_6D28808_1F.mp4"
ROW: Final[dict[str, Any]] = {
    "StartTime": printed_time(datetime(2026, 11, 20, 12)),
    "EndTime": printed_time(datetime(2026, 11, 20, 12, 0, 9)),
    "name": NAME,
    "size": 31,
    "type": "main",
}


def tell(monkeypatch: pytest.MonkeyPatch, rig: Rig, **changes: Any) -> None:
    """Have a unit answer each search with one row of our own; None leaves away."""
    row = {**ROW, **changes}
    told = {name: value for name, value in row.items() if value is not None}
    result = {"SearchResult": {"channel": 0, "File": [told]}}
    monkeypatch.setattr(rig.unit.recordings, "search", lambda param: result)
