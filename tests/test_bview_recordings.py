"""Recordings of a B-VIEW camera, and what they are kept on."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from tests.bview_home import PASSWORD, BviewHome, bview_home, told
from tests.conftest import Time
from tests.emulators.bview import BviewOptions, Disk
from tests.home import refused

FORMAT: Final = "PUT /Record/Format/Call"


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera with one card; override it in a test."""
    return BviewOptions.full(password=PASSWORD, disks=[Disk()])


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: BviewOptions,
    tmp_path: Path,
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled, and a folder to use."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    async with bview_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.camera.forget()
        yield found
        # To erase the card was meant, here.
        found.camera.requests.clear()


def names_in(folder: Path) -> list[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return sorted(one.name for one in folder.iterdir())


async def fetch(home: BviewHome, name: str, path: Path | str) -> dict[str, Any]:
    """Download a recording."""
    return await home.own(
        "recording_download", "camera", "main_stream", id=name, path=str(path)
    )


async def test_download(home: BviewHome, tmp_path: Path) -> None:
    """What was recorded arrives byte by byte, in the place of an older film."""
    path = tmp_path / "film.avi"
    for size in (300_000, 1, 0):
        content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        recording = home.camera.recorder.add(content=content)
        answer = await fetch(home, recording.name, path)
        assert answer == {"path": str(path), "bytes": size}
        assert path.read_bytes() == content
        assert names_in(tmp_path) == ["film.avi"]


async def test_download_of_an_event(home: BviewHome, tmp_path: Path) -> None:
    """An event is recorded, and its film can be had."""
    await home.act("button", "record_event", "press")
    await home.wait(15)
    (recording,) = home.camera.recorder.recordings
    path = tmp_path / "film.avi"
    await fetch(home, recording.name, path)
    assert path.read_bytes() == recording.film


async def test_download_that_breaks_once(home: BviewHome, tmp_path: Path) -> None:
    """It begins again, as the camera cannot go on in the middle."""
    recording = home.camera.recorder.add(content=b"film" * 50_000)
    home.camera.faults.add("truncated", "/download/*")
    path = tmp_path / "film.avi"
    await fetch(home, recording.name, path)
    assert path.read_bytes() == recording.film


async def test_download_that_fails(home: BviewHome, tmp_path: Path) -> None:
    """An older file stays, and no half of the new one."""
    recording = home.camera.recorder.add(content=b"film" * 50_000)
    path = tmp_path / "film.avi"
    path.write_bytes(b"older")
    for kind, key in (
        ("truncated", "unreachable"),
        ("drop_before", "unreachable"),
        ("html", "recording_not_found"),
    ):
        home.camera.faults.clear()
        home.camera.faults.add(kind, "/download/*", count=None)
        with pytest.raises(HomeAssistantError) as caught:
            await fetch(home, recording.name, path)
        assert caught.value.translation_key == key
        assert path.read_bytes() == b"older"
        assert names_in(tmp_path) == ["film.avi"]


async def test_download_that_is_refused(home: BviewHome, tmp_path: Path) -> None:
    """The reason is told, and nothing is left behind."""
    recording = home.camera.recorder.add()
    for status, key in (
        (404, "recording_not_found"),
        (503, "busy"),
        (403, "no_permission"),
        (401, "invalid_auth"),
    ):
        home.camera.faults.clear()
        home.camera.faults.add("http_status", "/download/*", code=status, count=None)
        with pytest.raises(HomeAssistantError) as caught:
            await fetch(home, recording.name, tmp_path / "film.avi")
        assert caught.value.translation_key == key
        assert bool(home.reauth) is (status == 401)
    assert names_in(tmp_path) == []


NAMES: Final = (
    "H_20260101000000_00001.avi",
    "../System/DeviceInfo",
    "../../System/DeviceConfigFile",
    "%2e%2e/System/DeviceInfo.avi",
    "..%2fSystem%2fDeviceInfo.avi",
    "a/b.avi",
    "film.avi?x=.avi",
    "film.avi#.avi",
    "film.mp4",
    "",
    "ü.avi",
    "x" * 200 + ".avi",
    "film.avi\r\nX: y.avi",
)


@pytest.mark.parametrize("unknown", [-10, 404])
async def test_names_that_are_none(
    home: BviewHome, tmp_path: Path, unknown: int
) -> None:
    """Nothing else of the camera is asked for."""
    home.camera.options.unknown_url = 404 if unknown == 404 else -10
    for name in NAMES:
        with refused("recording_not_found"):
            await fetch(home, name, tmp_path / "film.avi")
    assert names_in(tmp_path) == []
    assert home.sent == [f"GET /download/video/{NAMES[0]}"]


async def test_places_that_are_none(home: BviewHome, tmp_path: Path) -> None:
    """Nothing is stored where nothing may be."""
    recording = home.camera.recorder.add()
    for path, key in (
        ("film.avi", "path_not_absolute"),
        ("/etc/film.avi", "path_not_allowed"),
        (f"{tmp_path}/../film.avi", "path_not_allowed"),
        (f"{tmp_path}/none/film.avi", "path_not_writable"),
    ):
        with refused(key):
            await fetch(home, recording.name, path)
    assert home.sent == []
    assert names_in(tmp_path) == []


async def test_search(home: BviewHome) -> None:
    """The camera has no list; it is told where names come from."""
    with refused("recordings_by_name"):
        await home.own("recordings_search", "camera", "main_stream")
    assert home.sent == []


# Storage


def storage(home: BviewHome, number: int = 1) -> tuple[str, str, str, str]:
    """Return what is shown of a medium."""
    return (
        home.value("binary_sensor", f"storage_problem_{number}"),
        home.value("sensor", f"storage_status_{number}"),
        home.value("sensor", f"storage_used_{number}"),
        home.value("sensor", f"storage_free_{number}"),
    )


STATES: Final = {
    ("idle", "formatted"): ("off", "ready"),
    ("readwrite", "formatted"): ("off", "ready"),
    ("writing", "formatted"): ("off", "writing"),
    ("reading", "formatted"): ("off", "reading"),
    ("readonly", "formatted"): ("on", "read_only"),
    ("diskexception", "formatted"): ("on", "error"),
    ("diskerror", "formatted"): ("on", "error"),
    ("idle", "unformatted"): ("on", "unformatted"),
    ("idle", "formatting"): ("off", "formatting"),
    ("idle", "format failure"): ("on", "error"),
    ("asleep", "formatted"): ("unknown", "unknown"),
}


async def test_states_of_a_card(home: BviewHome) -> None:
    """Only what keeps the camera from recording is a problem."""
    (disk,) = home.camera.recorder.disks
    for (attribute, status), shown in STATES.items():
        disk.attribute, disk.status = attribute, status
        await home.wait(301)
        assert storage(home) == (*shown, "7.6", "28110"), (attribute, status)


async def test_a_full_card(home: BviewHome) -> None:
    """It is used up; that alone is no problem where old films give way."""
    (disk,) = home.camera.recorder.disks
    disk.available = 0
    await home.wait(301)
    assert storage(home) == ("off", "ready", "100.0", "0")


async def test_a_card_that_is_taken_out(home: BviewHome) -> None:
    """It is missed, and found again."""
    disks, home.camera.recorder.disks = home.camera.recorder.disks, []
    await home.wait(301)
    assert storage(home) == ("on", "missing", "unknown", "unknown")
    home.camera.recorder.disks = disks
    await home.wait(301)
    assert storage(home) == ("off", "ready", "7.6", "28110")


async def test_a_card_of_nonsense(home: BviewHome) -> None:
    """Sizes that cannot be are not shown."""
    (disk,) = home.camera.recorder.disks
    disk.total, disk.available = 0, -5
    await home.wait(301)
    assert home.value("sensor", "storage_used_1") == "unknown"
    assert home.value("sensor", "storage_free_1") == "0"


@pytest.mark.parametrize(
    "options", [BviewOptions(password=PASSWORD, disks=[])], ids=["none"]
)
async def test_a_camera_without_a_card(home: BviewHome) -> None:
    """Nothing is shown of what never was, and nothing can be erased."""
    assert home.find("binary_sensor", "storage_problem_1") is None
    with refused("storage_format_unsupported"):
        await home.device("storage_format", storage=1, confirm=True)
    home.camera.recorder.disks.append(Disk())
    await home.reload()
    assert storage(home) == ("off", "ready", "7.6", "28110")


async def erase(home: BviewHome, group: str, **data: Any) -> None:
    """Erase a medium in the name of somebody of a group."""
    found = await home.hass.auth.async_get_group(group)
    assert found is not None
    user = MockUser(groups=[found]).add_to_hass(home.hass)
    await home.hass.services.async_call(
        "watchpost",
        "storage_format",
        {"device_id": home.device_id, "storage": 1, **data},
        blocking=True,
        context=Context(user_id=user.id),
    )


async def test_format(home: BviewHome) -> None:
    """An administrator who means it erases the one card."""
    home.camera.recorder.add()
    await erase(home, GROUP_ID_ADMIN, confirm=True)
    assert home.written == [FORMAT]
    assert home.camera.recorder.formats == 1
    assert home.camera.recorder.recordings == []
    await home.wait(6)
    assert storage(home)[:2] == ("off", "formatting")
    await home.wait(31)
    await home.wait(301)
    assert storage(home) == ("off", "ready", "0.0", "30436")


async def test_format_by_somebody_else(home: BviewHome) -> None:
    """Nobody else may, and nobody by mistake."""
    with pytest.raises(Unauthorized):
        await erase(home, GROUP_ID_USER, confirm=True)
    with refused("not_confirmed"):
        await erase(home, GROUP_ID_ADMIN)
    with refused("no_such_storage"):
        await erase(home, GROUP_ID_ADMIN, confirm=True, storage=2)
    assert home.written == []


@pytest.mark.parametrize(
    "options", [BviewOptions.full(password=PASSWORD)], ids=["two disks"]
)
async def test_format_of_one_of_two(home: BviewHome) -> None:
    """The command does not say which: it is not sent."""
    for number in (1, 2):
        with told("storage_not_chosen") as placeholders:
            await erase(home, GROUP_ID_ADMIN, confirm=True, storage=number)
        assert placeholders["device"] == "Workshop"
    assert home.camera.recorder.formats == 0
    assert home.written == []


async def test_format_of_a_second_disk_that_has_come(home: BviewHome) -> None:
    """What was one disk when it was last looked at may be two by now."""
    home.camera.recorder.disks.append(Disk(number=1))
    with refused("storage_not_chosen"):
        await erase(home, GROUP_ID_ADMIN, confirm=True)
    assert home.camera.recorder.formats == 0
    await home.wait(301)
    assert storage(home, 2) == ("off", "ready", "7.6", "28110")


async def test_format_whose_answer_is_lost(home: BviewHome) -> None:
    """It is ordered once."""
    home.camera.faults.add("drop_after", "/Record/Format/Call")
    with refused("command_uncertain", HomeAssistantError):
        await erase(home, GROUP_ID_ADMIN, confirm=True)
    assert home.written == [FORMAT]
