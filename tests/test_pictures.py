"""Pictures of events: how many are kept, and who gets them."""

from http import HTTPStatus

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost import pictures
from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.commands import EventPicture
from custom_components.watchpost.pictures import EventPictures
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.bview_events import ClientMaker


@pytest.fixture
async def kept(hass: HomeAssistant) -> EventPictures:
    """Return the pictures of a device that has none yet."""
    assert await async_setup_component(hass, "http", {})
    return EventPictures(hass, MockConfigEntry(domain=DOMAIN))


def picture(text: bytes) -> EventPicture:
    """Return a picture."""
    return EventPicture(jpeg=text, taken_at=dt_util.utcnow())


def name_of(path: str) -> str:
    """Return the name of a picture in its signed path."""
    return path.partition("?")[0].rpartition("/")[2]


async def test_a_busy_camera_does_not_push_out_another(kept: EventPictures) -> None:
    """Each unit has its last twelve."""
    quiet = name_of(kept.async_keep("quiet", picture(b"quiet")))
    busy = [
        name_of(kept.async_keep("busy", picture(str(number).encode())))
        for number in range(30)
    ]

    found = kept.find(quiet)
    assert found is not None
    assert found.jpeg == b"quiet"
    assert [kept.find(name) is not None for name in busy] == [False] * 18 + [True] * 12


async def test_large_pictures_are_fewer(
    kept: EventPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a device together have a limit."""
    monkeypatch.setattr(pictures, "_BYTES", 100)
    names = [name_of(kept.async_keep(f"{n}", picture(b"x" * 40))) for n in range(4)]

    assert [kept.find(name) is not None for name in names] == [
        False,
        False,
        True,
        True,
    ]


async def test_a_picture_of_nobody(
    hass: HomeAssistant, kept: EventPictures, hass_client_no_auth: ClientMaker
) -> None:
    """A signed path of an entry that is not there any more leads nowhere."""
    hass.http.register_view(pictures.EventPictureView)
    client = await hass_client_no_auth()
    path = kept.async_keep("", picture(b"x"))

    async with client.get(path) as answer:
        assert answer.status == HTTPStatus.NOT_FOUND
    async with client.get(path.partition("?")[0]) as answer:
        assert answer.status == HTTPStatus.UNAUTHORIZED
