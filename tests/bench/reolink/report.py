"""The table, and whether the targets are met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math
import sys
from typing import Final

from custom_components.watchpost.devices.vendors.reolink.const import BATCH_LIMIT

from .measure import Row
from .unit import Kind

_HEAD: Final = (
    f"{'':<10}{'':<13}{'requests':>9}{'commands':>9}{'refused':>8}"
    f"{'up B':>8}{'down B':>9}{'wall ms':>9}{'CPU ms':>8}{'x floor':>8}"
)


@dataclass(frozen=True)
class Target:
    """A figure and what it may be at most."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the figure is good enough."""
        return self.value <= self.limit


def say(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_rows(kind: Kind, rows: Iterable[Row]) -> None:
    """Print what one unit costs, each actor above the floor of its own bodies."""
    say()
    say(kind.upper())
    say(_HEAD)
    for row in rows:
        tally = row.tally
        say(
            f"{row.task:<10}{row.actor:<13}{tally.requests:>9}{tally.commands:>9}"
            f"{tally.refused:>8}{tally.up:>8}{tally.down:>9}"
            f"{row.wall:>9.2f}{row.cpu:>8.2f}{row.ratio:>8.2f}"
        )
        say(f"{'':<10}{'  its floor':<56}{row.floor_wall:>9.2f}{row.floor_cpu:>8.2f}")


def targets_of(kind: Kind, rows: Iterable[Row]) -> list[Target]:
    """Return what has to be reached with one unit."""
    recorder = kind.startswith("recorder")
    found: list[Target] = []
    for row in rows:
        name = f"{kind}: {row.task}"
        match row.task:
            case "set-up":
                found.append(
                    Target(f"{name}, requests", row.most, 6 if recorder else 3)
                )
                if recorder:
                    found.append(Target(f"{name}, refused", row.tally.refused, 16))
            case "motion":
                found.append(Target(f"{name}, requests", row.most, 1))
                found.append(Target(f"{name}, CPU", row.ratio, 1.3, " x floor"))
            case "busy":
                # All cameras at once see something new every two seconds: nobody's
                # home, so its time is shown and not judged.
                found.append(Target(f"{name}, requests", row.most, 1))
            case "settings" if recorder:
                # Sixteen cameras that can do everything have more to tell than five
                # requests of 35 commands can carry.
                fitting = math.ceil(row.tally.commands / BATCH_LIMIT)
                limit = max(5, fitting) + ("full" in kind)
                found.append(Target(f"{name}, requests", row.most, limit))
                found.append(Target(f"{name}, CPU", row.ratio, 1.6, " x floor"))
    return found


def show_targets(targets: Sequence[Target]) -> bool:
    """Print the targets; return whether all are met."""
    say()
    say("TARGETS")
    for target in targets:
        value = f"{target.value:.2f}".removesuffix(".00")
        say(
            f"{'OK' if target.met else 'MISSED':<8}{target.what:<44}"
            f"{value:>7}{target.unit} (at most {target.limit:g})"
        )
    return all(target.met for target in targets)
