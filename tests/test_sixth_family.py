"""The smallest possible family: one folder, one line in the registry."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices import vendors
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er

FOLDER = Path(__file__).parent / "fixtures" / "families"


class Lamp:
    """A device with a restart button, on real sockets."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        """Tell who it is, or restart."""
        self.asked.append(f"{request.method} {request.path}")
        return web.json_response({"family": "acme", "mac": "02:00:00:00:00:01"})


@pytest.fixture
async def acme() -> AsyncIterator[tuple[Lamp, int]]:
    """Run a device of the new family; return it with its port."""
    lamp = Lamp()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", lamp.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        yield lamp, server.port


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the folder next to the others and its name into the registry."""
    monkeypatch.setattr(vendors, "__path__", [*vendors.__path__, str(FOLDER)])
    vendor = vendors._load("acme")  # noqa: SLF001  (the one line of the registry)
    monkeypatch.setitem(vendors.VENDORS, vendor.id, vendor)


@pytest.mark.parametrize("family", ["acme", "auto"])
async def test_one_folder_and_one_line(
    hass: HomeAssistant,
    registry: None,
    no_search: None,
    acme: tuple[Lamp, int],
    family: str,
) -> None:
    """It is found, added, shown, used and removed like every other family."""
    lamp, port = acme
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert flow["type"] is FlowResultType.FORM
    done = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {
            "host": "127.0.0.1",
            "username": "owner",
            "password": "secret",
            "vendor": family,
            "advanced": {"port": port, "ssl": False, "verify_ssl": False},
        },
    )
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY, done.get("errors")
    entry = done["result"]
    assert (entry.data["vendor"], entry.unique_id) == ("acme", "02:00:00:00:00:01")

    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert device.name == "Acme"
    assert {one.unique_id for one in entities} == {
        "02:00:00:00:00:01_online",
        "02:00:00:00:00:01_restart",
    }

    await hass.services.async_call(
        "button", "press", {"entity_id": "button.acme_restart"}, blocking=True
    )
    assert "POST /restart" in lamp.asked
    online = hass.states.get("binary_sensor.acme_online")
    assert online is not None
    assert online.state == "on"

    answer = await hass.services.async_call(
        DOMAIN,
        "explain",
        {"device_id": device.id},
        blocking=True,
        return_response=True,
    )
    assert (answer or {})["vendor"] == "acme"
    assert await hass.config_entries.async_remove(entry.entry_id)
