"""The level of the alarm input, and the moment at which it becomes active."""

from typing import Final

from ...model.device import BOX, Json, Notice, Surroundings
from ...model.errors import DeviceUnsupportedError
from ...model.vocabulary import AlarmKind, Key
from ...transport.payload import PayloadError
from .client import Client
from .const import ALARM_INPUT
from .options import INPUT_INVERTED, YES

SOURCE: Final = ALARM_INPUT


class Watch:
    """Look at the alarm input."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Store whom to ask; nothing is sent."""
        self._client = client
        option = around.options.get(INPUT_INVERTED.key, INPUT_INVERTED.default)
        self._inverted = option == YES
        self._level: bool | None = None
        self._notices: list[Notice] = []
        self.missing = False
        """Whether the camera has none."""

    @property
    def active(self) -> bool | None:
        """Whether there is an alarm at the input."""
        return None if self._level is None else self._level != self._inverted

    async def refresh(self) -> None:
        """Look once.

        Raise:
            DeviceError: It cannot be read.
        """
        if self.missing:
            return
        before = self.active
        try:
            level = (await self._client.get(ALARM_INPUT)).flag("status")
        except DeviceUnsupportedError:
            self.missing = True
            return
        if level is None:
            raise PayloadError
        self._level = level
        if before is False and self.active:
            self._notices.append(
                Notice(
                    unit=BOX, key=Key.ALARM, kind=AlarmKind.INPUT, data={"number": 1}
                )
            )

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what has happened, once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        return {"active": self.active, "missing": self.missing}
