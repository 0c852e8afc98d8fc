"""Data for whatever hangs on a serial port: sent once, and the answer if wanted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.camera_home import emulated, told
from tests.emulators.reolink import ReolinkOptions
from tests.home import Home, refused
from tests.pivot import PivotHome, at_home
from tests.pivot_family import Can


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


async def send(home: PivotHome, unit: str = "", **data: Any) -> dict[str, Any]:
    """Send something; return what is answered."""
    device_id = home.device_id(unit)
    return await home.call("serial_send", {"device_id": device_id, **data})


@pytest.mark.parametrize("can", [Can(), Can(serial=False)], ids=["both", "one_way"])
@pytest.mark.parametrize(
    ("data", "sent"),
    [
        pytest.param({"data": "test"}, "74657374", id="text"),
        pytest.param({"data": "é\r\n"}, "c3a90d0a", id="other_letters"),
        pytest.param({"data": 12}, "3132", id="number"),
        pytest.param({"hex": "FF0100"}, "ff0100", id="hex"),
        pytest.param({"hex": " 00 0a\t Ff "}, "000aff", id="spaces"),
        pytest.param({"hex": "00" * 1024}, "00" * 1024, id="longest"),
        pytest.param({"data": "A", "read": False}, "41", id="not_read"),
    ],
)
async def test_send(pivot: PivotHome, data: dict[str, Any], sent: str) -> None:
    """The bytes arrive once as they are, and nothing is answered."""
    assert await send(pivot, **data) == {}

    assert pivot.camera.asked == [("serial", {"data": sent, "read": False})]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"data": "1234ab"}, {"hex": "12 34 AB", "text": "\x124�"}),
        ({"data": "4f4b0d"}, {"hex": "4F 4B 0D", "text": "OK\r"}),
        ({"data": ""}, {"hex": "", "text": ""}),
        ({}, {"hex": "", "text": ""}),
    ],
    ids=["bytes", "text", "empty", "none"],
)
async def test_read(
    pivot: PivotHome, answer: dict[str, str], told: dict[str, str]
) -> None:
    """What comes back is told as bytes and as text."""
    pivot.camera.answers["serial"] = answer

    assert await send(pivot, hex="0102", read=True) == told
    assert pivot.camera.asked == [("serial", {"data": "0102", "read": True})]


async def test_nobody_needs_the_answer(pivot: PivotHome) -> None:
    """It is no answer that is waited for in a script that takes none."""
    await pivot.hass.services.async_call(
        "watchpost",
        "serial_send",
        {"device_id": pivot.device_id(), "data": "A", "read": True},
        blocking=True,
    )
    assert pivot.camera.of("serial") == [{"data": "41", "read": True}]


@pytest.mark.parametrize(
    "data",
    [{}, {"read": True}, {"data": "A", "hex": "41"}],
    ids=["nothing", "read_alone", "both"],
)
async def test_one_form(pivot: PivotHome, data: dict[str, Any]) -> None:
    """Neither form or both are refused."""
    with told("serial_one_form") as placeholders:
        await send(pivot, **data)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize(
    "data",
    [
        {"hex": "1"},
        {"hex": "1 2"},
        {"hex": "0x01"},
        {"hex": "GG"},
        {"hex": ""},
        {"hex": "  "},
        {"hex": 10},
        {"hex": ["01"]},
        {"hex": "00" * 1025},
        {"data": ""},
        {"data": "é" * 513},
        {"data": None},
        {"data": ["A"]},
        {"data": "A", "read": "maybe"},
        {"data": "A", "port": 1},
    ],
    ids=[
        "half",
        "two_halves",
        "prefix",
        "letters",
        "empty",
        "blank",
        "number",
        "list",
        "long",
        "no_text",
        "long_text",
        "none",
        "texts",
        "read",
        "unknown",
    ],
)
async def test_wrong_input(pivot: PivotHome, data: dict[str, Any]) -> None:
    """What makes no sense is refused before anything is sent."""
    with pytest.raises(vol.Invalid):
        await send(pivot, **data)

    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(serial=False)])
async def test_no_answer(pivot: PivotHome) -> None:
    """A device that never tells what comes back says so, and nothing is sent."""
    with told("serial_no_answer") as placeholders:
        await send(pivot, data="A", read=True)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(serial=None)])
@pytest.mark.parametrize(
    "data", [{"data": "A"}, {"hex": "41", "read": True}, {}], ids=["send", "read", "no"]
)
async def test_no_port(pivot: PivotHome, data: dict[str, Any]) -> None:
    """A device without a serial port says so."""
    with told("serial_unsupported") as placeholders:
        await send(pivot, **data)

    assert placeholders == {"device": "Pivot"}
    assert pivot.camera.asked == []


@pytest.mark.parametrize("can", [Can(cameras=2)])
async def test_port_of_a_part(pivot: PivotHome) -> None:
    """Each part has its own port or none."""
    await send(pivot, "2", data="A")
    assert pivot.camera.of("serial") == [{"data": "41", "read": False}]

    with told("serial_unsupported") as placeholders:
        await send(pivot, data="A")
    assert placeholders == {"device": "Pivot"}
    assert len(pivot.camera.of("serial")) == 1


@pytest.mark.parametrize("can", [Can(cameras=2, serial=False)])
async def test_part_is_named(pivot: PivotHome) -> None:
    """The error names the camera and not the recorder."""
    with told("serial_no_answer") as placeholders:
        await send(pivot, "2", data="A", read=True)

    assert placeholders == {"device": "Camera 2"}


async def test_refused_by_the_device(pivot: PivotHome) -> None:
    """What the device refuses is told to the caller, and not sent again."""
    pivot.camera.refused.add("serial")
    with refused("invalid_value"):
        await send(pivot, data="A")

    assert pivot.camera.done == ["serial"]


async def test_garbled(pivot: PivotHome) -> None:
    """An answer that is none is an error: the caller gets no empty one."""
    pivot.camera.answers["serial"] = {"data": "no hex"}
    with refused("unreachable", HomeAssistantError):
        await send(pivot, data="A", read=True)

    assert pivot.camera.done == ["serial"]


@pytest.mark.parametrize(
    "options", [ReolinkOptions(), ReolinkOptions.nvr(1)], ids=["camera", "recorder"]
)
async def test_cameras_that_cannot(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, options: ReolinkOptions
) -> None:
    """Cameras and recorders without a serial port are not asked."""
    async with emulated(hass, monkeypatch, options) as home:
        with refused("serial_unsupported"):
            await home.call("serial_send", {"device_id": home.device_id(), "data": "A"})
        assert home.asked() == []


async def test_strobe_that_cannot(home: Home) -> None:
    """A strobe has no serial port."""
    sent = len(home.sent)
    with refused("serial_unsupported"):
        await home.device("serial_send", hex="FF")
    assert len(home.sent) == sent
