"""Features that are one field of a section."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time

from ..model.device import Absent
from ..model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ..model.features import Choice, Feature, Level, TimeOfDay, Toggle
from ..model.vocabulary import AbsenceReason, Cadence, Key
from ..model.words import slug
from ..transport.payload import Node
from .sections import Sections

type Offer = Feature | Absent
type Usable = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a section, and for which unit and slot it is shown."""

    sections: Sections
    section: str
    name: str
    more: tuple[str, ...] = ()
    """Other names under which devices have it."""
    slot: str | None = None
    cadence: Cadence = Cadence.SETTINGS
    unit: str = ""
    usable: Usable | None = None
    """Whether it has a meaning in the mode that is chosen now."""

    @property
    def node(self) -> Node:
        """The section as last read or written."""
        return self.sections.node(self.section)

    @property
    def own(self) -> str | None:
        """How the device spells it; None if it has none."""
        return self.node.spelling(self.name, *self.more)

    @property
    def number(self) -> float | None:
        """Its value as a number."""
        return self.node.number(self.name, *self.more)

    @property
    def text(self) -> str | None:
        """Its value as a text."""
        return self.node.text(self.name, *self.more)

    @property
    def placeholders(self) -> Mapping[str, str] | None:
        """Numbers for the translated name of slots."""
        return None if self.slot is None else {"number": self.slot}

    async def put(self, value: str | int) -> None:
        """Change it.

        Raise:
            DeviceError: The device refused it or cannot be reached.
        """
        if self.own is None:
            raise DeviceUnsupportedError
        await self.sections.put(self.section, {self.own: value})

    def lacks(self, key: Key) -> Absent:
        """Return that it is not there, and what the device said."""
        return lacks(self.sections, key, self.section, self.name, unit=self.unit)


def lacks(
    sections: Sections, key: Key, section: str, field: str = "", *, unit: str = ""
) -> Absent:
    """Return that something is not there, and what the device said."""
    error = sections.error(section)
    if error is None:
        detail, reason = f"{section} {field}".strip(), AbsenceReason.UNSUPPORTED
    else:
        detail = f"{section} {error.reason}"
        reason = AbsenceReason.REFUSED
        if isinstance(error, DeviceUnsupportedError):
            reason = AbsenceReason.UNSUPPORTED
        elif error.reason is Reason.NO_PERMISSION:
            reason = AbsenceReason.NO_PERMISSION
        elif isinstance(error, DeviceConnectionError):
            reason = AbsenceReason.UNKNOWN
    return Absent(key=key, reason=reason, detail=detail, unit=unit)


def toggle(key: Key, field: Field, on: int = 1, off: int = 0) -> Offer:
    """Return a switch for a field that has one number for on and one for off."""
    if field.own is None:
        return field.lacks(key)

    def read() -> bool | None:
        number = field.number
        return number == on if number in (on, off) else None

    async def write(value: bool) -> None:
        await field.put(on if value else off)

    return Toggle(
        key=key,
        source=field.section,
        cadence=field.cadence,
        slot=field.slot,
        placeholders=field.placeholders,
        usable=field.usable,
        read=read,
        write=write,
    )


def level(
    key: Key,
    field: Field,
    minimum: float,
    maximum: float,
    limits: Callable[[], tuple[float, float] | None] | None = None,
) -> Offer:
    """Return a number for a field that is one."""
    if field.own is None:
        return field.lacks(key)

    async def write(value: float) -> None:
        await field.put(round(value))

    return Level(
        key=key,
        source=field.section,
        cadence=field.cadence,
        slot=field.slot,
        placeholders=field.placeholders,
        usable=field.usable,
        read=lambda: field.number,
        write=write,
        minimum=minimum,
        maximum=maximum,
        limits=limits,
    )


def choice(key: Key, field: Field, words: Mapping[str, str | int]) -> Offer:
    """Return a choice between values of the device, by slug.

    A value that is not known is offered while it is chosen: a text as its slug, a
    number n as mode_n.
    """
    if field.own is None:
        return field.lacks(key)
    slugs = {str(value).lower(): one for one, value in words.items()}
    seen: dict[str, str | int] = {}

    def read() -> str | None:
        text = (field.text or "").strip()
        number = field.number
        known = slugs.get(text.lower())
        if known is None and number is not None:
            known = slugs.get(str(round(number)))
        if known is not None or not text:
            return known
        if number is not None:
            seen[f"mode_{round(number)}"] = round(number)
            return f"mode_{round(number)}"
        seen[slug(text)] = text
        return slug(text)

    async def write(option: str) -> None:
        value = words.get(option, seen.get(option))
        if value is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await field.put(value)

    def options() -> tuple[str, ...]:
        now = read()
        return tuple(dict.fromkeys([*words, *([now] if now else [])]))

    return Choice(
        key=key,
        source=field.section,
        cadence=field.cadence,
        slot=field.slot,
        placeholders=field.placeholders,
        usable=field.usable,
        read=read,
        write=write,
        options=options,
    )


def hour_and_minute(key: Key, hour: Field, minute: Field) -> Offer:
    """Return a time of day for two fields of one section."""
    if hour.own is None or minute.own is None:
        return hour.lacks(key)

    def read() -> time | None:
        h, m = hour.number, minute.number
        if h is None or m is None or not (0 <= h < 24 and 0 <= m < 60):
            return None
        return time(int(h), int(m))

    async def write(value: time) -> None:
        if hour.own is None or minute.own is None:
            raise DeviceUnsupportedError
        values = {hour.own: value.hour, minute.own: value.minute}
        await hour.sections.put(hour.section, values)

    return TimeOfDay(
        key=key,
        source=hour.section,
        cadence=hour.cadence,
        slot=hour.slot,
        placeholders=hour.placeholders,
        usable=hour.usable,
        read=read,
        write=write,
    )
