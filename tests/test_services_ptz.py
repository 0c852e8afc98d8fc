"""Actions that move cameras: each field, each refusal, each answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import voluptuous as vol

from custom_components.watchpost.devices.model.vocabulary import Axis, Key, PatrolKind
from homeassistant.core import HomeAssistant
from tests.camera_home import told
from tests.home import refused
from tests.pivot import Hold, PivotHome, at_home
from tests.pivot_family import SETTINGS, Can

PRESETS = [
    {"number": 1, "name": "Gate"},
    {"number": 2, "name": " Back door "},
    {"number": 7, "name": "gate"},
    {"number": 9, "name": "12"},
]


@pytest.fixture
def can() -> Can:
    """Return what the camera can do; override it in a test."""
    return Can()


@pytest.fixture
async def pivot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, can: Can
) -> AsyncIterator[PivotHome]:
    """Return a home with a camera."""
    async with at_home(hass, monkeypatch, can) as home:
        home.camera.answers["status"] = {"presets": PRESETS}
        yield home


@pytest.mark.parametrize(
    ("data", "speeds", "seconds"),
    [
        pytest.param({"pan": 50}, {"pan": 0.5}, 0.5, id="pan"),
        pytest.param({"tilt": -100}, {"tilt": -1.0}, 0.5, id="tilt"),
        pytest.param(
            {"pan": -1, "tilt": 1, "duration": 0.05},
            {"pan": -0.01, "tilt": 0.01},
            0.05,
            id="slow_and_short",
        ),
        pytest.param(
            {"zoom": 100, "focus": -20, "iris": 5, "duration": 10},
            {"zoom": 1.0, "focus": -0.2, "iris": 0.05},
            10,
            id="lens",
        ),
        pytest.param({"pan": 0, "zoom": "30"}, {"zoom": 0.3}, 0.5, id="zero_is_none"),
    ],
)
async def test_move(
    pivot: PivotHome, data: dict[str, Any], speeds: dict[str, float], seconds: float
) -> None:
    """Speeds in percent arrive as fractions, and only those that are not 0."""
    await pivot.act("ptz_move", **data)

    assert pivot.camera.asked == [("move", {"speeds": speeds, "seconds": seconds})]


@pytest.mark.parametrize("data", [{}, {"pan": 0, "tilt": 0}], ids=["none", "zeros"])
async def test_move_nowhere(pivot: PivotHome, data: dict[str, Any]) -> None:
    """A movement that is none is refused."""
    with refused("ptz_no_movement"):
        await pivot.act("ptz_move", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "data",
    [
        {"pan": 101},
        {"tilt": -101},
        {"zoom": "fast"},
        {"focus": float("nan")},
        {"pan": 1, "duration": 0.04},
        {"pan": 1, "duration": 10.1},
        {"roll": 1},
    ],
    ids=["high", "low", "word", "nan", "short", "long", "unknown"],
)
async def test_move_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What no camera could do is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await pivot.act("ptz_move", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(axes=frozenset((Axis.ZOOM, Axis.FOCUS)))])
async def test_move_along_a_missing_axis(pivot: PivotHome) -> None:
    """An axis that the camera lacks is named, with those it has; nothing moves."""
    with told("ptz_axis_unsupported") as placeholders:
        await pivot.act("ptz_move", pan=10, tilt=10, zoom=10)

    assert placeholders == {
        "device": "Pivot",
        "axes": "pan, tilt",
        "able": "focus, zoom",
    }
    assert pivot.camera.asked == []
    await pivot.act("ptz_move", zoom=10, pan=0)
    assert pivot.camera.done == ["move"]


async def test_move_waits_for_no_other(pivot: PivotHome) -> None:
    """A newer command reaches the camera while an older movement goes on."""
    hold = pivot.camera.held["move"] = Hold()
    moving = asyncio.create_task(pivot.act("ptz_move", pan=1, duration=10))
    await hold.begun.wait()
    await pivot.act("ptz_stop")
    assert not moving.done()
    hold.over.set()
    await moving

    assert pivot.camera.done == ["move", "stop"]


async def test_move_leaves_the_settings_alone(pivot: PivotHome) -> None:
    """Nothing has to be read again after a movement."""
    await pivot.act("ptz_move", pan=1)
    await pivot.act("ptz_stop")
    await pivot.hass.async_block_till_done(wait_background_tasks=True)

    assert pivot.camera.of(SETTINGS) == []
    assert pivot.camera.done == ["move", "stop"]


@pytest.mark.parametrize("can", [Can(axes=None)])
@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("ptz_move", {"pan": 1}),
        ("ptz_stop", {}),
        ("ptz_goto", {"home": True}),
        ("ptz_store", {"preset": 1}),
        ("ptz_clear", {"preset": 1}),
        ("ptz_patrol", {}),
        ("ptz_list", {}),
    ],
)
async def test_fixed_camera(
    pivot: PivotHome, service: str, data: dict[str, Any]
) -> None:
    """A camera without motors says so; nothing is sent."""
    with told("ptz_not_supported") as placeholders:
        await pivot.act(service, **data)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("data", "command", "values"),
    [
        pytest.param(
            {"preset": 3}, "preset", {"number": 3, "speed": None}, id="number"
        ),
        pytest.param(
            {"preset": " 64 ", "speed": 25},
            "preset",
            {"number": 64, "speed": 0.25},
            id="number_as_text",
        ),
        pytest.param(
            {"preset": 3.0}, "preset", {"number": 3, "speed": None}, id="calculated"
        ),
        pytest.param(
            {"preset": "12"}, "preset", {"number": 12, "speed": None}, id="digits"
        ),
        pytest.param(
            {"preset": "BACK DOOR "}, "preset", {"number": 2, "speed": None}, id="name"
        ),
        pytest.param(
            {"preset": 3, "home": False},
            "preset",
            {"number": 3, "speed": None},
            id="not_home",
        ),
        pytest.param({"home": True, "speed": 100}, "home", {"speed": 1.0}, id="home"),
        pytest.param(
            {"position": {"pan": -30, "tilt": 10.5, "zoom": 50}},
            "position",
            {"pan": -30, "tilt": 10.5, "zoom": 0.5, "speed": None},
            id="position",
        ),
        pytest.param(
            {"position": {"tilt": "-12.25"}},
            "position",
            {"pan": None, "tilt": -12.25, "zoom": None, "speed": None},
            id="tilt_alone",
        ),
        pytest.param(
            {"position": {"pan": 0, "tilt": 0}, "speed": 50},
            "position",
            {"pan": 0, "tilt": 0, "zoom": None, "speed": 0.5},
            id="straight_ahead",
        ),
        pytest.param(
            {"position": {"pan": 360, "tilt": -360}},
            "position",
            {"pan": 360, "tilt": -360, "zoom": None, "speed": None},
            id="all_around",
        ),
        pytest.param(
            {"position": {"zoom": 0}, "speed": 1},
            "position",
            {"pan": None, "tilt": None, "zoom": 0.0, "speed": 0.01},
            id="zoom_alone",
        ),
    ],
)
async def test_goto(
    pivot: PivotHome, data: dict[str, Any], command: str, values: dict[str, Any]
) -> None:
    """A preset by number or name, the home position, or any other."""
    await pivot.act("ptz_goto", **data)

    assert pivot.camera.asked[-1] == (command, values)
    assert set(pivot.camera.done) <= {command, "status"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"home": False},
        {"speed": 50},
        {"preset": 1, "home": True},
        {"preset": 0, "position": {"pan": 1}},
        {"home": True, "position": {"pan": 1}},
        {"preset": 1, "home": True, "position": {"pan": 1}},
    ],
)
async def test_goto_needs_one_place(pivot: PivotHome, data: dict[str, Any]) -> None:
    """No place or several are refused."""
    with refused("ptz_one_target"):
        await pivot.act("ptz_goto", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "data",
    [
        {"preset": 1, "speed": 0},
        {"preset": 1, "speed": 101},
        {"preset": [1]},
        {"position": {}},
        {"position": {"pan": 361}},
        {"position": {"tilt": -360.5}},
        {"position": {"tilt": "up"}},
        {"position": {"zoom": 101}},
        {"position": {"focus": 1}},
        {"position": 5},
        {"place": "Gate"},
    ],
)
async def test_goto_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What makes no sense is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await pivot.act("ptz_goto", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("name", "key", "names"),
    [
        ("GATE", "preset_ambiguous", "Gate (1), gate (7)"),
        ("Garden", "preset_unknown", "Gate (1),  Back door  (2), gate (7), 12 (9)"),
        ("", "preset_unknown", "Gate (1),  Back door  (2), gate (7), 12 (9)"),
    ],
    ids=["ambiguous", "unknown", "empty"],
)
async def test_goto_names(pivot: PivotHome, name: str, key: str, names: str) -> None:
    """A name that is not exactly one is refused with those that there are."""
    with told(key) as placeholders:
        await pivot.act("ptz_goto", preset=name)

    assert placeholders == {
        "device": "Pivot",
        "name": name,
        "names": names,
    }
    assert pivot.camera.done == ["status"]


@pytest.mark.parametrize("can", [Can(status=False)])
async def test_goto_name_of_a_camera_that_tells_none(pivot: PivotHome) -> None:
    """Where no names are known, a number is needed."""
    with refused("preset_by_number"):
        await pivot.act("ptz_goto", preset="Gate")

    await pivot.act("ptz_goto", preset=4)
    assert pivot.camera.done == ["preset"]


@pytest.mark.parametrize(
    ("service", "data"),
    [("ptz_goto", {}), ("ptz_store", {"name": "Gate"}), ("ptz_clear", {})],
)
@pytest.mark.parametrize("number", [0, 65])
async def test_preset_outside(
    pivot: PivotHome, service: str, data: dict[str, Any], number: int
) -> None:
    """A number that the camera does not have is refused with the range."""
    with told("preset_outside") as placeholders:
        await pivot.act(service, preset=number, **data)

    assert placeholders == {
        "device": "Pivot",
        "number": str(number),
        "first": "1",
        "last": "64",
    }
    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(presets=None)])
async def test_presets_without_limits(pivot: PivotHome) -> None:
    """Where the numbers are not known, the camera decides."""
    await pivot.act("ptz_goto", preset=900)

    assert pivot.camera.of("preset") == [{"number": 900, "speed": None}]


@pytest.mark.parametrize(
    ("can", "service", "data", "ability"),
    [
        (Can(to_preset=False), "ptz_goto", {"preset": 1}, "preset"),
        (Can(home=False), "ptz_goto", {"home": True}, "home"),
        (Can(position=frozenset()), "ptz_goto", {"position": {"pan": 1}}, "position"),
        (Can(store=False), "ptz_store", {"preset": 1}, "store"),
        (Can(clear=False), "ptz_clear", {"preset": 1}, "clear"),
        (Can(patrols=frozenset()), "ptz_patrol", {}, "patrol"),
        (Can(status=False), "ptz_list", {}, "list"),
    ],
)
async def test_missing_ability(
    pivot: PivotHome, service: str, data: dict[str, Any], ability: str
) -> None:
    """What this camera cannot do is told, with what it can; nothing is sent."""
    with told("ptz_ability_unsupported") as placeholders:
        await pivot.act(service, **data)

    every = ["clear", "home", "list", "move", "patrol", "position", "preset", "store"]
    assert placeholders["ability"] == ability
    assert placeholders["abilities"].split(", ") == [
        one for one in every if one != ability
    ]
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("can", "axes", "able"),
    [
        (Can(position=frozenset((Axis.ZOOM,))), "pan, tilt", "zoom"),
        (Can(position=frozenset((Axis.PAN, Axis.TILT))), "zoom", "pan, tilt"),
    ],
    ids=["zoom_only", "no_zoom"],
)
async def test_goto_with_a_missing_axis(pivot: PivotHome, axes: str, able: str) -> None:
    """A position names only what the camera can reach."""
    with told("ptz_position_unsupported") as placeholders:
        await pivot.act("ptz_goto", position={"pan": 0, "tilt": 3, "zoom": 10})

    assert placeholders == {"device": "Pivot", "axes": axes, "able": able}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("service", "data", "command", "values"),
    [
        ("ptz_store", {"preset": 5}, "store", {"number": 5, "name": None}),
        (
            "ptz_store",
            {"preset": "5", "name": "Gate"},
            "store",
            {"number": 5, "name": "Gate"},
        ),
        ("ptz_clear", {"preset": 64}, "clear", {"number": 64}),
    ],
    ids=["store", "store_name", "clear"],
)
async def test_store_and_clear(
    pivot: PivotHome,
    service: str,
    data: dict[str, Any],
    command: str,
    values: dict[str, Any],
) -> None:
    """Presets are stored and deleted, and the list of them is read again."""
    await pivot.act(service, **data)
    assert pivot.camera.asked == [(command, values)]


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ({}, {"kind": "patrol", "number": 1, "run": True}),
        ({"patrol": 4, "run": False}, {"kind": "patrol", "number": 4, "run": False}),
        (
            {"kind": "auto_pan", "patrol": 2},
            {"kind": "auto_pan", "number": 2, "run": True},
        ),
        (
            {"kind": "auto_scan", "run": False},
            {"kind": "auto_scan", "number": 1, "run": False},
        ),
        (
            {"kind": "pattern", "patrol": "4"},
            {"kind": "pattern", "number": 4, "run": True},
        ),
    ],
    ids=["default", "end", "auto_pan", "auto_scan", "pattern"],
)
async def test_patrol(
    pivot: PivotHome, data: dict[str, Any], values: dict[str, Any]
) -> None:
    """Patrols and the like are started and ended."""
    await pivot.act("ptz_patrol", **data)

    assert pivot.camera.asked == [("patrol", values)]


@pytest.mark.parametrize(
    "can", [Can(patrols=frozenset((PatrolKind.PATROL, PatrolKind.PATTERN)))]
)
async def test_patrol_of_a_missing_kind(pivot: PivotHome) -> None:
    """A kind that the camera lacks is named, with those it has."""
    with told("patrol_kind_unsupported") as placeholders:
        await pivot.act("ptz_patrol", kind="auto_scan")

    assert placeholders == {
        "device": "Pivot",
        "kind": "auto_scan",
        "kinds": "patrol, pattern",
    }
    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(patrol_numbers=range(1, 5))])
@pytest.mark.parametrize("kind", PatrolKind)
@pytest.mark.parametrize("number", [0, 5])
async def test_patrol_outside(pivot: PivotHome, kind: PatrolKind, number: int) -> None:
    """A number that the camera does not have is refused with the range."""
    with told("patrol_outside") as placeholders:
        await pivot.act("ptz_patrol", kind=kind.value, patrol=number)

    assert placeholders == {
        "device": "Pivot",
        "kind": kind.value,
        "number": str(number),
        "first": "1",
        "last": "4",
    }
    assert pivot.camera.asked == []
    await pivot.act("ptz_patrol", kind=kind.value, patrol=4)
    assert pivot.camera.done == ["patrol"]


@pytest.mark.parametrize(
    "data", [{"kind": "tour"}, {"patrol": -1}, {"patrol": "Round"}, {"speed": 50}]
)
async def test_patrol_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What no camera has is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await pivot.act("ptz_patrol", **data)

    assert pivot.camera.asked == []


async def test_list(pivot: PivotHome) -> None:
    """Presets, patrols and the position, in the user's scales."""
    patrol = {"number": 1, "name": "Round", "kind": "patrol", "running": True}
    pattern = {"number": 2, "name": "", "kind": "pattern", "running": None}
    pivot.camera.answers["status"] = {
        "presets": PRESETS[:2],
        "patrols": [patrol, pattern],
        "position": {"pan": 12.5, "tilt": -3.0, "zoom": 0.29},
    }

    assert await pivot.act("ptz_list") == {
        "presets": PRESETS[:2],
        "patrols": [patrol, pattern],
        "position": {"pan": 12.5, "tilt": -3.0, "zoom": 29.0},
    }


@pytest.mark.parametrize(
    ("told", "position"),
    [
        (None, None),
        ({"zoom": 1.0}, {"pan": None, "tilt": None, "zoom": 100.0}),
        ({"pan": 0.0}, {"pan": 0.0, "tilt": None, "zoom": None}),
    ],
    ids=["none", "zoom", "pan"],
)
async def test_list_position(
    pivot: PivotHome, told: dict[str, float] | None, position: dict[str, Any] | None
) -> None:
    """What a camera does not tell is null."""
    pivot.camera.answers["status"] = {"position": told}

    answer = await pivot.act("ptz_list")

    assert answer == {"presets": [], "patrols": [], "position": position}


@pytest.mark.parametrize(
    ("service", "data", "command"),
    [
        ("ptz_move", {"pan": 1}, "move"),
        ("ptz_stop", {}, "stop"),
        ("ptz_goto", {"preset": 1}, "preset"),
        ("ptz_goto", {"preset": "Gate"}, "status"),
        ("ptz_goto", {"home": True}, "home"),
        ("ptz_goto", {"position": {"pan": 1}}, "position"),
        ("ptz_store", {"preset": 1}, "store"),
        ("ptz_clear", {"preset": 1}, "clear"),
        ("ptz_patrol", {}, "patrol"),
        ("ptz_list", {}, "status"),
    ],
)
async def test_refusal_of_the_camera(
    pivot: PivotHome, service: str, data: dict[str, Any], command: str
) -> None:
    """What the camera refuses is told to the caller."""
    pivot.camera.refused.add(command)
    with refused("invalid_value"):
        await pivot.act(service, **data)

    assert pivot.camera.done == [command]


@pytest.mark.parametrize("can", [Can(streams=(Key.MAIN_STREAM, Key.SUB_STREAM))])
async def test_all_pictures_of_a_camera(pivot: PivotHome) -> None:
    """Who aims at a device aims at all its streams, and moves the camera once."""
    pictures = [pivot.entity_id(key=Key.MAIN_STREAM), pivot.entity_id()]
    await pivot.call("ptz_move", {"device_id": pivot.device_id(), "pan": 10})
    answer = await pivot.call("ptz_list", {"entity_id": pictures})

    assert pivot.camera.done == ["move", "status"]
    assert set(answer) == set(pictures)
    assert answer[pictures[0]] == answer[pictures[1]]


@pytest.mark.parametrize("can", [Can(cameras=2)])
async def test_several_cameras(pivot: PivotHome) -> None:
    """Each camera of a recorder moves; what one refuses does not hold the others."""
    both = {"entity_id": [pivot.entity_id("1"), pivot.entity_id("2")]}
    await pivot.call("ptz_move", {**both, "pan": 10})
    assert pivot.camera.done == ["move", "move"]
    assert set(await pivot.call("ptz_list", both)) == set(both["entity_id"])

    pivot.camera.refused.add("stop")
    with told("all_failed") as placeholders:
        await pivot.call("ptz_stop", both)
    assert all(name in placeholders["failures"] for name in ("Camera 1", "Camera 2"))
    assert pivot.camera.done[-2:] == ["stop", "stop"]


@pytest.mark.parametrize("can", [Can(cameras=2, axes=None)])
async def test_camera_of_a_recorder_is_named(pivot: PivotHome) -> None:
    """The error names the camera and not the recorder."""
    with told("ptz_not_supported") as placeholders:
        await pivot.act("ptz_stop", "2")

    assert placeholders == {"device": "Camera 2"}
