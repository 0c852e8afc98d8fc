"""Stills that are cut out of the live pictures of a camera."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.conftest import Time
from tests.emulators.reolink.media import picture
from tests.home import refused
from tests.media import Client, start, take, until
from tests.webcam import MIXED, STILL, Webcam, WebcamHome, part, webcam_home

FIRST: Final = picture("first")
PREVIEW: Final = FIRST[:4] + b"\xff\xd8\xff preview \xff\xd9" + FIRST[4:]
"""A JPEG with another one in it."""


@pytest.fixture
def webcam() -> Webcam:
    """Return the camera; override it in a test."""
    return Webcam()


@pytest.fixture
async def home(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, webcam: Webcam
) -> AsyncIterator[WebcamHome]:
    """Return a home with the camera."""
    async with webcam_home(hass, monkeypatch, webcam) as made:
        yield made
        webcam.gone.set()


@pytest.mark.parametrize("webcam", [Webcam(stills=True)], ids=["stills"])
async def test_camera_that_takes_stills(
    hass: HomeAssistant,
    home: WebcamHome,
    webcam: Webcam,
    hass_client: Callable[[], Awaitable[Client]],
) -> None:
    """A still is taken as such; who watches gets the live pictures."""
    assert (await async_get_image(hass, home.entity)).content == STILL
    assert webcam.views == 0
    client = await hass_client()
    async with client.get(home.path) as answer:
        assert await answer.content.readexactly(len(webcam.sends)) == webcam.sends
    assert webcam.views == 1


@pytest.mark.parametrize(
    "sends",
    [
        part(FIRST) + part(STILL)[:20],
        part(FIRST, length=False) + part(STILL, length=False),
        b"\r\n" + part(PREVIEW, length=False) + part(STILL)[:20],
        part(PREVIEW) + part(STILL),
        part(FIRST, length=False).replace(b"\r\n", b"\n") + b"--frame",
        part(FIRST),
    ],
    ids=["length", "no_length", "preview", "preview_length", "line_ends", "single"],
)
async def test_still(
    hass: HomeAssistant, home: WebcamHome, webcam: Webcam, tmp_path: Path, sends: bytes
) -> None:
    """The first picture is cut out of the live ones, and the camera let go of."""
    webcam.sends = sends
    await take(hass, home.entity, tmp_path / "still.jpg")
    assert (tmp_path / "still.jpg").read_bytes() in (FIRST, PREVIEW)
    await until(lambda: webcam.open == 0)


async def test_still_of_a_camera_that_sends_one(
    hass: HomeAssistant, home: WebcamHome, webcam: Webcam
) -> None:
    """Its end is that of the connection."""
    webcam.sends, webcam.content_type = b"", f"{MIXED}--frame"
    webcam.more.set()
    with refused("no_picture", HomeAssistantError):
        await async_get_image(hass, home.entity)
    webcam.more.clear()
    webcam.sends = part(FIRST, length=False)
    waiting = start(async_get_image(hass, home.entity))
    await until(lambda: webcam.sent > 0)
    webcam.gone.set()
    assert (await waiting).content == FIRST


async def test_stills_are_shared(
    hass: HomeAssistant, home: WebcamHome, webcam: Webcam
) -> None:
    """Who looks at the same time looks at the same still."""
    looks = [async_get_image(hass, home.entity) for _ in range(4)]
    images = await asyncio.gather(*looks)
    assert {image.content for image in images} == {picture("0")}
    assert webcam.views == 1


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"content_type": "text/html"}, "bad_answer"),
        ({"status": 503}, "sessions_full"),
        ({"sends": b"--frame\r\n\r\nno picture\r\n"}, "no_picture"),
        ({"sends": part(FIRST)[:-100]}, "no_picture"),
        ({"sends": part(FIRST, length=False) + b"\0" * 9_000_000}, "bad_answer"),
    ],
    ids=["page", "full", "words", "half", "endless"],
)
async def test_no_still(
    hass: HomeAssistant,
    home: WebcamHome,
    webcam: Webcam,
    changes: dict[str, Any],
    key: str,
) -> None:
    """What is no picture, or has no end, is none."""
    for name, value in changes.items():
        setattr(webcam, name, value)
    waiting = start(async_get_image(hass, home.entity))
    await until(lambda: webcam.views == 1)
    webcam.gone.set()
    with refused(key, HomeAssistantError):
        await waiting


async def test_still_of_a_silent_camera(
    hass: HomeAssistant, home: WebcamHome, webcam: Webcam, moving_time: Time
) -> None:
    """It is waited for, but not for ever."""
    webcam.silent = True
    waiting = start(async_get_image(hass, home.entity))
    await until(lambda: webcam.open == 1)
    moving_time.leap(8.5)
    with refused("timeout", HomeAssistantError):
        await waiting
    await until(lambda: webcam.open == 0)
