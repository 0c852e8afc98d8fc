"""What a camera that moves offers: buttons, presets, patrols, lens, guard point."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import (
    PtzMove,
    PtzPatrol,
    PtzPosition,
    PtzPreset,
    PtzStatus,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Axis,
    Calibration,
    Key,
    PatrolKind,
)
from custom_components.watchpost.devices.vendors.reolink import kinds
from custom_components.watchpost.devices.vendors.reolink.features.ptz import (
    calibrations,
    ptz_of,
)
from tests.devices.reolink.ptz_rig import Rig, camera, rig
from tests.emulators.reolink import ReolinkOptions

KEYS = {
    Key.AUTOFOCUS,
    Key.FOCUS,
    Key.HOME_GO_TO,
    Key.HOME_RETURN,
    Key.HOME_SET,
    Key.MOTOR_CALIBRATION,
    Key.PTZ_DOWN,
    Key.PTZ_LEFT,
    Key.PTZ_PATROL,
    Key.PTZ_PRESET,
    Key.PTZ_RIGHT,
    Key.PTZ_STOP,
    Key.PTZ_UP,
    Key.ZOOM,
    Key.ZOOM_IN,
    Key.ZOOM_OUT,
}
BUTTONS = {Key.PTZ_UP, Key.PTZ_DOWN, Key.PTZ_LEFT, Key.PTZ_RIGHT}
HOME = {Key.HOME_GO_TO, Key.HOME_RETURN, Key.HOME_SET}
ZOOM = {Key.ZOOM_IN, Key.ZOOM_OUT}


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Rig]:
    """Return a camera that can do everything."""
    async with rig(session) as found:
        yield found


def lacking(rig: Rig) -> dict[Key, str]:
    """Return what a camera lacks, and why."""
    return {
        key: offer.detail
        for key, offer in rig.offers.items()
        if not hasattr(offer, "source")
    }


# What is there


async def test_all_of_it(one: Rig) -> None:
    """A camera that can do everything has every feature, once."""
    assert one.offers.keys() == KEYS
    assert lacking(one) == {}
    assert not one.device.requests


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"ptz_type": 1}, BUTTONS | HOME | {Key.PTZ_PRESET, Key.PTZ_PATROL}),
        ({"ptz_type": 3}, ZOOM),
        ({"ptz_type": 4}, set[Key]()),
        ({"ptz_ctrl": 1}, {Key.ZOOM, Key.FOCUS}),
        ({"ptz_check": False}, {Key.MOTOR_CALIBRATION}),
        ({"autofocus": False}, {Key.AUTOFOCUS}),
        ({"abilities": {"ptzPatrol": 0}}, {Key.PTZ_PATROL}),
    ],
)
async def test_less_of_it(
    session: ClientSession, changes: dict[str, Any], missing: set[Key]
) -> None:
    """Each ability has its features."""
    async with rig(session, camera(**changes)) as found:
        assert found.offers.keys() == KEYS
        assert lacking(found).keys() == missing


async def test_none_of_it(session: ClientSession) -> None:
    """A camera that stands still lacks everything, and says why."""
    async with rig(session, ReolinkOptions()) as found:
        assert lacking(found) == {
            Key.AUTOFOCUS: "disableAutoFocus",
            Key.FOCUS: "ptzCtrl",
            Key.HOME_GO_TO: "ptzType",
            Key.HOME_RETURN: "ptzType",
            Key.HOME_SET: "ptzType",
            Key.MOTOR_CALIBRATION: "supportPtzCheck",
            Key.PTZ_DOWN: "ptzType",
            Key.PTZ_LEFT: "ptzType",
            Key.PTZ_PATROL: "ptzPatrol",
            Key.PTZ_PRESET: "ptzPreset",
            Key.PTZ_RIGHT: "ptzType",
            Key.PTZ_STOP: "ptzType",
            Key.PTZ_UP: "ptzType",
            Key.ZOOM: "ptzCtrl",
            Key.ZOOM_IN: "ptzType",
            Key.ZOOM_OUT: "ptzType",
        }
        assert ptz_of(found.driver) is None
        assert calibrations(found.driver) == {}


async def test_actions_of_everything(one: Rig) -> None:
    """Actions can do all that the family can."""
    ptz = ptz_of(one.driver)
    assert ptz is not None
    assert ptz.axes == set(Axis)
    assert ptz.presets == range(1, 65)
    assert ptz.position_axes == {Axis.ZOOM}
    assert ptz.patrol_kinds == {PatrolKind.PATROL}
    assert None not in (ptz.status, ptz.go_to_preset, ptz.go_home, ptz.go_to)
    assert None not in (ptz.store, ptz.clear, ptz.patrol)
    assert calibrations(one.driver).keys() == {Calibration.FULL}


async def test_actions_of_a_zoom_camera(session: ClientSession) -> None:
    """What the camera cannot do is not there."""
    async with rig(session, camera(ptz_type=1, ptz_ctrl=1)) as found:
        ptz = ptz_of(found.driver)
        assert ptz is not None
        assert ptz.axes == {Axis.ZOOM, Axis.FOCUS}
        assert ptz.presets is None
        assert (ptz.go_to_preset, ptz.store, ptz.clear) == (None, None, None)
        assert (ptz.go_home, ptz.go_to, ptz.patrol) == (None, None, None)
        assert ptz.status is None
        assert not ptz.position_axes
        assert not ptz.patrol_kinds


async def test_refused_guard_point(one: Rig) -> None:
    """A camera that denies its guard point has no button for it."""
    one.device.plans.refuse("GetPtzGuard", -9)
    await one.read(one.toggle(Key.HOME_RETURN))
    for key in HOME:
        absent = one.absent(key)
        assert absent.reason is AbsenceReason.REFUSED
        assert absent.detail == "GetPtzGuard -9"
    ptz = ptz_of(one.driver)
    assert ptz is not None
    assert ptz.go_home is None


async def test_another_camera(one: Rig) -> None:
    """The driver follows when a channel has come to have another camera."""
    async with rig(one.world.session, camera(ptz_type=3)) as other:
        one.parts = other.parts
        assert lacking(one).keys() == ZOOM
        assert one.driver.axes == {Axis.PAN, Axis.TILT}


# Buttons


@pytest.mark.parametrize(
    ("key", "op"),
    [
        (Key.PTZ_UP, "Up"),
        (Key.PTZ_DOWN, "Down"),
        (Key.PTZ_LEFT, "Left"),
        (Key.PTZ_RIGHT, "Right"),
        (Key.ZOOM_IN, "ZoomInc"),
        (Key.ZOOM_OUT, "ZoomDec"),
    ],
)
async def test_buttons(session: ClientSession, key: Key, op: str) -> None:
    """A button moves the camera for 300 ms."""
    async with rig(session, realtime=True) as found:
        await found.trigger(key).press()
        (move,) = found.moves
        assert (move.op, move.speed) == (op, 32)
        assert move.ended is not None
        assert 0.28 < move.ended - move.began < 0.45


async def test_stop_button(one: Rig) -> None:
    """It stops whatever moves."""
    task = asyncio.create_task(
        one.driver.move(PtzMove(speeds={Axis.PAN: 1.0}, seconds=30))
    )
    await one.until("Right")
    await one.trigger(Key.PTZ_STOP).press()
    await task
    assert one.ops == ["Right", "Stop"]


# Presets


async def test_presets(one: Rig) -> None:
    """The stored ones are offered by their names, of which no two are the same."""
    choice = one.choice(Key.PTZ_PRESET)
    assert choice.options() == ()
    await one.read(choice)
    # The guide's own example has two presets of one name.
    assert choice.options() == ("pos1", "pos1 (2)")
    assert choice.read() is None
    await choice.write("pos1 (2)")
    assert choice.read() == "pos1 (2)"
    assert one.params == [{"channel": 0, "op": "ToPos", "id": 2}]
    with pytest.raises(DeviceRequestError):
        await choice.write("Gate")
    assert choice.read() == "pos1 (2)"


async def test_names_of_presets(one: Rig) -> None:
    """One without a name has its number; doubled names stay apart in any case."""
    rows = one.motors.presets
    names = {1: "Gate", 2: " ", 3: "Gate (5)", 5: "Gate", 64: "Gate"}
    for number, name in names.items():
        rows[number - 1] |= {"enable": 1, "name": name}
    choice = one.choice(Key.PTZ_PRESET)
    await one.read(choice)
    options = ("Gate", "Preset 2", "Gate (5)", "Gate (5) (5)", "Gate (64)")
    assert choice.options() == options
    for number, option in zip(names, options, strict=True):
        one.motors.positions[number] = one.motors.position
        await choice.write(option)
        assert one.params[-1]["id"] == number
        assert choice.read() == option


async def test_preset_until_it_is_left(one: Rig) -> None:
    """A preset is shown as long as nothing has moved the camera away."""
    choice, patrol = one.choice(Key.PTZ_PRESET), one.toggle(Key.PTZ_PATROL)
    await one.read(choice, patrol)
    for leave in (
        one.trigger(Key.PTZ_LEFT).press,
        one.trigger(Key.PTZ_STOP).press,
        one.trigger(Key.HOME_GO_TO).press,
        one.trigger(Key.MOTOR_CALIBRATION).press,
        lambda: one.level(Key.ZOOM).write(5),
        lambda: patrol.write(True),
    ):
        await choice.write("pos1")
        assert choice.read() == "pos1"
        await leave()
        assert choice.read() is None
        one.device.clock.advance(30)
    await one.driver.go_to_preset(1, None)
    await one.trigger(Key.HOME_SET).press()
    assert choice.read() == "pos1"
    await one.driver.clear(1)
    assert choice.read() is None


async def test_preset_that_fails(one: Rig) -> None:
    """Nobody knows where it is when the way there was not confirmed."""
    choice = one.choice(Key.PTZ_PRESET)
    await one.read(choice)
    await choice.write("pos1")
    one.device.faults.add("drop_after", match=one.hit("ToPos"))
    with pytest.raises(DeviceConnectionError):
        await choice.write("pos1 (2)")
    assert choice.read() is None
    assert one.ops == ["ToPos", "ToPos"]


@pytest.mark.parametrize(("returns", "shown"), [(1, None), (0, "pos1")])
async def test_preset_and_the_way_home(
    one: Rig, returns: int, shown: str | None
) -> None:
    """A camera that returns to its guard point after a minute has left the preset."""
    one.motors.guard["benable"] = returns
    choice = one.choice(Key.PTZ_PRESET)
    await one.read(choice, one.toggle(Key.HOME_RETURN))
    await choice.write("pos1")
    one.device.clock.advance(59)
    assert choice.read() == "pos1"
    before = one.world.changes
    one.device.clock.advance(2)
    assert choice.read() == shown
    assert one.world.changes == before + 1


async def test_patrol_of_somebody_else(one: Rig) -> None:
    """A patrol that was started elsewhere moves the camera as well."""
    choice, patrol = one.choice(Key.PTZ_PRESET), one.toggle(Key.PTZ_PATROL)
    await one.read(choice, patrol)
    await choice.write("pos1")
    one.motors.patrols[0]["running"] = 1
    one.device.clock.advance(40)
    await one.read(patrol)
    assert patrol.read() is True
    assert choice.read() is None


@pytest.mark.parametrize(
    ("speed", "sent"), [(1.0, 64), (0.5, 32), (0.001, 1), (None, None)]
)
async def test_speed_of_a_preset(
    one: Rig, speed: float | None, sent: int | None
) -> None:
    """Without a speed the camera uses its own."""
    await one.driver.go_to_preset(2, speed)
    assert one.params[0].get("speed") == sent
    assert one.motors.position.pan == -30.0


async def test_store(one: Rig) -> None:
    """A preset is stored with a name, or keeps the one that it has."""
    choice = one.choice(Key.PTZ_PRESET)
    await one.read(choice)
    await one.driver.store(7, " Gate ")
    await one.driver.store(1, None)
    await one.driver.store(9, None)
    rows = one.motors.presets
    assert [(rows[i]["enable"], rows[i]["name"]) for i in (6, 0, 8)] == [
        (1, "Gate"),
        (1, "pos1"),
        (1, "Preset 9"),
    ]
    # What was written is read at once.
    await one.read(choice)
    assert choice.options() == ("pos1", "pos1 (2)", "Gate", "Preset 9")


@pytest.mark.parametrize("name", ["x" * 31, "é" * 15])
async def test_long_names(one: Rig, name: str) -> None:
    """The longest names fit; longer and empty ones are refused unsent."""
    await one.driver.store(3, name)
    assert one.motors.presets[2]["name"] == name
    one.device.forget()
    for bad in (name + "xx", "", "  "):
        with pytest.raises(DeviceRequestError):
            await one.driver.store(3, bad)
    assert not one.device.requests


async def test_clear(one: Rig) -> None:
    """A preset is forgotten; its name stays, as the guide demands one."""
    choice = one.choice(Key.PTZ_PRESET)
    await one.driver.clear(2)
    await one.driver.clear(33)
    assert one.motors.presets[1] == {
        "channel": 0,
        "enable": 0,
        "id": 2,
        "name": "pos1",
    }
    await one.read(choice)
    assert choice.options() == ("pos1",)


@pytest.mark.parametrize("command", ["GetPtzPreset", "SetPtzPreset"])
async def test_store_fails(one: Rig, command: str) -> None:
    """The caller is told, and nothing is stored under a wrong name."""
    one.device.plans.refuse(command, -13)
    with pytest.raises(DeviceError):
        await one.driver.store(1, None)
    assert one.motors.positions[1].pan == 30.0


# Patrols


async def test_patrol(one: Rig) -> None:
    """The first patrol that is set up is started, and the running one ended."""
    one.motors.patrols[0]["enable"] = 0
    one.motors.patrols[3]["enable"] = 1
    patrol = one.toggle(Key.PTZ_PATROL)
    assert patrol.read() is None
    await patrol.write(True)
    assert one.motors.patrolling == 4
    assert patrol.read() is True
    one.device.clock.advance(4)
    await one.read(patrol)
    assert patrol.read() is True
    await patrol.write(False)
    assert one.motors.patrolling is None
    assert patrol.read() is False
    assert [param["id"] for param in one.params] == [4, 4]


async def test_patrol_that_is_not_set_up(one: Rig) -> None:
    """There is nothing to start; ending one is possible in any case."""
    one.motors.patrols[0]["enable"] = 0
    patrol = one.toggle(Key.PTZ_PATROL)
    with pytest.raises(DeviceRequestError) as caught:
        await patrol.write(True)
    assert caught.value.reason is Reason.CONFLICT
    assert one.ops == []
    await patrol.write(False)
    assert one.ops == ["StopPatrol"]


async def test_movement_ends_a_patrol(one: Rig) -> None:
    """It shows at once, and is confirmed a little later."""
    patrol = one.toggle(Key.PTZ_PATROL)
    await one.read(patrol)
    await patrol.write(True)
    one.device.clock.advance(4)
    await one.read(patrol)
    await one.trigger(Key.PTZ_STOP).press()
    assert patrol.read() is False
    one.device.forget()
    await one.read(patrol)
    assert not one.device.requests
    one.device.clock.advance(3)
    await one.read(patrol)
    assert [call.command for call in one.device.calls] == ["GetPtzPatrol"]
    assert patrol.read() is False


async def test_movement_may_have_ended_a_patrol(one: Rig) -> None:
    """Somebody else may have started one: it is looked at after each movement."""
    patrol = one.toggle(Key.PTZ_PATROL)
    await one.read(patrol)
    await one.trigger(Key.PTZ_LEFT).press()
    one.device.clock.advance(3)
    one.device.forget()
    await one.read(patrol)
    assert [call.command for call in one.device.calls] == ["GetPtzPatrol"]


async def test_patrol_action(one: Rig) -> None:
    """A patrol is started by its number; there are no other kinds."""
    await one.driver.patrol(PatrolKind.PATROL, 1, True)
    assert one.motors.patrolling == 1
    for kind in set(PatrolKind) - {PatrolKind.PATROL}:
        with pytest.raises(DeviceUnsupportedError):
            await one.driver.patrol(kind, 1, True)
    with pytest.raises(DeviceRequestError):
        await one.driver.patrol(PatrolKind.PATROL, 5, True)
    await one.driver.patrol(PatrolKind.PATROL, 1, False)
    assert one.ops == ["StartPatrol", "StopPatrol"]


# Lens


async def test_lens(one: Rig) -> None:
    """Zoom and focus are numbers in the range that the camera tells."""
    zoom, focus = one.level(Key.ZOOM), one.level(Key.FOCUS)
    assert (zoom.minimum, zoom.maximum) == (0, 33)
    assert (focus.minimum, focus.maximum) == (0, 223)
    assert (zoom.read(), focus.read()) == (None, None)
    await one.read(zoom, focus)
    assert (zoom.read(), focus.read()) == (0, 23)
    assert zoom.limits is not None
    assert zoom.limits() == (0, 33)
    await zoom.write(12.4)
    await focus.write(999)
    assert [call.param for call in one.device.calls_of("StartZoomFocus")] == [
        {"ZoomFocus": {"channel": 0, "op": "ZoomPos", "pos": 12}},
        {"ZoomFocus": {"channel": 0, "op": "FocusPos", "pos": 223}},
    ]


async def test_range_of_the_lens(one: Rig) -> None:
    """Another lens has another range."""
    zoom = one.level(Key.ZOOM)
    document = one.documents.get(kinds.ZOOM_FOCUS, 0)
    answer = await one.client.read(document.ask())
    answer.limits.tree["ZoomFocus"] = {"zoom": {"pos": {"min": 2, "max": 10}}}
    document.take(answer)
    assert zoom.limits is not None
    assert zoom.limits() == (2, 10)
    assert one.driver.state.limits(Axis.FOCUS) == (0, 223)
    await one.driver.go_to(PtzPosition(zoom=0.5), None)
    assert one.motors.moves[-1].number == 6


async def test_wanted_zoom_until_it_is_there(session: ClientSession) -> None:
    """The goal is shown while the motor runs, then what the camera tells."""
    options = camera()
    options.zoom_seconds = 2.0
    async with rig(session, options) as found:
        zoom = found.level(Key.ZOOM)
        await found.read(zoom)
        found.device.clock.advance(29)
        await zoom.write(20)
        assert zoom.read() == 20
        found.device.clock.advance(1.5)
        # It happens to be due while the motor still runs.
        await found.read(zoom)
        assert zoom.read() == 20
        found.device.forget()
        await found.read(zoom)
        assert not found.device.requests
        found.device.clock.advance(1.5)
        await found.read(zoom)
        assert len(found.device.calls_of("GetZoomFocus")) == 1
        assert zoom.read() == 20


async def test_zoom_that_does_not_get_there(one: Rig) -> None:
    """What the camera tells in the end is what is shown."""
    one.device.options.zoom_seconds = 60.0
    zoom = one.level(Key.ZOOM)
    await one.read(zoom)
    await zoom.write(20)
    one.device.clock.advance(3)
    await one.read(zoom)
    assert zoom.read() == 0


async def test_buttons_move_the_zoom(one: Rig) -> None:
    """After a movement of the lens its position is read again, else it is not."""
    zoom = one.level(Key.ZOOM)
    await one.read(zoom)
    await zoom.write(20)
    await one.trigger(Key.ZOOM_IN).press()
    assert zoom.read() == 0
    one.device.clock.advance(3)
    await one.read(zoom)
    assert zoom.read() == 20
    await one.trigger(Key.PTZ_LEFT).press()
    one.device.clock.advance(5)
    one.device.forget()
    await one.read(zoom)
    assert not one.device.requests


@pytest.mark.parametrize(
    "position",
    [PtzPosition(), PtzPosition(pan=1.0), PtzPosition(zoom=0.5, tilt=1.0)],
)
async def test_positions_that_cannot_be_sent(one: Rig, position: PtzPosition) -> None:
    """Only the zoom can be sent to a position, at no chosen speed."""
    for speed in (None, 0.5):
        with pytest.raises(DeviceUnsupportedError):
            await one.driver.go_to(position, speed)
    with pytest.raises(DeviceUnsupportedError):
        await one.driver.go_to(PtzPosition(zoom=0.5), 0.5)
    assert not one.device.requests


async def test_autofocus(one: Rig) -> None:
    """The camera has a switch to disable it; ours enables it."""
    autofocus = one.toggle(Key.AUTOFOCUS)
    await one.read(autofocus)
    assert autofocus.read() is True
    await autofocus.write(False)
    assert one.device.settings.fields("AutoFocus", 0)["disable"] == 1
    assert autofocus.read() is False


# Guard point


async def test_home_return(one: Rig) -> None:
    """It is switched without making a guard point of where the camera looks."""
    home = one.toggle(Key.HOME_RETURN)
    await one.read(home)
    assert home.read() is True
    await one.driver.go_to_preset(1, None)
    await home.write(False)
    assert home.read() is False
    assert one.motors.guard["benable"] == 0
    (call,) = one.device.calls_of("SetPtzGuard")
    fields = {"cmdStr": "setPos", "bSaveCurrentPos": 0, "benable": 0}
    assert call.param == {"PtzGuard": {"channel": 0, **fields}}
    assert one.motors.guard_position.pan == 0.0
    one.device.clock.advance(4)
    await one.read(home)
    assert home.read() is False


async def test_home(one: Rig) -> None:
    """The guard point is where it was set, and the camera goes there."""
    await one.driver.go_to_preset(1, None)
    await one.trigger(Key.HOME_SET).press()
    assert one.motors.guard_position.pan == 30.0
    assert one.motors.guard["benable"] == 1
    await one.driver.go_to_preset(2, None)
    await one.trigger(Key.HOME_GO_TO).press()
    assert one.motors.position.pan == 30.0
    one.device.forget()
    with pytest.raises(DeviceUnsupportedError):
        await one.driver.go_home(0.5)
    assert not one.device.requests


# All at once


async def test_status(one: Rig) -> None:
    """Presets, patrols and zoom come in one request."""
    one.motors.presets[1]["name"] = ""
    one.motors.patrols[0]["running"] = 1
    await one.driver.slide(Axis.ZOOM, 33)
    one.device.forget()
    status = await one.driver.status()
    assert status == PtzStatus(
        presets=(
            PtzPreset(number=1, name="pos1"),
            PtzPreset(number=2, name="Preset 2"),
        ),
        patrols=(PtzPatrol(number=1, name="cruise1", running=True),),
        position=PtzPosition(zoom=1.0),
    )
    assert len(one.device.requests) == 1
    assert one.choice(Key.PTZ_PRESET).options() == ("pos1", "Preset 2")


async def test_status_without_a_zoom(session: ClientSession) -> None:
    """Nothing is asked for that is not there."""
    async with rig(session, camera(ptz_ctrl=1)) as found:
        status = await found.driver.status()
        assert status.position is None
        assert [call.command for call in found.device.calls] == [
            "GetPtzPreset",
            "GetPtzPatrol",
        ]


async def test_status_in_part(one: Rig) -> None:
    """What the camera does not have is left out; what fails is told."""
    one.device.plans.refuse("GetPtzPatrol", -9)
    status = await one.driver.status()
    assert len(status.presets) == 2
    assert status.patrols == ()
    one.device.plans.refuse("GetPtzPreset", -13)
    with pytest.raises(DeviceError) as caught:
        await one.driver.status()
    assert caught.value.reason is Reason.FAILED


# Calibration


async def test_calibration(one: Rig) -> None:
    """One at a time, however many ask for it."""
    button = one.trigger(Key.MOTOR_CALIBRATION)
    results = await asyncio.gather(
        button.press(),
        calibrations(one.driver)[Calibration.FULL](),
        return_exceptions=True,
    )
    (refused,) = [one for one in results if one is not None]
    assert isinstance(refused, DeviceRequestError)
    assert refused.reason is Reason.CONFLICT
    assert one.ops == ["Check"]
    one.device.clock.advance(30)
    await button.press()
    assert one.ops == ["Check", "Check"]


async def test_calibration_without_a_state(one: Rig) -> None:
    """A camera that does not tell whether it does so is believed not to."""
    one.device.plans.refuse("GetPtzCheckState", -9)
    await one.driver.calibrate()
    assert one.ops == ["Check"]
    one.device.plans.refuse("GetPtzCheckState", -13)
    with pytest.raises(DeviceError):
        await one.driver.calibrate()
    assert one.ops == ["Check"]
