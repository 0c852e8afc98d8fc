"""All promises, each with the families that give it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

from . import alarms, moving, once, settings as stored
from .families import BVIEW, CBT, FAMILIES, REOLINK, STROBE, VSERVER, Family
from .steps import Script
from .timeless import run


@dataclass(frozen=True)
class Promise:
    """What one family promises, and how to put it to the test."""

    name: str
    family: Family
    drawn: Callable[[Family], SearchStrategy[Script]]
    play: Callable[[Family, Script], Awaitable[None]]

    @property
    def label(self) -> str:
        """What it is called in reports."""
        return f"{self.name}-{self.family.name}"


@dataclass
class Trial:
    """How often a promise was tried, and the script that broke it."""

    runs: int = 0
    script: Script | None = None
    """The smallest script that was found to fail."""
    error: BaseException | None = None


_MOVING: Final = (BVIEW, CBT, REOLINK, VSERVER)
PROMISES: Final = (
    *(Promise("stops", one, moving.wild, moving.play_wild) for one in _MOVING),
    *(Promise("smooth", one, moving.calm, moving.play_calm) for one in _MOVING),
    *(Promise("once", one, once.drawn, once.play) for one in FAMILIES),
    *(Promise("stored", one, stored.drawn, stored.play) for one in FAMILIES),
    *(Promise("parts", one, alarms.drawn, alarms.play) for one in (REOLINK, STROBE)),
)
"""What breaks is shrunk to the shortest script that still does."""


def attempt(promise: Promise, runs: int, chosen: int | None = None) -> Trial:
    """Play so many scripts; without a seed they are the same ones each time."""
    trial = Trial()

    async def play(script: Script) -> None:
        await promise.play(promise.family, script)

    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        derandomize=chosen is None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(promise.drawn(promise.family))
    def one(script: Script) -> None:
        trial.runs += 1
        try:
            run(play(script))
        except Exception as err:
            trial.script, trial.error = script, err
            raise

    try:
        (one if chosen is None else seed(chosen)(one))()
    except Exception as err:  # noqa: BLE001  (whatever a promise is broken with)
        trial.error = trial.error or err
    return trial
