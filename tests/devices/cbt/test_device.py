"""A camera as a whole: door, lamps, streams, input, identity, absences."""

import json
import random
from typing import Any, Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import LampCommand, LampState
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Detector,
    Lamp,
    Level,
    Reading,
    Toggle,
    Trigger,
    View,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Key,
)
from custom_components.watchpost.devices.vendors.cbt import VENDOR
from custom_components.watchpost.devices.vendors.cbt.client import hashed
from tests.emulators.cbt import CbtOptions

from .rig import Bench, bench

EX = "ImageAdjustmentEx"
INPUT = "getIOAlarmIn"


# Identity


async def test_identity(session: ClientSession) -> None:
    """Who it is, with one request."""
    async with bench(session, connect=False) as one:
        await one.device.identify()
        assert one.actions == ["getSysConfig"]
        assert one.device.serial == "88:07:cb:00:02:be"
        assert one.unit.serial == "CBT000114010100010238"
        assert one.unit.mac == one.device.serial
        assert one.unit.name == "IPCamera"
        assert one.unit.sw_version == "14.030.19.3_MAIN_V3(221114)"


async def test_without_mac(session: ClientSession) -> None:
    """The id serves where there is no address of the hardware."""
    options = CbtOptions.full(mac="00-00-00-00-00-00")
    async with bench(session, options) as one:
        assert one.device.serial == "CBT000114010100010238"
        await one.get(Trigger, Key.OPEN_DOOR).press()
        assert len(one.emulator.door_openings) == 1


async def test_wrong_password(session: ClientSession) -> None:
    """It is told as such, after two attempts."""
    async with bench(session, connect=False, login={"password": "no"}) as one:
        with pytest.raises(DeviceAuthError):
            await one.device.connect()
        assert len(one.emulator.requests) == 2


async def test_another_camera(session: ClientSession) -> None:
    """A stranger at the address is told, is read by nobody and gets nothing."""
    async with bench(session) as one:
        one.emulator.replace(mac="bc-07-18-00-00-01")
        await one.look()  # The first look was made while connecting.
        for cadence in (Cadence.STATE, Cadence.SETTINGS):
            one.pass_by(400)
            with pytest.raises(DeviceConnectionError) as caught:
                await one.look(cadence)
            assert caught.value.reason is Reason.WRONG_DEVICE
        online = one.get(Detector, Key.ONLINE)
        assert online.read() is False
        with pytest.raises(DeviceConnectionError):
            await one.get(Trigger, Key.OPEN_DOOR).press()
        with pytest.raises(DeviceConnectionError):
            await one.get(Toggle, Key.MIRROR).write(True)
        with pytest.raises(DeviceConnectionError):
            await one.get(Trigger, Key.PTZ_UP).press()
        snapshot = one.get(View, Key.MAIN_STREAM).snapshot
        assert snapshot is not None
        with pytest.raises(DeviceConnectionError):
            await snapshot()
        assert not one.emulator.snapshots
        assert not one.emulator.door_openings
        assert not one.emulator.writes
        assert not one.emulator.ptz.moves
        one.emulator.replace(mac="88-07-cb-00-02-be")
        await one.look()
        assert online.read() is True


# Door


async def test_door_under_fire(session: ClientSession) -> None:
    """A thousand presses: never opened twice for one, never silently lost."""
    dice = random.Random(5)
    async with bench(session) as one:
        door, emulator = one.get(Trigger, Key.OPEN_DOOR), one.emulator
        lost, reasons = 0, set[Reason]()
        for _ in range(1_000):
            before = len(emulator.door_openings)
            kind = dice.choice(["", "", "drop_before", "drop_after", "close", "read"])
            if kind == "close":
                emulator.close_connections()
            elif kind == "read":
                emulator.fail("drop_before", "getSysConfig")
            elif kind:
                emulator.fail(kind, "openDoor")
            try:
                await door.press()
            except DeviceConnectionError as err:
                reasons.add(err.reason)
                lost += 1
                assert len(emulator.door_openings) - before <= 1
            else:
                assert len(emulator.door_openings) - before == 1
        assert len(emulator.requests_of("openDoor")) == 1_000
        assert reasons == {Reason.COMMAND_UNCERTAIN}
        assert 200 < lost < 500
        assert len(emulator.door_openings) > 700


async def test_guest_at_the_door(session: ClientSession) -> None:
    """An account that may only read is a problem that the owner can solve."""
    options = CbtOptions.full(rights="reads")
    async with bench(session, options, connect=False) as one:
        one.emulator.gate.accounts[0].administrator = False
        await one.device.connect()
        with pytest.raises(DeviceRequestError) as caught:
            await one.get(Trigger, Key.RESTART).press()
        assert caught.value.reason is Reason.NO_PERMISSION
        assert "guest_login" in {problem.key for problem in one.device.problems()}


async def test_restart(session: ClientSession) -> None:
    """It goes away, and comes back."""
    async with bench(session) as one:
        await one.get(Trigger, Key.RESTART).press()
        await one.until(lambda: not one.emulator.powered)
        assert one.emulator.reboots == 1
        await one.look()
        with pytest.raises(DeviceConnectionError):
            await one.look()
        assert one.get(Detector, Key.ONLINE).read() is False
        one.pass_by(61)
        await one.until(lambda: one.emulator.powered)
        await one.look()
        assert one.get(Detector, Key.ONLINE).read() is True


# Lamps


def lamp_values(one: Bench) -> tuple[int, int]:
    """Return the kind of lamp and how it is controlled."""
    settings = one.emulator.settings
    return settings.get(EX, "lamp_type"), settings.get(EX, "led_control")


async def test_floodlight(session: ClientSession) -> None:
    """On and off again, to what it was before."""
    async with bench(session) as one:
        lamp = one.get(Lamp, Key.FLOODLIGHT)
        assert not lamp.dimmable
        assert lamp.read() == LampState(on=False)
        await lamp.write(LampCommand(on=True, level=0.5))
        assert one.emulator.light == ("white", 255)
        assert one.emulator.writes[-1].sent == {"lamp_type": 1, "led_control": 1}
        assert lamp.read() == LampState(on=True)
        await lamp.write(LampCommand(on=True))
        await lamp.write(LampCommand(on=False))
        assert lamp_values(one) == (0, 0)
        assert lamp.read() == LampState(on=False)
        await lamp.write(LampCommand(on=False))
        assert lamp_values(one) == (0, 2)
        assert not one.emulator.violations


async def test_dimmed(session: ClientSession) -> None:
    """A board with dimmers is dimmed, and never to nothing."""
    async with bench(session, connect=False) as one:
        one.emulator.settings.set(EX, led_control_mode=1)
        await one.device.connect()
        lamp = one.get(Lamp, Key.FLOODLIGHT)
        assert lamp.dimmable
        await lamp.write(LampCommand(on=True, level=0.5))
        assert one.emulator.light == ("white", 128)
        state = lamp.read()
        assert state is not None
        assert state.level == pytest.approx(128 / 255)
        await lamp.write(LampCommand(on=True, level=0.0))
        assert one.emulator.light == ("white", 1)
        infrared = one.get(Level, Key.INFRARED_LEVEL)
        assert infrared.usable is not None
        assert not infrared.usable()
        await lamp.write(LampCommand(on=False))
        assert infrared.usable()
        await infrared.write(40)
        assert one.emulator.settings.get(EX, "ir_level") == 102
        assert infrared.read() == 40
        assert not one.emulator.violations


@pytest.mark.parametrize(
    ("lamp_type", "control", "on"),
    [(1, 1, True), (0, 1, False), (1, 2, False), (2, 1, None), (1, 0, None)],
)
async def test_lamp_states(
    session: ClientSession, lamp_type: int, control: int, *, on: bool | None
) -> None:
    """What the camera decides by itself is not known."""
    async with bench(session, connect=False) as one:
        one.emulator.settings.set(EX, lamp_type=lamp_type, led_control=control)
        await one.device.connect()
        state = one.get(Lamp, Key.FLOODLIGHT).read()
        assert (None if state is None else state.on) is on
        infrared = one.get(Choice, Key.INFRARED_LIGHT)
        assert infrared.usable is not None
        assert infrared.usable() is (lamp_type != 1)


async def test_others_switch_the_lamp(session: ClientSession) -> None:
    """The lamps are looked at twice a minute."""
    async with bench(session) as one:
        await one.look()
        one.emulator.settings.set(EX, lamp_type=1, led_control=1)
        one.pass_by(30)
        await one.look(Cadence.STATE, EX)
        state = one.get(Lamp, Key.FLOODLIGHT).read()
        assert state is not None
        assert state.on


async def test_no_lamps(session: ClientSession) -> None:
    """A camera without lamps has none."""
    async with bench(session, CbtOptions.full(lamps=frozenset())) as one:
        for key in (Key.FLOODLIGHT, Key.INFRARED_LIGHT, Key.NIGHT_LAMP):
            assert one.absent[key].reason is AbsenceReason.UNSUPPORTED


# Streams


@pytest.mark.parametrize(
    ("without", "values", "access"),
    [
        ((), {"auth": 0}, ""),
        ((), {"auth": 1}, "admin:p%40ss@"),
        (("RtspConf/auth",), {"enable": 0}, ""),
        (("RtspConf/auth",), {"enable": 1}, "admin:p%40ss@"),
    ],
    ids=["open", "auth", "table_open", "table_auth"],
)
async def test_streams(
    session: ClientSession,
    without: tuple[str, ...],
    values: dict[str, int],
    access: str,
) -> None:
    """The login stands in an address only where it is asked for."""
    options = CbtOptions.full(
        password="p@ss", without=frozenset(without), rtsp_port=8554
    )
    async with bench(session, options, connect=False) as one:
        one.emulator.settings.set("RtspConf", **values)
        await one.device.connect()
        for number, key in enumerate(
            (Key.MAIN_STREAM, Key.SUB_STREAM, Key.THIRD_STREAM)
        ):
            view = one.get(View, key)
            assert view.stream is not None
            source = view.stream()
            assert source is not None
            assert source.url == f"rtsp://{access}127.0.0.1:8554/stream_{number}"
            assert "p%40ss" not in repr(source)
        main = one.get(View, Key.MAIN_STREAM)
        assert main.motion_detection is one.get(Toggle, Key.MOTION_DETECTION)
        assert main.snapshot is not None
        assert (await main.snapshot()).startswith(b"\xff\xd8")


async def test_streams_off(session: ClientSession) -> None:
    """A service that is off has no address."""
    async with bench(session, connect=False) as one:
        one.emulator.settings.set("RtspConf", enable=0)
        await one.device.connect()
        view = one.get(View, Key.MAIN_STREAM)
        assert view.stream is not None
        assert view.stream() is None


@pytest.mark.parametrize("absent", ["refuse", "zeros"])
async def test_two_streams(
    session: ClientSession, absent: Literal["refuse", "zeros"]
) -> None:
    """A third stream that is not there is not offered."""
    options = CbtOptions(absent_stream=absent, keys="all")
    async with bench(session, options) as one:
        assert (Key.SUB_STREAM, None) in one.features
        assert one.absent[Key.THIRD_STREAM].reason is AbsenceReason.UNSUPPORTED


# Alarm input


@pytest.mark.parametrize("inverted", ["no", "yes"])
async def test_input(session: ClientSession, inverted: str) -> None:
    """An edge is told once; the first look tells nothing."""
    async with bench(session, alarm_input_inverted=inverted) as one:
        rest = inverted == "yes"
        if rest:
            one.emulator.set_alarm_input(on=True)
        await one.look()
        await one.look(Cadence.STATE, INPUT)
        one.device.take_notices()
        detector = one.get(Detector, Key.ALARM_INPUT, "1")
        assert detector.read() is False
        one.emulator.set_alarm_input(on=not rest)
        for expected in (1, 0):
            await one.look(Cadence.STATE, INPUT)
            assert detector.read() is True
            notices = one.device.take_notices()
            assert [notice.key for notice in notices] == [Key.ALARM] * expected
        one.emulator.set_alarm_input(on=rest)
        await one.look(Cadence.STATE, INPUT)
        assert detector.read() is False
        assert one.device.take_notices() == ()


async def test_only_what_is_wanted(session: ClientSession) -> None:
    """Nobody looks at an input that nobody wants; somebody looks who is there."""
    async with bench(session) as one:
        await one.look()
        await one.look(Cadence.STATE, "nothing")
        assert one.actions == ["getSysConfig"]
        assert one.device.interval(Cadence.STATE) == 30
        await one.look(Cadence.STATE, INPUT)
        assert one.actions == ["getSysConfig", INPUT]
        assert one.device.interval(Cadence.STATE) == 3
        assert not one.emulator.writes


async def test_failing_input(session: ClientSession) -> None:
    """An input that cannot be read is noted, and the rest goes on."""
    async with bench(session) as one:
        await one.look()
        one.emulator.plans.refuse(INPUT, "500")
        await one.look()
        assert one.device.failed == {INPUT: "failed"}
        await one.look()
        assert one.device.failed == {}


# Absences, problems, diagnostics

BARE = {
    Key.ALARM_INPUT: AbsenceReason.UNSUPPORTED,
    Key.OPEN_DOOR: AbsenceReason.UNSUPPORTED,
    Key.INTRUSION_DETECTION: AbsenceReason.UNSUPPORTED,
    Key.MICROPHONE: AbsenceReason.UNSUPPORTED,
    Key.WIFI_CONNECTED: AbsenceReason.UNSUPPORTED,
    Key.STORAGE_USED: AbsenceReason.UNSUPPORTED,
    Key.MOTION: AbsenceReason.NOT_CONFIGURED,
    Key.DETECTION: AbsenceReason.NOT_CONFIGURED,
    Key.EVENT_DELIVERY: AbsenceReason.NOT_CONFIGURED,
    Key.LAST_EVENT: AbsenceReason.NOT_CONFIGURED,
}


async def test_bare(session: ClientSession) -> None:
    """A simple camera says what it lacks, and remembers what not to ask again."""
    async with bench(session, CbtOptions.bare()) as one:
        for key, reason in BARE.items():
            assert one.absent[key].reason is reason
        assert one.unit.serial_port is None
        assert one.unit.format_storage is None
        missing = json.loads(one.world.memory.kept["sections"])["missing"]
        assert "RegInvConf" in missing
        one.pass_by(400)
        await one.look(Cadence.SETTINGS)
        assert "getRegInvConf" not in one.actions


async def test_every_key_once(session: ClientSession) -> None:
    """Simple or complete: each thing is there, or absent, and never both."""
    seen = []
    for options in (CbtOptions.full(), CbtOptions.bare(), CbtOptions()):
        async with bench(session, options) as one:
            made = [feature.key for feature in one.unit.features]
            lacking = [absent.key for absent in one.device.absent]
            assert not set(made) & set(lacking)
            assert len(lacking) == len(set(lacking))
            slots = [(feature.key, feature.slot) for feature in one.unit.features]
            assert len(slots) == len(set(slots))
            seen.append({*made, *lacking})
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 122


async def test_wifi(session: ClientSession) -> None:
    """It is shown once it is switched on."""
    async with bench(session, connect=False) as one:
        one.emulator.settings.set("WifiConfig", enable=1)
        await one.device.connect()
        assert one.get(Detector, Key.WIFI_CONNECTED).read() is True
        assert one.get(Reading, Key.WIFI_SIGNAL).read() == 72
        assert one.get(Reading, Key.WIFI_NETWORK).read() == "HIFACE"
        one.emulator.wifi_connected = False
        one.pass_by(301)
        await one.look(Cadence.SETTINGS)
        assert one.get(Detector, Key.WIFI_CONNECTED).read() is False


async def test_problems(session: ClientSession) -> None:
    """A known password and a wrong clock."""
    async with bench(session) as one:
        assert [one.key for one in one.device.problems()] == ["default_password"]
    async with bench(session, CbtOptions.full(password="better")) as one:
        assert one.device.problems() == ()
        one.emulator.wall_clock.skew = -4_000.0
        one.pass_by(301)
        await one.look(Cadence.SETTINGS)
        (wrong,) = one.device.problems()
        assert wrong.key == "clock_wrong_network"
        assert wrong.placeholders == {"seconds": "4000"}
        # The network sets it.
        assert wrong.fix is None


async def test_dump(session: ClientSession) -> None:
    """Neither the password nor its hash; private names are to be hidden."""

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            inner = (names(one) for one in value.values())
            return {str(name).lower() for name in value}.union(*inner)
        if isinstance(value, list):
            return set[str]().union(*(names(one) for one in value))
        return set()

    async with bench(session, CbtOptions.full(password="s3cret!")) as one:
        dump = one.device.dump()
        text = json.dumps(dump)
        assert "s3cret!" not in text
        assert hashed("s3cret!") not in text
        private = {"ssid", "bssid", "mac_address", "rtmpserveraddr", "title"}
        assert private <= names(dump) & VENDOR.redact
        assert not names(dump) & {"passwd", "password", "pwd"}
        assert "88:07" not in text.lower()
