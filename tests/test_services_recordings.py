"""Finding recordings, and having them here: the whole file or none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol

from custom_components.watchpost.devices.model.vocabulary import StreamKind
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.camera_home import told
from tests.home import refused
from tests.pivot import FILM, Delivery, PivotHome, at_home
from tests.pivot_family import Can

PIECE = len(FILM) // 3
ZONE = "America/New_York"

type Fault = Callable[[Delivery], Awaitable[None]]


@pytest.fixture
def can() -> Can:
    """Return what the camera can do; override it in a test."""
    return Can()


@pytest.fixture
async def pivot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, can: Can
) -> AsyncIterator[PivotHome]:
    """Return a home with a camera, five hours west of Greenwich."""
    await hass.config.async_set_time_zone(ZONE)
    async with at_home(hass, monkeypatch, can) as home:
        home.camera.answers["search"] = {"recordings": []}
        yield home


@pytest.fixture
def folder(pivot: PivotHome, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may use."""
    pivot.hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


def names_in(folder: Path) -> list[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return sorted(one.name for one in folder.iterdir())


async def test_search(pivot: PivotHome) -> None:
    """Times go out and come back in the zone of the home."""
    pivot.camera.answers["search"] = {
        "recordings": [
            {
                "id": "a b/ü.mp4",
                "start": "2026-01-05T12:00:00+00:00",
                "end": "2026-01-05T12:00:30+00:00",
                "size": 12345,
                "triggers": ["person", "motion"],
            },
            {
                "id": "2",
                "start": "2026-01-05T22:00:00+01:00",
                "end": "2026-01-05T22:01:00+01:00",
            },
        ]
    }
    answer = await pivot.act(
        "recordings_search",
        start="2026-01-05 07:00:00",
        end="2026-01-05T18:00:00+00:00",
        stream="sub",
    )

    assert pivot.camera.asked == [
        (
            "search",
            {
                "start": "2026-01-05T07:00:00-05:00",
                "end": "2026-01-05T13:00:00-05:00",
                "stream": "sub",
            },
        )
    ]
    assert answer == {
        "recordings": [
            {
                "id": "a b/ü.mp4",
                "start": "2026-01-05T07:00:00-05:00",
                "end": "2026-01-05T07:00:30-05:00",
                "bytes": 12345,
                "triggers": ["motion", "person"],
                "stream": "sub",
            },
            {
                "id": "2",
                "start": "2026-01-05T16:00:00-05:00",
                "end": "2026-01-05T16:01:00-05:00",
                "bytes": None,
                "triggers": [],
                "stream": "sub",
            },
        ]
    }


async def test_search_the_last_day(pivot: PivotHome) -> None:
    """Without times it is about the last 24 hours, in the best pictures."""
    before = datetime.now(UTC)
    assert await pivot.act("recordings_search") == {"recordings": []}

    ((_, asked),) = pivot.camera.asked
    end = datetime.fromisoformat(asked["end"])
    assert before <= end <= datetime.now(UTC)
    assert end - datetime.fromisoformat(asked["start"]) == timedelta(days=1)
    assert asked["stream"] == "main"


@pytest.mark.parametrize(
    "can", [Can(recorded=frozenset((StreamKind.SUB,)))], ids=["sub_only"]
)
async def test_search_what_is_recorded(pivot: PivotHome) -> None:
    """Where only small pictures are recorded, they are meant; others are refused."""
    await pivot.act("recordings_search")
    assert [one["stream"] for one in pivot.camera.of("search")] == ["sub"]

    with told("stream_not_recorded") as placeholders:
        await pivot.act("recordings_search", stream="main")

    assert placeholders == {"device": "Pivot", "stream": "main", "streams": "sub"}
    assert len(pivot.camera.asked) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"start": "2026-01-02 00:00:00", "end": "2026-01-01 00:00:00"},
        {"start": "2026-01-01 00:00:00", "end": "2026-01-01 00:00:00"},
        {"start": "2999-01-01 00:00:00"},
    ],
    ids=["backwards", "nothing", "future"],
)
async def test_search_backwards(pivot: PivotHome, data: dict[str, Any]) -> None:
    """A time that ends before it starts is refused."""
    with refused("start_after_end"):
        await pivot.act("recordings_search", **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "data", [{"start": "yesterday"}, {"stream": "third"}, {"kind": "motion"}], ids=str
)
async def test_search_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What makes no sense is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await pivot.act("recordings_search", **data)

    assert pivot.camera.asked == []


async def test_search_refused_by_the_camera(pivot: PivotHome) -> None:
    """What the camera refuses is told to the caller."""
    pivot.camera.refused.add("search")
    with refused("invalid_value"):
        await pivot.act("recordings_search")


@pytest.mark.parametrize("can", [Can(recorded=frozenset())])
@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("recordings_search", {}),
        ("recording_download", {"id": "film", "path": "/media/film.mp4"}),
    ],
)
async def test_no_recordings(
    pivot: PivotHome, service: str, data: dict[str, Any]
) -> None:
    """A camera that records nothing says so."""
    with told("no_recordings") as placeholders:
        await pivot.act(service, **data)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.offsets == []


BY_NAME = Can(recorded=frozenset(), files=True)


@pytest.mark.parametrize("can", [BY_NAME], ids=["by_name"])
async def test_search_where_only_names_help(pivot: PivotHome) -> None:
    """It is told where the names come from."""
    with told("recordings_by_name") as placeholders:
        await pivot.act("recordings_search")

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [BY_NAME], ids=["by_name"])
async def test_download_by_name(pivot: PivotHome, folder: Path) -> None:
    """A file can be had where nothing can be searched."""
    path = folder / "film.mp4"
    answer = await pivot.act("recording_download", id="film", path=str(path))

    assert answer == {"path": str(path), "bytes": len(FILM)}
    assert path.read_bytes() == FILM

    with refused("recording_not_found"):
        await pivot.act("recording_download", id="other", path=str(path))
    assert path.read_bytes() == FILM


async def announced_short(delivery: Delivery) -> None:
    """Announce less than comes."""
    delivery.announce(len(delivery.film) - 1)
    await delivery.send()


async def announced_long(delivery: Delivery) -> None:
    """Announce more than comes."""
    delivery.announce(len(delivery.film) + 1)
    await delivery.send()


async def unannounced(delivery: Delivery) -> None:
    """Announce nothing."""
    del delivery.response.headers["X-Total"]
    await delivery.send()


async def from_the_start(delivery: Delivery) -> None:
    """Begin again, whatever was asked for."""
    delivery.offset = 0
    delivery.announce(len(delivery.film))
    await delivery.send()


async def too_far(delivery: Delivery) -> None:
    """Leave something out."""
    delivery.offset += 1
    delivery.announce(len(delivery.film))
    await delivery.send()


async def busy(delivery: Delivery) -> None:
    """Refuse for now."""
    delivery.response.set_status(503)
    await delivery.response.prepare(delivery.request)


async def cut(delivery: Delivery) -> None:
    """Break the connection in the middle."""
    await delivery.cut(PIECE)


async def cut_at_once(delivery: Delivery) -> None:
    """Break the connection before the first byte."""
    await delivery.cut(0)


async def ended(delivery: Delivery) -> None:
    """End in the middle as if that were all."""
    await delivery.send(PIECE)


async def growing(delivery: Delivery) -> None:
    """Break off while the device still writes the file, and tells another length."""
    delivery.announce(len(FILM) - 1)
    await delivery.send(PIECE)


@pytest.mark.parametrize(
    ("deliveries", "offsets"),
    [
        pytest.param([], [0], id="well"),
        pytest.param([unannounced], [0], id="length_unknown"),
        pytest.param([ended], [0, PIECE], id="ended"),
        pytest.param([ended, from_the_start], [0, PIECE], id="from_the_start"),
        pytest.param([growing], [0, PIECE], id="growing"),
        pytest.param([cut_at_once], [0, 0], id="broken_at_once"),
    ],
)
async def test_download(
    pivot: PivotHome, folder: Path, deliveries: list[Fault], offsets: list[int]
) -> None:
    """The file is there, byte by byte; one break in between does no harm."""
    pivot.camera.deliveries.extend(deliveries)
    path = folder / "film.mp4"

    answer = await pivot.act("recording_download", id="film", path=str(path))

    assert answer == {"path": str(path), "bytes": len(FILM)}
    assert path.read_bytes() == FILM
    assert names_in(folder) == ["film.mp4"]
    assert pivot.camera.offsets == offsets


async def test_download_goes_on(pivot: PivotHome, folder: Path) -> None:
    """After a break only what is missing is asked for."""
    pivot.camera.deliveries.append(cut)
    path = folder / "film.mp4"

    await pivot.act("recording_download", id="film", path=str(path))

    assert path.read_bytes() == FILM
    first, second = pivot.camera.offsets
    # How much of it had arrived when the connection broke is a matter of time.
    assert first == 0 <= second <= PIECE


async def test_download_of_nothing(pivot: PivotHome, folder: Path) -> None:
    """A file without a byte is a file."""
    pivot.camera.film = b""
    path = folder / "film.mp4"

    answer = await pivot.act("recording_download", id="film", path=str(path))

    assert answer["bytes"] == 0
    assert path.read_bytes() == b""


async def test_download_takes_the_place(pivot: PivotHome, folder: Path) -> None:
    """An older file gives way, but only to a whole one."""
    path = folder / "film.mp4"
    path.write_bytes(b"older")
    pivot.camera.deliveries.extend([cut, cut])
    with refused("unreachable", HomeAssistantError):
        await pivot.act("recording_download", id="film", path=str(path))
    assert path.read_bytes() == b"older"

    await pivot.act("recording_download", id="film", path=str(path))
    assert path.read_bytes() == FILM
    (folder / "other").touch()
    assert path.stat().st_mode == (folder / "other").stat().st_mode


@pytest.mark.parametrize(
    ("deliveries", "key"),
    [
        pytest.param([busy], "unreachable", id="busy"),
        pytest.param([cut, cut], "unreachable", id="broken_twice"),
        pytest.param([cut, busy], "unreachable", id="broken_and_busy"),
        pytest.param([ended, ended], "recording_incomplete", id="ended_twice"),
        pytest.param([cut, too_far], "recording_incomplete", id="gap"),
        pytest.param([announced_short], "recording_incomplete", id="more"),
        pytest.param([announced_long] * 2, "recording_incomplete", id="less"),
    ],
)
async def test_download_fails(
    pivot: PivotHome, folder: Path, deliveries: list[Fault], key: str
) -> None:
    """What did not arrive whole leaves nothing behind."""
    pivot.camera.deliveries.extend(deliveries)
    with refused(key, HomeAssistantError):
        await pivot.act("recording_download", id="film", path=str(folder / "film.mp4"))

    assert names_in(folder) == []
    assert pivot.camera.deliveries == []


async def test_download_unknown(pivot: PivotHome, folder: Path) -> None:
    """A recording that is not there leaves nothing behind either."""
    with refused("recording_not_found"):
        await pivot.act("recording_download", id="lost", path=str(folder / "a.mp4"))

    assert names_in(folder) == []


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("film.mp4", "path_not_absolute"),
        ("./film.mp4", "path_not_absolute"),
        ("~/film.mp4", "path_not_absolute"),
        ("", "path_not_absolute"),
        ("/etc/film.mp4", "path_not_allowed"),
        ("{folder}/../film.mp4", "path_not_allowed"),
        ("{folder}/link/film.mp4", "path_not_allowed"),
        ("{folder}", "path_not_writable"),
        ("{folder}/none/film.mp4", "path_not_writable"),
        ("{folder}/fi\0lm.mp4", "path_not_writable"),
        ("{folder}/" + "f" * 300 + ".mp4", "path_not_writable"),
    ],
)
async def test_download_to_a_wrong_place(
    pivot: PivotHome, folder: Path, path: str, key: str
) -> None:
    """Where nothing may be stored, or can, nothing is."""
    (folder / "link").symlink_to(folder.parent)
    with refused(key):
        await pivot.act(
            "recording_download", id="film", path=path.format(folder=folder)
        )

    assert names_in(folder) == ["link"]


class Slow:
    """A delivery that stops in the middle, and the action that waits for it."""

    def __init__(self, home: PivotHome, folder: Path) -> None:
        """Begin."""
        self._begun, self._over = asyncio.Event(), asyncio.Event()
        home.camera.deliveries.append(self._send)
        path = str(folder / "film.mp4")
        self.action = asyncio.create_task(
            home.act("recording_download", id="film", path=path)
        )

    async def _send(self, delivery: Delivery) -> None:
        await delivery.send(PIECE)
        self._begun.set()
        await self._over.wait()

    async def __aenter__(self) -> Slow:
        """Wait for the middle."""
        await self._begun.wait()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Let the device rest."""
        self._over.set()


async def test_download_cancelled(pivot: PivotHome, folder: Path) -> None:
    """Who gives up in the middle leaves nothing behind."""
    async with Slow(pivot, folder) as slow:
        slow.action.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow.action

    assert names_in(folder) == []


async def test_download_of_an_unloaded_device(pivot: PivotHome, folder: Path) -> None:
    """A device that is unloaded meanwhile leaves nothing behind; the caller knows."""
    async with Slow(pivot, folder) as slow:
        await pivot.hass.config_entries.async_unload(pivot.entry.entry_id)
        with refused("recording_incomplete", HomeAssistantError):
            await slow.action

    assert names_in(folder) == []


async def test_downloads_side_by_side(pivot: PivotHome, folder: Path) -> None:
    """Two downloads to the same place do not mix."""
    path = str(folder / "film.mp4")
    pivot.camera.deliveries.append(cut)
    await asyncio.gather(
        *(pivot.act("recording_download", id="film", path=path) for _ in range(2))
    )

    assert names_in(folder) == ["film.mp4"]
    assert (folder / "film.mp4").read_bytes() == FILM
