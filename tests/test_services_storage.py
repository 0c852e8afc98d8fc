"""Erasing a disk: only for administrators who mean it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser
from tests.camera_home import told
from tests.conftest import Time
from tests.home import refused
from tests.pivot import PivotHome, at_home
from tests.pivot_family import SETTINGS, Can


@pytest.fixture
def can() -> Can:
    """Return what the device can do; override it in a test."""
    return Can()


@pytest.fixture
async def pivot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, can: Can
) -> AsyncIterator[PivotHome]:
    """Return a home with a device."""
    async with at_home(hass, monkeypatch, can) as home:
        yield home


async def erase(home: PivotHome, context: Context | None = None, **data: Any) -> None:
    """Erase a disk."""
    fields = {"device_id": home.device_id(), "storage": 2, "confirm": True, **data}
    await home.call("storage_format", fields, context)


async def context_of(hass: HomeAssistant, group: str) -> Context:
    """Return in whose name somebody of a group calls."""
    found = await hass.auth.async_get_group(group)
    assert found is not None
    user = MockUser(groups=[found]).add_to_hass(hass)
    return Context(user_id=user.id)


async def test_format(moving_time: Time, pivot: PivotHome) -> None:
    """The disk is erased, and what is on it is read again a little later."""
    await erase(pivot)
    assert pivot.camera.asked == [("format", {"number": 2})]

    await moving_time.pass_by(3)
    assert len(pivot.camera.of(SETTINGS)) == 1


async def test_format_by_an_administrator(
    hass: HomeAssistant, pivot: PivotHome
) -> None:
    """An administrator may."""
    await erase(pivot, await context_of(hass, GROUP_ID_ADMIN))

    assert pivot.camera.done == ["format"]


async def test_format_by_somebody_else(hass: HomeAssistant, pivot: PivotHome) -> None:
    """Nobody else may, and the device hears nothing of it."""
    with pytest.raises(Unauthorized):
        await erase(pivot, await context_of(hass, GROUP_ID_USER))
    with pytest.raises(UnknownUser):
        await erase(pivot, Context(user_id="nobody"))

    assert pivot.camera.asked == []


@pytest.mark.parametrize("confirm", [False, 1, "true", "yes", None, ["true"]])
async def test_format_unconfirmed(pivot: PivotHome, confirm: Any) -> None:
    """Only the truth itself is a confirmation."""
    with refused("not_confirmed"):
        await erase(pivot, confirm=confirm)

    assert pivot.camera.asked == []


async def test_format_without_a_word_of_it(pivot: PivotHome) -> None:
    """Nothing said is no confirmation."""
    with refused("not_confirmed"):
        await pivot.call(
            "storage_format", {"device_id": pivot.device_id(), "storage": 1}
        )

    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "data",
    [
        {"storage": 0},
        {"storage": -1},
        {"storage": "first"},
        {"storage": None},
        {"disk": 1},
    ],
    ids=str,
)
async def test_format_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What is no number is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await erase(pivot, **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize("number", [3, 99])
async def test_format_of_a_missing_disk(pivot: PivotHome, number: int) -> None:
    """A disk that is not there is named, with those that are."""
    with told("no_such_storage") as placeholders:
        await erase(pivot, storage=number)

    assert placeholders == {"device": "Pivot", "number": str(number), "numbers": "1, 2"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    ("can", "unit", "name"),
    [(Can(format=False), "", "Pivot"), (Can(cameras=2), "2", "Camera 2")],
    ids=["device", "camera"],
)
async def test_format_unsupported(pivot: PivotHome, unit: str, name: str) -> None:
    """What has no disk of its own says so."""
    with told("storage_format_unsupported") as placeholders:
        await erase(pivot, device_id=pivot.device_id(unit))

    assert placeholders == {"device": name}
    assert pivot.camera.asked == []


async def test_format_refused_by_the_device(
    moving_time: Time, pivot: PivotHome
) -> None:
    """What the device refuses is told, and nothing is read again."""
    pivot.camera.refused.add("format")
    with refused("invalid_value"):
        await erase(pivot)

    await moving_time.pass_by(3)
    assert pivot.camera.done == ["format"]
    assert pivot.camera.of(SETTINGS) == []
