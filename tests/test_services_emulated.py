"""Actions of cameras against emulated devices: what arrives there, what they refuse."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.camera_home import EmulatedHome, emulated, told
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ChannelOptions, Disk, ReolinkOptions
from tests.home import refused

BOX = {"x": 0, "y": 50, "width": 25.5, "height": 50}


@pytest.fixture
def options() -> ReolinkOptions:
    """Return how the emulated device behaves; override it in a test."""
    return ReolinkOptions.full()


@pytest.fixture
async def porch(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    options: ReolinkOptions,
    tmp_path: Path,
) -> AsyncIterator[EmulatedHome]:
    """Return a home with an emulated device, and a folder to use."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    async with emulated(hass, monkeypatch, options) as home:
        yield home


def names_in(folder: Path) -> list[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize(
    ("data", "op", "speed"),
    [
        ({"pan": 50}, "Right", 32),
        ({"pan": -100, "tilt": 100}, "LeftUp", 64),
        ({"tilt": -1}, "Down", 1),
        ({"zoom": 100}, "ZoomInc", 64),
        ({"focus": -50}, "FocusDec", 32),
        ({"iris": 50}, "IrisInc", 32),
    ],
)
async def test_move(
    porch: EmulatedHome, data: dict[str, Any], op: str, speed: int
) -> None:
    """The camera moves and is stopped before the action ends."""
    await porch.act("ptz_move", duration=0.05, **data)

    first, *_, last = porch.device.cameras[0].ptz.moves
    assert (first.op, first.speed) == (op, speed)
    assert (last.op, porch.device.cameras[0].ptz.moving) == ("Stop", None)


async def test_move_of_two_kinds(porch: EmulatedHome) -> None:
    """What the camera can only do one after the other is refused at once."""
    with refused("ptz_one_at_a_time"):
        await porch.act("ptz_move", pan=10, zoom=10)

    assert porch.device.cameras[0].ptz.moves == []


async def test_presets(porch: EmulatedHome) -> None:
    """A position is stored, found again by its name, and forgotten."""
    motors = porch.device.cameras[0].ptz
    await porch.act("ptz_store", preset=64, name="Gate")
    assert motors.presets[63] == {
        "channel": 0,
        "enable": 1,
        "id": 64,
        "name": "Gate",
    }
    await porch.act("ptz_goto", preset=1)
    assert motors.position.pan == 30
    await porch.act("ptz_goto", preset="gate")
    assert (motors.moves[-1].op, motors.moves[-1].number) == ("ToPos", 64)
    with refused("preset_ambiguous"):
        await porch.act("ptz_goto", preset="pos1")

    answer = await porch.act("ptz_list")
    assert answer["presets"] == [
        {"number": 1, "name": "pos1"},
        {"number": 2, "name": "pos1"},
        {"number": 64, "name": "Gate"},
    ]
    await porch.act("ptz_clear", preset=64)
    assert motors.presets[63]["enable"] == 0
    with refused("preset_outside"):
        await porch.act("ptz_clear", preset=65)


async def test_home_and_position(porch: EmulatedHome) -> None:
    """The camera goes home, and its lens to a position; nothing else can."""
    motors = porch.device.cameras[0].ptz
    await porch.act("ptz_goto", preset=2)
    await porch.act("ptz_goto", home=True)
    assert motors.moves[-1].op == "ToGuard"
    await porch.act("ptz_goto", position={"zoom": 100})
    assert motors.position.zoom == 33
    with told("ptz_position_unsupported") as placeholders:
        await porch.act("ptz_goto", position={"pan": 10, "zoom": 10})

    assert (placeholders["axes"], placeholders["able"]) == ("pan", "zoom")
    assert motors.position.zoom == 33


async def test_patrol(porch: EmulatedHome) -> None:
    """A patrol is started and ended; other kinds are refused."""
    motors = porch.device.cameras[0].ptz
    await porch.act("ptz_patrol", patrol=1)
    assert motors.patrolling == 1
    (patrol,) = (await porch.act("ptz_list"))["patrols"]
    assert (patrol["number"], patrol["running"]) == (1, True)

    await porch.act("ptz_patrol", patrol=1, run=False)
    assert motors.patrolling is None
    with refused("patrol_kind_unsupported"):
        await porch.act("ptz_patrol", kind="auto_pan")


@pytest.mark.parametrize(
    ("options", "data", "key"),
    [
        (ReolinkOptions(), {"pan": 10}, "ptz_not_supported"),
        (
            ReolinkOptions(channels=[ChannelOptions(ptz_type=1)]),
            {"pan": 10},
            "ptz_axis_unsupported",
        ),
        (
            ReolinkOptions(channels=[ChannelOptions(ptz_type=3)]),
            {"zoom": 10},
            "ptz_axis_unsupported",
        ),
    ],
    ids=["fixed", "lens_only", "motors_only"],
)
async def test_camera_that_cannot_move(
    porch: EmulatedHome, data: dict[str, Any], key: str
) -> None:
    """A camera without motors, or without a lens that moves, is left alone."""
    porch.device.forget()
    with refused(key):
        await porch.act("ptz_move", **data)

    assert porch.device.calls_of("PtzCtrl") == []


@pytest.mark.parametrize("options", [ReolinkOptions.nvr(3, full=True)])
async def test_recorder(porch: EmulatedHome) -> None:
    """Only the camera that is meant moves."""
    await porch.act("ptz_move", "channel_2", pan=10, duration=0.05)

    assert [bool(one.ptz.moves) for one in porch.device.cameras] == [False, True, False]


async def test_calibration(porch: EmulatedHome) -> None:
    """All motors find themselves; the lens alone cannot."""
    await porch.act("lens_calibrate", mode="full")
    assert porch.device.cameras[0].ptz.check_state == 1

    with told("calibration_unsupported") as placeholders:
        await porch.act("lens_calibrate")
    assert placeholders == {"device": "Porch", "mode": "refocus", "modes": "full"}


async def test_overlay(porch: EmulatedHome) -> None:
    """The name in the picture changes, and can be hidden."""
    await porch.act("overlay_set", text="Gate")
    shown = porch.device.settings.fields("Osd", 0)["osdChannel"]
    assert (shown["name"], shown["enable"]) == ("Gate", 1)

    await porch.act("overlay_set", x=99, y=99, enabled=False)
    shown = porch.device.settings.fields("Osd", 0)["osdChannel"]
    assert (shown["name"], shown["enable"]) == ("Gate", 0)
    assert shown["pos"] == "Lower Right"


async def test_privacy_areas(porch: EmulatedHome) -> None:
    """Areas are replaced and read back in percent."""
    boxes = [BOX, {"x": 75, "y": 0, "width": 25, "height": 10}]
    await porch.act("areas_set", kind="privacy", boxes=boxes)

    assert len(porch.device.settings.fields("Mask", 0)["area"]) == 2
    answer = await porch.act("areas_get", kind="privacy")
    for box, found in zip(boxes, answer["boxes"], strict=True):
        assert found == pytest.approx(box, abs=0.2)


async def test_motion_areas(porch: EmulatedHome) -> None:
    """A grid of cells is read and written as boxes."""
    boxes = [{"x": 25, "y": 50, "width": 50, "height": 25}]
    await porch.act("areas_set", kind="motion", boxes=boxes)

    scope = porch.device.settings.fields("MdAlarm", 0)["scope"]
    assert scope["table"].count("1") == scope["cols"] * scope["rows"] // 8
    answer = await porch.act("areas_get", kind="motion")
    assert answer == {"kind": "motion", "boxes": boxes}


@pytest.mark.parametrize(
    ("options", "service", "data", "key"),
    [
        (ReolinkOptions(), "lens_calibrate", {}, "calibration_unsupported"),
        (
            ReolinkOptions(channels=[ChannelOptions(abilities={"osd": 0})]),
            "overlay_set",
            {"text": "Gate"},
            "overlay_unsupported",
        ),
        (ReolinkOptions(), "areas_get", {"kind": "fire"}, "no_such_areas"),
        (
            ReolinkOptions(),
            "areas_set",
            {"kind": "region", "boxes": []},
            "no_such_areas",
        ),
    ],
)
async def test_camera_that_cannot(
    porch: EmulatedHome, service: str, data: dict[str, Any], key: str
) -> None:
    """What a camera cannot do is told, and it is left alone."""
    porch.device.forget()
    with refused(key):
        await porch.act(service, **data)

    assert [one for one in porch.asked() if one.startswith("Set")] == []


async def test_search(porch: EmulatedHome) -> None:
    """What was recorded is found, in its stream, with what it was recorded for."""
    start = datetime(2026, 1, 5, 12, 0, 0)
    main, _ = porch.device.recordings.add(start, 30, triggers=("people", "motion"))
    porch.device.recordings.add(start - timedelta(days=2))

    answer = await porch.act(
        "recordings_search",
        start="2026-01-05T11:00:00+00:00",
        end="2026-01-05T13:00:00+00:00",
    )

    (found,) = answer["recordings"]
    assert datetime.fromisoformat(found["start"]) == start.replace(tzinfo=UTC)
    assert datetime.fromisoformat(found["end"]) == main.end.replace(tzinfo=UTC)
    assert found["bytes"] == len(main.content)
    assert found["triggers"] == ["motion", "person"]
    assert found["stream"] == "main"


@pytest.mark.parametrize(
    "options",
    [ReolinkOptions.full(), ReolinkOptions.nvr(2, full=True)],
    ids=["camera", "recorder"],
)
@pytest.mark.parametrize("faults", [0, 1], ids=["well", "broken"])
async def test_download(
    porch: EmulatedHome, tmp_path: Path, options: ReolinkOptions, faults: int
) -> None:
    """What was found can be had, byte by byte, also if the connection breaks."""
    channel = len(options.channels) - 1
    unit = f"channel_{channel + 1}" if options.is_nvr else ""
    now = porch.device.local_time.replace(microsecond=0)
    _, sub = porch.device.recordings.add(now - timedelta(hours=1), channel=channel)
    answer = await porch.act("recordings_search", unit, stream="sub")
    (found,) = answer["recordings"]
    for _ in range(faults):
        # A recorder is asked for the file by its name first, which it refuses.
        skip = int(options.is_nvr)
        porch.device.faults.add(FaultKind.TRUNCATED, method="GET", skip=skip)

    path = tmp_path / "film.mp4"
    answer = await porch.act("recording_download", unit, id=found["id"], path=str(path))

    assert answer == {"path": str(path), "bytes": len(sub.content)}
    assert path.read_bytes() == sub.content
    assert names_in(tmp_path) == ["film.mp4"]


async def test_download_that_fails(porch: EmulatedHome, tmp_path: Path) -> None:
    """What keeps breaking off leaves nothing behind."""
    now = porch.device.local_time.replace(microsecond=0)
    porch.device.recordings.add(now - timedelta(hours=1))
    (found,) = (await porch.act("recordings_search"))["recordings"]
    porch.device.faults.add(FaultKind.TRUNCATED, method="GET", count=None)

    with pytest.raises(HomeAssistantError):
        await porch.act(
            "recording_download", id=found["id"], path=str(tmp_path / "film.mp4")
        )

    assert names_in(tmp_path) == []


async def test_download_of_a_lost_file(porch: EmulatedHome, tmp_path: Path) -> None:
    """What has been overwritten meanwhile is told, and nothing is left behind."""
    now = porch.device.local_time.replace(microsecond=0)
    porch.device.recordings.add(now - timedelta(hours=1))
    (found,) = (await porch.act("recordings_search"))["recordings"]
    porch.device.recordings.clear()

    with refused("recording_not_found"):
        await porch.act(
            "recording_download", id=found["id"], path=str(tmp_path / "film.mp4")
        )

    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "options", [ReolinkOptions(abilities={"disk": 0, "sdCard": 0})]
)
async def test_camera_without_a_disk(porch: EmulatedHome) -> None:
    """A camera that cannot record anything says so."""
    with refused("no_recordings"):
        await porch.act("recordings_search")

    assert porch.device.calls_of("Search") == []


@pytest.mark.parametrize(
    "options",
    [
        ReolinkOptions.full(disks=(Disk(), Disk()), disk_key="number"),
        ReolinkOptions.full(disks=(Disk(), Disk()), disk_key="id"),
        ReolinkOptions.nvr(1, disks=(Disk(), Disk(), Disk())),
    ],
    ids=["number", "id", "recorder"],
)
@pytest.mark.parametrize("storage", [1, 2])
async def test_format(porch: EmulatedHome, storage: int) -> None:
    """The disk that is meant is erased, once; the device counts from 0."""
    await porch.call(
        "storage_format",
        {"device_id": porch.device_id(), "storage": storage, "confirm": True},
    )

    assert porch.device.formatted == [storage - 1]


@pytest.mark.parametrize("options", [ReolinkOptions.full(disks=(Disk(), Disk()))])
@pytest.mark.parametrize("storage", [3, 99])
async def test_format_of_a_missing_disk(porch: EmulatedHome, storage: int) -> None:
    """A disk that is not there is not another one."""
    with refused("no_such_storage"):
        await porch.call(
            "storage_format",
            {"device_id": porch.device_id(), "storage": storage, "confirm": True},
        )

    assert porch.device.calls_of("Format") == []


@pytest.mark.parametrize(
    ("options", "unit"),
    [
        (ReolinkOptions(abilities={"disk": 0, "sdCard": 0}), ""),
        (ReolinkOptions.nvr(1, full=True), "channel_1"),
    ],
    ids=["no_disk", "camera_of_a_recorder"],
)
async def test_device_without_a_disk(porch: EmulatedHome, unit: str) -> None:
    """What has no disk of its own says so."""
    with refused("storage_format_unsupported"):
        await porch.call(
            "storage_format",
            {"device_id": porch.device_id(unit), "storage": 1, "confirm": True},
        )

    assert porch.device.calls_of("Format") == []
