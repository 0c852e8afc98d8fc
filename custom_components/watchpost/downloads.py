"""Bring a recording to this computer: the whole file or none."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import os
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import BinaryIO

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .audio import check_path
from .const import DOMAIN, LOGGER
from .coordinator import Hub
from .devices.model.commands import OpenRecording
from .devices.model.errors import DeviceConnectionError
from .devices.model.features import RecordingFiles


def check_target(hass: HomeAssistant, path: str) -> Path:
    """Return where a file may be stored; call it in the executor.

    Raise:
        ServiceValidationError: There cannot be a file, or may not.
    """
    if not Path(path).is_absolute():
        raise _refusal("path_not_absolute", path)
    if "\0" in path:
        raise _refusal("path_not_writable", path)
    target = check_path(hass, path)
    if target.is_dir() or not target.parent.is_dir():
        raise _refusal("path_not_writable", path)
    return target


def _refusal(key: str, path: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"path": path},
    )


class _UnfinishedFile:
    """A file that gets its name only when it is complete.

    Its methods run in threads, and one may still run when the action is cancelled:
    after `discard` none of them leaves anything behind.
    """

    def __init__(self, target: Path) -> None:
        """Choose a name that nothing else has."""
        self._target = target
        self._path = target.with_name(f".{token_hex(8)}.part")
        self._lock = Lock()
        self._file: BinaryIO | None = None
        self._over = False

    def write(self, offset: int, data: bytes) -> None:
        """Write a piece to its place."""
        with self._lock:
            if not self._over:
                file = self._open()
                file.seek(offset)
                file.write(data)

    def finish(self, size: int) -> None:
        """Give the file its name and size; it takes the place of an older one."""
        with self._lock:
            if self._over:
                return
            file = self._open()
            file.truncate(size)
            file.flush()
            # Otherwise a power failure could leave the name without the contents.
            os.fsync(file.fileno())
            file.close()
            self._path.replace(self._target)
            self._over = True

    def discard(self) -> None:
        """Remove what has not got its name."""
        with self._lock:
            self._over = True
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                try:
                    self._path.unlink(missing_ok=True)
                except OSError as err:
                    LOGGER.warning("%s could not be removed: %s", self._path, err)

    def _open(self) -> BinaryIO:
        if self._file is None:
            # Closed by finish or discard, whichever comes first.
            self._file = self._path.open("xb")
        return self._file


class Download:
    """One recording on its way to a file."""

    def __init__(
        self, hub: Hub, files: RecordingFiles, recording: str, target: Path
    ) -> None:
        """Prepare it; nothing is asked or written."""
        self._hub = hub
        self._hass = hub.hass
        self._files = files
        self._recording = recording
        self._target = target
        self._file = _UnfinishedFile(target)
        self._received = 0
        self._total: int | None = None
        self._begun = False

    async def async_run(self) -> int:
        """Store the recording and return how many bytes it has.

        Raise:
            DeviceError: The device does not give it.
            HomeAssistantError: It cannot be stored, or did not arrive as announced.
        """
        # A task of the entry: it ends when the device is unloaded.
        task = self._hub.entry.async_create_background_task(
            self._hass, self._async_store(), "watchpost download"
        )
        try:
            await asyncio.wait((task,))
        finally:
            if not task.done():
                # Nobody waits for it any more.
                task.cancel()
                await asyncio.wait((task,))
        if task.cancelled():
            raise self._broken()
        return task.result()

    async def _async_store(self) -> int:
        """Receive the recording and give the file its name."""
        try:
            # Before anything is asked: perhaps nothing can be stored there.
            await self._async_in_file(self._file.write, 0, b"")
            if not await self._async_receive(last=False):
                await self._async_receive(last=True)
            await self._async_in_file(self._file.finish, self._received)
        finally:
            # Cancelled or not, nothing stays behind.
            await asyncio.shield(self._hass.async_add_executor_job(self._file.discard))
        return self._received

    async def _async_receive(self, *, last: bool) -> bool:
        """Receive what is still missing and tell whether that was all of it."""
        try:
            async with self._files.open(self._recording, self._received) as opened:
                self._begin(opened)
                async for piece in opened.chunks:
                    await self._async_in_file(self._file.write, self._received, piece)
                    self._received += len(piece)
                    if self._total is not None and self._received > self._total:
                        raise self._broken()
        except DeviceConnectionError:
            if self._total is not None and self._received == self._total:
                # It broke behind the last byte.
                return True
            if last or not self._begun:
                raise
            return False
        if self._total is None or self._received == self._total:
            return True
        if last:
            raise self._broken()
        return False

    def _begin(self, opened: OpenRecording) -> None:
        """Make sure that what comes now joins what is there already."""
        if opened.offset > self._received:
            raise self._broken()
        # A device that cannot go on in the middle begins again.
        self._received = opened.offset
        self._total = opened.total
        if opened.total is None and opened.length is not None:
            self._total = opened.offset + opened.length
        self._begun = True

    async def _async_in_file[*Ts](
        self, action: Callable[[*Ts], None], *args: *Ts
    ) -> None:
        """Do something with the file, in a thread."""
        try:
            await self._hass.async_add_executor_job(action, *args)
        except (OSError, ValueError) as err:
            raise _refusal("path_not_writable", str(self._target)) from err

    def _broken(self) -> HomeAssistantError:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="recording_incomplete",
            translation_placeholders={
                "device": self._hub.entry.title,
                "path": str(self._target),
            },
        )
