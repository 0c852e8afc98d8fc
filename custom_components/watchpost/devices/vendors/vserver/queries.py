"""What a unit says can be set, and to what: the answers of its queries (2.3.1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

from ...kit.failures import is_answer
from ...model.device import Json, Memory
from ...model.errors import DeviceError, DeviceUnsupportedError
from ...transport.payload import Node
from .client import Client
from .codes import CodeError
from .const import MAX_CHANNELS
from .message import Message
from .names import spellings

_MEMORY: Final = "queries"
_ALL: Final = "All"
_FAMILIES: Final = (
    *("sys", "major_stream", "minor_stream", "mjpeg", "image", "audio"),
    *("record", "ptz", "camera", "alarm"),
)
"""The families whose query takes a group."""
_BARE: Final = "wifi"
"""The family whose query takes no parameter (section 3.12.4)."""
_NUMBER: Final = r"-?\d{1,9}(?:\.\d{1,6})?"
_SPAN: Final = re.compile(rf"({_NUMBER})\s*(?:\.{{2,}}|…)\s*({_NUMBER})")
_FREE: Final = re.compile(r"(?:(?:any|valid)\s+)?string", re.IGNORECASE)
_CHANNEL: Final = "Channel"


@dataclass(frozen=True)
class Range:
    """What one value may be set to."""

    listed: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    free: bool = False

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read the text of a query: a list, two ends, any text, or nothing."""
        text = text.strip()
        if not text:
            return cls()
        if match := _SPAN.fullmatch(text):
            low, high = sorted((float(match[1]), float(match[2])))
            return cls(span=(low, high))
        if _FREE.fullmatch(text):
            return cls(free=True)
        return cls(listed=tuple(one.strip() for one in text.split(",") if one.strip()))

    @property
    def settable(self) -> bool:
        """Whether it can be set at all."""
        return bool(self.listed or self.span or self.free)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers of a list, in order."""
        found = (_number(one) for one in self.listed)
        return tuple(sorted(one for one in found if one is not None))

    @property
    def limits(self) -> tuple[float, float] | None:
        """The least and the most, if it is a number."""
        if self.span is not None:
            return self.span
        numbers = self.numbers
        return (numbers[0], numbers[-1]) if numbers else None

    def nearest(self, value: float) -> int:
        """Return what can be set instead of a value."""
        if numbers := self.numbers:
            gaps = [(abs(one - value), one) for one in numbers]
            return round(min(gaps)[1])
        if self.span is not None:
            return round(min(max(value, self.span[0]), self.span[1]))
        return round(value)

    def allows(self, value: str | int) -> bool:
        """Return whether a value of the document can be set here."""
        text = str(value)
        if self.listed:
            return text.lower() in (one.lower() for one in self.listed)
        number = _number(text)
        if self.span is not None and number is not None:
            return self.span[0] <= number <= self.span[1]
        return self.free


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text) else None


type _Blocks = list[tuple[str, dict[str, str]]]


class Queries:
    """The answers to all queries, kept as long as the software stays the same."""

    def __init__(self, client: Client, memory: Memory) -> None:
        """Prepare queries that were not asked yet."""
        self._client = client
        self._memory = memory
        self._blocks: dict[str, _Blocks] = {}
        """Groups by family, in order."""
        self.missing: frozenset[str] = frozenset()
        """Families that the unit does not have."""

    async def learn(self, firmware: str) -> None:
        """Ask for everything, or recall what this software has answered before.

        Raise:
            DeviceError: Nobody answers, or not to us.
        """
        if self._recall(firmware):
            return
        missing: set[str] = set()
        unknown: set[str] = set()
        blocks: dict[str, _Blocks] = {}
        for family in (*_FAMILIES, _BARE):
            try:
                answer = await self._ask(family)
            except DeviceUnsupportedError:
                missing.add(family)
            except DeviceError as err:
                if not is_answer(err):
                    raise
                unknown.add(family)
            else:
                blocks[family] = _told(answer)
        self._blocks, self.missing = blocks, frozenset(missing)
        # What was refused for the moment is asked again the next time.
        if not unknown:
            self._keep(firmware)

    async def _ask(self, family: str) -> Message:
        group = "" if family == _BARE else _ALL
        try:
            return await self._client.ask(f"{family}_query", group)
        except CodeError as err:
            raise err.error from None

    def known(self, family: str) -> bool:
        """Return whether a family has answered."""
        return family in self._blocks

    def has(self, family: str, group: str) -> bool:
        """Return whether a query names a group."""
        return any(
            name.lower() == group.lower() for name, _ in self._blocks.get(family, [])
        )

    def range(
        self,
        family: str,
        group: str,
        name: str,
        where: tuple[str, str] | None = None,
    ) -> Range | None:
        """Return what a value may be set to; None if the query does not name it.

        Ranges of streams depend on their resolution: that is where they are.
        """
        found = [
            Node({**values})
            for block, values in self._blocks.get(family, [])
            if block.lower() == group.lower()
        ]
        if where is not None:
            own, value = where
            fitting = [
                one
                for one in found
                if (one.text(own) or "").strip().lower() == value.strip().lower()
            ]
            found = fitting or found
        for node in found:
            if (text := node.text(*spellings(name))) is not None:
                return Range.parse(text)
        return None

    def every(self, family: str, group: str, name: str) -> tuple[str, ...]:
        """Return all that the groups of a name list for a value, in order."""
        found = [
            Range.parse(text).listed
            for block, values in self._blocks.get(family, [])
            if block.lower() == group.lower()
            and (text := Node({**values}).text(*spellings(name))) is not None
        ]
        return tuple(dict.fromkeys(one for listed in found for one in listed))

    def channels_of(self, family: str, group: str) -> frozenset[int]:
        """Return the channels that a group names; none if it does not tell."""
        numbers: set[int] = set()
        for block, values in self._blocks.get(family, []):
            text = Node({**values}).text(_CHANNEL)
            if text is not None and block.lower() == group.lower():
                numbers |= _channels(text)
        return frozenset(numbers)

    @property
    def channels(self) -> int:
        """The greatest number of a channel that any query names; 0 if none does."""
        texts = (
            text
            for blocks in self._blocks.values()
            for _, values in blocks
            if (text := Node({**values}).text(_CHANNEL)) is not None
        )
        return max((max(_channels(text), default=0) for text in texts), default=0)

    def _recall(self, firmware: str) -> bool:
        """Take in what is kept; return whether it is of this software."""
        kept = self._memory.get(_MEMORY)
        told = Node(kept if isinstance(kept, dict) else {})
        families = told.value("families")
        missing = told.value("missing")
        if (
            not firmware
            or told.text("firmware") != firmware
            or not isinstance(families, dict)
            or not isinstance(missing, list)
        ):
            return False
        self._blocks = {
            family: [
                (str(block[0]), _texts(block[1]))
                for block in blocks
                if isinstance(block, list) and len(block) == 2
            ]
            for family, blocks in families.items()
            if isinstance(blocks, list)
        }
        self.missing = frozenset(map(str, missing))
        return True

    def _keep(self, firmware: str) -> None:
        families: dict[str, Json] = {
            family: [[name, {**values}] for name, values in blocks]
            for family, blocks in self._blocks.items()
        }
        self._memory.put(
            _MEMORY,
            {
                "firmware": firmware,
                "missing": [*sorted(self.missing)],
                "families": families,
            },
        )

    def dump(self) -> dict[str, Json]:
        """Return what can be set, for diagnostics."""
        return {
            family: [{name: {**values}} for name, values in blocks]
            for family, blocks in self._blocks.items()
        }


def _told(answer: Message) -> _Blocks:
    """Return the groups of an answer with the texts of their values.

    Some units repeat the values of a group instead of the group.
    """
    found: _Blocks = []
    for block in answer.blocks:
        values: dict[str, str] = {}
        for value in block.values:
            if value.name in values:
                found.append((block.name, values))
                values = {}
            values[value.name] = value.text
        found.append((block.name, values))
    return found


def _texts(value: Json) -> dict[str, str]:
    return (
        {name: str(text) for name, text in value.items()}
        if isinstance(value, Mapping)
        else {}
    )


def _channels(text: str) -> set[int]:
    """Return the channels of `1`, `1, 2, 4` or `1 ... 16`."""
    told = Range.parse(text)
    if told.span is not None:
        low, high = (round(one) for one in told.span)
        return set(range(max(low, 1), min(high, MAX_CHANNELS) + 1))
    numbers = (round(one) for one in told.numbers)
    return {one for one in numbers if 1 <= one <= MAX_CHANNELS}
