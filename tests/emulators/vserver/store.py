"""What the unit is set to, by group, channel and row."""

from collections.abc import Mapping
from dataclasses import dataclass

from .groups import Catalog, Group, Values
from .options import VserverOptions

type Place = tuple[str, str, int, int]
"""Family, group, channel (0 is the unit) and row (0 if there are none)."""


@dataclass(frozen=True, kw_only=True)
class Write:
    """One set that was accepted."""

    label: str
    """Family and group, such as `image/ImageInfo`."""
    channel: int
    """0 for what belongs to the whole unit."""
    row: int
    """Alarm input or area; 0 if there are none."""
    before: Values
    sent: Values
    after: Values
    time: float
    """Seconds of the virtual clock."""

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """Return old and new values of what is different now."""
        return {
            name: (self.before.get(name, ""), value)
            for name, value in self.after.items()
            if self.before.get(name, "") != value
        }

    def __repr__(self) -> str:
        """Print no values: some are secret."""
        return f"Write({self.label} {self.channel}/{self.row}: {sorted(self.sent)})"


class Settings:
    """All that can be set and read back."""

    def __init__(self, options: VserverOptions, catalog: Catalog) -> None:
        """Start as a new unit."""
        self._options = options
        self.catalog = catalog
        self.values: dict[Place, Values] = {}
        self.reset()

    def reset(self, family: str | None = None, channel: int | None = None) -> None:
        """Return to the values of a new unit, in all or in a part."""
        for group in self.catalog.values():
            channels = range(1, len(self._options.channels) + 1)
            for number in channels if group.per_channel else (0,):
                if family not in (None, group.family) or channel not in (None, number):
                    continue
                for row in group.rows or (0,):
                    place = (group.family, group.name, number, row)
                    self.values[place] = group.initial(row)

    def group(self, label: str) -> Group:
        """Return a group by `family/Group`."""
        family, _, name = label.partition("/")
        return self.catalog[family, name]

    def of(self, group: Group, channel: int, row: int = 0) -> Values:
        """Return the values of a group; they may be changed."""
        number = channel if group.per_channel else 0
        return self.values[group.family, group.name, number, row]

    def get(self, label: str, name: str, channel: int = 1, row: int = 0) -> str:
        """Return one value, by `family/Group` and the usual name."""
        return self.of(self.group(label), channel, row)[name]

    def set(
        self, label: str, name: str, value: str | int, channel: int = 1, row: int = 0
    ) -> None:
        """Change one value behind the client's back."""
        values = self.of(self.group(label), channel, row)
        if name not in values:
            raise KeyError(name)
        values[name] = str(value)

    def change(
        self, group: Group, channel: int, row: int, sent: Mapping[str, str]
    ) -> tuple[Values, Values]:
        """Change some values; return all of them, before and after."""
        values = self.of(group, channel, row)
        before = dict(values)
        values.update(sent)
        return before, dict(values)
