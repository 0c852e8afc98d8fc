"""Actions on lens, overlay and areas of cameras; what a camera can do at all."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import voluptuous as vol

from custom_components.watchpost import schemas
from custom_components.watchpost.devices.model.vocabulary import (
    AreaKind,
    Calibration,
    Key,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from tests.camera_home import told
from tests.conftest import Time
from tests.home import refused
from tests.pivot import PivotHome, at_home
from tests.pivot_family import SETTINGS, Can
from tests.test_services_parity import example, fields

SCHEMAS: dict[str, Any] = {
    "areas_get": schemas.AREAS_GET,
    "areas_set": schemas.AREAS_SET,
    "lens_calibrate": schemas.LENS_CALIBRATE,
    "overlay_set": schemas.OVERLAY_SET,
    "ptz_clear": schemas.PTZ_CLEAR,
    "ptz_goto": schemas.PTZ_GOTO,
    "ptz_move": schemas.PTZ_MOVE,
    "ptz_patrol": schemas.PTZ_PATROL,
    "ptz_store": schemas.PTZ_STORE,
    "recording_download": schemas.RECORDING_DOWNLOAD,
    "recordings_search": schemas.RECORDINGS_SEARCH,
}
BOX = {"x": 0, "y": 50, "width": 25.5, "height": 50}


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
        yield home


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_described_as_accepted(name: str) -> None:
    """Fields, examples and defaults are those that the action takes."""
    described = fields(name)
    assert {str(marker) for marker in SCHEMAS[name]} == set(described)

    schema = cv.make_entity_service_schema(SCHEMAS[name])
    examples = {field: example(one) for field, one in described.items()}
    defaults = {
        field: one["default"] for field, one in described.items() if "default" in one
    }
    needed = {f: examples[f] for f, one in described.items() if one.get("required")}
    target = {"entity_id": ["camera.porch"]}
    schema({**target, **examples})
    bare = {str(field): value for field, value in schema({**target, **needed}).items()}
    assert bare.items() >= defaults.items()
    assert set(bare) == {*target, *needed, *defaults}


def test_format_is_described_as_accepted() -> None:
    """The action of devices as well."""
    described = fields("storage_format")
    examples = {field: example(one) for field, one in described.items()}

    assert set(schemas.STORAGE_FORMAT(examples)) == set(described)


@pytest.mark.parametrize(
    ("data", "command"),
    [
        ({}, "calibrate_refocus"),
        ({"mode": "refocus"}, "calibrate_refocus"),
        ({"mode": "full"}, "calibrate_full"),
    ],
)
async def test_calibrate(pivot: PivotHome, data: dict[str, Any], command: str) -> None:
    """The lens focuses again, or all motors find themselves."""
    await pivot.act("lens_calibrate", **data)

    assert pivot.camera.asked == [(command, {})]


@pytest.mark.parametrize(
    ("can", "modes"),
    [
        (Can(calibrations=frozenset((Calibration.REFOCUS,))), "refocus"),
        (Can(calibrations=frozenset()), "-"),
    ],
    ids=["refocus", "none"],
)
async def test_calibrate_unsupported(pivot: PivotHome, modes: str) -> None:
    """A mode that the camera lacks is named, with those it has."""
    with told("calibration_unsupported") as placeholders:
        await pivot.act("lens_calibrate", mode="full")

    assert placeholders == {"device": "Pivot", "mode": "full", "modes": modes}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("data", "change"),
    [
        pytest.param({"text": "Gate"}, {"text": "Gate"}, id="text"),
        pytest.param({"text": ""}, {"text": ""}, id="no_text"),
        pytest.param(
            {"slot": 3, "x": 5, "y": 100}, {"slot": 3, "x": 0.05, "y": 1.0}, id="place"
        ),
        pytest.param({"x": 0}, {"x": 0.0}, id="left"),
        pytest.param({"enabled": False}, {"enabled": False}, id="hidden"),
    ],
)
async def test_overlay(
    pivot: PivotHome, data: dict[str, Any], change: dict[str, Any]
) -> None:
    """Only what is named changes; places are percent of the picture."""
    await pivot.act("overlay_set", **data)

    nothing = {"slot": 1, "text": None, "x": None, "y": None, "enabled": None}
    assert pivot.camera.asked == [("overlay", {**nothing, **change})]


@pytest.mark.parametrize("data", [{}, {"slot": 2}], ids=["nothing", "slot"])
async def test_overlay_without_a_change(pivot: PivotHome, data: dict[str, Any]) -> None:
    """A change of nothing is refused."""
    with refused("overlay_no_change"):
        await pivot.act("overlay_set", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(overlay=False)])
async def test_overlay_unsupported(pivot: PivotHome) -> None:
    """A camera without a text over its picture says so."""
    with told("overlay_unsupported") as placeholders:
        await pivot.act("overlay_set", text="Gate")

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


async def test_areas_get(pivot: PivotHome) -> None:
    """Areas are told in percent of the picture."""
    pivot.camera.answers["get_areas"] = {
        "boxes": [
            {"x": 0.0, "y": 0.29, "width": 1 / 3, "height": 0.71},
            {"x": 0.5, "y": 0.5, "width": 0.0125, "height": 1 / 60},
        ]
    }

    assert await pivot.act("areas_get", kind="privacy") == {
        "kind": "privacy",
        "boxes": [
            {"x": 0.0, "y": 29.0, "width": 33.33, "height": 71.0},
            {"x": 50.0, "y": 50.0, "width": 1.25, "height": 1.67},
        ],
    }
    assert pivot.camera.asked == [("get_areas", {"kind": "privacy"})]


@pytest.mark.parametrize(
    ("boxes", "sent"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [BOX], [{"x": 0.0, "y": 0.5, "width": 0.255, "height": 0.5}], id="one"
        ),
        pytest.param(
            BOX, [{"x": 0.0, "y": 0.5, "width": 0.255, "height": 0.5}], id="alone"
        ),
        pytest.param(
            [{"x": 0, "y": 0, "width": 100, "height": 100}] * 3,
            [{"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}] * 3,
            id="whole",
        ),
        pytest.param(
            [{"x": 50, "y": 0, "width": 50.01, "height": 100}],
            [{"x": 0.5, "y": 0.0, "width": 0.5, "height": 1.0}],
            id="rounded",
        ),
    ],
)
async def test_areas_set(
    pivot: PivotHome, boxes: Any, sent: list[dict[str, float]]
) -> None:
    """Areas are replaced; none at all is an answer too."""
    await pivot.act("areas_set", kind="motion", boxes=boxes)

    assert pivot.camera.asked == [("set_areas", {"kind": "motion", "boxes": sent})]


@pytest.mark.parametrize("change", [{"x": 74.6}, {"x": 99}, {"y": 50.1}], ids=str)
async def test_area_outside(pivot: PivotHome, change: dict[str, float]) -> None:
    """An area that leaves the picture is refused, and the others with it."""
    with refused("area_outside"):
        await pivot.act("areas_set", kind="motion", boxes=[BOX, {**BOX, **change}])

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "box",
    [
        {"x": -1},
        {"x": 100},
        {"width": 0},
        {"height": -5},
        {"y": float("nan")},
        {"depth": 1},
    ],
    ids=str,
)
async def test_areas_wrong_input(pivot: PivotHome, box: dict[str, float]) -> None:
    """What is no area is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await pivot.act("areas_set", kind="motion", boxes=[{**BOX, **box}])

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "can", [Can(areas=frozenset((AreaKind.PRIVACY, AreaKind.MOTION)))]
)
@pytest.mark.parametrize(
    ("service", "data"), [("areas_get", {}), ("areas_set", {"boxes": []})]
)
async def test_areas_unsupported(
    pivot: PivotHome, service: str, data: dict[str, Any]
) -> None:
    """A kind that the camera lacks is named, with those it has."""
    with told("no_such_areas") as placeholders:
        await pivot.act(service, kind="fire", **data)

    assert placeholders == {
        "device": "Pivot",
        "kind": "fire",
        "kinds": "motion, privacy",
    }
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("overlay_set", {"text": "Gate"}),
        ("areas_set", {"kind": "motion", "boxes": []}),
        ("ptz_store", {"preset": 1}),
        ("ptz_clear", {"preset": 1}),
    ],
)
async def test_settings_are_confirmed(
    moving_time: Time, pivot: PivotHome, service: str, data: dict[str, Any]
) -> None:
    """What was set is read back a little later, once."""
    await pivot.act(service, **data)
    assert pivot.camera.of(SETTINGS) == []

    await moving_time.pass_by(3)
    assert len(pivot.camera.of(SETTINGS)) == 1


@pytest.mark.parametrize(
    ("service", "data", "command"),
    [
        ("lens_calibrate", {}, "calibrate_refocus"),
        ("overlay_set", {"text": "Gate"}, "overlay"),
        ("areas_get", {"kind": "motion"}, "get_areas"),
        ("areas_set", {"kind": "motion", "boxes": []}, "set_areas"),
    ],
)
async def test_refusal_of_the_camera(
    moving_time: Time,
    pivot: PivotHome,
    service: str,
    data: dict[str, Any],
    command: str,
) -> None:
    """What the camera refuses is told to the caller, and nothing is read back."""
    pivot.camera.refused.add(command)
    with refused("invalid_value"):
        await pivot.act(service, **data)

    await moving_time.pass_by(3)
    assert pivot.camera.done == [command]
    assert pivot.camera.of(SETTINGS) == []


@pytest.mark.parametrize("can", [Can(overlay=False)])
async def test_what_a_camera_has_come_to_do(
    moving_time: Time, pivot: PivotHome, can: Can
) -> None:
    """What a device has learned of a camera counts at once, without a restart."""
    with refused("overlay_unsupported"):
        await pivot.act("overlay_set", text="Gate")

    can.overlay = True
    await pivot.act("areas_set", kind="motion", boxes=[])
    await moving_time.pass_by(3)
    await pivot.act("overlay_set", text="Gate")
    assert pivot.camera.done == ["set_areas", "overlay"]


@pytest.mark.parametrize("can", [Can(cameras=2, offline=1)])
async def test_explain_of_a_recorder(pivot: PivotHome) -> None:
    """The recorder tells of all its cameras, also of one that is not there."""
    answer = await pivot.call("explain", {"device_id": pivot.device_id()})

    found = {(one["unit"], one["key"], one["status"]) for one in answer["features"]}
    assert found == {
        ("Camera 1", "sub_stream", "made"),
        ("Camera 1", "mirror", "disabled"),
        ("Camera 1", "siren", "unsupported"),
        ("Camera 2", "sub_stream", "made"),
        ("Camera 2", "mirror", "disabled"),
        ("Camera 2", "siren", "unsupported"),
        ("3", "siren", "unsupported"),
        ("Pivot", "siren", "unsupported"),
        ("Pivot", "storage_status", "disabled"),
    }


@pytest.mark.parametrize("can", [Can(cameras=2)])
async def test_explain_of_one_camera(pivot: PivotHome) -> None:
    """A camera of a recorder tells of itself alone."""
    answer = await pivot.call("explain", {"device_id": pivot.device_id("2")})

    assert [(one["unit"], one["key"]) for one in answer["features"]] == [
        ("Camera 2", "sub_stream"),
        ("Camera 2", "mirror"),
        ("Camera 2", "siren"),
    ]
    assert answer["features"][0]["entity_id"] == pivot.entity_id("2")


async def test_record_event(pivot: PivotHome) -> None:
    """The device records what happens now."""
    await pivot.act("record_event")

    assert pivot.camera.asked == [("record_event", {})]


@pytest.mark.parametrize(
    "can", [Can(streams=(Key.MAIN_STREAM, Key.SUB_STREAM))], ids=["two_pictures"]
)
async def test_record_event_once(pivot: PivotHome) -> None:
    """Whoever aims at a device with several pictures has one recording."""
    await pivot.call("record_event", {"device_id": pivot.device_id()})

    assert pivot.camera.asked == [("record_event", {})]


@pytest.mark.parametrize(
    ("can", "key"),
    [
        (Can(record_event=False, video=True), "record_event_by_stream"),
        (Can(record_event=False), "record_event_unsupported"),
    ],
    ids=["video", "stills"],
)
async def test_record_event_unsupported(pivot: PivotHome, key: str) -> None:
    """It is told what can be done instead."""
    with told(key) as placeholders:
        await pivot.act("record_event")

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


async def test_record_event_refused(pivot: PivotHome) -> None:
    """What the camera refuses is told to the caller."""
    pivot.camera.refused.add("record_event")
    with refused("invalid_value"):
        await pivot.act("record_event")
