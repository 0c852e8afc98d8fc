"""Files of recorders, which may have to be cut first."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from tests.emulators.reolink.recordings import printed_time

from .recorded import DAY, archive, at, of_day, received, recorder, tell
from .rig import rigged


async def test_recorder_cuts(session: ClientSession) -> None:
    """A recorder gives what it was asked to cut, once for several parts."""
    async with rigged(session, recorder()) as rig:
        (file, _) = rig.unit.recordings.add(DAY, channel=2)
        (found,) = await of_day(rig, 2)
        recordings = archive(rig, 2)
        assert await received(recordings, found.id) == file.content
        assert await received(recordings, found.id, 9, 12) == file.content[9:13]
        (call,) = rig.unit.calls_of("NvrDownload")
        assert call.action == 1
        assert call.param == {
            "NvrDownload": {
                "channel": 2,
                "streamType": "main",
                "StartTime": printed_time(datetime(2026, 11, 20)),
                "EndTime": printed_time(datetime(2026, 11, 20, 0, 0, 2)),
            }
        }
        # The name of the search was tried once, until it was known to be of no use.
        assert [one.code for one in rig.unit.calls_of("Download")] == [-222, 0, 0]


async def test_both_ends_at_once(session: ClientSession) -> None:
    """A player that asks for two parts at a time has the file cut once."""
    async with rigged(session, recorder()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        recordings = archive(rig)
        first, last = await asyncio.gather(
            received(recordings, found.id, 0, 99), received(recordings, found.id, 100)
        )
        assert first + last == file.content
        assert len(rig.unit.calls_of("NvrDownload")) == 1


async def test_recorder_that_gives_files_by_their_name(
    session: ClientSession,
) -> None:
    """Nothing is cut where that is not needed."""
    async with rigged(session, recorder()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.recordings.prepared[file.name] = file
        assert await received(archive(rig), found.id) == file.content
        assert rig.unit.calls_of("NvrDownload") == []


async def test_cut_file_that_is_gone(session: ClientSession) -> None:
    """What the recorder has thrown away it cuts anew."""
    async with rigged(session, recorder()) as rig:
        (file, _) = rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        recordings = archive(rig)
        await received(recordings, found.id)
        rig.unit.recordings.prepared.clear()
        assert await received(recordings, found.id) == file.content
        assert len(rig.unit.calls_of("NvrDownload")) == 2


async def test_cut_file_that_is_refused(session: ClientSession) -> None:
    """Behind the end, and without permission, nothing is cut anew."""
    async with rigged(session, recorder()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        recordings = archive(rig)
        await received(recordings, found.id)
        for code, offset in ((-26, 0), (-4, 5)):
            rig.unit.plans.refuse("Download", code)
            with pytest.raises(DeviceRequestError):
                await received(recordings, found.id, offset)
        assert len(rig.unit.calls_of("NvrDownload")) == 1


async def test_names_of_cut_files_are_forgotten(session: ClientSession) -> None:
    """A few are remembered, the oldest one is forgotten first."""
    async with rigged(session, recorder()) as rig:
        count = 33
        for number in range(count):
            rig.unit.recordings.add(DAY + timedelta(minutes=number))
        found = await of_day(rig)
        recordings = archive(rig)
        for one in (*found, found[-1]):
            await received(recordings, one.id, 0, 0)
        assert len(rig.unit.calls_of("NvrDownload")) == count
        await received(recordings, found[0].id, 0, 0)
        assert len(rig.unit.calls_of("NvrDownload")) == count + 1


async def test_recording_without_a_name(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is enough for a recorder."""
    async with rigged(session, recorder()) as rig:
        (file, _) = rig.unit.recordings.add(DAY.replace(hour=12))
        printed = file.printed()
        tell(monkeypatch, rig, **{**printed, "name": None})
        (found,) = await of_day(rig)
        assert await received(archive(rig), found.id) == file.content
        assert len(rig.unit.calls_of("Download")) == 1


async def test_several_fragments(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several files the one that begins where it should, then the largest."""
    async with rigged(session, recorder()) as rig:
        start = DAY.replace(hour=12)
        rig.unit.recordings.add(start - timedelta(seconds=30), 40)
        (file, _) = rig.unit.recordings.add(start, 5)
        (found,) = [one for one in await of_day(rig) if one.start == at(start)]
        names = {
            "fragment_01_20261120115930.mp4": "999999",
            "fragment_01_20261120120000.mp4": "10",
            "fragment_02_20261120120000.mp4": 20,
            "fragment_odd.mp4": "88888888",
            "fragment_01_99999999999999.mp4": "9",
        }

        def prepare(param: dict[str, Any]) -> dict[str, Any]:
            rig.unit.recordings.prepared["fragment_02_20261120120000.mp4"] = file
            rows = [{"fileName": n, "fileSize": s} for n, s in names.items()]
            return {"fileCount": len(rows), "fileList": [{}, *rows]}

        monkeypatch.setattr(rig.unit.recordings, "prepare", prepare)
        assert await received(archive(rig), found.id) == file.content


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (-222, DeviceRequestError, Reason.RECORDING_NOT_FOUND),
        (-221, DeviceConnectionError, Reason.BUSY),
        (-8, DeviceConnectionError, Reason.TIMEOUT),
    ],
)
async def test_recorder_that_cannot_cut(
    session: ClientSession, code: int, kind: type[DeviceError], reason: Reason
) -> None:
    """What the recorder says about cutting is what counts."""
    async with rigged(session, recorder()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.plans.refuse("NvrDownload", code)
        with pytest.raises(kind) as caught:
            await received(archive(rig), found.id)
        assert caught.value.reason is reason


async def test_nothing_was_cut(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty list is no file."""
    async with rigged(session, recorder()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        empty: dict[str, Any] = {"fileCount": 0}
        monkeypatch.setattr(rig.unit.recordings, "prepare", lambda param: empty)
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), found.id)
        assert caught.value.reason is Reason.RECORDING_NOT_FOUND


async def test_busy_recorder_is_not_asked_to_cut(session: ClientSession) -> None:
    """Only a name that it does not know needs another one."""
    async with rigged(session, recorder()) as rig:
        rig.unit.recordings.add(DAY)
        (found,) = await of_day(rig)
        rig.unit.plans.refuse("Download", -26)
        rig.unit.recordings.prepared.update(
            {file.name: file for file in rig.unit.recordings.files}
        )
        with pytest.raises(DeviceRequestError) as caught:
            await received(archive(rig), found.id)
        assert caught.value.reason is Reason.NO_PERMISSION
        assert rig.unit.calls_of("NvrDownload") == []
