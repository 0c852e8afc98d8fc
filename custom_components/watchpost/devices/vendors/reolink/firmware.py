"""Firmware that the device fetches by itself (sections 3.1.17 to 3.1.19)."""

from typing import Final

from ...model.commands import FirmwareState
from ...model.device import Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from .answers import Answer
from .client import Ask, Client
from .codes import DONE, REFUSED, error_for
from .const import (
    FIRMWARE_AGE,
    FIRMWARE_RETRY,
    RETRY_FAILED,
    UPGRADE_AGE,
    UPGRADE_LIMIT,
)

SOURCE: Final = "CheckFirmware"
NEWER: Final = "available"
"""What is shown as the newer version: the device does not tell its number."""
_FIRST: Final = 60.0
"""Seconds after a start before the question, which takes the device long."""


class FirmwareDriver:
    """Ask for newer firmware, start it, and see how far it is."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Ask first when everything else was read."""
        self._client = client
        self._around = around
        self._next = around.clock.now() + _FIRST
        self._newer: bool | None = None
        self._started: float | None = None
        self._progress: float | None = None
        self._losses = 0
        self.installed = ""
        """The version that runs, as the device tells it."""
        self.stale = False
        """Whether the version that runs should be read again."""

    def read(self) -> FirmwareState:
        """Return what runs, what is there, and how far an installation is."""
        latest = None
        if self._newer is not None:
            latest = NEWER if self._newer else self.installed
        return FirmwareState(
            installed=self.installed or None,
            latest=latest or None,
            running=self._started is not None,
            progress=self._progress,
        )

    def due(self) -> bool:
        """Return whether there is something to ask."""
        return self._around.clock.now() >= self._next

    @property
    def busy(self) -> bool:
        """Whether an installation runs."""
        return self._started is not None

    async def refresh(self) -> None:
        """Ask how far an installation is, or once a day for newer firmware.

        Raise:
            DeviceConnectionError: The device cannot be reached.
        """
        now = self._around.clock.now()
        if self._started is not None:
            self._next = now + UPGRADE_AGE
            await self._follow(self._started, now)
            return
        self._next = now + RETRY_FAILED
        try:
            (answer,) = await self._client.ask([Ask(command=SOURCE)])
        except DeviceConnectionError as err:
            if err.reason is not Reason.TIMEOUT:
                raise
            # Without a way to the internet it may wait longer than we do.
            self._next = now + FIRMWARE_AGE
            return
        refused = answer.code not in (DONE, *REFUSED)
        self._next = now + (FIRMWARE_RETRY if refused else FIRMWARE_AGE)
        # A text is a number as well, or the name of what is there.
        text = answer.value.text("newFirmware")
        if text is not None:
            told = answer.value.integer("newFirmware")
            self._newer = bool(text.strip()) if told is None else told > 0

    async def install(self) -> None:
        """Have the newer firmware fetched and installed.

        Raise:
            DeviceRequestError: There is none.
        """
        try:
            await self._client.act(Ask(command="UpgradeOnline"))
        except DeviceRequestError as err:
            if err.reason is Reason.ALREADY_CURRENT:
                self._newer = False
            raise
        now = self._around.clock.now()
        self._losses = self._client.losses
        self._started, self._progress, self._next = now, 0.0, now + UPGRADE_AGE

    async def _follow(self, started: float, now: float) -> None:
        """Read how far it is; the device restarts at the end."""
        over = now - started > UPGRADE_LIMIT
        try:
            (answer,) = await self._client.ask([Ask(command="UpgradeStatus")])
        except DeviceError:
            # It restarts.
            if over:
                self._end(now)
            return
        if over or self._is_over(answer):
            self._end(now)

    def _is_over(self, answer: Answer) -> bool:
        """Take in how far it is; return whether it has come to its end."""
        restarted = self._client.losses > self._losses
        if answer.code != DONE:
            failed = error_for(answer.code).reason is Reason.FIRMWARE_FAILED
            return failed or restarted
        status = answer.value.node("Status") or answer.value
        told = status.number("Perset", "Persent", "Percent")
        if told is None:
            return restarted
        done = min(max(told / 100, 0.0), 1.0)
        before, self._progress = self._progress or 0.0, done
        # It has forgotten us and is idle, or it counts from the beginning.
        return (restarted and done in (0.0, 1.0)) or done < before / 2

    def _end(self, now: float) -> None:
        self._started = self._progress = None
        self.stale = True
        self._newer = None
        self._next = now + UPGRADE_AGE
