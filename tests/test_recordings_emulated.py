"""Recordings of emulated devices: found, compared byte by byte, and lost."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
import logging

import pytest

from custom_components.watchpost.recordings import quote, recording_path
from homeassistant.components.media_player import (
    BrowseError,
    async_process_play_media_url,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.conftest import Time
from tests.emulators.reolink import ReolinkOptions
from tests.home import refused
from tests.media import (
    Client,
    Yard,
    everything_logged,
    reolink_at_home,
    titles,
    until,
    walk,
)

pytestmark = pytest.mark.usefixtures("no_search")


@pytest.fixture(params=["camera", "recorder"])
async def yard(
    hass: HomeAssistant,
    request: pytest.FixtureRequest,
    hass_client_no_auth: Callable[[], Awaitable[Client]],
) -> AsyncIterator[Yard]:
    """Return an emulated device, in use; its clock is that of Greenwich."""
    await hass.config.async_set_time_zone("Atlantic/Reykjavik")
    assert await async_setup_component(hass, "media_source", {})
    options = {"camera": ReolinkOptions.full(), "recorder": ReolinkOptions.nvr(2)}
    async with reolink_at_home(hass, options[request.param]) as (device, entry):
        now = dt_util.now().replace(hour=12, minute=0, second=0, microsecond=0)
        yield Yard(
            hass, device, entry, await hass_client_no_auth(), now - timedelta(days=1)
        )


@pytest.fixture
def path_to_day(yard: Yard) -> tuple[str, ...]:
    """Return the folders above the days of the first camera."""
    several = ("Camera1",) if yard.device.options.is_nvr else ()
    return ("Yard", *several, "Main stream")


async def test_day_of_an_emulated_device(
    yard: Yard, path_to_day: tuple[str, ...]
) -> None:
    """What was recorded is found by its trigger, few requests are spent."""
    add = yard.device.recordings.add
    add(yard.noon, 3, triggers=["motion"])
    add(yard.noon + timedelta(minutes=5), 45, triggers=["people", "motion"])
    add(yard.noon + timedelta(hours=11, minutes=59), 61, triggers=["timer"])
    found = titles(await yard.files(*path_to_day))
    assert found == ["All", "Motion", "Person", "Timer"]
    folder = path_to_day
    if yard.day not in titles(await walk(yard.hass, *path_to_day)):
        folder = (*path_to_day, f"{yard.noon:%Y-%m}")
    yard.device.forget()
    files = titles(await walk(yard.hass, *folder, yard.day, "All"))
    assert files == [
        "23:59:00 · 1 min 1 s · Timer",
        "12:05:00 · 45 s · Motion, Person",
        "12:00:00 · 3 s · Motion",
    ]
    person = await walk(yard.hass, *folder, yard.day, "Person")
    assert titles(person) == ["12:05:00 · 45 s · Motion, Person"]
    before = datetime.combine(yard.noon, datetime.min.time()) - timedelta(days=1)
    assert f"{before:%Y-%m-%d}" not in titles(await walk(yard.hass, *folder))


async def test_bytes_of_an_emulated_device(
    yard: Yard, path_to_day: tuple[str, ...]
) -> None:
    """Each file is the device's own, byte by byte, whole and in parts."""
    recorded = yard.device.recordings.add(yard.noon, 3)
    assert [one.stream for one in recorded] == ["main", "sub"]
    for stream, original in zip(("Main stream", "Sub stream"), recorded, strict=True):
        (item,) = await yard.files(*path_to_day[:-1], stream)
        url = await yard.address(item)
        size = len(original.content)
        answer = await yard.client.get(url)
        assert (answer.status, answer.content_type) == (200, "video/mp4")
        assert await answer.read() == original.content
        for wanted, part in (
            ("bytes=0-", slice(0, None)),
            ("bytes=0-0", slice(0, 1)),
            ("bytes=1000-1999", slice(1000, 2000)),
            (f"bytes={size - 7}-", slice(-7, None)),
            ("bytes=-7", slice(-7, None)),
        ):
            answer = await yard.client.get(url, headers={"Range": wanted})
            assert answer.status == 206
            assert await answer.read() == original.content[part]
            first, last, _ = part.indices(size)
            told = f"bytes {first}-{last - 1}/{size}"
            assert answer.headers["Content-Range"] == told
        answer = await yard.client.get(url, headers={"Range": f"bytes={size}-"})
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{size}"
        answer = await yard.client.head(url)
        assert answer.status == 200
        assert answer.headers["Content-Length"] == str(size)


async def test_no_secret_of_an_emulated_device(
    yard: Yard, path_to_day: tuple[str, ...], records: list[logging.LogRecord]
) -> None:
    """Neither token nor password nor address reaches a player."""
    yard.device.recordings.add(yard.noon, 3)
    with everything_logged():
        (item,) = await yard.files(*path_to_day)
        url = await yard.address(item)
        answer = await yard.client.get(url)
        await answer.read()
    tokens = [session.token for session in yard.device.sessions.open]
    assert tokens
    seen = [item.media_content_id, url, str(answer.headers), str(item.as_dict())]
    seen += [_decoded(part) for part in url.partition("?")[0].split("/")]
    seen += [record.getMessage() for record in records]
    for secret in (*tokens, yard.device.options.password, yard.device.url):
        assert not [text for text in seen if secret in text]


def _decoded(part: str) -> str:
    """Return what a part of a path says, as often as it is packed."""
    text = ""
    with suppress(ValueError):
        while part:
            part = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
            text += part
    return text


async def test_file_that_is_gone(yard: Yard, path_to_day: tuple[str, ...]) -> None:
    """The device has overwritten it."""
    yard.device.recordings.add(yard.noon, 3)
    (item,) = await yard.files(*path_to_day)
    url = await yard.address(item)
    yard.device.recordings.clear()
    answer = await yard.client.get(url)
    assert answer.status == 404
    assert await answer.text() == "This recording is not on Yard any more"


@pytest.mark.parametrize("part", ["", "bytes=5-"])
async def test_ids_of_others(yard: Yard, part: str) -> None:
    """What is no id of the device gives nothing, and no path of it either."""
    unit = quote("0" if yard.device.options.is_nvr else "")
    headers = {"Range": part} if part else {}
    yard.device.forget()
    for name in ("foo", "../../etc/passwd", "", "W10", "eyJ"):
        url = recording_path(yard.entry.entry_id, "", name).replace(
            "/-/", f"/{unit}/", 1
        )
        signed = async_process_play_media_url(yard.hass, url, allow_relative_url=True)
        assert (await yard.client.get(signed, headers=headers)).status == 404
    assert not yard.device.calls_of("Download")


async def test_lost_device(
    yard: Yard, path_to_day: tuple[str, ...], moving_time: Time
) -> None:
    """Neither its folders nor its files can be had meanwhile."""
    yard.device.recordings.add(yard.noon, 3)
    (item,) = await yard.files(*path_to_day)
    url = await yard.address(item)
    yard.device.power_off()
    assert (await yard.client.get(url)).status == 502
    with refused("unreachable", BrowseError):
        await walk(yard.hass, *path_to_day)


async def test_busy_device(yard: Yard, path_to_day: tuple[str, ...]) -> None:
    """It is worth while to come again."""
    yard.device.recordings.add(yard.noon, 3)
    (item,) = await yard.files(*path_to_day)
    yard.device.plans.refuse("*", -5, count=None)
    yard.device.forget_sessions()
    yard.device.plans.refuse("Login", -5, count=None)
    answer = await yard.client.get(await yard.address(item))
    assert answer.status == 503


async def test_listener_of_an_emulated_device_leaves(
    yard: Yard, path_to_day: tuple[str, ...]
) -> None:
    """Others can have the file at once."""
    (original, _) = yard.device.recordings.add(yard.noon, 3)
    (item,) = await yard.files(*path_to_day)
    url = await yard.address(item)
    for _ in range(3):
        yard.device.faults.add("latency", seconds=0.05, count=1)
        answer = await yard.client.get(url)
        answer.close()
    answer = await yard.client.get(url)
    assert await answer.read() == original.content
    await until(lambda: not yard.device.parallel)
