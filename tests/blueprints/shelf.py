"""The blueprints of the repository, and automations that are made from them."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from tests.conftest import Time

FOLDER: Final = Path(__file__).parents[2] / "blueprints"
OWN: Final = FOLDER / "automation" / "watchpost"
NAMES: Final = sorted(path.stem for path in OWN.glob("*.yaml"))
ARMED: Final = "input_boolean.armed"
_AUTOMATION: Final = "automation.blueprint"
_LOOKS: Final = 30
_PAUSE: Final = 0.01
_LISTED: Final = ("light", "media_player", "notify", "siren", "switch", "tts")


class Shelf:
    """A home with one automation that is made from a blueprint."""

    def __init__(self, hass: HomeAssistant, time: Time) -> None:
        """Note the actions that are called."""
        self.hass = hass
        self.time = time
        self.calls: list[tuple[str, dict[str, Any]]] = []
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._called)

    @callback
    def _called(self, event: Event[dict[str, Any]]) -> None:
        name = f"{event.data['domain']}.{event.data['service']}"
        self.calls.append((name, dict(event.data["service_data"])))

    @property
    def names(self) -> list[str]:
        """Return the actions that do something at a device."""
        return [name for name, _ in self.calls if name.split(".")[0] in _LISTED]

    @property
    def told(self) -> list[str]:
        """Return the messages of notifications."""
        wanted = "persistent_notification.create"
        return [str(data["message"]) for name, data in self.calls if name == wanted]

    async def automate(self, blueprint: str, **inputs: Any) -> None:
        """Make an automation from a blueprint and switch it on."""
        use = {"path": f"watchpost/{blueprint}.yaml", "input": inputs}
        config = {"alias": "Blueprint", "use_blueprint": use}
        assert await async_setup_component(
            self.hass, "automation", {"automation": [config]}
        )
        await self.hass.async_block_till_done()
        state = self.hass.states.get(_AUTOMATION)
        assert state is not None
        assert state.state == "on", "refused"

    @property
    def runs(self) -> int:
        """Return how many runs of the automation are under way."""
        state = self.hass.states.get(_AUTOMATION)
        return 0 if state is None else int(state.attributes["current"])

    async def switch(self, entity_id: str, *, on: bool) -> None:
        """Switch a helper, or the automation; what follows takes its time."""
        await self.hass.services.async_call(
            entity_id.split(".", maxsplit=1)[0],
            "turn_on" if on else "turn_off",
            {"entity_id": entity_id},
            blocking=True,
        )

    async def arm(self, *, on: bool) -> None:
        """Arm or disarm."""
        await self.switch(ARMED, on=on)

    def night(self, *, dark: bool = True) -> None:
        """Let the sun be down or up."""
        self.hass.states.async_set(
            "sun.sun", "below_horizon" if dark else "above_horizon"
        )

    async def soon(self, met: Callable[[], bool], looks: int = 20 * _LOOKS) -> bool:
        """Wait in real time until something is the case; return whether it is."""
        for _ in range(looks):
            if met():
                return True
            await asyncio.sleep(_PAUSE)
        return False

    async def until(
        self, met: Callable[[], bool], step: float = 2.5, most: float = 300
    ) -> float:
        """Let time pass until something is the case; return how many seconds."""
        passed = 0.0
        while not await self.soon(met, _LOOKS):
            assert passed < most, "It did not happen"
            self.time.leap(step)
            passed += step
        return passed

    async def end(self) -> None:
        """Wait until no run is under way any more."""
        await self.until(lambda: self.runs == 0, 10, 6000)
        await self.hass.async_block_till_done()

    async def close(self) -> None:
        """Stop what is still under way."""
        if self.hass.states.get(_AUTOMATION) is not None:
            await self.switch(_AUTOMATION, on=False)
        await self.hass.async_block_till_done()
