"""The cameras of a device: which are there, and which are connected."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ...model.device import BOX, Json, Memory
from ...transport.payload import Node
from .ability import Ability
from .const import MAX_CHANNELS
from .identity import label

_MEMORY: Final = "cameras"


@dataclass(kw_only=True)
class Camera:
    """A camera of a recorder, or the device itself."""

    number: int
    """The channel, counted from 0."""
    unit: str
    """Key of its unit."""
    name: str = ""
    model: str = ""
    online: bool = False
    ability: Ability = field(default_factory=Ability)

    @property
    def usable(self) -> bool:
        """Whether there is anything to ask it for."""
        return self.online and not self.ability.empty


class Cameras:
    """All cameras that are there, or were there before a restart."""

    def __init__(self, memory: Memory) -> None:
        """Prepare an empty list."""
        self._memory = memory
        self._all: dict[int, Camera] = {}

    def __iter__(self) -> Iterator[Camera]:
        """Iterate over the cameras by their number."""
        return iter(tuple(self._all.values()))

    def get(self, number: int | None) -> Camera | None:
        """Return the camera of a channel."""
        return None if number is None else self._all.get(number)

    def single(self, name: str, model: str) -> None:
        """Take the device itself as its only camera."""
        self._all = {0: Camera(number=0, unit=BOX, name=name, model=model, online=True)}

    def remember(self) -> None:
        """Take in the cameras that a recorder had before a restart.

        One that is not connected right now is still the owner's.
        """
        kept = self._memory.get(_MEMORY)
        for text, value in kept.items() if isinstance(kept, dict) else ():
            known = text.isdecimal() and int(text) < MAX_CHANNELS
            if known and isinstance(value, dict):
                node = Node(value)
                camera = self._new(int(text))
                camera.name = label(node.text("name")) or camera.name
                camera.model = label(node.text("model"))

    def take_status(self, rows: tuple[Node, ...]) -> bool:
        """Take in what a recorder tells of its channels; return whether it changed.

        A free channel is no camera until one was connected to it.
        """
        before = self._now
        seen: set[int] = set()
        for row in rows:
            number, online = row.integer("channel"), bool(row.flag("online"))
            if number is None or not 0 <= number < MAX_CHANNELS:
                continue
            seen.add(number)
            camera = self._all.get(number)
            if camera is None:
                if not online:
                    continue
                camera = self._new(number)
            camera.online = online
            if online:
                camera.name = label(row.text("name")) or camera.name
                camera.model = label(row.text("typeInfo")) or camera.model
        for camera in self:
            # Where nothing is told of any channel, nothing is known of this one.
            if seen and camera.number not in seen:
                camera.online = False
        self._keep()
        return before != self._now

    @property
    def _now(self) -> list[tuple[int, str, str, bool]]:
        return [(one.number, one.name, one.model, one.online) for one in self]

    def take_abilities(self, abilities: tuple[Ability, ...]) -> None:
        """Take in what the cameras can do; a lost one keeps what it could."""
        for number, ability in enumerate(abilities):
            camera = self._all.get(number)
            if camera is not None and not ability.empty:
                camera.ability = ability

    def forget(self, unit: str) -> None:
        """Forget a camera that its owner has taken away."""
        self._all = {
            number: one for number, one in self._all.items() if one.unit != unit
        }
        self._keep()

    def _new(self, number: int) -> Camera:
        camera = Camera(
            number=number, unit=f"channel_{number + 1}", name=f"Camera {number + 1}"
        )
        self._all.setdefault(number, camera)
        self._all = dict(sorted(self._all.items()))
        return self._all[number]

    def _keep(self) -> None:
        kept: dict[str, Json] = {
            str(one.number): {"name": one.name, "model": one.model} for one in self
        }
        self._memory.put(_MEMORY, kept)
