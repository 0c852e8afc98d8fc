"""Audio files that live on the unit: list, bring, delete, know their length."""

import asyncio
from collections.abc import Callable
import logging
from typing import Final

from ...model.commands import AudioFile, AudioUpload
from ...model.device import Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...transport.payload import Node
from .client import Client
from .const import AUDIO_BYTES, CLIPS_KEPT, FILES_MAX, PACKET, Source
from .models import parse_files
from .sound import fit_for_upload, sound_length

_LOGGER = logging.getLogger(__name__)

_MEMORY: Final = "clips"
_ATTEMPTS: Final = 2


class Clips:
    """The files of the unit, at most 50 (section 2.4.3)."""

    def __init__(
        self,
        client: Client,
        surroundings: Surroundings,
        playing: Callable[[], str | None],
    ) -> None:
        """Take over what is remembered of lengths and of our own files."""
        self._client = client
        self._playing = playing
        self._memory = surroundings.memory
        self._changed = surroundings.changed
        self._lock = asyncio.Lock()
        self.files: tuple[AudioFile, ...] = ()
        self.in_use: frozenset[str] = frozenset()
        """Names of files that a stored schedule plays."""
        saved = surroundings.memory.get(_MEMORY)
        known = Node(saved if isinstance(saved, dict) else {})
        # Least recently used first.
        self._managed: dict[str, None] = dict.fromkeys(
            known.node("managed") or Node({})
        )
        lengths = known.node("lengths") or Node({})
        self._lengths = {name: lengths.number(name) for name in lengths}
        self._halves: dict[str, None] = dict.fromkeys(known.node("halves") or Node({}))
        """Files whose end never came and that could not be deleted."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names as last read, in the order of the unit."""
        return tuple(file.name for file in self.files)

    def take(self, node: Node) -> None:
        """Take over a list that was read."""
        files = parse_files(node)
        if files != self.files:
            names = {file.name for file in files}
            self._lengths = {n: v for n, v in self._lengths.items() if n in names}
            self._managed = {n: None for n in self._managed if n in names}
            self.files = files

    def measured(self, name: str) -> bool:
        """Return whether the length was looked for, with or without success."""
        return name in self._lengths

    def length(self, name: str) -> float | None:
        """Return the seconds that a file takes, as far as known."""
        return self._lengths.get(name)

    async def list(self) -> tuple[AudioFile, ...]:
        """Read the list."""
        self.take(await self._client.read(Source.FILES))
        self._changed()
        return self.files

    async def require(self, name: str) -> None:
        """Make sure that a file is there, reading the list again if need be.

        Raise:
            DeviceRequestError: It is not.
        """
        if name not in self.names and name not in {f.name for f in await self.list()}:
            raise DeviceRequestError(Reason.FILE_NOT_FOUND, {"file": name})

    async def measure(self, name: str) -> float | None:
        """Learn the length of a file by reading it once; None if it cannot be told."""
        if name not in self._lengths:
            try:
                self._lengths[name] = sound_length(await self._client.download(name))
            except DeviceConnectionError:
                return None
            except DeviceError:
                # Firmware older than document 1.4 cannot read files back.
                self._lengths[name] = None
            self._save()
        return self._lengths[name]

    async def upload(self, file: AudioUpload) -> str:
        """Bring a file; one that we brought before is not sent again.

        Raise:
            DeviceRequestError: It is too large, or there is no room.
        """
        async with self._lock:
            if file.managed and file.name in self._managed and file.name in self.names:
                self._used(file.name)
                return file.name
            data = fit_for_upload(file.data)
            if len(data) > AUDIO_BYTES:
                raise DeviceRequestError(
                    Reason.FILE_TOO_LARGE,
                    {"size": str(len(data)), "limit": str(AUDIO_BYTES)},
                )
            await self._make_room(managed=file.managed, name=file.name)
            await self._send(file.name, data)
            await self.list()
            if file.name not in self.names:
                raise DeviceError(Reason.FAILED)
            self._lengths[file.name] = file.seconds or sound_length(data)
            if file.managed:
                self._used(file.name)
            self._save()
            return file.name

    async def delete(self, name: str) -> None:
        """Delete a file of the customer.

        Raise:
            DeviceRequestError: It is not there, belongs to the unit or is needed.
        """
        await self.list()
        file = next((file for file in self.files if file.name == name), None)
        if file is None:
            raise DeviceRequestError(Reason.FILE_NOT_FOUND, {"file": name})
        if not file.removable:
            raise DeviceRequestError(Reason.FILE_PROTECTED, {"file": name})
        if name in self._needed:
            raise DeviceRequestError(Reason.FILE_IN_USE, {"file": name})
        await self._delete(name)
        await self.list()

    async def download(self, name: str) -> bytes:
        """Return the bytes of a file."""
        await self.require(name)
        return await self._client.download(name)

    async def _send(self, name: str, data: bytes) -> None:
        """Send the packets in order; after a failure start again once, from zero."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                for offset in range(0, len(data), PACKET):
                    packet = data[offset : offset + PACKET]
                    await self._client.upload(name, offset, packet)
            except DeviceError as err:
                _LOGGER.debug("Upload failed: %s", err.reason)
                await self._drop_half(name)
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    async def _drop_half(self, name: str) -> None:
        """Delete the beginning of a file whose end never came."""
        try:
            await self._delete(name)
        except DeviceConnectionError as err:
            _LOGGER.debug("Half a file could not be deleted: %s", err.reason)
            self._halves[name] = None
            self._managed.pop(name, None)
            self._save()
        except DeviceError as err:
            # There is none: this unit lists whole files only.
            _LOGGER.debug("Half a file was not deleted: %s", err.reason)

    async def _drop_halves(self) -> None:
        """Delete what could not be deleted when it was left unfinished."""
        for name in [name for name in self._halves if name in self.names]:
            await self._delete(name)
        self._halves = {}

    async def _delete(self, name: str) -> None:
        await self._client.write(Source.FILES, "GetDelAudioFile", {"FileName": name})

    async def _make_room(self, *, managed: bool, name: str) -> None:
        """Delete announcements of ours that were not used for the longest time."""
        await self.list()
        await self._drop_halves()
        spare = [own for own in self._managed if own not in {name, *self._needed}]
        while spare and (
            (managed and len(self._managed) >= CLIPS_KEPT) or self._full_for(name)
        ):
            oldest = spare.pop(0)
            await self._delete(oldest)
            self._managed.pop(oldest, None)
            await self.list()
        if self._full_for(name):
            raise DeviceRequestError(Reason.FILES_FULL, {"limit": str(FILES_MAX)})

    @property
    def _needed(self) -> frozenset[str]:
        """Names of files that a schedule plays or that play now."""
        playing = self._playing()
        return self.in_use | ({playing} if playing else set())

    def _full_for(self, name: str) -> bool:
        """Return whether there is no room for a file that is not there yet."""
        return len(self.files) >= FILES_MAX and name not in self.names

    def _used(self, name: str) -> None:
        self._managed.pop(name, None)
        self._managed[name] = None
        self._save()

    def _save(self) -> None:
        self._memory.put(
            _MEMORY,
            {
                "managed": dict.fromkeys(self._managed, 1),
                "halves": dict.fromkeys(self._halves, 1),
                "lengths": {n: v for n, v in self._lengths.items() if v is not None},
            },
        )
