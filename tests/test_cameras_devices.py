"""Cameras of a recorder that come, go, are renamed and are taken away."""

from collections.abc import AsyncIterator
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.camera_time import Owner, at_home
from tests.conftest import Time
from tests.emulators.reolink import ReolinkOptions


@pytest.fixture
def options() -> ReolinkOptions:
    """Return a recorder with four channels, of which two have a camera."""
    return ReolinkOptions.nvr(4, online=2)


@pytest.fixture
async def owner(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: ReolinkOptions,
) -> AsyncIterator[Owner]:
    """Return somebody at home; everything works."""
    assert await async_setup_component(hass, "config", {})
    async with at_home(hass, monkeypatch, moving_time, records, options) as person:
        yield person


def devices(owner: Owner) -> dict[str, dr.DeviceEntry]:
    """Return the devices by their names."""
    registry = dr.async_get(owner.home.hass)
    found = dr.async_entries_for_config_entry(registry, owner.home.entry.entry_id)
    return {str(device.name): device for device in found}


def entities(owner: Owner, unit: str) -> set[str]:
    """Return what is registered for a unit."""
    registry = er.async_get(owner.home.hass)
    return {
        entity.unique_id
        for entity in er.async_entries_for_device(
            registry, owner.home.device_id(unit), include_disabled_entities=True
        )
    }


def loaded(owner: Owner, unit: str) -> set[str]:
    """Return the entities of a unit that have a state that is not left over."""
    registry = er.async_get(owner.home.hass)
    return {
        entity.entity_id
        for entity in er.async_entries_for_device(registry, owner.home.device_id(unit))
        if (state := owner.home.hass.states.get(entity.entity_id)) is not None
        and not state.attributes.get("restored")
    }


async def until_noticed(owner: Owner) -> None:
    """Wait until the recorder was asked who is connected, and all was read."""
    for _ in range(20):
        await owner.wait(3)


async def test_a_recorder_and_its_cameras(owner: Owner) -> None:
    """The cameras hang on the recorder; free channels are nothing."""
    found = devices(owner)
    assert set(found) == {"Porch", "Camera1", "Camera2"}
    box = found["Porch"]
    assert (box.manufacturer, box.model) == ("Reolink", "RLN16-410")
    assert box.connections == {(dr.CONNECTION_NETWORK_MAC, "ec:71:db:0f:93:91")}
    assert box.sw_version == "v3.0.0.59_20080734"
    assert box.via_device_id is None
    assert box.configuration_url == f"http://127.0.0.1:{owner.device.port}"
    for name, unit in (("Camera1", "channel_1"), ("Camera2", "channel_2")):
        camera = found[name]
        assert camera.via_device_id == box.id
        assert camera.connections == set()
        assert camera.identifiers == {(DOMAIN, f"ec:71:db:0f:93:91_{unit}")}


async def test_a_camera_is_one_device(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> None:
    """A camera by itself has no parts."""
    options = ReolinkOptions()
    async with at_home(hass, monkeypatch, moving_time, records, options) as owner:
        (camera,) = devices(owner).values()
        assert camera.name == "Porch"


async def test_a_camera_that_is_connected_later(owner: Owner) -> None:
    """Its device and entities appear without anybody's doing."""
    before = entities(owner, "channel_1")
    owner.device.set_online(2)

    await until_noticed(owner)

    assert set(devices(owner)) == {"Porch", "Camera1", "Camera2", "Camera3"}
    assert devices(owner)["Camera3"].via_device_id == devices(owner)["Porch"].id
    renamed = {one.replace("channel_1", "channel_3") for one in before}
    assert entities(owner, "channel_3") == renamed
    assert owner.works
    owner.device.detect(2)
    await owner.wait()
    await owner.wait()
    assert owner.value("binary_sensor", "motion", "channel_3") == "on"
    assert owner.device.commands["Login"] <= 1


async def test_a_camera_that_vanishes(owner: Owner) -> None:
    """It stays, unavailable, also over a reload, and comes back."""
    before = entities(owner, "channel_2")
    owner.device.set_online(1, online=False)
    await until_noticed(owner)
    for _ in range(2):
        assert set(devices(owner)) == {"Porch", "Camera1", "Camera2"}
        assert owner.shown("channel_2") == {"unavailable"}
        assert owner.value("binary_sensor", "online", "channel_2") == "off"
        assert entities(owner, "channel_2") == before
        assert "unavailable" not in owner.shown("channel_1")
        await owner.reload()
        await owner.wait()

    owner.device.set_online(1)
    await until_noticed(owner)

    assert owner.works
    assert loaded(owner, "channel_2")
    assert entities(owner, "channel_2") == before


async def remove(owner: Owner, client: WebSocketGenerator, name: str) -> Any:
    """Take a device away, as its page does; return the answer."""
    http = await client(owner.home.hass)
    await http.send_json_auto_id(
        {
            "type": "config/device_registry/remove_config_entry",
            "config_entry_id": owner.home.entry.entry_id,
            "device_id": devices(owner)[name].id,
        }
    )
    answer = await http.receive_json()
    await owner.home.hass.async_block_till_done()
    return answer


async def test_what_is_connected_is_not_taken_away(
    owner: Owner, hass_ws_client: WebSocketGenerator
) -> None:
    """Neither the recorder nor a camera that answers."""
    for name in ("Porch", "Camera1"):
        assert not (await remove(owner, hass_ws_client, name))["success"]
    assert set(devices(owner)) == {"Porch", "Camera1", "Camera2"}


async def test_no_camera_is_taken_away_while_nobody_knows(
    owner: Owner, hass_ws_client: WebSocketGenerator
) -> None:
    """A recorder without power says nothing about its cameras."""
    owner.device.power_off()
    await owner.wait()

    assert not (await remove(owner, hass_ws_client, "Camera2"))["success"]
    owner.device.power_on()
    await owner.device.settle()


@pytest.mark.parametrize("then", ["reload", "wait"])
async def test_a_camera_that_is_gone_is_taken_away(
    owner: Owner, hass_ws_client: WebSocketGenerator, then: str
) -> None:
    """It stays away, with all that it had, until one is connected again."""
    owner.device.set_online(1, online=False)
    await until_noticed(owner)

    assert (await remove(owner, hass_ws_client, "Camera2"))["success"]
    if then == "reload":
        await owner.reload()
    await until_noticed(owner)
    assert set(devices(owner)) == {"Porch", "Camera1"}
    registry = er.async_get(owner.home.hass)
    assert not [e for e in registry.entities if "channel_2" in e]

    owner.device.set_online(1)
    await until_noticed(owner)
    assert set(devices(owner)) == {"Porch", "Camera1", "Camera2"}
    assert loaded(owner, "channel_2")
    assert owner.works


async def test_a_camera_comes_back_right_after_it_was_taken_away(
    owner: Owner, hass_ws_client: WebSocketGenerator
) -> None:
    """Nobody has asked the recorder in between; all of it is there again."""
    owner.device.set_online(1, online=False)
    await until_noticed(owner)
    before = entities(owner, "channel_2")
    assert (await remove(owner, hass_ws_client, "Camera2"))["success"]
    owner.device.set_online(1)

    await until_noticed(owner)

    assert entities(owner, "channel_2") == before
    assert loaded(owner, "channel_2")
    assert owner.works


async def test_a_camera_that_is_renamed(owner: Owner) -> None:
    """The device follows, a name that its owner gave it stays, nothing is new."""
    before = entities(owner, "channel_1"), entities(owner, "channel_2")
    registry = dr.async_get(owner.home.hass)
    registry.async_update_device(devices(owner)["Camera2"].id, name_by_user="Garden")
    owner.device.options.channels[0].name = "Front door"
    owner.device.options.channels[1].name = "Back door"

    await until_noticed(owner)

    found = devices(owner)
    assert set(found) == {"Porch", "Front door", "Back door"}
    assert found["Back door"].name_by_user == "Garden"
    assert (entities(owner, "channel_1"), entities(owner, "channel_2")) == before
    assert owner.works
    await owner.act(
        "select", "infrared_light", "select_option", "channel_1", option="off"
    )
    assert owner.device.settings.fields("IrLights", 0)["state"] == "Off"
    await until_noticed(owner)
    assert owner.value("select", "infrared_light", "channel_1") == "off"


async def test_another_camera_at_a_channel(owner: Owner) -> None:
    """What the new one cannot do is unavailable; what it can do more turns up."""
    channel = owner.device.options.channels[1]
    owner.device.set_online(1, online=False)
    await until_noticed(owner)
    channel.siren, channel.status_led, channel.model = False, True, "RLC-810A"
    owner.device.set_online(1)
    await until_noticed(owner)

    assert devices(owner)["Camera2"].model == "RLC-810A"
    assert owner.value("switch", "status_led", "channel_2") in ("on", "off")
    assert owner.value("binary_sensor", "motion", "channel_2") == "off"
