"""Blocks: what is read when, what is remembered, what is refused, who wins."""

import asyncio

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Level,
    Reading,
    Text,
    TimeOfDay,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import AbsenceReason, Key
from custom_components.watchpost.devices.transport.xmltext import XmlText
from custom_components.watchpost.devices.vendors.bview.blocks import (
    BASIC,
    EMAIL,
    FTP,
    IMAGES,
    MOTION,
    NOTIFY,
    PICTURES,
    RECORD,
    STREAM,
    TRIGGER,
)
from custom_components.watchpost.devices.vendors.bview.const import (
    NETWORK_SETTLE,
    RARE_INTERVAL,
    RETRY_FAILED,
    SETTINGS_INTERVAL,
    SETTLE,
    STREAMS,
)
from custom_components.watchpost.devices.vendors.bview.documents import Documents
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions

from .settings_rig import Bench, settings_bench

SOURCES = (IMAGES, PICTURES, STREAMS, RECORD.path, EMAIL.path)


async def refresh(bench: Bench) -> list[str]:
    """Read what is due; return what the camera was asked."""
    before = len(bench.unit.requests)
    await bench.documents.refresh(SOURCES)
    return [record.path for record in bench.unit.requests[before:]]


async def test_ages(session: ClientSession) -> None:
    """What people change by the day is read every five minutes, the rest hourly."""
    async with settings_bench(session) as bench:
        assert await refresh(bench) == []
        bench.pass_by(SETTINGS_INTERVAL)
        assert await refresh(bench) == sorted(SOURCES[:4])
        assert await refresh(bench) == []
        bench.pass_by(RARE_INTERVAL - SETTINGS_INTERVAL)
        assert await refresh(bench) == sorted(SOURCES)
        assert bench.documents.wait(SOURCES) == SETTINGS_INTERVAL
        assert bench.documents.wait(["/Nothing"]) == float("inf")


async def test_without_the_large_documents(session: ClientSession) -> None:
    """A camera that tells only single blocks is asked for these."""
    options = BviewOptions.full(
        absent={"/Images/1": -3, "/Pictures/1": 404, "/Streams/1": -10}
    )
    async with settings_bench(session, options) as bench:
        sources = {one.source for one in bench.features.values()}
        assert {BASIC.path, MOTION.path, TRIGGER.path, STREAM[2].path} <= sources
        assert not {IMAGES, PICTURES, STREAMS} & sources
        mode = bench.get(Choice, Key.DAY_NIGHT_MODE)
        await mode.write("night")
        assert mode.read() == "night"
        # What is missing is not asked for again while the firmware is the same.
        again = Documents(bench.client, bench.world.surroundings)
        before = len(bench.unit.requests)
        await again.learn("2.1.8")
        paths = [record.path for record in bench.unit.requests[before:]]
        assert not {IMAGES, PICTURES, STREAMS} & set(paths)
        assert again.known(BASIC)
        await Documents(bench.client, bench.world.surroundings).learn("2.2.0")
        assert IMAGES in [record.path for record in bench.unit.requests]


async def test_partly_told(session: ClientSession) -> None:
    """A block that the large document leaves out is asked for alone."""
    options = BviewOptions.full(nested_motion=False)
    async with settings_bench(session, options) as bench:
        assert bench.documents.source(MOTION) == PICTURES
        assert bench.documents.source(TRIGGER) == TRIGGER.path
        assert bench.get(Toggle, Key.MOTION_RECORDING).read() is True


@pytest.mark.parametrize(
    ("code", "reason", "detail"),
    [
        (-3, AbsenceReason.UNSUPPORTED, "/Record unsupported"),
        (403, AbsenceReason.NO_PERMISSION, "/Record no_permission"),
        (-8, AbsenceReason.REFUSED, "/Record failed"),
        (-12, AbsenceReason.REFUSED, "/Record not_now"),
        (-14, AbsenceReason.UNKNOWN, "/Record busy"),
    ],
)
async def test_refused(
    session: ClientSession, code: int, reason: AbsenceReason, detail: str
) -> None:
    """What a camera refuses is absent, with the reason; all else is there."""
    options = BviewOptions.full(absent={"/Record": code})
    async with settings_bench(session, options) as bench:
        absent = bench.absent[Key.PRE_RECORD_TIME]
        assert (absent.reason, absent.detail) == (reason, detail)
        assert set(bench.documents.failed) == {RECORD.path}
        assert Key.MOTION_DETECTION not in bench.absent


async def test_refused_for_a_while(session: ClientSession) -> None:
    """A block that fails is shown as failed, asked for ever later, and comes back."""
    async with settings_bench(session) as bench:
        plan = bench.unit.plans.refuse(RECORD.path, -8, method="GET", count=None)
        bench.pass_by(SETTINGS_INTERVAL)
        assert RECORD.path in await refresh(bench)
        assert bench.documents.failed == {RECORD.path: "failed"}
        assert bench.get(Level, Key.PRE_RECORD_TIME).read() == 5
        asked = 0
        for _ in range(10):
            bench.pass_by(RETRY_FAILED)
            asked += RECORD.path in await refresh(bench)
        assert asked == 4
        bench.unit.plans.remove(plan)
        bench.pass_by(RETRY_FAILED * 15)
        await refresh(bench)
        assert bench.documents.failed == {}


async def test_garbage_is_a_block_of_its_own(session: ClientSession) -> None:
    """A page instead of one block spoils that one only."""
    async with settings_bench(session) as bench:
        bench.unit.plans.answer(PICTURES, b"<html>sorry</html>")
        bench.pass_by(SETTINGS_INTERVAL)
        await refresh(bench)
        assert bench.documents.failed == {PICTURES: "bad_answer"}
        assert bench.get(Toggle, Key.MOTION_DETECTION).read() is True


@pytest.mark.parametrize(
    ("kind", "error"),
    [(FaultKind.DROP_BEFORE, DeviceConnectionError), ("login", DeviceAuthError)],
)
async def test_not_about_a_block(
    session: ClientSession, kind: FaultKind | str, error: type[DeviceError]
) -> None:
    """Nobody there, or a refused login, ends the refresh."""
    async with settings_bench(session) as bench:
        if isinstance(kind, FaultKind):
            bench.unit.faults.add(kind, count=None)
        else:
            bench.unit.set_password("another")
        bench.pass_by(SETTINGS_INTERVAL)
        with pytest.raises(error):
            await refresh(bench)
        # Where nobody answered is asked last next time.
        lost = error is DeviceConnectionError
        assert bench.documents.failed == ({IMAGES: "unreachable"} if lost else {})


async def test_written_value_is_shown(session: ClientSession) -> None:
    """A camera that still tells the old value does not make a switch flip back."""
    async with settings_bench(session) as bench:
        mail = bench.get(Toggle, Key.EMAIL_ALERTS)
        await mail.write(True)
        assert mail.read() is True
        for _ in range(4):
            await bench.documents.refresh([EMAIL.path])
            assert mail.read() is True
            bench.pass_by(1)
        assert 0 < bench.documents.wait([EMAIL.path]) <= 1
        bench.pass_by(NETWORK_SETTLE - 4)
        before = len(bench.unit.requests)
        await bench.documents.refresh([EMAIL.path])
        assert len(bench.unit.requests) == before + 1
        assert mail.read() is True


async def test_answer_older_than_a_write(session: ClientSession) -> None:
    """What was asked for before a write is not taken for what came after it."""
    async with settings_bench(session) as bench:
        bench.unit.faults.add(FaultKind.LATENCY, path=PICTURES, seconds=0.3)
        motion = bench.get(Toggle, Key.MOTION_DETECTION)
        bench.documents.outdate(MOTION, -SETTINGS_INTERVAL)
        reading = asyncio.create_task(bench.documents.refresh([PICTURES]))
        await motion.write(False)
        await reading
        assert motion.read() is False


async def test_changes_of_others_stay(session: ClientSession) -> None:
    """What somebody has changed at the camera in the meantime is not undone."""
    async with settings_bench(session) as bench:
        bench.unit.settings.set(BASIC.path, "WDR", "strong")
        await bench.get(Level, Key.NOISE_REDUCTION).write(3)
        assert bench.unit.settings.get(BASIC.path, "WDR") == "strong"
        assert bench.unit.settings.get(BASIC.path, "NoiseReduce") == "strong"
        assert bench.get(Level, Key.WDR_LEVEL).read() == 3


async def test_scene(session: ClientSession) -> None:
    """Changes of one block that come together are one write."""
    async with settings_bench(session) as bench:
        before = len(bench.unit.requests)
        await asyncio.gather(
            bench.get(Toggle, Key.MIRROR).write(True),
            bench.get(Toggle, Key.FLIP).write(True),
            bench.get(Level, Key.WDR_LEVEL).write(2),
            bench.get(Choice, Key.ANTI_FLICKER).write("60_hz"),
            bench.get(Toggle, Key.BACKLIGHT_COMPENSATION).write(True),
        )
        labels = [record.label for record in bench.unit.requests[before:]]
        assert labels == [f"GET {BASIC.path}", f"PUT {BASIC.path}"]
        get = bench.unit.settings.get
        assert get(BASIC.path, "FlipMode") == "center"
        assert get(BASIC.path, "BLC") == "open"
        await bench.get(Toggle, Key.MIRROR).write(False)
        assert get(BASIC.path, "FlipMode") == "updown"


async def test_one_bad_edit_takes_nothing_along(session: ClientSession) -> None:
    """Who asks for something impossible is told so; the others get what they want."""
    async with settings_bench(session) as bench:

        def bad(_document: XmlText) -> None:
            raise DeviceRequestError(Reason.NO_AREAS)

        results = await asyncio.gather(
            bench.documents.change(BASIC, bad),
            bench.get(Level, Key.WDR_LEVEL).write(1),
            bench.documents.put(BASIC, {("Nothing",): "1"}),
            return_exceptions=True,
        )
        assert isinstance(results[0], DeviceRequestError)
        assert results[1] is None
        assert isinstance(results[2], DeviceUnsupportedError)
        assert bench.unit.settings.get(BASIC.path, "WDR") == "weak"


async def test_nothing_to_write(session: ClientSession) -> None:
    """What is so already is not written again."""
    async with settings_bench(session) as bench:
        await bench.get(Toggle, Key.MOTION_DETECTION).write(True)
        await bench.get(Text, Key.OVERLAY_TEXT, "1").write("Camera")
        assert bench.unit.writes == []


async def test_refused_write(session: ClientSession) -> None:
    """A refused write changes nothing that is shown, and tells who asked."""
    async with settings_bench(session) as bench:
        motion = bench.get(Toggle, Key.MOTION_DETECTION)
        bench.unit.plans.refuse(MOTION.path, -5, method="PUT")
        with pytest.raises(DeviceRequestError):
            await motion.write(False)
        assert motion.read() is True
        assert len(bench.unit.requests_of(MOTION.path, "PUT")) == 1
        await motion.write(False)
        assert motion.read() is False


async def test_uncertain_write(session: ClientSession) -> None:
    """A connection that breaks after a write is told, and the truth is read."""
    async with settings_bench(session) as bench:
        motion = bench.get(Toggle, Key.MOTION_DETECTION)
        bench.unit.faults.add(FaultKind.DROP_AFTER, path=MOTION.path, method="PUT")
        with pytest.raises(DeviceConnectionError) as caught:
            await motion.write(False)
        assert caught.value.reason is Reason.COMMAND_UNCERTAIN
        assert len(bench.unit.writes_of(MOTION.path)) == 1
        bench.pass_by(SETTLE)
        await bench.documents.refresh([PICTURES])
        assert motion.read() is False


async def test_read_only_fields_refused(session: ClientSession) -> None:
    """A camera that does not want to see its own fields again gets them left out."""
    options = BviewOptions.full(read_only="refuse")
    async with settings_bench(session, options) as bench:
        await bench.get(Level, Key.MAIN_BITRATE).write(4096)
        assert bench.unit.settings.get(STREAM[1].path, "Bitrate") == "4096"
        # The address is still known, and the next write leaves them out at once.
        node = bench.documents.node(STREAM[1])
        assert node.node("Transport") is not None
        before = len(bench.unit.requests)
        await bench.get(Level, Key.MAIN_BITRATE).write(2048)
        assert len(bench.unit.requests) == before + 2
        await bench.get(Toggle, Key.FTP_UPLOAD).write(True)
        bench.pass_by(10)
        assert bench.unit.settings.get(FTP.path, "TransferContentTypeMask") == "11"


async def test_passwords_are_never_sent(session: ClientSession) -> None:
    """Even a camera that prints an empty password gets none back."""

    def with_password(body: bytes) -> bytes:
        return body.replace(b"<Port>", b"<Password></Password><Port>")

    async with settings_bench(session) as bench:
        bench.unit.plans.change(FTP.path, with_password, method="GET", count=None)
        await bench.get(Toggle, Key.FTP_UPLOAD).write(True)
        (put,) = bench.unit.requests_of(FTP.path, "PUT")
        assert b"Password" not in put.body


async def test_restart_makes_all_due(session: ClientSession) -> None:
    """After an outage everything is read again, but for what is not there."""
    options = BviewOptions.full(absent={"/Record": -3})
    async with settings_bench(session, options) as bench:
        bench.documents.start_anew()
        assert await refresh(bench) == sorted(set(SOURCES) - {RECORD.path})


async def test_block_that_was_never_read(session: ClientSession) -> None:
    """What is only borrowed is read and written alike."""
    async with settings_bench(session) as bench:
        assert not bench.documents.known(NOTIFY)
        assert bench.documents.read_at(NOTIFY) == 0
        await bench.documents.put(NOTIFY, {("Host",): "192.0.2.7"})
        assert bench.documents.node(NOTIFY).text("Host") == "192.0.2.7"
        bench.documents.outdate(NOTIFY)


async def test_dump(session: ClientSession) -> None:
    """Diagnostics show the blocks without the long tables."""
    async with settings_bench(session) as bench:
        bench.unit.settings.set("/Pictures/1/OSD", "DisplayName/Name", "x" * 200)
        bench.pass_by(SETTINGS_INTERVAL)
        await refresh(bench)
        text = str(bench.documents.dump())
        assert "'AllDay': 'true'" in text
        assert "200 characters" in text


async def test_restart_time(session: ClientSession) -> None:
    """The time of a restart is changed, and its day left alone."""
    async with settings_bench(session) as bench:
        path = "/System/DeviceAutoMaintenance"
        moment = bench.get(TimeOfDay, Key.SCHEDULED_RESTART_TIME)
        value = moment.read()
        assert value is not None
        await moment.write(value.replace(hour=4, minute=5, second=6))
        assert bench.unit.settings.get(path, "MaintenanceTime") == "20040503T040506"


async def test_one_block_hangs_at_set_up(session: ClientSession) -> None:
    """A single block that is not answered keeps nobody out."""
    async with settings_bench(session, learn=False) as bench:
        fault = bench.unit.faults.add(
            FaultKind.DROP_BEFORE, path=RECORD.path, count=None
        )
        await bench.documents.learn("1")
        assert bench.documents.failed == {RECORD.path: "unreachable"}
        assert bench.documents.known(MOTION)
        bench.unit.faults.remove(fault)
        bench.unit.faults.add(FaultKind.DROP_BEFORE, count=None)
        again = Documents(bench.client, bench.world.surroundings)
        with pytest.raises(DeviceConnectionError):
            await again.learn("1")


async def test_other_software(session: ClientSession) -> None:
    """Other software may have other blocks: all is learned anew."""
    async with settings_bench(session) as bench:
        bench.unit.options.absent = {"/Record": -3, "/Images/1": -3}
        await bench.documents.learn("2.1.8")
        assert bench.documents.known(RECORD)
        await bench.documents.learn("3.0")
        assert not bench.documents.known(RECORD)
        assert bench.documents.source(BASIC) == BASIC.path


async def test_told_no_more(session: ClientSession) -> None:
    """A block that vanishes from a larger one is not shown as it was."""

    def without(body: bytes) -> bytes:
        start, end = body.index(b"<Color"), body.index(b"</Color>") + 8
        return body[:start] + body[end:]

    async with settings_bench(session) as bench:
        brightness = bench.get(Level, Key.IMAGE_BRIGHTNESS)
        assert brightness.read() == 50
        bench.unit.plans.change(IMAGES, without, count=None)
        bench.pass_by(SETTINGS_INTERVAL)
        await refresh(bench)
        assert brightness.read() is None


async def test_clock_after_it_was_set(session: ClientSession) -> None:
    """What was written counts as read: a clock that was just set is right."""
    async with settings_bench(session) as bench:
        bench.unit.settings.set("/System/Time", "SystemTime", "20261121T110000+00")
        bench.pass_by(1800)
        await bench.get(Trigger, Key.SYNC_CLOCK).press()
        offset = bench.get(Reading, Key.CLOCK_OFFSET).read()
        assert isinstance(offset, float)
        assert abs(offset) <= 1
