"""Features that are one value of a group, within what the queries allow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from ....kit import fields
from ....kit.fields import Field
from ....kit.sections import Values
from ....model.device import Absent
from ....model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ....model.features import Choice, Level
from ....model.vocabulary import AbsenceReason, Cadence, Key
from ....transport.payload import Node
from ..names import spellings
from ..parts import Offer, Parts
from ..queries import Range
from ..settings import GROUPS

type Usable = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Setting(Field):
    """A value of a group, with those that have to be sent together with it."""

    together: tuple[str, ...] = ()
    """Other values of the same bracket of the syntax line."""
    told: Callable[[], Range | None]
    """What the query says it may be set to."""
    numbers: Mapping[str, str] | None = None
    """Numbers for the translated name, where there are several."""

    @property
    @override
    def placeholders(self) -> Mapping[str, str] | None:
        """Numbers for the translated name of slots."""
        return super().placeholders if self.numbers is None else self.numbers

    def unfit(self, key: Key) -> Absent | None:
        """Return why it cannot be set: it is not there, or can only be read."""
        if self.own is None:
            return self.lacks(key)
        told = self.told()
        if told is None or told.settable:
            return None
        detail = f"{self.section} {self.name} read only"
        reason = AbsenceReason.UNSUPPORTED
        return Absent(key=key, reason=reason, detail=detail, unit=self.unit)

    @override
    async def put(self, value: str | int) -> None:
        """Change it.

        Raise:
            DeviceError: The unit refused it or cannot be reached.
        """
        if not self.together:
            await super().put(value)
            return
        await self.put_all({self.name: value})

    async def put_all(self, values: Values) -> None:
        """Change values of the bracket; the others are sent as they just were.

        Raise:
            DeviceError: The unit refused it or cannot be reached.
        """

        def edit(fresh: Node) -> Values:
            names = {self.name: (self.name, *self.more)}
            names |= {one: spellings(one) for one in self.together}
            changed: dict[str, str | int] = {}
            for name, known in names.items():
                own = fresh.spelling(*known)
                if own is None:
                    if name in values:
                        raise DeviceUnsupportedError
                    continue
                value = values.get(name, fresh.tree[own])
                if isinstance(value, (str, int)):
                    changed[own] = value
            return changed

        await self.sections.change(self.section, edit)


def setting(
    parts: Parts,
    group: str,
    name: str,
    *,
    row: int | None = None,
    slot: str | None = None,
    together: tuple[str, ...] = (),
    usable: Usable | None = None,
    where: str | None = None,
    cadence: Cadence = Cadence.SETTINGS,
) -> Setting:
    """Return a value of a group of a channel, or of a row of it.

    With a value that decides on the ranges of others, named by where, the range is
    that of what it is now.
    """
    of = GROUPS[group]
    prefix = "" if row is None else f"{row}/"
    first, *more = (f"{prefix}{one}" for one in spellings(name))

    def told() -> Range | None:
        place: tuple[str, str] | None = None
        if where is not None:
            place = (where, parts.node(group).text(where) or "")
        return parts.queries.range(of.family, of.group, name, place)

    return Setting(
        sections=parts.sections,
        section=parts.name(group),
        name=first,
        more=tuple(more),
        slot=slot,
        cadence=cadence,
        unit=parts.unit,
        usable=usable,
        together=together,
        told=told,
    )


def toggle(key: Key, one: Setting) -> Offer:
    """Return a switch for a value that is 0 or 1."""
    return one.unfit(key) or fields.toggle(key, one)


def level(key: Key, one: Setting, minimum: float, maximum: float) -> Offer:
    """Return a number; what is sent is the nearest that can be set."""
    if (absent := one.unfit(key)) is not None:
        return absent

    def limits() -> tuple[float, float] | None:
        told = one.told()
        found = None if told is None else told.limits
        return found if found is None or found[0] < found[1] else None

    async def write(value: float) -> None:
        told = one.told()
        await one.put(round(value) if told is None else told.nearest(value))

    return Level(
        key=key,
        source=one.section,
        cadence=one.cadence,
        slot=one.slot,
        placeholders=one.placeholders,
        usable=one.usable,
        read=lambda: one.number,
        write=write,
        minimum=minimum,
        maximum=maximum,
        limits=limits,
    )


def choice(key: Key, one: Setting, words: Mapping[str, str | int]) -> Offer:
    """Return a choice between those values of the document that the unit takes."""
    if (absent := one.unfit(key)) is not None:
        return absent
    told = one.told()
    possible = {
        word: value
        for word, value in words.items()
        if told is None or told.free or told.allows(value)
    }
    return fields.choice(key, one, possible or words)


def texts(key: Key, one: Setting, options: Callable[[], tuple[str, ...]]) -> Offer:
    """Return a choice between texts of the unit, if there are several."""
    if (absent := one.unfit(key)) is not None:
        return absent

    def all_options() -> tuple[str, ...]:
        now = one.text
        return tuple(dict.fromkeys([*options(), *([now] if now else [])]))

    if len(all_options()) < 2:
        detail = f"{one.section} {one.name} has one value"
        reason = AbsenceReason.UNSUPPORTED
        return Absent(key=key, reason=reason, detail=detail, unit=one.unit)

    async def write(option: str) -> None:
        if option not in all_options():
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await one.put(option)

    return Choice(
        key=key,
        source=one.section,
        cadence=one.cadence,
        read=lambda: one.text or None,
        write=write,
        options=all_options,
    )
