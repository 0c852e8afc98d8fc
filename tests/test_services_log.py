"""What a device has written down of itself, and what it says that keeps no log."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import voluptuous as vol

from custom_components.watchpost.devices.model.vocabulary import LogKind
from homeassistant.core import HomeAssistant
from tests.camera_home import emulated, told
from tests.emulators.reolink import ReolinkOptions
from tests.home import ENGLISH, Home, refused
from tests.pivot import PivotHome, at_home
from tests.pivot_family import Can

ZONE = "America/New_York"


@pytest.fixture
def can() -> Can:
    """Return what the device can do; override it in a test."""
    return Can()


@pytest.fixture
async def pivot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, can: Can
) -> AsyncIterator[PivotHome]:
    """Return a home with a device, five hours west of Greenwich."""
    await hass.config.async_set_time_zone(ZONE)
    async with at_home(hass, monkeypatch, can) as home:
        yield home


async def read(home: PivotHome, **data: Any) -> dict[str, Any]:
    """Read the log."""
    return await home.call("device_log", {"device_id": home.device_id(), **data})


async def test_log(pivot: PivotHome) -> None:
    """Entries come as they are; what they do not tell is empty."""
    pivot.camera.answers["log"] = {
        "entries": [
            {
                "time": "2026-11-20T08:00:00",
                "kind": "users",
                "event": "login",
                "user": "owner",
                "address": "192.0.2.7",
            },
            {"time": "2026-11-20T09:00:00", "kind": "storage", "event": "disk_full"},
        ]
    }
    answer = await read(
        pivot,
        start="2026-11-20 00:00:00",
        end="2026-11-21T05:00:00+00:00",
        kind="users",
    )

    assert pivot.camera.of("log") == [
        {
            "start": "2026-11-20T00:00:00-05:00",
            "end": "2026-11-21T00:00:00-05:00",
            "kind": "users",
        }
    ]
    assert answer == {
        "entries": [
            {
                "time": "2026-11-20T08:00:00",
                "kind": "users",
                "event": "login",
                "user": "owner",
                "address": "192.0.2.7",
            },
            {
                "time": "2026-11-20T09:00:00",
                "kind": "storage",
                "event": "disk_full",
                "user": "",
                "address": "",
            },
        ]
    }


async def test_log_of_the_last_day(pivot: PivotHome) -> None:
    """Without times it is about the last 24 hours on any clock, and everything."""
    before = datetime.now(UTC)
    assert await read(pivot) == {"entries": []}

    (asked,) = pivot.camera.of("log")
    day = timedelta(days=1)
    now = datetime.fromisoformat(asked["start"]) + day
    assert before <= now <= datetime.now(UTC)
    assert datetime.fromisoformat(asked["end"]) - now <= day
    assert asked["kind"] == "all"


async def test_day_before_an_end(pivot: PivotHome) -> None:
    """An end alone means the day before it."""
    await read(pivot, end="2026-01-02 00:00:00")

    (asked,) = pivot.camera.of("log")
    assert asked["start"] == "2026-01-01T00:00:00-05:00"


@pytest.mark.parametrize("kind", LogKind)
async def test_kinds(pivot: PivotHome, kind: LogKind) -> None:
    """Each kind can be asked for, and has a name in the dialog."""
    await read(pivot, kind=kind.value)

    assert [one["kind"] for one in pivot.camera.of("log")] == [kind]
    assert kind in ENGLISH["selector"]["log_kind"]["options"]


@pytest.mark.parametrize(
    "data",
    [
        {"start": "2026-01-02 00:00:00", "end": "2026-01-01 00:00:00"},
        {"start": "2026-01-01 00:00:00", "end": "2026-01-01 00:00:00"},
        {"start": "2999-01-01 00:00:00"},
    ],
    ids=["backwards", "nothing", "future"],
)
async def test_log_backwards(pivot: PivotHome, data: dict[str, Any]) -> None:
    """A time that ends before it starts is refused."""
    with told("start_after_end") as placeholders:
        await read(pivot, **data)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.of("log") == []


@pytest.mark.parametrize(
    "data", [{"start": "yesterday"}, {"kind": "rumors"}, {"stream": "main"}], ids=str
)
async def test_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What makes no sense is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await read(pivot, **data)

    assert pivot.camera.of("log") == []


async def test_refused_by_the_device(pivot: PivotHome) -> None:
    """What the device refuses is told to the caller."""
    pivot.camera.refused.add("log")
    with refused("invalid_value"):
        await read(pivot)


@pytest.mark.parametrize(
    ("can", "key"),
    [
        (Can(log=False), "no_device_log"),
        (Can(log=False, alarm_log=True), "alarm_log_only"),
    ],
    ids=["no_log", "alarms"],
)
async def test_no_log(pivot: PivotHome, key: str) -> None:
    """A device without a log says so, and what it has instead."""
    with told(key) as placeholders:
        await read(pivot)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "options", [ReolinkOptions(), ReolinkOptions.nvr(1)], ids=["camera", "recorder"]
)
async def test_cameras_that_cannot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, options: ReolinkOptions
) -> None:
    """Cameras and recorders without these abilities are not asked for them."""
    async with emulated(hass, monkeypatch, options) as home:
        unit = "channel_1" if options.is_nvr else ""
        with refused("no_device_log"):
            await home.call("device_log", {"device_id": home.device_id()})
        with refused("record_event_by_stream"):
            await home.act("record_event", unit)
        assert home.asked() == []


async def test_strobe_that_cannot(home: Home) -> None:
    """A strobe keeps a log of its alarms only."""
    sent = len(home.sent)
    with refused("alarm_log_only"):
        await home.device("device_log")
    assert len(home.sent) == sent
