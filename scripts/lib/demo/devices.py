"""The emulated devices of the demo."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
import socket
from typing import Any, ClassVar, Final

from tests.emulators.base import HOST, Emulator

from .api import HomeAssistantApi, RegisteredEntity
from .errors import DemoError
from .home import DOMAIN
from .waiting import reached

PATIENCE: Final = 15.0
"""Seconds for something to be seen in Home Assistant or on a device."""


class Bench:
    """One device as Home Assistant shows it, for a check to work with."""

    def __init__(
        self, api: HomeAssistantApi, entities: Iterable[RegisteredEntity]
    ) -> None:
        """Keep the entities of the device."""
        self.api = api
        self._entities = list(entities)

    def entity(self, domain: str, key: str) -> str:
        """Return the entity id of what a key means."""
        for entity in self._entities:
            if entity.domain == domain and entity.unique_id.endswith(f"_{key}"):
                return entity.entity_id
        raise DemoError(f"there is no {domain} entity for {key}")

    async def state(self, entity_id: str) -> dict[str, Any]:
        """Return the state of an entity, with its attributes."""
        state: dict[str, Any] = await self.api.get(f"/api/states/{entity_id}")
        return state

    async def until_state(self, entity_id: str, value: str, **attributes: Any) -> None:
        """Wait until Home Assistant shows a state and, if given, attributes."""
        seen: dict[str, Any] = {}

        async def shown() -> bool:
            seen.update(await self.state(entity_id))
            return seen["state"] == value and covers(seen["attributes"], attributes)

        if not await reached(shown, PATIENCE):
            found = {name: seen["attributes"].get(name) for name in attributes}
            raise DemoError(
                f"{entity_id} is {seen['state']} {found or ''}, "
                f"not {value} {attributes or ''}"
            )

    async def choose(self, **options: Any) -> str:
        """Change options in their dialog; return what it says of a test."""
        flows = "/api/config/config_entries/options/flow"
        handler = self._entities[0].config_entry_id
        form = await self.api.post(flows, {"handler": handler})
        entered = {
            field["name"]: (field.get("description") or {}).get(
                "suggested_value", field.get("default")
            )
            for field in form["data_schema"]
            if field.get("type") != "expandable"
        }
        path = f"{flows}/{form['flow_id']}"
        shown = await self.api.post(path, {**entered, **options})
        milliseconds = ""
        if shown["type"] == "form":
            if shown["errors"]:
                raise DemoError(f"{options} are refused: {shown['errors']}")
            await self.api.post(path, {})
            milliseconds = shown["description_placeholders"]["milliseconds"]
        await self._set_up_again(handler)
        return f"proven in {milliseconds} ms" if milliseconds else "not tested"

    async def _set_up_again(self, entry_id: str) -> None:
        """Wait until the device is set up anew, perhaps with other entities."""
        path = f"/api/config/config_entries/entry?domain={DOMAIN}"

        async def loaded() -> bool:
            entries = {one["entry_id"]: one for one in await self.api.get(path)}
            return bool(entries[entry_id]["state"] == "loaded")

        if not await reached(loaded, PATIENCE):
            raise DemoError("the device is not set up again")
        self._entities = [
            entity
            for entity in await self.api.entities(DOMAIN)
            if entity.config_entry_id == entry_id
        ]

    async def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until the emulated device shows something."""

        async def shown() -> bool:
            return condition()

        if not await reached(shown, PATIENCE):
            raise DemoError(f"the emulated device never shows: {what}")


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def covers(shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether the wanted attributes are shown; numbers within one per cent."""

    def same(left: Any, right: Any) -> bool:
        if isinstance(left, float) or isinstance(right, float):
            return left is not None and abs(left - right) <= 0.01
        return bool(left == right)

    return all(same(shown.get(name), value) for name, value in wanted.items())


class DemoDevice(ABC):
    """An emulated device, and how to add it and to try it."""

    vendor: ClassVar[str]
    """The family, as the config flow calls it."""

    name: str
    username: str
    password: str
    unavailable: frozenset[str] = frozenset()
    """Keys of entities that are rightly unavailable on this device."""

    @property
    @abstractmethod
    def emulator(self) -> Emulator:
        """Return the running emulator."""

    @abstractmethod
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""

    @abstractmethod
    async def try_out(self, bench: Bench) -> list[str]:
        """Operate the device through Home Assistant; return what was proved."""

    @abstractmethod
    def news(self) -> list[str]:
        """Return what the device has shown since the last call, for the terminal."""

    @abstractmethod
    def controls(self) -> str:
        """Say how a person makes the device do something by itself, if at all."""

    async def stop(self) -> None:
        """Stop the emulator."""
        await self.emulator.stop()

    @property
    def identity(self) -> str:
        """Return what a stored config entry depends on, but for the port."""
        return " ".join((self.vendor, self.name, self.username, self.password))

    def flow_input(self) -> dict[str, Any]:
        """Return what a person would fill into the form."""
        return {
            "host": self.emulator.host,
            "username": self.username,
            "password": self.password,
            "vendor": self.vendor,
            "advanced": {
                "port": self.emulator.port,
                "ssl": self.emulator.tls,
                "verify_ssl": False,
            },
        }
