"""Triggers, in automations of a home with real devices."""

from collections.abc import AsyncIterator
from dataclasses import replace
import json
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.device import BOX, Notice
from custom_components.watchpost.devices.model.vocabulary import DetectionKind, Key
from custom_components.watchpost.trigger import TRIGGERS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.helpers.icon import async_get_icons
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from tests.bview_home import BviewHome, bview_home
from tests.camera_home import EmulatedHome, emulated
from tests.conftest import Later, Time
from tests.emulators.reolink import ReolinkOptions
from tests.home import Home
from tests.rules import rule

POLL: Final = 2.5
"""Seconds in which a camera is asked for what it sees."""
SEEN: Final = {
    DetectionKind.MOTION: "motion",
    DetectionKind.PERSON: "people",
    DetectionKind.VEHICLE: "vehicle",
    DetectionKind.ANIMAL: "dog_cat",
    DetectionKind.FACE: "face",
}
"""Words of the emulated camera."""


@pytest.fixture
async def porch(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> AsyncIterator[EmulatedHome]:
    """Return a home with a camera that sees everything."""
    async with emulated(hass, monkeypatch, ReolinkOptions.full()) as home:
        moving_time.follow(home.device.clock)
        yield home


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
    """Return a home with a camera that can lose its video signal."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        yield home


def on_device(home: EmulatedHome, name: str, **options: Any) -> dict[str, Any]:
    """Return a trigger whose target is the device."""
    return {
        "trigger": f"{DOMAIN}.{name}",
        "target": {"device_id": home.device_id()},
        "options": options,
    }


@pytest.mark.parametrize("kind", SEEN)
async def test_each_kind(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time, kind: DetectionKind
) -> None:
    """What is seen sets off its own trigger, each time, and no other kind does."""
    ran = await rule(hass, on_device(porch, kind))
    for other in set(SEEN) - {kind}:
        porch.device.detect(kind=SEEN[other], seconds=3)
    await moving_time.pass_by(POLL)
    await moving_time.pass_by(POLL)
    assert len(ran) == 0

    for count in (1, 2):
        porch.device.detect(kind=SEEN[kind], seconds=3)
        await moving_time.pass_by(POLL)
        assert ran.kinds == [kind] * count
        for _ in range(3):
            await moving_time.pass_by(POLL)
    assert ran.entities == ["event.porch_detection"] * 2


@pytest.mark.parametrize("kind", [DetectionKind.MOTION, DetectionKind.PERSON])
async def test_two_kinds_in_one_answer(
    hass: HomeAssistant, porch: EmulatedHome, kind: DetectionKind
) -> None:
    """Neither is lost, though both happen at the same moment."""
    ran = await rule(hass, on_device(porch, kind))
    kinds = (DetectionKind.MOTION, DetectionKind.PERSON)
    porch.entry.runtime_data.async_dispatch(
        tuple(Notice(unit=BOX, key=Key.DETECTION, kind=one) for one in kinds)
    )
    await hass.async_block_till_done()
    assert ran.kinds == [kind]


@pytest.mark.parametrize("kind", list(DetectionKind))
async def test_kinds_that_a_device_tells(
    hass: HomeAssistant, porch: EmulatedHome, kind: DetectionKind
) -> None:
    """Every kind has a trigger, also those that a device did not announce."""
    ran = await rule(hass, on_device(porch, kind))
    hub = porch.entry.runtime_data

    hub.async_dispatch((Notice(unit=BOX, key=Key.DETECTION, kind=kind),))
    await hass.async_block_till_done()

    assert ran.kinds == [kind]


async def test_by_area_and_label(
    hass: HomeAssistant, recorder: EmulatedHome, moving_time: Time
) -> None:
    """An area or a label stands for the cameras in it, and no others."""
    area = ar.async_get(hass).async_create("Yard")
    label = lr.async_get(hass).async_create("Outside")
    units = [one for one in recorder.entry.runtime_data.device.units if one.key]
    first, second = (recorder.device_id(unit.key) for unit in units)
    dr.async_get(hass).async_update_device(first, area_id=area.id)
    ran = await rule(
        hass, {"trigger": "watchpost.person", "target": {"area_id": area.id}}
    )

    recorder.device.detect(1, "people")
    await moving_time.pass_by(POLL)
    assert len(ran) == 0
    recorder.device.detect(0, "people")
    await moving_time.pass_by(POLL)
    assert len(ran) == 1

    # What moves into the area counts from then on.
    recorder.device.detect(1, "people", active=False)
    await moving_time.pass_by(POLL)
    dr.async_get(hass).async_update_device(second, area_id=area.id)
    dr.async_get(hass).async_update_device(second, labels={label.label_id})
    recorder.device.detect(1, "people")
    await moving_time.pass_by(POLL)
    assert len(ran) == 2
    assert len(set(ran.entities)) == 2


async def test_renamed_entity(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """What the owner calls an entity does not matter, and naming it is no event."""
    registry = er.async_get(hass)
    registry.async_update_entity(
        "event.porch_detection", new_entity_id="event.front", name="Front"
    )
    await hass.async_block_till_done()
    ran = await rule(
        hass,
        {"trigger": "watchpost.person", "target": {"entity_id": "event.front"}},
    )
    porch.device.detect(kind="people")
    await moving_time.pass_by(POLL)
    assert len(ran) == 1

    registry.async_update_entity("event.front", name="Door")
    await hass.async_block_till_done()
    shown = hass.states.get("event.front")
    assert shown is not None
    assert shown.name == "Door"
    assert len(ran) == 1


async def test_others_do_not_count(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """Entities of other integrations, and other entities of ours, set off nothing."""
    registry = er.async_get(hass)
    stranger = registry.async_get_or_create(
        "event", "demo", "detection", translation_key="detection"
    )
    hass.states.async_set(stranger.entity_id, "unknown")
    entities = [stranger.entity_id, "binary_sensor.porch_person", "event.nowhere"]
    ran = await rule(
        hass, {"trigger": "watchpost.person", "target": {"entity_id": entities}}
    )

    hass.states.async_set(
        stranger.entity_id, "2026-11-20T12:00:00.000+00:00", {"event_type": "person"}
    )
    porch.device.detect(kind="people")
    await moving_time.pass_by(POLL)

    assert hass.states.is_state("binary_sensor.porch_person", "on")
    assert len(ran) == 0


async def test_back_after_a_loss_and_a_reload(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """An event that is shown again is not another one."""
    ran = await rule(hass, on_device(porch, "person"))
    porch.device.detect(kind="people", seconds=3)
    await moving_time.pass_by(POLL)
    await moving_time.pass_by(POLL)
    assert len(ran) == 1

    porch.device.power_off()
    await moving_time.pass_by(30)
    assert hass.states.is_state("event.porch_detection", "unavailable")
    porch.device.power_on()
    for _ in range(12):
        await moving_time.pass_by(30)
    await hass.config_entries.async_reload(porch.entry.entry_id)
    await hass.async_block_till_done()

    state = hass.states.get("event.porch_detection")
    assert state is not None
    assert state.attributes["event_type"] == "person"
    assert len(ran) == 1


async def test_alarm_while_it_was_away(
    hass: HomeAssistant, home: Home, later: Later
) -> None:
    """What happened while the device was not reached is told when it is back."""
    target = {"entity_id": "event.porch_alarm"}
    ran = await rule(hass, {"trigger": "watchpost.alarm_input", "target": target})
    home.strobe.power_off()
    await later(30)
    assert home.value("event", "alarm") == "unavailable"

    home.strobe.power_on()
    home.strobe.add_log(0)
    for _ in range(12):
        await later(30)

    assert ran.kinds == ["input"]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("alarm", {}, ["input", "remote", "broadcast", "input"]),
        ("alarm", {"kind": ["remote"]}, ["remote"]),
        ("alarm", {"kind": "broadcast"}, ["broadcast"]),
        ("alarm_input", {}, ["input", "input"]),
        ("alarm_input", {"number": 1}, ["input", "input"]),
        ("alarm_input", {"number": 2}, []),
    ],
)
async def test_alarms(
    hass: HomeAssistant,
    home: Home,
    later: Later,
    name: str,
    options: dict[str, Any],
    expected: list[str],
) -> None:
    """Alarms are told by what has started them, or by their input."""
    trigger = {
        "trigger": f"watchpost.{name}",
        "target": {"device_id": home.device_id},
        "options": options,
    }
    ran = await rule(hass, trigger)

    for code in (0, 1, 2, 0):
        home.strobe.add_log(code)
        await later(11)

    assert ran.kinds == expected


async def test_contact_that_closes_twice(
    hass: HomeAssistant, workshop: BviewHome
) -> None:
    """Each time counts; that it opens again does not."""
    target = {"device_id": workshop.device_id}
    trigger = {"trigger": "watchpost.alarm_input", "target": target}
    ran = await rule(hass, trigger)
    for count in (1, 2):
        workshop.camera.set_alarm_input()
        await workshop.poll()
        assert ran.kinds == ["input"] * count
        workshop.camera.set_alarm_input(on=False)
        await workshop.poll()
        assert len(ran) == count


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("alarm", {"kind": []}),
        ("alarm", {"kind": ["fire"]}),
        ("alarm_input", {"number": 0}),
        ("person", {"number": 1}),
        ("device_offline", {"behavior": "never"}),
        ("elephant", {}),
    ],
)
async def test_what_is_refused(
    hass: HomeAssistant, home: Home, name: str, options: dict[str, Any]
) -> None:
    """An automation with a wrong option is not set up."""
    trigger = {
        "trigger": f"watchpost.{name}",
        "target": {"device_id": home.device_id},
        "options": options,
    }
    with pytest.raises(AssertionError, match="refused"):
        await rule(hass, trigger)


async def lose(home: EmulatedHome, time: Time) -> None:
    """Cut the camera off until that is noticed."""
    home.device.power_off()
    await time.pass_by(30)
    assert home.hass.states.is_state("binary_sensor.porch_online", "off")


async def find(home: EmulatedHome, time: Time) -> None:
    """Connect the camera until that is noticed."""
    home.device.power_on()
    for _ in range(12):
        await time.pass_by(30)
    assert home.hass.states.is_state("binary_sensor.porch_online", "on")


async def test_offline(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """A device that is lost is told of once; its return is another matter."""
    ran = await rule(hass, on_device(porch, "device_offline"))
    await lose(porch, moving_time)
    await moving_time.pass_by(60)
    await find(porch, moving_time)
    assert ran.entities == ["binary_sensor.porch_online"]


async def test_online_again(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """A device that answers again is told of, not one that has always answered."""
    ran = await rule(hass, on_device(porch, "device_online"))
    await hass.config_entries.async_reload(porch.entry.entry_id)
    await moving_time.pass_by(POLL)
    assert len(ran) == 0

    await lose(porch, moving_time)
    await find(porch, moving_time)

    assert ran.entities == ["binary_sensor.porch_online"]


async def test_offline_for_a_time(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """A short loss is not told."""
    ran = await rule(hass, on_device(porch, "device_offline", **{"for": "00:10:00"}))
    await lose(porch, moving_time)
    await find(porch, moving_time)
    await moving_time.pass_by(700)
    assert len(ran) == 0

    await lose(porch, moving_time)
    await moving_time.pass_by(601)
    assert len(ran) == 1


async def test_offline_at_the_start(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """A device that is not there after a reload, or a start, is no news."""
    ran = await rule(hass, on_device(porch, "device_offline"))

    porch.device.power_off()
    await hass.config_entries.async_reload(porch.entry.entry_id)
    await moving_time.pass_by(POLL)
    assert hass.states.is_state("binary_sensor.porch_online", "unavailable")
    assert len(ran) == 0

    porch.device.power_on()
    for _ in range(6):
        await moving_time.pass_by(60)
    assert hass.states.is_state("binary_sensor.porch_online", "on")
    assert len(ran) == 0


async def test_video_lost(
    hass: HomeAssistant, workshop: BviewHome, moving_time: Time
) -> None:
    """The loss of the signal is told, its return is not."""
    trigger = {
        "trigger": "watchpost.video_lost",
        "target": {"device_id": workshop.device_id},
    }
    ran = await rule(hass, trigger)

    for _ in range(2):
        workshop.camera.lose_video()
        await workshop.poll()
        workshop.camera.restore_video()
        await workshop.poll()

    assert ran.entities == ["binary_sensor.workshop_video_loss"] * 2


async def test_storage_problem(
    hass: HomeAssistant, porch: EmulatedHome, moving_time: Time
) -> None:
    """A disk that breaks is told of."""
    ran = await rule(hass, on_device(porch, "storage_problem"))
    disks = porch.device.disks
    disks[0] = replace(disks[0], mounted=False)
    for _ in range(3):
        await moving_time.pass_by(601)
    assert ran.entities == ["binary_sensor.porch_storage_1_problem"]


async def test_what_the_editor_shows(
    hass: HomeAssistant, home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    """Every trigger has fields, names and an icon, as the automation editor asks."""
    assert await async_setup_component(hass, "websocket_api", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    shown = (await client.receive_json())["event"]
    names = {f"watchpost.{name}" for name in TRIGGERS}
    assert names <= set(shown)
    texts = await async_get_translations(hass, "en", "triggers", {DOMAIN})
    icons = (await async_get_icons(hass, "triggers", {DOMAIN}))[DOMAIN]
    descriptions = await async_get_all_descriptions(hass)
    for name in TRIGGERS:
        start = f"component.watchpost.triggers.{name}"
        description = descriptions[f"watchpost.{name}"]
        assert description is not None
        entity = description["target"]["entity"]
        assert json.dumps(entity).count("watchpost") == 1
        assert {f"{start}.name", f"{start}.description"} <= set(texts)
        for one in description["fields"]:
            assert f"{start}.fields.{one}.name" in texts
        assert icons[name]["trigger"].startswith("mdi:")
    assert set(icons) == set(TRIGGERS)
