"""What a cgi_action camera can be asked to do: motors, lines, areas, hours, media."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
import json
import random
from typing import Any, Final

import pytest
import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.cbt_home import PASSWORD, CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtOptions, Medium
from tests.home import refused

MOVE: Final = "setPtzControl"
STOP: Final = 21
STORE: Final = 19
CALL: Final = 20


@pytest.fixture
def options() -> CbtOptions:
    """Return a camera with everything; override it in a test."""
    return CbtOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: CbtOptions,
) -> AsyncIterator[CbtHome]:
    """Return a home with a camera."""
    async with cbt_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.camera.forget()
        yield found


async def ask(home: CbtHome, service: str, /, **data: Any) -> dict[str, Any]:
    """Call an action on the picture of the camera."""
    return await home.own(service, "camera", "main_stream", **data)


def orders(home: CbtHome) -> list[dict[str, int]]:
    """Return what the motors were told, in full."""
    return [json.loads(one.query["json"]) for one in home.camera.requests_of(MOVE)]


def numbers(home: CbtHome) -> list[int]:
    """Return the commands that the motors were given."""
    return [one["ptz_cmd"] for one in orders(home)]


MOVES: Final[tuple[tuple[dict[str, int], int, int, int], ...]] = (
    ({"pan": 100}, 4, 100, 100),
    ({"pan": -1}, 3, 1, 1),
    ({"tilt": 50}, 1, 50, 50),
    ({"tilt": -50}, 2, 50, 50),
    ({"pan": -20, "tilt": 40}, 71, 20, 40),
    ({"pan": -20, "tilt": -40}, 72, 20, 40),
    ({"pan": 20, "tilt": 40}, 73, 20, 40),
    ({"pan": 20, "tilt": -40}, 74, 20, 40),
    ({"zoom": 30}, 9, 30, 30),
    ({"zoom": -30}, 10, 30, 30),
    ({"focus": 30}, 5, 30, 30),
    ({"focus": -30}, 6, 30, 30),
    ({"iris": -30}, 8, 30, 30),
)


@pytest.mark.parametrize(("data", "command", "across", "upwards"), MOVES)
async def test_move(
    home: CbtHome, data: dict[str, int], command: int, across: int, upwards: int
) -> None:
    """It moves as told, and stands still before the action ends."""
    await ask(home, "ptz_move", duration=0.05, **data)
    first, last = orders(home)
    assert first == {
        "speed_h": across,
        "speed_v": upwards,
        "channel": 0,
        "ptz_cmd": command,
    }
    assert last["ptz_cmd"] == STOP
    (move,) = home.camera.ptz.moves
    assert move.released
    assert home.camera.ptz.running == []
    assert home.camera.violations == []


@pytest.mark.parametrize(
    "options", [CbtOptions.full(password=PASSWORD, iris_open=7)], ids=["iris"]
)
async def test_iris(home: CbtHome) -> None:
    """It opens by the number that completes the row, never by the zoom's."""
    await ask(home, "ptz_move", duration=0.05, iris=30)
    assert numbers(home) == [7, STOP]
    assert home.camera.ptz.position.zoom == 0


async def test_moves_that_are_wrong(home: CbtHome) -> None:
    """They are refused before anything is sent."""
    for data in ({}, {"zoom": 101}, {"pan": 1, "duration": 11}):
        with pytest.raises((vol.Invalid, HomeAssistantError)):
            await ask(home, "ptz_move", **data)
    for both in ({"pan": 10, "zoom": 10}, {"zoom": 10, "focus": 10}):
        with refused("ptz_one_at_a_time"):
            await ask(home, "ptz_move", **both)
    for service in ("ptz_clear", "ptz_patrol"):
        with refused("ptz_ability_unsupported"):
            await ask(home, service, **({"preset": 1} if "clear" in service else {}))
    assert numbers(home) == []


async def test_a_newer_move_replaces_an_older_one(home: CbtHome) -> None:
    """And the stop button ends it early."""
    first = asyncio.ensure_future(ask(home, "ptz_move", pan=10, duration=10))
    await home.until(lambda: len(home.camera.ptz.running) == 1)
    second = asyncio.ensure_future(ask(home, "ptz_move", zoom=-10, duration=10))
    await home.until(lambda: [m.command for m in home.camera.ptz.running] == [10])
    await home.act("button", "ptz_stop", "press")
    assert home.camera.ptz.running == []
    await asyncio.gather(first, second)
    assert numbers(home)[0] == 4
    assert numbers(home)[-1] == STOP


async def test_a_move_ends_with_the_entry(home: CbtHome) -> None:
    """Nobody leaves a motor running."""
    moving = asyncio.ensure_future(ask(home, "ptz_move", tilt=10, duration=10))
    await home.until(lambda: bool(home.camera.ptz.running))
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert home.camera.ptz.running == []
    await asyncio.gather(moving, return_exceptions=True)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)


async def test_a_move_ends_with_who_asked(home: CbtHome) -> None:
    """A script that is cancelled stops the motor."""
    moving = asyncio.ensure_future(ask(home, "ptz_move", tilt=10, duration=10))
    await home.until(lambda: bool(home.camera.ptz.running))
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)
    await home.until(lambda: not home.camera.ptz.running)


@pytest.mark.parametrize("seed", range(8))
async def test_nothing_moves_at_the_end(home: CbtHome, seed: int) -> None:
    """Whatever is lost on the way: each motion is followed by its stop."""
    dice = random.Random(seed)
    camera = home.camera
    for _ in range(12):
        for _ in range(dice.randrange(3)):
            kind = dice.choice(
                ["drop_before", "drop_after", "truncated", "html", "http_status"]
            )
            camera.fail(kind, MOVE, skip=dice.randrange(3))
        data = dict(dice.choice(MOVES)[0])
        works: list[Coroutine[Any, Any, Any]] = [
            ask(home, "ptz_move", duration=0.05, **data)
        ]
        if dice.random() < 0.3:
            works.append(home.act("button", "ptz_stop", "press"))
        results = await asyncio.gather(
            *(home.finish(one, 1.0) for one in works), return_exceptions=True
        )
        for one in results:
            if isinstance(one, BaseException):
                assert isinstance(one, HomeAssistantError), repr(one)
    camera.faults.clear()
    for _ in range(40):
        if not camera.ptz.running:
            break
        await home.wait(5)
    assert camera.ptz.running == []
    assert len(camera.ptz.moves) >= 6
    assert camera.violations == []


# Presets


async def test_presets(home: CbtHome) -> None:
    """A preset is stored by 19 with a name that is kept here, and called by 20."""
    camera = home.camera
    await ask(home, "ptz_store", preset=3, name="Gate")
    await ask(home, "ptz_store", preset=12)
    assert numbers(home) == [STORE, STORE]
    assert [number for _, number in camera.ptz.sent.stored] == [3, 12]
    await ask(home, "ptz_move", pan=100, duration=0.1)
    camera.forget()
    await ask(home, "ptz_goto", preset=3)
    await ask(home, "ptz_goto", preset="Gate")
    await ask(home, "ptz_goto", preset="Preset 12")
    assert numbers(home) == [CALL, CALL, CALL]
    assert [number for _, number in camera.ptz.sent.called] == [3, 3, 12]
    assert [number for _, number in camera.ptz.sent.stored] == [3, 12]

    await home.reload()
    answer = await ask(home, "ptz_list")
    assert answer["presets"] == [
        {"number": 3, "name": "Gate"},
        {"number": 12, "name": "Preset 12"},
    ]
    await ask(home, "ptz_store", preset=3)
    answer = await ask(home, "ptz_list")
    assert answer["presets"][0]["name"] == "Gate"
    assert camera.violations == []


async def test_a_preset_in_mid_move(home: CbtHome) -> None:
    """A motion ends before the camera goes elsewhere."""
    await ask(home, "ptz_store", preset=1)
    moving = asyncio.ensure_future(ask(home, "ptz_move", pan=10, duration=10))
    await home.until(lambda: bool(home.camera.ptz.running))
    await ask(home, "ptz_goto", preset=1)
    await moving
    assert numbers(home) == [STORE, 4, STOP, CALL]
    assert home.camera.ptz.running == []


async def test_presets_that_are_wrong(home: CbtHome) -> None:
    """A call never stores, whatever is wrong with it."""
    for preset in (0, 101, 999, "Nowhere"):
        with pytest.raises(HomeAssistantError):
            await ask(home, "ptz_goto", preset=preset)
    with refused("text_too_long"):
        await ask(home, "ptz_store", preset=1, name="x" * 65)
    assert numbers(home) == []
    with pytest.raises(HomeAssistantError):
        # The camera knows that it was never stored; we do not.
        await ask(home, "ptz_goto", preset=9)
    assert numbers(home) == [CALL]
    assert home.camera.ptz.sent.stored == []


@pytest.mark.parametrize(
    "options", [CbtOptions.bare(password=PASSWORD, audio=True)], ids=["fixed"]
)
async def test_a_camera_without_motors(home: CbtHome) -> None:
    """The first order tells; then the buttons are gone, also after a restart."""
    assert home.find("button", "ptz_stop") is not None
    for data in ({"pan": 10}, {"zoom": 10}):
        with pytest.raises(HomeAssistantError):
            await ask(home, "ptz_move", **data)
    await home.wait(31)
    await home.reload()
    rows = home.entry.runtime_data.device.absent
    absent = {one.key.value for one in rows}
    assert {"ptz_stop", "ptz_up", "zoom_in", "refocus"} <= absent
    home.camera.forget()
    with pytest.raises(HomeAssistantError):
        await ask(home, "ptz_move", pan=10)
    assert numbers(home) == []


async def test_refocus(home: CbtHome) -> None:
    """The lens finds itself again."""
    await ask(home, "lens_calibrate")
    assert numbers(home) == [11]
    assert len(home.camera.ptz.sent.autofocus) == 1


async def test_a_lock_is_no_lack(
    home: CbtHome,
) -> None:
    """A camera that refuses because it is locked keeps its buttons."""
    home.camera.options.locked_ptz = "refuse"
    home.camera.settings.set("PeripheralConf", PTZ_Lock=1)
    await home.reload()
    with pytest.raises(HomeAssistantError):
        await ask(home, "ptz_move", pan=10)
    await home.reload()
    assert home.find("button", "ptz_up") is not None
    absent = {one.key.value for one in home.entry.runtime_data.device.absent}
    assert "ptz_up" not in absent


# Serial line


async def test_serial(home: CbtHome) -> None:
    """What is sent arrives; an answer is never promised."""
    camera = home.camera
    await home.device("serial_send", data="A 1+2=3 & ö")
    await home.device("serial_send", hex="41 42")
    assert camera.terminals.serial == ["A 1+2=3 & ö", "AB"]
    camera.forget()
    with refused("serial_no_answer"):
        await home.device("serial_send", data="A", read=True)
    with refused("invalid_value"):
        await home.device("serial_send", hex="FF 00 80")
    with refused("text_too_long"):
        await home.device("serial_send", data="x" * 1001)
    assert home.written == []
    camera.fail("drop_after", "ioSendData")
    with refused("command_uncertain", HomeAssistantError):
        await home.device("serial_send", data="once")
    assert camera.terminals.serial == ["A 1+2=3 & ö", "AB", "once"]


@pytest.mark.parametrize("options", [CbtOptions.bare(password=PASSWORD)], ids=["bare"])
async def test_what_a_bare_camera_refuses(home: CbtHome) -> None:
    """It is told before anything is sent."""
    with refused("serial_unsupported"):
        await home.device("serial_send", data="A")
    with refused("storage_format_unsupported"):
        await home.device("storage_format", storage=1, confirm=True)
    assert home.written == []


# Areas


BOXES: Final = [
    {"x": 0.0, "y": 0.0, "width": 50.0, "height": 50.0},
    {"x": 75.0, "y": 25.0, "width": 25.0, "height": 75.0},
]


@pytest.mark.parametrize(
    ("kind", "section"),
    [("motion", "MotionDetConf"), ("region", "RegInvConf"), ("fire", "IVSConf")],
)
async def test_areas(home: CbtHome, kind: str, section: str) -> None:
    """They are stored in points, and read back in percent."""
    answer = await ask(home, "areas_get", kind=kind)
    assert answer["boxes"] == [{"x": 0.0, "y": 0.0, "width": 100.0, "height": 100.0}]
    await ask(home, "areas_set", kind=kind, boxes=BOXES)
    rows = home.camera.settings.get(section, "area_list")
    assert [tuple(row.values()) for row in rows[:3]] == [
        (0, 0, 352, 288),
        (528, 144, 176, 432),
        (0, 0, 0, 0),
    ]
    assert len(rows) == 9
    assert (await ask(home, "areas_get", kind=kind))["boxes"] == BOXES
    with refused("too_many_areas"):
        await ask(home, "areas_set", kind=kind, boxes=[BOXES[0]] * 5)
    (write,) = home.camera.writes
    assert write.changes.keys() == {"area_list"}
    assert home.camera.violations == []


async def test_privacy_areas(home: CbtHome) -> None:
    """They are stored; whether they hide is the switch's."""
    await ask(home, "areas_set", kind="privacy", boxes=BOXES)
    mask = home.camera.settings.values("ViMask")
    assert mask["mask_enable"] == 0
    assert [mask[f"mask_1_{side}"] for side in "xywh"] == [528, 144, 176, 432]
    assert (await ask(home, "areas_get", kind="privacy"))["boxes"] == BOXES
    await home.act("switch", "privacy_mask", "turn_on")
    assert home.camera.settings.get("ViMask", "mask_0_w") == 352
    assert home.value("switch", "privacy_mask") == "on"


# Hours


WEEK: Final = {
    "sunday": ["00:00-06:15"],
    "monday": ["08:00-12:30", "13:00-18:00"],
    "saturday": ["00:00-23:59"],
}


@pytest.mark.parametrize(
    ("kind", "section"), [("recording", "RecSchedule"), ("snapshot", "ScheSnap")]
)
async def test_schedules(home: CbtHome, kind: str, section: str) -> None:
    """Seven days with four slots each; the first day is Sunday."""
    await home.device("schedule_set", kind=kind, week=WEEK, enabled=True)
    days = home.camera.settings.get(section, "schedule_list")
    assert [len(row[f"day_{day}"]) for day, row in enumerate(days)] == [4] * 7
    assert days[0]["day_0"][0] == {
        "enable": 1,
        "hour_begain": 0,
        "min_begain": 0,
        "hour_end": 6,
        "min_end": 15,
    }
    assert [slot["enable"] for slot in days[1]["day_1"]] == [1, 1, 0, 0]
    assert [slot["enable"] for slot in days[2]["day_2"]] == [0, 0, 0, 0]
    (found,) = (await home.device("schedule_get", kind=kind))["schedules"]
    assert found["enabled"] is True
    assert {day: hours for day, hours in found["week"].items() if hours} == WEEK

    await home.device("schedule_set", kind=kind, enabled=False)
    (found,) = (await home.device("schedule_get", kind=kind))["schedules"]
    assert found["enabled"] is False
    await home.device("schedule_set", kind=kind, enabled=True)
    (found,) = (await home.device("schedule_get", kind=kind))["schedules"]
    assert {day: hours for day, hours in found["week"].items() if hours} == WEEK
    before = len(home.camera.writes)
    for key, data in (
        ("schedule_invalid", {"number": 2, "enabled": True}),
        ("schedule_name_fixed", {"name": "Night"}),
    ):
        with refused(key):
            await home.device("schedule_set", kind=kind, **data)
    five = [f"{hour:02}:00-{hour:02}:30" for hour in range(5)]
    with pytest.raises(HomeAssistantError):
        await home.device("schedule_set", kind=kind, week={"monday": five})
    assert len(home.camera.writes) == before
    assert home.camera.violations == []


# Media


async def test_format(home: CbtHome) -> None:
    """The medium that is meant is erased, once, after a confirmation."""
    with pytest.raises(HomeAssistantError):
        await home.device("storage_format", storage=1)
    with refused("no_such_storage"):
        await home.device("storage_format", storage=3, confirm=True)
    assert home.camera.storage.formats == []
    await home.device("storage_format", storage=2, confirm=True)
    assert [kind for _, kind in home.camera.storage.formats] == [1]
    await home.wait(301)
    assert home.value("binary_sensor", "storage_problem_2") == "off"
    assert home.value("sensor", "storage_used_2") == "0.0"
    assert home.value("sensor", "storage_used_1") == "7.6"


@pytest.mark.parametrize(
    "options",
    [CbtOptions.full(password=PASSWORD, media=[Medium(), Medium(id="other")])],
    ids=["twins"],
)
async def test_format_of_one_of_two_of_a_kind(home: CbtHome) -> None:
    """The camera would erase both: it is not told to."""
    with pytest.raises(HomeAssistantError):
        await home.device("storage_format", storage=1, confirm=True)
    assert home.camera.storage.formats == []
    assert home.written == []


async def test_a_format_whose_answer_is_lost(home: CbtHome) -> None:
    """It is not done twice."""
    home.camera.fail("drop_after", "devsFormat")
    with refused("command_uncertain", HomeAssistantError):
        await home.device("storage_format", storage=1, confirm=True)
    assert [kind for _, kind in home.camera.storage.formats] == [5]
