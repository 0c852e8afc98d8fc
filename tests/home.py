"""A home with one strobe, used as its owner does: states, actions, options."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import socket
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import DOMAIN
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceResponse, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.xmldoc import Node

COMPONENT: Final = Path(__file__).parents[1] / "custom_components" / DOMAIN
ENGLISH: Final[dict[str, Any]] = json.loads(
    (COMPONENT / "translations" / "en.json").read_text(encoding="utf-8")
)

PORTS: Final = ("listener_port", "mail_port")

type Refused = type[HomeAssistantError]


@dataclass(frozen=True)
class OwnHome:
    """A home with one device, as its owner uses it."""

    hass: HomeAssistant
    entry: MockConfigEntry

    def find(self, platform: str, own_id: str) -> str | None:
        """Return the entity that shows a key, with its slot where there is one."""
        return er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.entry.unique_id}_{own_id}"
        )

    def entity_id(self, platform: str, own_id: str) -> str:
        """Return the entity that shows a key; it has to be there."""
        found = self.find(platform, own_id)
        assert found is not None, f"no {platform} {own_id}"
        return found

    def state(self, platform: str, own_id: str) -> State:
        """Return the state of the entity that shows a key."""
        found = self.hass.states.get(self.entity_id(platform, own_id))
        assert found is not None, f"no state of {platform} {own_id}"
        return found

    def value(self, platform: str, own_id: str) -> str:
        """Return the state of the entity that shows a key, as text."""
        return self.state(platform, own_id).state

    @property
    def device_id(self) -> str:
        """Return the device."""
        return device_of(self.hass, self.entry)

    async def act(self, platform: str, own_id: str, service: str, **data: Any) -> None:
        """Call an action of Home Assistant on an entity."""
        await self.hass.services.async_call(
            platform,
            service,
            {ATTR_ENTITY_ID: self.entity_id(platform, own_id), **data},
            blocking=True,
        )

    async def own(
        self, service: str, platform: str, own_id: str, **data: Any
    ) -> dict[str, Any]:
        """Call an action of the integration on an entity; return its answer."""
        entity_id = self.entity_id(platform, own_id)
        answers = await self._ask(service, {ATTR_ENTITY_ID: entity_id, **data})
        return dict(answers.get(entity_id, {}))

    async def device(self, service: str, **data: Any) -> dict[str, Any]:
        """Call an action of the integration on the device; return its answer."""
        return await self._ask(service, {"device_id": self.device_id, **data})

    async def _ask(self, service: str, data: dict[str, Any]) -> dict[str, Any]:
        responds = self.hass.services.supports_response(DOMAIN, service)
        answer: ServiceResponse = await self.hass.services.async_call(
            DOMAIN,
            service,
            data,
            blocking=True,
            return_response=responds.value != "none",
        )
        return dict(answer or {})

    async def choose(self, **options: Any) -> ConfigFlowResult:
        """Change options of the entry in their dialog; return what it has told."""
        flow = await self.hass.config_entries.options.async_init(self.entry.entry_id)
        told = await enter(self.hass, flow, {**self.entry.options, **options})
        assert not told.get("errors"), told["errors"]
        done = await confirm(self.hass, told)
        assert done["type"] is FlowResultType.CREATE_ENTRY
        return told

    async def reload(self) -> None:
        """Set the entry up again."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()


@dataclass(frozen=True)
class Home(OwnHome):
    """A home with one strobe."""

    strobe: StrobeEmulator

    async def light(self, side: str, **data: Any) -> None:
        """Switch a light on."""
        await self.act("light", f"{side}_light", "turn_on", **data)

    async def alarm(self, **data: Any) -> None:
        """Trigger an alarm."""
        await self.own("alarm_trigger", "siren", "siren", **data)

    async def audio(self, action: str, **data: Any) -> dict[str, Any]:
        """Call an audio action on the speaker; return its answer."""
        return await self.own(f"audio_{action}", "media_player", "speaker", **data)

    @property
    def sent(self) -> list[str]:
        """Return method and path of what the unit was asked."""
        return [record.label for record in self.strobe.requests]

    @property
    def written(self) -> list[str]:
        """Return what the unit was asked that could change it."""
        return [
            label
            for label in self.sent
            if label.startswith("PUT") or "Alarm?" in label or "UrlApiAlarm" in label
        ]

    def document(self, path: str) -> Node:
        """Return a document of the unit."""
        return self.strobe.documents[path]

    def field(self, path: str, name: str, number: int = 1) -> str:
        """Return a field of a document of the unit, the first or a later one."""
        found = [n.text for n in self.document(path).walk() if n.name == name]
        return found[number - 1]

    def set_field(self, path: str, name: str, value: str, number: int = 1) -> None:
        """Change a field of a document of the unit behind everybody's back."""
        found = [n for n in self.document(path).walk() if n.name == name]
        found[number - 1].text = value


def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the device of an entry."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return device.id


async def enter(
    hass: HomeAssistant, flow: ConfigFlowResult, options: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in the form of the options; what is not told stays as the form has it."""
    schema = flow["data_schema"]
    assert schema is not None
    entered = {**schema({}), **options}
    ports = {name: entered.pop(name) for name in PORTS if name in entered}
    # Some forms of families that send nothing have no ports.
    entered |= {"ports": ports} if ports else {}
    shown = await hass.config_entries.options.async_configure(flow["flow_id"], entered)
    await hass.async_block_till_done()
    return shown


async def confirm(hass: HomeAssistant, shown: ConfigFlowResult) -> ConfigFlowResult:
    """Read what tests have shown, if there were any, and save."""
    if shown["type"] is FlowResultType.FORM and not shown["errors"]:
        assert shown["step_id"] in ("proven", "partly_proven", "unproven")
        options = hass.config_entries.options
        shown = await options.async_configure(shown["flow_id"], {})
        await hass.async_block_till_done()
    return shown


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def refused(key: str, kind: Refused = ServiceValidationError) -> Iterator[None]:
    """Expect an error with a translated text whose placeholders are all given."""
    with pytest.raises(kind) as caught:
        yield
    error = caught.value
    assert type(error) is kind, repr(error)
    assert (error.translation_domain, error.translation_key) == (DOMAIN, key)
    text = ENGLISH["exceptions"][key]["message"]
    assert text.format(**(error.translation_placeholders or {}))
