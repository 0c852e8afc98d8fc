"""The level of the alarm input, and the moment at which it becomes active."""

from typing import Final

from ...model.device import Json, Notice, Surroundings
from ...model.errors import DeviceUnsupportedError
from ...transport.payload import PayloadError
from .client import Client
from .const import ALARM_INPUT
from .events import INPUT, Events
from .options import INPUT_INVERTED, YES

SOURCE: Final = ALARM_INPUT


class Watch:
    """Look at the alarm input."""

    def __init__(self, client: Client, around: Surroundings, events: Events) -> None:
        """Store whom to ask; nothing is sent."""
        self._client = client
        self._events = events
        option = around.options.get(INPUT_INVERTED.key, INPUT_INVERTED.default)
        self._inverted = option == YES
        self._notices: list[Notice] = []
        self.missing = False
        """Whether the camera has none."""

    async def refresh(self) -> None:
        """Look once.

        Raise:
            DeviceError: It cannot be read.
        """
        if self.missing:
            return
        scene = self._events.scene
        scene.spell(INPUT).begin_look()
        try:
            level = (await self._client.get(ALARM_INPUT)).flag("status")
        except DeviceUnsupportedError:
            self.missing = True
            return
        if level is None:
            raise PayloadError
        notices = scene.look(INPUT, level is not self._inverted)
        self._events.silence.looked(INPUT, begun=bool(notices))
        self._notices += notices

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what has happened, once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        return {"active": self._events.scene.on(INPUT), "missing": self.missing}
