"""Bring Home Assistant and the devices to where a person can look at them."""

from collections.abc import Awaitable, Callable, Iterable
import time
from typing import Any, Final

from .api import HomeAssistantApi, RegisteredEntity
from .dashboard import save_dashboard
from .devices import DemoDevice
from .errors import DemoError
from .home import DOMAIN, PASSWORD, USERNAME, Home
from .waiting import reached

BOOT_SECONDS: Final = 180
LOAD_SECONDS: Final = 90
WAITING: Final = frozenset({"not_loaded", "setup_in_progress", "setup_retry"})


class Stage:
    """A running Home Assistant with the devices in it."""

    def __init__(
        self, home: Home, api: HomeAssistantApi, devices: Iterable[DemoDevice]
    ) -> None:
        """Keep what belongs together."""
        self.home = home
        self.api = api
        self.devices = list(devices)
        self.entries: dict[str, str] = {}
        """Ids of the config entries, by the name of the device."""
        self.load_seconds: dict[str, float] = {}
        """From the filled form to the last state, by the name of the device."""

    async def boot(self) -> None:
        """Start Home Assistant, log in, and wait until it runs."""
        await self.home.start()
        await self._reach("does not answer", self.api.answers)
        await self.api.log_in(USERNAME, PASSWORD)
        await self._reach("does not finish its start", self._is_running)

    async def shut_down(self) -> None:
        """Stop Home Assistant."""
        await self.api.close()
        await self.home.stop()

    async def add_devices(self, devices: Iterable[DemoDevice]) -> None:
        """Add devices through the config flow, as a person does."""
        for device in devices:
            started = time.monotonic()
            flow = await self._flow("", {"handler": DOMAIN})
            if flow["type"] != "form" or flow["step_id"] != "user":
                raise DemoError(f"The config flow began with {flow}")
            result = await self._flow(f"/{flow['flow_id']}", device.flow_input())
            if result["type"] != "create_entry":
                reason = result.get("errors") or result.get("reason")
                raise DemoError(f"{device.name} could not be added: {reason}")
            self.entries[device.name] = result["result"]["entry_id"]
            await self.wait_for(device)
            self.load_seconds[device.name] = time.monotonic() - started

    async def keep_devices(self, entries: dict[str, str]) -> None:
        """Take over the entries of an earlier run that still exist."""
        existing = await self._entries()
        self.entries = {
            name: entry_id for name, entry_id in entries.items() if entry_id in existing
        }

    async def wait_for(self, device: DemoDevice) -> None:
        """Wait until the entry of a device is loaded and has all its states."""
        entry_id = self.entries[device.name]

        async def loaded() -> bool:
            entry = (await self._entries())[entry_id]
            if entry["state"] not in WAITING and entry["state"] != "loaded":
                raise DemoError(
                    f"{device.name} is in the state {entry['state']}: {entry['reason']}"
                )
            return bool(entry["state"] == "loaded") and not await self.missing(device)

        if not await reached(loaded, LOAD_SECONDS):
            entry = (await self._entries())[entry_id]
            missing = ", ".join(await self.missing(device)) or "none"
            raise DemoError(
                f"{device.name} is {entry['state']} ({entry['reason']}) after "
                f"{LOAD_SECONDS} s; entities without a state: {missing}"
            )

    async def entities(self, device: DemoDevice) -> list[RegisteredEntity]:
        """Return the entities of a device, disabled ones too."""
        return [
            entity
            for entity in await self.api.entities(DOMAIN)
            if entity.config_entry_id == self.entries[device.name]
        ]

    async def missing(self, device: DemoDevice) -> list[str]:
        """Return the enabled entities that have no state of their own."""
        entities = await self.entities(device)
        if not entities:
            return ["all"]
        states = await self.api.states()
        # A restored state stands in for an entity that nobody has set up.
        return [
            entity.entity_id
            for entity in entities
            if not entity.disabled
            and states.get(entity.entity_id, {"attributes": {"restored": True}})[
                "attributes"
            ].get("restored")
        ]

    async def enable_everything(self) -> int:
        """Enable the entities that are disabled by default; takes a restart."""
        disabled = [
            entity
            for entity in await self.api.entities(DOMAIN)
            if entity.disabled_by == "integration"
        ]
        for entity in disabled:
            await self.api.command(
                "config/entity_registry/update",
                entity_id=entity.entity_id,
                disabled_by=None,
            )
        return len(disabled)

    async def save_dashboard(self) -> None:
        """Store the dashboard with every device of the integration."""
        names = {
            row["id"]: row["name_by_user"] or row["name"]
            for row in await self.api.command("config/device_registry/list")
        }
        found: dict[str, str] = {}
        for device in self.devices:
            ids = {entity.device_id for entity in await self.entities(device)}
            mine = {key: name for key, name in names.items() if key in ids}
            found |= dict(sorted(mine.items(), key=lambda item: str(item[1])))
        await save_dashboard(self.api, found)

    async def count_devices(self, device: DemoDevice) -> int:
        """Return how many devices of the registry one box has become."""
        return len({entity.device_id for entity in await self.entities(device)})

    async def _reach(self, what: str, goal: Callable[[], Awaitable[bool]]) -> None:
        """Wait for a stage of the start."""

        async def there() -> bool:
            if not self.home.running:
                raise DemoError(f"Home Assistant ended by itself:\n{self.home.tail()}")
            return await goal()

        if not await reached(there, BOOT_SECONDS):
            raise DemoError(
                f"Home Assistant {what} after {BOOT_SECONDS} s; see {self.home.log}"
            )

    async def _is_running(self) -> bool:
        """Tell whether Home Assistant has finished its start."""
        return bool((await self.api.get("/api/config"))["state"] == "RUNNING")

    async def _entries(self) -> dict[str, dict[str, Any]]:
        """Return the config entries of the integration by id."""
        entries = await self.api.get(
            f"/api/config/config_entries/entry?domain={DOMAIN}"
        )
        return {entry["entry_id"]: entry for entry in entries}

    async def _flow(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send one step of a config flow."""
        answer: dict[str, Any] = await self.api.post(
            f"/api/config/config_entries/flow{path}", data
        )
        return answer
