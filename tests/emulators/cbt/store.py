"""The settings of a camera, and what was written to them."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from .checks import Checker, Note
from .errors import RefusedError
from .fields import Field, Json
from .options import CbtOptions
from .section import Section

HIDDEN: Final = "**"
"""Stands in records for a secret."""


@dataclass(frozen=True, kw_only=True)
class Write:
    """One accepted write."""

    action: str
    section: str
    time: float
    """Seconds of the virtual clock."""
    before: Json
    sent: Json
    """What was sent, in the document's spelling; secrets are hidden."""
    after: Json
    ignored: tuple[str, ...] = ()
    """Fields without effect, because of the mode."""
    secrets: tuple[str, ...] = ()
    """Secrets that were set."""
    restored: bool = False
    """The section went back to what it was when new."""

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Return old and new value of every field that changed."""
        return {
            name: (self.before.get(name), value)
            for name, value in self.after.items()
            if self.before.get(name) != value
        }


class Settings:
    """All sections of one camera."""

    def __init__(self, options: CbtOptions, sections: list[Section]) -> None:
        """Start as a new camera."""
        self._options = options
        self.sections: Mapping[str, Section] = {one.name: one for one in sections}
        self.refreshers: dict[str, Callable[[Json], None]] = {}
        """Called with the values of a section before they are read."""
        self._values: dict[str, Json] = {}
        self.reset()

    def reset(self, *names: str) -> None:
        """Return to the values of a new camera, in some sections or in all."""
        for name in names or tuple(self.sections):
            self._values[name] = deepcopy(self.sections[name].initial())

    # Behind the camera's back

    def get(self, section: str, name: str) -> Any:
        """Return one value."""
        return self.values(section)[name]

    def peek(self, section: str, name: str) -> Any:
        """Return one value as it is kept."""
        return self._values[section][name]

    def number(self, section: str, name: str) -> int:
        """Return one number."""
        return int(self.get(section, name))

    def set(self, section: str, **values: Any) -> None:
        """Change some values."""
        unknown = values.keys() - self._values[section].keys()
        if unknown:
            raise KeyError(f"{section} has no {sorted(unknown)}")
        self._values[section].update(deepcopy(values))

    def values(self, section: str) -> Json:
        """Return all values of a section, with those that nobody prints."""
        values = self._values[section]
        if section in self.refreshers:
            self.refreshers[section](values)
        return values

    # Reading

    def read(self, section: str) -> Json:
        """Return what is printed, in the document's spelling and order."""
        values = self.values(section)
        return {
            one.name: deepcopy(values[one.name])
            for one in self.sections[section].fields
            if self._printed(one)
        }

    def _printed(self, one: Field) -> bool:
        """Tell whether this camera prints a field."""
        return one.printed == "example" or (
            one.printed == "table" and self._options.keys == "all"
        )

    # Writing

    def prepare(
        self, action: str, name: str, sent: Json, note: Note
    ) -> Callable[[float], Write]:
        """Check a write; return what carries it out at a time."""
        section = self.sections[name]
        checker = Checker(self._options, note)
        before = self._shown(section)
        if section.restorable and "set_default" in sent:
            if sent != {"set_default": 1} or sent["set_default"] is True:
                checker.refuse("range", "set_default")
            return lambda time: self._restore(action, section, before, time)
        found = checker.fields(section.fields, sent)
        given = [one for one in section.together if one in found]
        if given and len(given) != len(section.together):
            note("missing_field", f"only {given}")
            raise RefusedError(self._options.missing_code, "together")
        if not found:
            note("missing_field", "nothing was sent")
        merged = {**self.values(name), **found}
        for rule in section.rules:
            if (wrong := rule(merged, found)) is not None:
                checker.refuse("range", wrong)
        shown = _hide(section, found)
        secrets = tuple(
            one.name for one in section.fields if one.secret and one.name in found
        )
        ignored = tuple(checker.needs(section.fields, found, merged))

        def carry_out(time: float) -> Write:
            self._values[name].update(deepcopy(found))
            return Write(
                action=action,
                section=name,
                time=time,
                before=before,
                sent=shown,
                after=self._shown(section),
                ignored=ignored,
                secrets=secrets,
            )

        return carry_out

    def _restore(
        self, action: str, section: Section, before: Json, time: float
    ) -> Write:
        """Return a section to what it was when new."""
        self.reset(section.name)
        return Write(
            action=action,
            section=section.name,
            time=time,
            before=before,
            sent={"set_default": 1},
            after=self._shown(section),
            restored=True,
        )

    def _shown(self, section: Section) -> Json:
        """Return the values of a section for the records."""
        return _hide(section, deepcopy(self.values(section.name)))


def _hide(section: Section, values: Json) -> Json:
    """Return values without secrets."""
    secret = {one.name for one in section.fields if one.secret}
    return {
        name: HIDDEN if name in secret and value else deepcopy(value)
        for name, value in values.items()
    }
