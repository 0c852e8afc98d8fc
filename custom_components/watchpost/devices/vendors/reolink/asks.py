"""Commands as they are sent, alone and in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import json
from typing import Final

from ...model.device import Json
from .answers import Told


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A command as it is sent; action 1 asks for the range as well (section 2)."""

    command: str
    param: Mapping[str, Json] = field(default_factory=dict, repr=False)
    action: int = 0

    def body(self) -> dict[str, Json]:
        """Return the command as the guide prints it."""
        return {"cmd": self.command, "action": self.action, "param": dict(self.param)}


class Batch:
    """Commands of one request; encoded once, however often they are sent."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        """Encode the commands."""
        self.asks = tuple(asks)
        self.body = encode([ask.body() for ask in self.asks])
        self.first = self.asks[0].command
        self.told = Told()
        """What was last answered: most polls tell what the one before has told."""


IDENTITY: Final = Ask(command="GetLocalLink")
"""The question who a device is."""


def encode(value: Json | list[dict[str, Json]]) -> bytes:
    """Return JSON as the device takes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
