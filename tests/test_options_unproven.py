"""Options of a device that cannot send a test: its owner reads what that means."""

from collections.abc import AsyncIterator
import logging

import pytest
from yarl import URL

from custom_components.watchpost.devices.model.vocabulary import Delivery, Key
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.herald import Can, ClientMaker, HeraldHome, at_home
from tests.home import ENGLISH

WEBHOOK = {"event_path": "webhook"}


@pytest.fixture
def can() -> Can:
    """Return what the device can do."""
    return Can()


@pytest.fixture
async def herald(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
    can: Can,
) -> AsyncIterator[HeraldHome]:
    """Return a home with a device that cannot send a test."""
    async with at_home(hass, monkeypatch, hass_client_no_auth, can) as home:
        yield home


async def choose(home: HeraldHome, path: str = "webhook") -> ConfigFlowResult:
    """Choose how events come in."""
    options = home.hass.config_entries.options
    flow = await options.async_init(home.entry.entry_id)
    return await submit(home, flow, {"event_path": path})


async def submit(
    home: HeraldHome, flow: ConfigFlowResult, data: dict[str, str]
) -> ConfigFlowResult:
    """Go on to the next step."""
    result = await home.hass.config_entries.options.async_configure(
        flow["flow_id"], data
    )
    await home.hass.async_block_till_done()
    return result


async def close(home: HeraldHome, flow: ConfigFlowResult) -> None:
    """Close the dialog."""
    home.hass.config_entries.options.async_abort(flow["flow_id"])
    await home.hass.async_block_till_done(wait_background_tasks=True)


async def test_its_owner_reads_of_it_first(herald: HeraldHome) -> None:
    """The device is set up, a step says what is not known, and then it is saved."""
    shown = await choose(herald)

    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "unproven")
    assert shown["description_placeholders"] == {
        "device": "Gate",
        "milliseconds": "",
    }
    text = ENGLISH["options"]["step"]["unproven"]
    assert text["title"].format(device="Gate") == "Events of Gate"
    assert "cannot send a test message" in text["description"]
    assert herald.box.asked == ["target"]
    assert herald.box.target is not None
    assert herald.entry.options == {}

    result = await submit(herald, shown, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert herald.entry.options == WEBHOOK
    assert herald.box.asked == ["target"]


async def test_the_first_message_proves_it(herald: HeraldHome) -> None:
    """The delivery shows as off, and as on from the first message on."""
    await submit(herald, await choose(herald), {})
    assert herald.state("binary_sensor", Key.EVENT_DELIVERY).state == "off"
    assert herald.box.target is not None

    async with herald.client.get(URL(herald.box.target).raw_path) as answer:
        assert answer.status == 200
    await herald.hass.async_block_till_done()

    assert herald.state("binary_sensor", Key.EVENT_DELIVERY).state == "on"


async def test_saving_again_tells_a_new_address(herald: HeraldHome) -> None:
    """The same options are saved again once Home Assistant is somewhere else."""
    await submit(herald, await choose(herald), {})
    herald.box.asked.clear()
    assert (await choose(herald))["type"] is FlowResultType.CREATE_ENTRY
    assert herald.box.asked == []
    herald.hass.config.internal_url = "http://192.0.2.8:8123"

    await submit(herald, await choose(herald), {})

    assert herald.box.asked == ["target"]
    assert herald.box.target is not None
    assert herald.box.target.startswith("http://192.0.2.8:8123/api/webhook/")


async def test_a_closed_dialog_changes_nothing(herald: HeraldHome) -> None:
    """Nothing is saved and the device is set back; it can be chosen again."""
    shown = await choose(herald)

    await close(herald, shown)

    assert herald.box.asked == ["target", "target"]
    assert herald.box.target is None
    assert herald.entry.options == {}
    result = await submit(herald, await choose(herald), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert herald.box.target is not None


async def test_a_closed_dialog_while_the_device_is_away(
    herald: HeraldHome, records: list[logging.LogRecord]
) -> None:
    """The log says what is left to do, and polling does it."""
    shown = await choose(herald)
    herald.box.broken.add("target")

    await close(herald, shown)

    (warning,) = (one for one in records if "Events of Gate" in one.getMessage())
    assert warning.levelno == logging.WARNING
    assert herald.box.target is not None
    assert herald.box.target not in warning.getMessage()
    herald.box.broken.clear()
    result = await choose(herald, "poll")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert herald.box.target is None


async def test_a_dialog_that_outlives_the_device(herald: HeraldHome) -> None:
    """Nothing is asked of a device that is not connected."""
    shown = await choose(herald)
    entries = herald.hass.config_entries
    await entries.async_unload(herald.entry.entry_id)

    await close(herald, shown)

    assert herald.box.asked == ["target"]
    assert await entries.async_setup(herald.entry.entry_id)


async def test_a_dialog_that_another_one_has_overtaken(herald: HeraldHome) -> None:
    """What was saved meanwhile stays."""
    shown = await choose(herald)
    await submit(herald, await choose(herald), {})

    await close(herald, shown)

    assert herald.entry.options == WEBHOOK
    assert herald.box.target is not None


async def test_a_dialog_of_a_removed_entry(herald: HeraldHome) -> None:
    """Removal itself gives the address back, and closing the dialog asks nothing."""
    shown = await choose(herald)
    entries = herald.hass.config_entries
    await entries.async_remove(herald.entry.entry_id)
    assert herald.box.asked == ["target", "target"]

    await close(herald, shown)

    assert herald.box.asked == ["target", "target"]
    assert herald.box.target is None
    herald.entry.add_to_hass(herald.hass)
    assert await entries.async_setup(herald.entry.entry_id)


@pytest.mark.parametrize("can", [Can(delivery=Delivery.FAILED)])
async def test_a_test_that_failed(herald: HeraldHome, can: Can) -> None:
    """It is shown next to the field, nothing is saved, and it can be tried again."""
    shown = await choose(herald)
    assert shown["errors"] == {"event_path": "event_not_received"}
    assert herald.entry.options == {}
    assert herald.box.target is None
    await close(herald, shown)
    assert herald.box.asked == ["target", "target"]

    result = await choose(herald, "poll")
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("can", [Can(delivery=Delivery.PROVEN)])
async def test_a_test_that_arrived(herald: HeraldHome) -> None:
    """Its owner reads how long it took."""
    shown = await choose(herald)
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "proven")
    assert shown["description_placeholders"] == {
        "device": "Gate",
        "milliseconds": "250",
    }

    result = await submit(herald, shown, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert herald.entry.options == WEBHOOK
