"""One alarm on several units: all start together, and each failure is told."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized, UnknownUser
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from tests.camera_home import told
from tests.contract.scene import Scene, alarm_scene, received
from tests.home import refused

SPREAD = 0.1
"""Seconds between the first and the last unit, on this computer."""
TRIES = 3
"""The computer may be busy once; an order after the other is late each time."""


@pytest.fixture
async def scene(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """Return a home with three strobes and two cameras."""
    async with alarm_scene(hass, monkeypatch) as found:
        yield found


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something has come about."""
    async with asyncio.timeout(5):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def test_all_at_once(scene: Scene) -> None:
    """By their entities: all sound, and all are silent again."""
    spreads: dict[str, list[float]] = {"alarm_trigger": [], "alarm_stop": []}
    for _ in range(TRIES):
        for action, found in spreads.items():
            scene.forget()
            await scene.act(action)
            assert scene.sounding == [action == "alarm_trigger"] * 5
            times = received(scene.sirens)
            found.append((max(times) - min(times)).total_seconds())
    assert max(min(found) for found in spreads.values()) <= SPREAD


async def test_every_kind_of_target(hass: HomeAssistant, scene: Scene) -> None:
    """Entities, devices, areas and labels at once; nobody is told twice."""
    area = ar.async_get(hass).async_create("Yard")
    dr.async_get(hass).async_update_device(scene.sirens[1].device_id, area_id=area.id)
    er.async_get(hass).async_update_entity(scene.sirens[4].entity_id, labels={"loud"})
    await scene.act(
        "alarm_trigger",
        {
            "entity_id": [scene.sirens[0].entity_id],
            "device_id": [one.device_id for one in scene.sirens[:4:3]],
            "area_id": [area.id],
            "label_id": ["loud"],
        },
    )
    assert scene.sounding == [True, True, False, True, True]
    assert [len(one.orders) for one in scene.sirens] == [1, 1, 0, 1, 1]


async def test_everything(scene: Scene) -> None:
    """All sirens of the integration."""
    await scene.hass.services.async_call(
        DOMAIN, "alarm_trigger", {"entity_id": "all"}, blocking=True
    )
    assert scene.sounding == [True] * 5
    await scene.hass.services.async_call(
        DOMAIN, "alarm_stop", {"entity_id": "none"}, blocking=True
    )
    assert scene.sounding == [True] * 5


@pytest.mark.parametrize("action", ["alarm_trigger", "alarm_stop"])
async def test_nobody_waits_for_a_slow_or_dead_one(scene: Scene, action: str) -> None:
    """The others have it at once; one error names each that failed."""
    dead, busy, slow = scene.sirens[0], scene.sirens[1], scene.sirens[3]
    well = [scene.sirens[2], scene.sirens[4]]
    await scene.act("alarm_stop" if action == "alarm_trigger" else "alarm_trigger")
    scene.forget()
    dead.device.power_off()
    busy.device.faults.add("http_status", "*Alarm*", code=503, count=None)
    slow.device.faults.add("latency", "*", seconds=1, count=None)
    acting = asyncio.ensure_future(scene.act(action))
    await until(lambda: all(one.orders for one in well))
    assert not acting.done()
    times = received(well)
    assert (max(times) - min(times)).total_seconds() <= SPREAD
    with told("several_failed", HomeAssistantError) as placeholders:
        await acting
    assert (placeholders["failed"], placeholders["total"]) == ("2", "5")
    for name in (dead.name, busy.name):
        assert name in placeholders["failures"]
    assert slow.name not in placeholders["failures"]
    assert [one.sounds for one in (*well, slow)] == [action == "alarm_trigger"] * 3


async def test_a_part_that_not_all_have(scene: Scene) -> None:
    """Who has it begins; who has not says so and is told nothing."""
    with told("several_failed") as placeholders:
        await scene.act("alarm_trigger", front={"color": "red"})
    assert placeholders["failed"] == "2"
    assert "Camera 3 has no front" in placeholders["failures"]
    assert "Camera 4 has no front" in placeholders["failures"]
    assert [len(one.orders) for one in scene.sirens] == [1, 1, 1, 0, 0]


async def test_who_is_believed_lost_is_tried(scene: Scene) -> None:
    """An alarm does not wait for the next look at a device."""
    lost = scene.sirens[0]
    lost.device.power_off()
    hub = lost.entry.runtime_data
    for coordinator in hub.coordinators.values():
        await coordinator.async_refresh()
    state = scene.hass.states.get(lost.entity_id)
    assert state is not None
    assert state.state == "unavailable"
    with refused("unreachable", HomeAssistantError):
        await scene.act("alarm_trigger", {"entity_id": [lost.entity_id]})
    lost.device.power_on()
    await scene.act("alarm_trigger", {"entity_id": [lost.entity_id]})
    assert lost.sounds


async def test_what_does_not_run(hass: HomeAssistant, scene: Scene) -> None:
    """A unit that is not set up, or disabled, is told; the others sound."""
    unloaded, disabled = scene.sirens[0], scene.sirens[1]
    assert await hass.config_entries.async_unload(unloaded.entry.entry_id)
    er.async_get(hass).async_update_entity(
        disabled.entity_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.async_block_till_done()
    with told("several_failed") as placeholders:
        await scene.act("alarm_trigger")
    assert placeholders["failed"] == "2"
    assert unloaded.name in placeholders["failures"]
    assert disabled.entity_id in placeholders["failures"]
    assert scene.sounding[2:] == [True] * 3
    with refused("entity_disabled"):
        await scene.act("alarm_trigger", {"device_id": [disabled.device_id]})
    with refused("device_not_loaded"):
        await scene.act("alarm_trigger", {"device_id": [unloaded.device_id]})
    assert await hass.config_entries.async_setup(unloaded.entry.entry_id)
    await hass.async_block_till_done()


async def test_what_is_nothing_of_ours(hass: HomeAssistant, scene: Scene) -> None:
    """What is named and cannot be meant is told; an area may hold anything."""
    registry = er.async_get(hass)
    light = next(
        one.entity_id
        for one in er.async_entries_for_config_entry(
            registry, scene.sirens[0].entry.entry_id
        )
        if one.domain == "light"
    )
    for target in (
        {"entity_id": [light]},
        {"entity_id": ["siren.of_somebody_else"]},
        {"device_id": ["0123456789abcdef0123456789abcdef"]},
    ):
        with told("not_aimed_right") as placeholders:
            await scene.act("alarm_trigger", target)
        assert placeholders["kind"] == "siren"
    area = ar.async_get(hass).async_create("Attic")
    with refused("nothing_aimed_at"):
        await scene.act("alarm_trigger", {"area_id": [area.id]})
    hass.states.async_set("group.alarm", "on", {"entity_id": [light]})
    with refused("nothing_aimed_at"):
        await scene.act("alarm_trigger", {"entity_id": ["group.alarm"]})
    assert scene.sounding == [False] * 5


async def test_who_may_not(hass: HomeAssistant, scene: Scene) -> None:
    """A user without rights sets nothing off."""
    guest = MockUser(is_owner=False).add_to_hass(hass)
    guest.mock_policy({})
    admin = MockUser(is_owner=True).add_to_hass(hass)

    async def act(user_id: str, entity_id: str | list[str]) -> None:
        await hass.services.async_call(
            DOMAIN,
            "alarm_trigger",
            {"entity_id": entity_id},
            blocking=True,
            context=Context(user_id=user_id),
        )

    with pytest.raises(Unauthorized):
        await act(guest.id, scene.entity_ids)
    with refused("nothing_aimed_at"):
        await act(guest.id, "all")
    with pytest.raises(UnknownUser):
        await act("nobody", scene.entity_ids)
    assert scene.sounding == [False] * 5
    await act(admin.id, scene.entity_ids[:1])
    assert scene.sounding == [True, False, False, False, False]
