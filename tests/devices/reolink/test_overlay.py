"""The texts over the picture are changed, and nothing else."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import OverlayChange
from custom_components.watchpost.devices.model.errors import (
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink.overlay import overlay_writer
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .rig import Rig, rigged

UNITS: Final = pytest.mark.parametrize(
    ("options", "channel"),
    [
        pytest.param(ReolinkOptions(), 0, id="camera"),
        pytest.param(ReolinkOptions.nvr(3), 2, id="recorder"),
    ],
)


def writer(rig: Rig, channel: int = 0) -> Callable[[OverlayChange], Awaitable[None]]:
    """Return what changes the texts of a camera."""
    found = overlay_writer(rig.parts(channel))
    assert found is not None
    return found


def fields(rig: Rig, channel: int = 0) -> dict[str, Any]:
    """Return the texts as the device has them."""
    return rig.unit.settings.fields("Osd", channel)


@UNITS
async def test_name(
    session: ClientSession, options: ReolinkOptions, channel: int
) -> None:
    """The first text is the name; all that was there is sent with it."""
    async with rigged(session, options) as rig:
        before = fields(rig, channel)
        await writer(rig, channel)(OverlayChange(slot=1, text="Gärten"))
        before["osdChannel"]["name"] = "Gärten"
        assert fields(rig, channel) == before
        (call,) = rig.unit.calls_of("SetOsd")
        assert call.param == {"Osd": before}


@pytest.mark.parametrize(("slot", "name"), [(1, "osdChannel"), (2, "osdTime")])
async def test_shown_and_hidden(session: ClientSession, slot: int, name: str) -> None:
    """Each of the texts has a switch of its own."""
    async with rigged(session) as rig:
        await writer(rig)(OverlayChange(slot=slot, enabled=False))
        shown = {key: fields(rig)[key]["enable"] for key in ("osdChannel", "osdTime")}
        assert shown == {"osdChannel": 1, "osdTime": 1, name: 0}
        await writer(rig)(OverlayChange(slot=slot, enabled=True))
        assert fields(rig)[name]["enable"] == 1


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (0, 0, "Upper Left"),
        (0.5, 0.1, "Top Center"),
        (0.9, 0.2, "Upper Right"),
        (0.1, 0.8, "Lower Left"),
        (0.6, 0.9, "Bottom Center"),
        (1, 1, "Lower Right"),
        # The text is at the top center before.
        (0, None, "Upper Left"),
        (None, 1, "Bottom Center"),
    ],
)
async def test_places(
    session: ClientSession, x: float | None, y: float | None, place: str
) -> None:
    """The nearest of the places that have a name; what is not given stays."""
    async with rigged(session) as rig:
        await writer(rig)(OverlayChange(slot=2, x=x, y=y))
        assert fields(rig)["osdTime"] == {"enable": 1, "pos": place}
        assert fields(rig)["osdChannel"]["pos"] == "Lower Right"


@pytest.mark.parametrize(
    ("now", "change", "place"),
    [
        pytest.param(
            "Other Configuration", {"x": 1}, "Upper Right", id="place of its own"
        ),
        pytest.param("lower left", {"x": 1}, "Lower Right", id="other spelling"),
        pytest.param(
            "Other Configuration",
            {"enabled": False},
            "Other Configuration",
            id="kept",
        ),
    ],
)
async def test_place_of_its_own(
    session: ClientSession, now: str, change: dict[str, Any], place: str
) -> None:
    """It is never chosen, and kept where nobody wants another one."""
    async with rigged(session) as rig:
        rig.unit.settings.change("Osd", 0, osdChannel={"pos": now})
        await writer(rig)(OverlayChange(slot=1, **change))
        assert fields(rig)["osdChannel"]["pos"] == place


async def test_all_at_once(session: ClientSession) -> None:
    """One command for text, place and switch."""
    async with rigged(session) as rig:
        change = OverlayChange(slot=1, text="Door", x=0, y=1, enabled=False)
        await writer(rig)(change)
        assert fields(rig)["osdChannel"] == {
            "enable": 0,
            "name": "Door",
            "pos": "Lower Left",
        }
        assert len(rig.unit.calls_of("SetOsd")) == 1


async def test_longest_text(session: ClientSession) -> None:
    """31 bytes fit, whatever the letters."""
    async with rigged(session) as rig:
        text = "ä" * 15 + "a"
        await writer(rig)(OverlayChange(slot=1, text=text))
        assert fields(rig)["osdChannel"]["name"] == text


@pytest.mark.parametrize(
    ("change", "reason", "placeholders"),
    [
        pytest.param(
            OverlayChange(slot=1, text="ä" * 16),
            Reason.TEXT_TOO_LONG,
            {"limit": "31"},
            id="too long",
        ),
        pytest.param(
            OverlayChange(slot=2, text="12:00", enabled=True),
            Reason.OVERLAY_TEXT_FIXED,
            {},
            id="text of the clock",
        ),
        pytest.param(
            OverlayChange(slot=3, text="x"),
            Reason.OVERLAY_NO_SLOT,
            {"limit": "2"},
            id="third text",
        ),
        pytest.param(
            OverlayChange(slot=0, enabled=True),
            Reason.OVERLAY_NO_SLOT,
            {"limit": "2"},
            id="no text",
        ),
    ],
)
async def test_refused_by_us(
    session: ClientSession,
    change: OverlayChange,
    reason: Reason,
    placeholders: dict[str, str],
) -> None:
    """What no camera can show is not even asked for."""
    async with rigged(session) as rig:
        with pytest.raises(DeviceRequestError) as caught:
            await writer(rig)(change)
        assert caught.value.reason is reason
        assert caught.value.placeholders == placeholders
        assert rig.unit.requests == []


@pytest.mark.parametrize(
    ("command", "code", "reason"),
    [
        ("GetOsd", -99, Reason.CAMERA_OFFLINE),
        ("SetOsd", -26, Reason.NO_PERMISSION),
        ("SetOsd", -22, Reason.INVALID_VALUE),
    ],
)
async def test_refused(
    session: ClientSession, command: str, code: int, reason: Reason
) -> None:
    """A refusal is raised as what it is."""
    async with rigged(session) as rig:
        before = fields(rig)
        rig.unit.plans.refuse(command, code)
        with pytest.raises(DeviceError) as caught:
            await writer(rig)(OverlayChange(slot=1, text="x"))
        assert caught.value.reason is reason
        assert fields(rig) == before


async def test_camera_without_texts(session: ClientSession) -> None:
    """There is nothing to change."""
    unit = ReolinkOptions(channels=[ChannelOptions(abilities={"osd": 0})])
    async with rigged(session, unit) as rig:
        assert overlay_writer(rig.parts()) is None
