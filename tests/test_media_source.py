"""Recordings: the tree in which they are found."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
import re
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.watchpost.devices.model.commands import Recording
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import StreamKind
from homeassistant.components.media_player import BrowseError
from homeassistant.components.media_source import Unresolvable, async_browse_media
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.cameras import SECRET, Lens, SetUp
from tests.conftest import Time
from tests.home import refused
from tests.media import ROOT, browse, resolve, titles, walk

pytestmark = pytest.mark.usefixtures("no_search")


@pytest.fixture(autouse=True)
async def zone(hass: HomeAssistant) -> None:
    """Have browsers of media, in a zone of its own."""
    await hass.config.async_set_time_zone("America/New_York")
    assert await async_setup_component(hass, "media_source", {})


@pytest.fixture
def lens() -> Lens:
    """Return a camera; a test may change it before it is set up."""
    return Lens()


@pytest.fixture
async def set_up(
    hass: HomeAssistant, lens: Lens, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SetUp]:
    """Return what adds the camera to Home Assistant."""
    async with lens.at_home(hass, monkeypatch) as add:
        yield add


@pytest.fixture
async def entry_id(set_up: SetUp) -> str:
    """Return the entry of the camera, in use."""
    return (await set_up()).entry_id


def local(day: int, *time: int) -> datetime:
    """Return a moment in this month, in Home Assistant's zone."""
    return dt_util.now().replace(
        day=day, hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(**dict(zip(("hours", "minutes", "seconds"), time, strict=False)))


def recording(
    begin: datetime, seconds: float = 45, *triggers: str, name: str | None = None
) -> Recording:
    """Return a recording."""
    return Recording(
        id=name or f"{begin:%d%H%M%S}.mp4",
        start=dt_util.as_utc(begin),
        end=dt_util.as_utc(begin) + timedelta(seconds=seconds),
        triggers=frozenset(triggers),
    )


async def test_tree(
    hass: HomeAssistant, entry_id: str, lens: Lens, moving_time: Time
) -> None:
    """A single camera with a single stream: days, earlier months, files."""
    lens.recordings = [recording(local(2, 14, 3, 22)), recording(local(3, 0))]
    today = dt_util.now().date()
    lens.asked.clear()
    assert titles(await browse(hass)) == ["Gate"]
    assert lens.asked == []
    found = titles(await walk(hass, "Gate"))
    assert lens.asked == [f"days {today:%Y-%m} main"]
    assert found[:2] == [f"{today:%Y-%m}-03", f"{today:%Y-%m}-02"]
    assert len(found[2:]) == 11
    assert found[2:] == sorted(found[2:], reverse=True)
    assert found[2] == f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    lens.asked.clear()
    files = await walk(hass, "Gate", f"{today:%Y-%m}-02")
    assert lens.asked[1:] == [f"search {today:%Y-%m}-02 main"]
    assert titles(files) == ["14:03:22 · 45 s"]
    assert (files[0].can_play, files[0].can_expand) == (True, False)


async def test_earlier_month(hass: HomeAssistant, entry_id: str, lens: Lens) -> None:
    """A month is asked for when it is opened, and not before."""
    last = local(1) - timedelta(hours=1)
    lens.recordings = [recording(last)]
    month = f"{last:%Y-%m}"
    assert titles(await walk(hass, "Gate", month)) == [f"{last:%Y-%m-%d}"]
    assert lens.asked[-1] == f"days {month} main"
    assert titles(await walk(hass, "Gate", month, f"{last:%Y-%m-%d}")) == [
        "23:00:00 · 45 s"
    ]


async def test_device_in_another_zone(
    hass: HomeAssistant, entry_id: str, lens: Lens
) -> None:
    """Its days are its own, times are those at home, and nothing falls in between."""
    lens.zone = ZoneInfo("Asia/Tokyo")
    lens.recordings = [
        recording(datetime(2026, 3, 14, hour, 30, tzinfo=lens.zone)) for hour in (0, 23)
    ]
    assert titles(await browse(hass, f"{ROOT}/{entry_id}/-/main/2026-03")) == [
        "2026-03-14"
    ]
    assert titles(await browse(hass, f"{ROOT}/{entry_id}/-/main/2026-03/14")) == [
        "10:30:00 · 45 s",
        "11:30:00 · 45 s",
    ]


async def test_triggers(
    hass: HomeAssistant, entry_id: str, lens: Lens, moving_time: Time
) -> None:
    """A day can be narrowed down to what happened, at no further request."""
    day = local(2)
    lens.recordings = [
        recording(day + timedelta(hours=1), 9, "motion"),
        recording(day + timedelta(hours=2), 90.4, "person", "motion"),
        recording(day + timedelta(hours=3), 3600, "timer"),
        recording(day + timedelta(hours=4), 61, "loitering"),
        recording(day + timedelta(hours=5), 1),
    ]
    path = ("Gate", f"{day:%Y-%m-%d}")
    found = titles(await walk(hass, *path))
    assert found == ["All", "Motion", "Person", "Timer", "loitering"]
    searches = len([one for one in lens.asked if one.startswith("search")])
    assert titles(await walk(hass, *path, "All")) == [
        "05:00:00 · 1 s",
        "04:00:00 · 1 min 1 s · loitering",
        "03:00:00 · 60 min 0 s · Timer",
        "02:00:00 · 1 min 30 s · Motion, Person",
        "01:00:00 · 9 s · Motion",
    ]
    motion = await walk(hass, *path, "Motion")
    assert titles(motion) == [
        "02:00:00 · 1 min 30 s · Motion, Person",
        "01:00:00 · 9 s · Motion",
    ]
    (person,) = await walk(hass, *path, "Person")
    assert person.media_content_id == motion[0].media_content_id
    assert searches == 1
    assert len([one for one in lens.asked if one.startswith("search")]) == 1
    moving_time.leap(31)
    lens.recordings = lens.recordings[:1]
    assert titles(await walk(hass, *path)) == ["01:00:00 · 9 s · Motion"]


async def test_cameras_and_streams(
    hass: HomeAssistant, lens: Lens, set_up: SetUp
) -> None:
    """Where there are several, they are chosen first."""
    lens.units = ("", "a/b", "2")
    lens.streams = frozenset(StreamKind)
    lens.recordings = [recording(local(2))]
    await set_up()
    assert titles(await walk(hass, "Gate")) == ["Gate", "Camera a/b", "Camera 2"]
    assert titles(await walk(hass, "Gate", "Camera a/b")) == [
        "Main stream",
        "Sub stream",
    ]
    day = f"{local(2):%Y-%m-%d}"
    files = await walk(hass, "Gate", "Camera a/b", "Sub stream", day)
    assert lens.asked[-1] == f"search {day} sub"
    media = await resolve(hass, files[0].media_content_id)
    assert media.mime_type == "video/mp4"


async def test_device_is_called_as_its_owner_calls_it(
    hass: HomeAssistant, lens: Lens, set_up: SetUp
) -> None:
    """Names that were given in Home Assistant are shown."""
    entry = await set_up()
    registry = dr.async_get(hass)
    (device,) = dr.async_entries_for_config_entry(registry, entry.entry_id)
    registry.async_update_device(device.id, name_by_user="Driveway")
    assert titles(await browse(hass)) == ["Driveway"]


async def test_identifiers_tell_nothing(
    hass: HomeAssistant, entry_id: str, lens: Lens
) -> None:
    """Neither address nor login is in what browsers of media and players see."""
    lens.recordings = [recording(local(2), name="/mnt/sd/a b?.mp4")]
    seen = [await async_browse_media(hass, ROOT)]
    for folder in seen:
        seen += [
            await async_browse_media(hass, child.media_content_id)
            for child in folder.children or ()
            if child.can_expand
        ]
    (file,) = [one for node in seen for one in node.children or () if one.can_play]
    media = await resolve(hass, file.media_content_id)
    text = " ".join([str(node.as_dict()) for node in seen] + [media.url])
    for secret in (SECRET, "127.0.0.1", str(lens.port), "owner", "/mnt"):
        assert secret not in text
    assert re.fullmatch(r"/api/watchpost/recordings/\w+/-/[\w-]+", media.url)


NOWHERE: Final = (
    "nobody",
    "{entry}/",
    "{entry}/x",
    "{entry}/Zm9v",
    "{entry}/-/third",
    "{entry}/-/main/2026-13",
    "{entry}/-/main/2026-1",
    "{entry}/-/main/20261101",
    "{entry}/-/main/9999-12",
    "{entry}/-/main/2026-11/31",
    "{entry}/-/main/2026-11/1",
    "{entry}/-/main/2026-11/01/all/more",
    "{entry}/-/file/Zm9v",
    "{entry}/../main",
)


@pytest.mark.parametrize("identifier", NOWHERE)
async def test_places_that_are_none(
    hass: HomeAssistant, entry_id: str, identifier: str, lens: Lens
) -> None:
    """What is no folder is refused, and nothing is asked of the device."""
    lens.asked.clear()
    with refused("media_not_found", BrowseError):
        await browse(hass, f"{ROOT}/{identifier.format(entry=entry_id)}")
    assert lens.asked == []


@pytest.mark.parametrize(
    "identifier",
    [
        "nobody/-/file/Zm9v",
        "{entry}/Zm9v/file/Zm9v",
        "{entry}/-/file/Zm9",
        "{entry}/-/file/_w",
        "{entry}/-/file/Zm9v/Zm9v",
        "{entry}/-/main/2026-11",
        "{entry}",
    ],
)
async def test_files_that_are_none(
    hass: HomeAssistant, entry_id: str, identifier: str
) -> None:
    """What is no file cannot be played."""
    with refused("media_not_found", Unresolvable):
        await resolve(hass, f"{ROOT}/{identifier.format(entry=entry_id)}")


async def test_tree_itself_is_no_file(hass: HomeAssistant, entry_id: str) -> None:
    """Neither is what has no name at all."""
    with refused("media_not_found", Unresolvable):
        await resolve(hass, ROOT)


async def test_unloaded_entry(hass: HomeAssistant, entry_id: str) -> None:
    """A device that does not run is not shown and says so."""
    assert await hass.config_entries.async_unload(entry_id)
    assert await browse(hass) == []
    with refused("device_not_loaded", BrowseError):
        await browse(hass, f"{ROOT}/{entry_id}")
    with refused("device_not_loaded", Unresolvable):
        await resolve(hass, f"{ROOT}/{entry_id}/-/file/Zm9v")


async def test_device_without_recordings(
    hass: HomeAssistant, lens: Lens, set_up: SetUp
) -> None:
    """It is not shown, and has nothing to browse."""
    lens.units = ()
    entry = await set_up()
    assert await browse(hass) == []
    assert await browse(hass, f"{ROOT}/{entry.entry_id}") == []


async def test_device_fails_while_browsing(
    hass: HomeAssistant, entry_id: str, lens: Lens
) -> None:
    """The reason is shown in its words."""
    lens.refusal = DeviceConnectionError(Reason.TIMEOUT)
    with refused("timeout", BrowseError):
        await walk(hass, "Gate")
