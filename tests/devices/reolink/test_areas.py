"""Areas for motion, objects and privacy, there and back."""

from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import Box
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import AreaStore
from custom_components.watchpost.devices.model.vocabulary import AreaKind
from custom_components.watchpost.devices.transport.grid import draw
from custom_components.watchpost.devices.vendors.reolink.areas import area_stores
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .rig import Rig, rigged

OBJECTS: Final = {
    AreaKind.PERSON: "people",
    AreaKind.VEHICLE: "vehicle",
    AreaKind.ANIMAL: "dog_cat",
    AreaKind.FACE: "face",
}
WHOLE: Final = Box(x=0, y=0, width=1, height=1)
LEFT: Final = Box(x=0, y=0, width=0.25, height=1)
CORNER: Final = Box(x=0.5, y=0.4, width=0.5, height=0.6)
UNITS: Final = pytest.mark.parametrize(
    ("options", "channel"),
    [
        pytest.param(ReolinkOptions.full(), 0, id="camera"),
        pytest.param(ReolinkOptions.nvr(4, online=3, full=True), 2, id="recorder"),
    ],
)


def store(rig: Rig, kind: AreaKind, channel: int = 0) -> AreaStore:
    """Return the areas of a camera."""
    return area_stores(rig.parts(channel))[kind]


def older(**changes: Any) -> ReolinkOptions:
    """Return a camera of the first generation."""
    return ReolinkOptions.full(schedule_version=0, **changes)


# What is there


@UNITS
async def test_kinds(
    session: ClientSession, options: ReolinkOptions, channel: int
) -> None:
    """A camera with everything has areas of six kinds."""
    async with rigged(session, options) as rig:
        expected = {AreaKind.MOTION, AreaKind.PRIVACY, *OBJECTS}
        assert set(area_stores(rig.parts(channel))) == expected


@pytest.mark.parametrize(
    ("camera", "kinds"),
    [
        pytest.param(
            ChannelOptions(motion=False, ai=()), {AreaKind.PRIVACY}, id="mask only"
        ),
        pytest.param(
            ChannelOptions(ai=("people",), abilities={"mask": 0}),
            {AreaKind.MOTION, AreaKind.PERSON},
            id="people",
        ),
        pytest.param(
            ChannelOptions(ai_settings=False),
            {AreaKind.MOTION, AreaKind.PRIVACY},
            id="objects that cannot be set",
        ),
    ],
)
async def test_missing_abilities(
    session: ClientSession, camera: ChannelOptions, kinds: set[AreaKind]
) -> None:
    """What a camera cannot look for has no area."""
    async with rigged(session, ReolinkOptions(channels=[camera])) as rig:
        assert set(area_stores(rig.parts())) == kinds


async def test_objects_that_are_known_better(session: ClientSession) -> None:
    """The state of the camera tells more than its abilities."""
    async with rigged(session, ReolinkOptions.full()) as rig:
        found = area_stores(rig.parts(), {"dog_cat", "unknown"})
        assert set(found) == {AreaKind.MOTION, AreaKind.PRIVACY, AreaKind.ANIMAL}


# Grids


@pytest.mark.parametrize(
    ("options", "stem", "rows"),
    [
        pytest.param(ReolinkOptions.full(), "MdAlarm", 60, id="newer"),
        pytest.param(older(), "Alarm", 45, id="older"),
    ],
)
async def test_motion(
    session: ClientSession, options: ReolinkOptions, stem: str, rows: int
) -> None:
    """Only the cells are sent; sensitivities stay as they are."""
    async with rigged(session, options) as rig:
        areas = store(rig, AreaKind.MOTION)
        assert await areas.get() == (WHOLE,)
        before = rig.unit.settings.fields(stem)
        await areas.set((LEFT, CORNER))
        cells = draw((LEFT, CORNER), 80, rows)
        before["scope"]["table"] = cells
        assert rig.unit.settings.fields(stem) == before
        assert cells.count("1") == 20 * rows + 40 * rows * 3 // 5
        (call,) = rig.unit.calls_of(f"Set{stem}")
        scope = {"cols": 80, "rows": rows, "table": cells}
        kind = {} if stem == "MdAlarm" else {"type": "md"}
        assert call.param == {stem: {**kind, "channel": 0, "scope": scope}}
        assert set(await areas.get()) == {LEFT, CORNER}


async def test_motion_of_one_camera(session: ClientSession) -> None:
    """The others of a recorder keep theirs."""
    async with rigged(session, ReolinkOptions.nvr(3)) as rig:
        await store(rig, AreaKind.MOTION, 1).set((LEFT,))
        assert await store(rig, AreaKind.MOTION, 1).get() == (LEFT,)
        assert await store(rig, AreaKind.MOTION, 2).get() == (WHOLE,)


@pytest.mark.parametrize("kind", [AreaKind.MOTION, AreaKind.PERSON])
async def test_nowhere(session: ClientSession, kind: AreaKind) -> None:
    """Without any box nothing is looked for."""
    async with rigged(session, ReolinkOptions.full()) as rig:
        areas = store(rig, kind)
        await areas.set(())
        assert await areas.get() == ()


@pytest.mark.parametrize("form", ["nested", "flat"])
@pytest.mark.parametrize(("kind", "name"), OBJECTS.items())
async def test_objects(
    session: ClientSession, kind: AreaKind, name: str, form: Any
) -> None:
    """Each kind of object has an area, written with a command of its own."""
    async with rigged(session, ReolinkOptions.full(ai_alarm=form)) as rig:
        areas = store(rig, kind)
        assert await areas.get() == (WHOLE,)
        before = dict(rig.unit.cameras[0].ai_alarms[name])
        await areas.set((LEFT,))
        cells = draw((LEFT,), 80, 60)
        (call,) = rig.unit.calls_of("SetAlarmArea")
        assert call.param == {
            "channel": 0,
            "ai_type": name,
            "width": 80,
            "height": 60,
            "area": cells,
        }
        assert rig.unit.cameras[0].ai_alarms[name] == {
            **before,
            "scope": {"area": cells},
        }
        assert await areas.get() == (LEFT,)
        alarms = rig.unit.cameras[0].ai_alarms
        others = [alarm for other, alarm in alarms.items() if other != name]
        assert [alarm["scope"]["area"] for alarm in others] == ["1" * 4800] * 3


async def test_settings_are_read_again(session: ClientSession) -> None:
    """What a document holds of an area is old once it was written."""
    async with rigged(session, ReolinkOptions.full()) as rig:
        areas = store(rig, AreaKind.PERSON)
        await areas.get()
        assert rig.documents.due(["0.AiAlarm.people"], {None, 0}) == []
        await areas.set((LEFT,))
        assert len(rig.documents.due(["0.AiAlarm.people"], {None, 0})) == 1


@pytest.mark.parametrize(
    ("scope", "boxes"),
    [
        pytest.param(
            {"Cols": "4", "Rows": "2", "Table": "11000000"},
            (Box(x=0, y=0, width=0.5, height=0.5),),
            id="other spelling",
        ),
        pytest.param({"table": "1" * 160}, (WHOLE,), id="no size"),
        pytest.param({"rows": 2, "table": "1" * 8}, (WHOLE,), id="no columns"),
        pytest.param({"cols": 4, "table": "1" * 8}, (WHOLE,), id="no rows"),
    ],
)
async def test_odd_grids(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    scope: dict[str, Any],
    boxes: tuple[Box, ...],
) -> None:
    """The size is what the device says, or follows from the cells."""
    async with rigged(session) as rig:
        answer = {"value": {"MdAlarm": {"channel": 0, "scope": scope}}}
        monkeypatch.setattr(rig.unit.settings, "read", lambda *args: answer)
        assert await store(rig, AreaKind.MOTION).get() == boxes


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="no cells"),
        pytest.param({"cols": 80, "rows": 60, "table": ""}, id="empty"),
        pytest.param({"cols": 80, "rows": 60, "table": "1" * 80}, id="too few"),
        pytest.param({"cols": 80, "rows": 1, "table": "1" * 81}, id="too many"),
        pytest.param({"cols": -80, "rows": -1, "table": "1" * 80}, id="negative"),
        pytest.param({"cols": 0, "rows": 90, "table": "1" * 80}, id="no column"),
        pytest.param({"cols": "x", "rows": -1, "table": "1" * 80}, id="no number"),
    ],
)
async def test_answers_without_a_grid(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, scope: Any
) -> None:
    """What cannot be read is neither shown nor written over."""
    async with rigged(session) as rig:
        answer = {"value": {"MdAlarm": {"channel": 0, "scope": scope}}}
        monkeypatch.setattr(rig.unit.settings, "read", lambda *args: answer)
        areas = store(rig, AreaKind.MOTION)
        with pytest.raises(DeviceConnectionError) as caught:
            await areas.get()
        assert caught.value.reason is Reason.BAD_ANSWER
        with pytest.raises(DeviceConnectionError):
            await areas.set((LEFT,))
        assert rig.unit.calls_of("SetMdAlarm") == []


# Privacy


EXAMPLE: Final = Box(x=192 / 640, y=143 / 480, width=121 / 640, height=163 / 480)
"""The area that the guide prints."""


async def test_privacy(session: ClientSession) -> None:
    """An area is a part of the picture that it carries with it."""
    async with rigged(session) as rig:
        assert await store(rig, AreaKind.PRIVACY).get() == (EXAMPLE,)


@pytest.mark.parametrize("enable", [0, 1])
@UNITS
async def test_privacy_there_and_back(
    session: ClientSession, options: ReolinkOptions, channel: int, enable: int
) -> None:
    """Areas are replaced; whether they hide anything is not changed by that."""
    async with rigged(session, options) as rig:
        rig.unit.settings.change("Mask", channel, enable=enable)
        areas = store(rig, AreaKind.PRIVACY, channel)
        await areas.set((LEFT, CORNER))
        screen = {"height": 480, "width": 640}
        (call,) = rig.unit.calls_of("SetMask")
        assert call.param == {
            "Mask": {
                "channel": channel,
                "enable": enable,
                "area": [
                    {
                        "block": {"x": 0, "y": 0, "width": 160, "height": 480},
                        "screen": screen,
                    },
                    {
                        "block": {"x": 320, "y": 192, "width": 320, "height": 288},
                        "screen": screen,
                    },
                ],
            }
        }
        assert await areas.get() == (LEFT, CORNER)
        assert rig.unit.settings.fields("Mask", channel)["enable"] == enable


async def test_first_area(session: ClientSession) -> None:
    """Where none was stored the picture is that of the guide's example."""
    async with rigged(session) as rig:
        empty = {"x": 0, "y": 0, "width": 0, "height": 0}
        rig.unit.settings.change(
            "Mask", area=[{"block": empty, "screen": {"width": 0, "height": 0}}]
        )
        areas = store(rig, AreaKind.PRIVACY)
        assert await areas.get() == ()
        await areas.set((LEFT,))
        (area,) = rig.unit.settings.fields("Mask")["area"]
        assert area["screen"] == {"width": 1280, "height": 720}
        assert area["block"] == {"x": 0, "y": 0, "width": 320, "height": 720}


async def test_no_areas(session: ClientSession) -> None:
    """All areas can be taken away."""
    async with rigged(session) as rig:
        areas = store(rig, AreaKind.PRIVACY)
        await areas.set(())
        assert rig.unit.settings.fields("Mask")["area"] == []
        assert await areas.get() == ()


async def test_as_many_as_there_may_be(session: ClientSession) -> None:
    """Four are kept, a fifth is refused and nothing is asked for."""
    async with rigged(session) as rig:
        areas = store(rig, AreaKind.PRIVACY)
        await areas.set((LEFT,) * 4)
        assert len(await areas.get()) == 4
        rig.unit.forget()
        with pytest.raises(DeviceRequestError) as caught:
            await areas.set((LEFT,) * 5)
        assert caught.value.reason is Reason.TOO_MANY_AREAS
        assert caught.value.placeholders == {"limit": "4"}
        assert rig.unit.requests == []


@pytest.mark.parametrize(
    ("box", "block"),
    [
        pytest.param(
            Box(x=0.5, y=0.5, width=0, height=0.0001),
            {"x": 320, "y": 240, "width": 1, "height": 1},
            id="tiny",
        ),
        pytest.param(
            Box(x=1, y=1, width=0, height=0),
            {"x": 639, "y": 479, "width": 1, "height": 1},
            id="last point",
        ),
        pytest.param(
            Box(x=1 / 3, y=0, width=2 / 3, height=1),
            {"x": 213, "y": 0, "width": 427, "height": 480},
            id="to the edge",
        ),
    ],
)
async def test_whole_points(
    session: ClientSession, box: Box, block: dict[str, int]
) -> None:
    """An area has whole points, at least one, and lies in the picture."""
    async with rigged(session) as rig:
        await store(rig, AreaKind.PRIVACY).set((box,))
        (area,) = rig.unit.settings.fields("Mask")["area"]
        assert area["block"] == block


@pytest.mark.parametrize(
    ("area", "boxes"),
    [
        pytest.param(None, (), id="nothing"),
        pytest.param([{}], (), id="no parts"),
        pytest.param(
            [{"block": {"x": 1, "y": 1, "width": 2, "height": 2}}], (), id="no screen"
        ),
        pytest.param(
            [
                {
                    "Block": {"x": "50", "y": "0", "width": "100", "height": "50"},
                    "Screen": {"width": "100", "height": "100"},
                }
            ],
            (Box(x=0.5, y=0, width=0.5, height=0.5),),
            id="text and too wide",
        ),
        pytest.param(
            [
                {
                    "block": {"x": -5, "width": 10, "height": 100},
                    "screen": {"width": 100, "height": 100},
                }
            ],
            (Box(x=0, y=0, width=0.1, height=1),),
            id="outside",
        ),
    ],
)
async def test_odd_masks(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    area: Any,
    boxes: tuple[Box, ...],
) -> None:
    """Every box lies in the picture, whatever the device says."""
    async with rigged(session) as rig:
        answer = {"value": {"Mask": {"channel": 0, "enable": 1, "area": area}}}
        monkeypatch.setattr(rig.unit.settings, "read", lambda *args: answer)
        assert await store(rig, AreaKind.PRIVACY).get() == boxes


# Refusals


@pytest.mark.parametrize(
    ("kind", "command", "code", "reason"),
    [
        (AreaKind.MOTION, "GetMdAlarm", -99, Reason.CAMERA_OFFLINE),
        (AreaKind.MOTION, "SetMdAlarm", -26, Reason.NO_PERMISSION),
        (AreaKind.PERSON, "GetAiAlarm", -9, Reason.UNSUPPORTED),
        (AreaKind.PERSON, "SetAlarmArea", -4, Reason.INVALID_VALUE),
        (AreaKind.PRIVACY, "GetMask", -24, Reason.UNSUPPORTED),
        (AreaKind.PRIVACY, "SetMask", -13, Reason.FAILED),
    ],
)
async def test_refused(
    session: ClientSession, kind: AreaKind, command: str, code: int, reason: Reason
) -> None:
    """A refusal is raised as what it is."""
    async with rigged(session) as rig:
        rig.unit.plans.refuse(command, code)
        with pytest.raises(DeviceError) as caught:
            await store(rig, kind).set((LEFT,))
        assert caught.value.reason is reason
