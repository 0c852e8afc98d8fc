"""Conditions, in automations of a home with real devices."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.watchpost.condition import CONDITIONS
from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.helpers.icon import async_get_icons
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
from tests.bview_home import BviewHome, bview_home
from tests.camera_home import EmulatedHome, emulated
from tests.conftest import Later, Time
from tests.emulators.reolink import ReolinkOptions
from tests.home import Home
from tests.rules import Ran, rule

POLL: Final = 2.5
"""Seconds in which a camera is asked for what it sees."""


@pytest.fixture
async def recorder(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> AsyncIterator[EmulatedHome]:
    """Return a home with a recorder of two cameras."""
    async with emulated(hass, monkeypatch, ReolinkOptions.nvr(2, full=True)) as home:
        moving_time.follow(home.device.clock)
        yield home


@pytest.fixture
async def workshop(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> AsyncIterator[BviewHome]:
    """Return a home with a camera that has an alarm input and a privacy mask."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        yield home


class Asker:
    """An automation that tells whether a condition passes."""

    def __init__(self, hass: HomeAssistant, ran: Ran) -> None:
        """Ask nothing yet."""
        self._hass = hass
        self._ran = ran

    async def passes(self) -> bool:
        """Tell whether the condition passes now."""
        before = len(self._ran)
        self._hass.bus.async_fire("ask")
        await self._hass.async_block_till_done()
        return len(self._ran) > before


async def asker(
    hass: HomeAssistant, name: str, target: dict[str, Any], **options: Any
) -> Asker:
    """Set up an automation with a condition."""
    condition = {
        "condition": f"{DOMAIN}.{name}",
        "target": target,
        "options": options,
    }
    trigger = {"trigger": "event", "event_type": "ask"}
    return Asker(hass, await rule(hass, trigger, [condition]))


def cameras(home: EmulatedHome) -> tuple[str, str]:
    """Return the devices of both cameras."""
    units = [one.key for one in home.entry.runtime_data.device.units if one.key]
    first, second = (home.device_id(unit) for unit in units)
    return first, second


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("motion", "motion"),
        ("person", "people"),
        ("vehicle", "vehicle"),
        ("animal", "dog_cat"),
        ("face", "face"),
    ],
)
async def test_what_is_seen(
    hass: HomeAssistant,
    recorder: EmulatedHome,
    moving_time: Time,
    name: str,
    word: str,
) -> None:
    """It passes while it is seen by this camera, not by another one."""
    device, _ = cameras(recorder)
    asked = await asker(hass, f"{name}_is_detected", {"device_id": device})
    recorder.device.detect(1, word)
    await moving_time.pass_by(POLL)
    assert not await asked.passes()

    recorder.device.detect(0, word)
    await moving_time.pass_by(POLL)
    assert await asked.passes()

    recorder.device.detect(0, word, active=False)
    await moving_time.pass_by(POLL)
    assert not await asked.passes()


async def test_motion_is_not_tampering(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time
) -> None:
    """Both are called by their device class alone, and are told apart by it."""
    device, _ = cameras(recorder)
    asked = await asker(hass, "tampering_is_detected", {"device_id": device})
    recorder.device.detect(0, "motion")
    await moving_time.pass_by(POLL)
    assert not await asked.passes()


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [("any", [False, True, True]), ("all", [False, False, True])],
)
async def test_area(
    hass: HomeAssistant,
    recorder: EmulatedHome,
    moving_time: Time,
    behavior: str,
    expected: list[bool],
) -> None:
    """Of an area, one camera or all have to see somebody."""
    area = ar.async_get(hass).async_create("Yard")
    for device in cameras(recorder):
        dr.async_get(hass).async_update_device(device, area_id=area.id)
    asked = await asker(
        hass, "person_is_detected", {"area_id": area.id}, behavior=behavior
    )
    found = [await asked.passes()]
    for number in (0, 1):
        recorder.device.detect(number, "people")
        await moving_time.pass_by(POLL)
        found.append(await asked.passes())
    assert found == expected


async def test_for_a_time(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time
) -> None:
    """It passes only after it has lasted."""
    device, _ = cameras(recorder)
    asked = await asker(
        hass, "person_is_detected", {"device_id": device}, **{"for": "00:00:20"}
    )
    recorder.device.detect(0, "people")
    await moving_time.pass_by(POLL)
    await moving_time.pass_by(15)
    assert not await asked.passes()
    await moving_time.pass_by(6)
    assert await asked.passes()


@pytest.mark.parametrize("behavior", ["any", "all"])
async def test_nothing_is_known(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time, behavior: str
) -> None:
    """Of devices that do not answer nothing is seen, not even by all of them."""
    target = {"device_id": list(cameras(recorder))}
    asked = await asker(hass, "person_is_detected", target, behavior=behavior)
    recorder.device.detect(0, "people")
    recorder.device.detect(1, "people")
    await moving_time.pass_by(POLL)
    assert await asked.passes()

    recorder.device.power_off()
    await moving_time.pass_by(30)

    assert not await asked.passes()


async def test_online(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time
) -> None:
    """A device is online or offline, though that is a diagnostic entity."""
    target = {"device_id": recorder.device_id()}
    asked = await asker(hass, "device_is_online", target)
    assert await asked.passes()
    recorder.device.power_off()
    await moving_time.pass_by(30)
    assert not await asked.passes()


async def test_offline(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time
) -> None:
    """The opposite of online."""
    target = {"device_id": recorder.device_id()}
    asked = await asker(hass, "device_is_offline", target)
    assert not await asked.passes()
    recorder.device.power_off()
    await moving_time.pass_by(30)
    assert await asked.passes()


@pytest.mark.parametrize("name", ["alarm_is_active", "alarm_input_is_active"])
async def test_alarm(hass: HomeAssistant, home: Home, later: Later, name: str) -> None:
    """An alarm that the input has started is one of both."""
    asked = await asker(hass, name, {"device_id": home.device_id})
    await later(11)
    assert not await asked.passes()
    assert await home.strobe.trigger_probe()
    await later(11)
    assert await asked.passes()


@pytest.mark.parametrize(("name", "expected"), [("on", True), ("off", False)])
async def test_privacy(
    hass: HomeAssistant, workshop: BviewHome, name: str, expected: bool
) -> None:
    """The picture is hidden or not."""
    target = {"entity_id": workshop.entity_id("switch", "privacy_mask")}
    asked = await asker(hass, f"privacy_is_{name}", target)
    await workshop.act("switch", "privacy_mask", "turn_on")
    assert await asked.passes() is expected
    await workshop.act("switch", "privacy_mask", "turn_off")
    assert await asked.passes() is not expected


async def test_video_is_lost(hass: HomeAssistant, workshop: BviewHome) -> None:
    """The signal is lost or not."""
    asked = await asker(hass, "video_is_lost", {"device_id": workshop.device_id})
    assert not await asked.passes()
    workshop.camera.lose_video()
    await workshop.poll()
    assert await asked.passes()


@pytest.mark.parametrize(
    "options", [{"behavior": "each"}, {"for": "soon"}, {"number": 1}]
)
async def test_what_is_refused(
    hass: HomeAssistant, home: Home, options: dict[str, Any]
) -> None:
    """An automation with a wrong option is not set up."""
    with pytest.raises(AssertionError, match="refused"):
        await asker(hass, "alarm_is_active", {"device_id": home.device_id}, **options)


async def test_what_the_editor_shows(
    hass: HomeAssistant, home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    """Every condition has fields, names and an icon, as the automation editor asks."""
    assert await async_setup_component(hass, "websocket_api", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "condition_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    shown = (await client.receive_json())["event"]
    assert {f"{DOMAIN}.{name}" for name in CONDITIONS} <= set(shown)
    texts = await async_get_translations(hass, "en", "conditions", {DOMAIN})
    icons = (await async_get_icons(hass, "conditions", {DOMAIN}))[DOMAIN]
    descriptions = await async_get_all_descriptions(hass)
    for name in CONDITIONS:
        start = f"component.{DOMAIN}.conditions.{name}"
        description = descriptions[f"{DOMAIN}.{name}"]
        assert description is not None
        (entity,) = description["target"]["entity"]
        assert entity["integration"] == DOMAIN
        assert {f"{start}.name", f"{start}.description"} <= set(texts)
        for one in description["fields"]:
            assert f"{start}.fields.{one}.name" in texts
        assert icons[name]["condition"].startswith("mdi:")
    assert set(icons) == set(CONDITIONS)
