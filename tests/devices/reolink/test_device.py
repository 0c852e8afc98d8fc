"""A device as a whole: set-up, cameras that come and go, settings, problems."""

from collections import Counter
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Detector,
    Happening,
    Lamp,
    Level,
    Reading,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Key,
)
from custom_components.watchpost.devices.vendors.reolink import watch
from custom_components.watchpost.devices.vendors.reolink.device import ReolinkDevice
from tests.emulators.reolink import ChannelOptions, Disk, ReolinkOptions

from .device_rig import login_to, rig


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up early on who does not answer: the waiting is real."""
    monkeypatch.setattr(watch, "STATE_TIMEOUT", 0.3)
    monkeypatch.setattr(watch, "CHANNEL_TIMEOUT", 0.15)


async def test_camera_takes_three_requests(session: ClientSession) -> None:
    """Login, who and what it is, and everything that is wanted."""
    async with rig(session, ReolinkOptions.full()) as bench:
        await bench.start()
        assert len(bench.emulator.requests) == 3
        refused = [call.command for call in bench.emulator.calls if call.code]
        assert refused == ["Getchannelstatus"]
        assert [unit.key for unit in bench.device.units] == [""]
        assert bench.device.failed == {}


async def test_known_camera_is_not_asked_for_channels(session: ClientSession) -> None:
    """What is bound to be refused is asked once in the life of an entry."""
    async with rig(session, ReolinkOptions.full()) as bench:
        await bench.start()
        await bench.device.close()
        bench.emulator.forget()
        bench.device = ReolinkDevice(login_to(bench.emulator), bench.world.surroundings)
        await bench.start()
        assert [call.command for call in bench.emulator.calls if call.code] == []


async def test_card_that_was_put_in_later(session: ClientSession) -> None:
    """A camera that once had no card is asked for it when it has one."""
    options = ReolinkOptions(disks=())
    async with rig(session, options) as bench:
        await bench.start()
        assert Key.STORAGE_USED not in bench.has()
        await bench.device.close()
    options = ReolinkOptions(disks=(Disk(capacity=1000, remaining=250),))
    async with rig(session, options) as later:
        later.world.memory.kept = bench.world.memory.kept
        await later.start()
        assert later.feature(Reading, Key.STORAGE_USED).read() == 75.0


@pytest.mark.parametrize("full", [False, True], ids=["document", "everything"])
async def test_recorder_takes_six_requests(session: ClientSession, full: bool) -> None:
    """Sixteen cameras: what is left over follows in ticks of one request."""
    async with rig(session, ReolinkOptions.nvr(16, full=full)) as bench:
        await bench.device.connect()
        wanted = {
            Cadence.STATE: bench.sources(Cadence.STATE),
            Cadence.SETTINGS: bench.sources(
                Cadence.SETTINGS,
                Key.DAY_NIGHT_MODE,
                Key.FLOODLIGHT,
                Key.INFRARED_LIGHT,
                Key.PRIVACY_MASK,
                Key.MICROPHONE,
                Key.AUTOMATIC_RECORDING,
                Key.EMAIL_ALERTS,
                Key.PHONE_NOTIFICATIONS,
                Key.MOTION_SENSITIVITY,
            ),
        }
        bench.device.expect(wanted)
        for cadence in Cadence:
            await bench.device.refresh(cadence, wanted[cadence])
        assert len(bench.emulator.requests) == 6
        assert [call for call in bench.emulator.calls if call.code] == []
        assert bench.device.interval(Cadence.SETTINGS) == 2.0
        while bench.device.interval(Cadence.SETTINGS) == 2.0:
            before = len(bench.emulator.requests)
            await bench.device.refresh(Cadence.SETTINGS, wanted[Cadence.SETTINGS])
            assert len(bench.emulator.requests) == before + 1
        counts = Counter(bench.commands)
        assert counts["GetIsp"] == counts["GetMdAlarm"] == 16
        assert len(bench.device.units) == 17
        assert {unit.parent for unit in bench.device.units[1:]} == {""}


async def test_poll_holds_nothing_else(session: ClientSession) -> None:
    """One request for all cameras, with motion and objects alone."""
    async with rig(session, ReolinkOptions.nvr(16, full=True)) as bench:
        await bench.start()
        bench.emulator.forget()
        await bench.poll()
        assert len(bench.emulator.requests) == 1
        assert Counter(bench.commands) == {"GetMdState": 16, "GetAiState": 16}


async def test_areas_are_read_once(session: ClientSession) -> None:
    """Documents with whole areas are no part of a cycle of settings."""
    async with rig(session, ReolinkOptions.nvr(4, full=True)) as bench:
        await bench.start()
        while bench.device.interval(Cadence.SETTINGS) == 2.0:
            await bench.settings()
        bench.emulator.forget()
        for _ in range(7):
            await bench.pass_by(600)
            while bench.device.interval(Cadence.SETTINGS) == 2.0:
                await bench.settings()
        assert bench.commands.count("GetIsp") == 4 * 7
        assert not {"GetMdAlarm", "GetAiAlarm"} & set(bench.commands)


async def test_events_are_edges(session: ClientSession) -> None:
    """What begins is told once; what was there at first is not."""
    async with rig(session, ReolinkOptions.nvr(3)) as bench:
        await bench.device.connect()
        bench.emulator.detect(0)
        assert await bench.poll() == ()
        bench.emulator.detect(0, active=False)
        bench.emulator.detect(2, "people")
        (notice,) = await bench.poll()
        assert (notice.unit, notice.key, notice.kind) == (
            "channel_3",
            Key.DETECTION,
            "person",
        )
        assert await bench.poll() == ()
        bench.emulator.detect(0)
        assert [one.kind for one in await bench.poll()] == ["motion"]


async def test_camera_is_lost_and_back(session: ClientSession) -> None:
    """One camera of a recorder concerns nobody else."""
    async with rig(session, ReolinkOptions.nvr(3, full=True)) as bench:
        await bench.start()
        bench.emulator.set_online(1, online=False)
        await bench.pass_by(31)
        await bench.settings()
        assert [unit.online() for unit in bench.device.units] == [
            True,
            True,
            False,
            True,
        ]
        online = bench.feature(Detector, Key.ONLINE, "channel_2")
        assert online.read() is False
        bench.emulator.forget()
        await bench.poll()
        assert {call.channel for call in bench.emulator.calls} == {0, 2}
        assert [call for call in bench.emulator.calls if call.code] == []
        bench.emulator.set_online(1)
        await bench.pass_by(31)
        await bench.settings()
        assert online.read() is True
        await bench.poll()
        motion = bench.feature(Detector, Key.MOTION, "channel_2")
        assert motion.read() is False


async def test_camera_appears(session: ClientSession) -> None:
    """A camera that is connected later gets its unit by itself."""
    async with rig(session, ReolinkOptions.nvr(3, online=2, full=True)) as bench:
        await bench.start()
        assert [unit.key for unit in bench.device.units] == [
            "",
            "channel_1",
            "channel_2",
        ]
        changes = bench.world.changes
        bench.emulator.set_online(2)
        await bench.pass_by(31)
        await bench.settings()
        assert bench.unit("channel_3").name == "Camera3"
        assert Key.FLOODLIGHT in bench.has("channel_3")
        assert bench.world.changes > changes


async def test_lost_camera_survives_a_restart(session: ClientSession) -> None:
    """Its owner's names and automations wait for it, until he removes it."""
    async with rig(session, ReolinkOptions.nvr(3)) as bench:
        await bench.start()
        await bench.device.close()
        bench.emulator.set_online(1, online=False)
        bench.device = ReolinkDevice(login_to(bench.emulator), bench.world.surroundings)
        await bench.start()
        assert bench.unit("channel_2").online() is False
        assert bench.unit("channel_2").name == "Camera2"
        assert bench.has("channel_2") == {Key.ONLINE}
        assert bench.device.forget is not None
        bench.device.forget("channel_2")
        assert [unit.key for unit in bench.device.units] == [
            "",
            "channel_1",
            "channel_3",
        ]


@pytest.mark.usefixtures("impatient")
async def test_hanging_camera_at_setup(session: ClientSession) -> None:
    """One that does not answer is found; the others are live."""
    async with rig(session, ReolinkOptions.nvr(16)) as bench:
        bench.emulator.hang_channel(5)
        await bench.start()
        online = [unit.online() for unit in bench.device.units]
        assert online == [number != 6 for number in range(17)]
        assert bench.feature(Detector, Key.MOTION, "channel_16").read() is False
        bench.emulator.forget()
        await bench.poll()
        assert len(bench.emulator.requests) == 1
        assert 5 not in {call.channel for call in bench.emulator.calls}
        bench.emulator.hang_channel(5, hangs=False)
        await bench.pass_by(61)
        await bench.poll()
        assert bench.unit("channel_6").online() is True
        assert bench.feature(Detector, Key.MOTION, "channel_6").read() is False


@pytest.mark.usefixtures("impatient")
async def test_whole_device_hangs(session: ClientSession) -> None:
    """A device that does not answer at all is not blamed on a camera."""
    async with rig(session, ReolinkOptions.nvr(8)) as bench:
        await bench.start()
        for channel in range(8):
            bench.emulator.hang_channel(channel)
        with pytest.raises(DeviceConnectionError) as caught:
            await bench.poll()
        assert caught.value.reason is Reason.TIMEOUT
        for channel in range(8):
            bench.emulator.hang_channel(channel, hangs=False)
        await bench.poll()
        assert all(unit.online() for unit in bench.device.units)


async def test_shared_switches_ask_who_is_there(session: ClientSession) -> None:
    """What concerns all cameras does not hang on the first one."""
    async with rig(session, ReolinkOptions.nvr(3)) as bench:
        await bench.start()
        while bench.device.interval(Cadence.SETTINGS) == 2.0:
            await bench.settings()
        email = bench.feature(Toggle, Key.EMAIL_ALERTS)
        assert email.source == "shared.EmailV20"
        assert email.read() is True
        bench.emulator.set_online(0, online=False)
        await bench.pass_by(31)
        await bench.settings()
        await email.write(False)
        (call,) = bench.emulator.calls_of("SetEmailV20")
        assert (call.channel, call.code) == (1, 0)
        assert email.read() is False
        await bench.pass_by(700)
        bench.emulator.forget()
        while bench.device.interval(Cadence.SETTINGS) == 2.0:
            await bench.settings()
        assert "GetEmailV20" in bench.commands
        assert [call for call in bench.emulator.calls if call.code] == []


async def test_detections_alone_are_asked_for(session: ClientSession) -> None:
    """The event needs what its detectors need, also without them."""
    async with rig(session, ReolinkOptions()) as bench:
        await bench.start()
        (event,) = (f for f in bench.unit().features if isinstance(f, Happening))
        assert set(event.more_sources) == {"0.MdState", "0.AiState"}


@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_streams_that_cannot_be_played(
    session: ClientSession, codec: Literal["h264", "h265"]
) -> None:
    """H.265 needs RTSP; without it the owner is told."""
    options = ReolinkOptions(
        channels=[ChannelOptions(main_codec=codec)],
        rtsp_enabled=False,
        rtmp_enabled=True,
    )
    async with rig(session, options) as bench:
        await bench.start()
        told = [one.key for one in bench.device.problems()]
        assert told == (["streams_closed"] if codec == "h265" else [])


async def test_guest_looks_only(session: ClientSession) -> None:
    """Without the right to write there is nothing to be switched."""
    async with rig(session, ReolinkOptions.full()) as bench:
        users = bench.emulator.sessions.users
        users[bench.emulator.options.username].level = "guest"
        await bench.start()
        kinds = {type(one) for one in bench.unit().features}
        assert not kinds & {Toggle, Choice, Level, Lamp, Trigger}
        assert Key.MOTION in bench.has()
        reasons = {one.key: one.reason for one in bench.device.absent}
        assert reasons[Key.FLOODLIGHT] is AbsenceReason.NO_PERMISSION
        assert [one.key for one in bench.device.problems()] == ["guest_login"]
        assert bench.unit().ptz is None
        assert bench.emulator.dangerous == []


async def test_refused_document_takes_its_features(session: ClientSession) -> None:
    """An ability that is not true: asked once, and explained."""
    async with rig(session, ReolinkOptions.full()) as bench:
        bench.emulator.plans.refuse("GetIsp", -9, count=None)
        await bench.start()
        assert Key.DAY_NIGHT_MODE not in bench.has()
        absent = {one.key: one for one in bench.device.absent}
        assert absent[Key.DAY_NIGHT_MODE].reason is AbsenceReason.REFUSED
        assert absent[Key.DAY_NIGHT_MODE].detail == "GetIsp -9"
        bench.emulator.forget()
        await bench.pass_by(700)
        await bench.settings()
        assert "GetIsp" not in bench.commands


@pytest.mark.parametrize(
    ("offset", "problems"), [(0, []), (3600, ["clock_wrong"])], ids=["right", "wrong"]
)
async def test_wrong_clock_is_set(
    session: ClientSession, offset: float, problems: list[str]
) -> None:
    """A wrong clock is told, and set when its owner says so."""
    async with rig(session, ReolinkOptions(zone=-28800)) as bench:
        await bench.start()
        bench.emulator.clock.set_wall(bench.world.time(offset))
        await bench.pass_by(700)
        await bench.settings()
        found = bench.device.problems()
        assert [one.key for one in found] == problems
        for one in found:
            assert one.fix is not None
            await one.fix()
        assert bench.device.problems() == ()
        reading = bench.feature(Reading, Key.CLOCK_OFFSET).read()
        assert isinstance(reading, float)
        assert abs(reading) <= 1
        assert len(bench.emulator.calls_of("SetTime")) == len(problems)


async def test_closed_ports_are_told(session: ClientSession) -> None:
    """Without an open port there is no live video."""
    async with rig(session, ReolinkOptions(rtsp_enabled=False)) as bench:
        await bench.start()
        assert [one.key for one in bench.device.problems()] == ["streams_closed"]


async def test_wrong_password(session: ClientSession) -> None:
    """The device refuses once and is not asked again."""
    async with rig(session, ReolinkOptions()) as bench:
        login = login_to(bench.emulator, "wrong")
        device = ReolinkDevice(login, bench.world.surroundings)
        with pytest.raises(DeviceAuthError):
            await device.identify()
        assert bench.emulator.sessions.failed == 1
        await device.close()


async def test_identity_is_the_mac(session: ClientSession) -> None:
    """The serial number of the guide's example is all zeros."""
    async with rig(session, ReolinkOptions(mac="EC:71:DB:01:02:03")) as bench:
        await bench.device.identify()
        assert bench.device.serial == "ec:71:db:01:02:03"
        assert len(bench.emulator.requests) == 2


async def test_diagnostics_hold_no_tables(session: ClientSession) -> None:
    """Areas are told by their length."""
    async with rig(session, ReolinkOptions.full()) as bench:
        await bench.start()
        assert "0" * 100 not in str(bench.device.dump())
        assert "1" * 100 not in str(bench.device.dump())
        assert "(4800 characters)" in str(bench.device.dump())


async def test_nothing_wanted_still_watches(session: ClientSession) -> None:
    """With all entities disabled it is still known whether the device is there."""
    async with rig(session, ReolinkOptions()) as bench:
        await bench.start()
        bench.emulator.forget()
        await bench.device.refresh(Cadence.STATE, frozenset())
        assert bench.commands == ["GetTime"]


async def test_channel_without_motion(session: ClientSession) -> None:
    """A camera that detects nothing is not asked."""
    options = ReolinkOptions(
        channels=[ChannelOptions(motion=False, ai=())],
        abilities={"disk": 0, "sdCard": 0},
    )
    async with rig(session, options) as bench:
        await bench.start()
        assert not {Key.MOTION, Key.DETECTION, Key.PERSON} & bench.has()
        assert not {"GetMdState", "GetAiState"} & set(bench.commands)
