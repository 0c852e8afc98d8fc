"""What can be drawn: orders, faults, and what the owner does in the middle."""

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .families import Family


@dataclass(frozen=True)
class Do:
    """Something is asked of the device, by one caller among others."""

    verb: str
    what: str = ""
    value: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    seconds: float


@dataclass(frozen=True)
class Break:
    """Some of the next requests of a kind fail."""

    kind: str
    target: str
    skip: int = 0
    count: int = 1
    code: int = 500
    seconds: float = 0.0


@dataclass(frozen=True)
class Mend:
    """All faults are over."""


@dataclass(frozen=True)
class Restart:
    """The unit restarts and is silent for a time."""

    seconds: float


@dataclass(frozen=True)
class Cut:
    """Every open connection is cut."""


@dataclass(frozen=True)
class Poll:
    """The integration looks at the device, as it does all the time."""

    settings: bool


@dataclass(frozen=True)
class Cancel:
    """A caller who still waits is cancelled, counted from the last one."""

    back: int


@dataclass(frozen=True)
class Unload:
    """The integration is unloaded; what is asked after that is refused."""


type Step = Do | Wait | Break | Mend | Restart | Cut | Poll | Cancel | Unload
type Script = list[Step]

_BEFORE: Final = ("drop_before", "hang")
_AFTER: Final = ("drop_after", "hang_after", "garbage", "truncated", "empty", "html")
_PAUSES: Final = (0.001, 0.01, 0.04, 0.07, 0.2, 0.5, 1.0, 3.0, 12.0)


def waits() -> SearchStrategy[Step]:
    """Draw a pause, from within a window of coalescing to beyond a time-out."""
    return st.sampled_from(_PAUSES).map(Wait)


def slow(*targets: str) -> SearchStrategy[Step]:
    """Draw slow answers: late, but before anybody gives up."""
    return st.builds(
        Break,
        kind=st.just("latency"),
        target=st.sampled_from(targets),
        count=st.integers(1, 3),
        seconds=st.sampled_from((0.05, 0.4, 1.5)),
    )


def faults(family: Family, *targets: str) -> SearchStrategy[Step]:
    """Draw failures before and after something was carried out, and refusals."""
    where = st.sampled_from(targets)
    skip, count = st.sampled_from((0, 0, 0, 1)), st.sampled_from((1, 1, 2, 4))

    def broken(kinds: tuple[str, ...], codes: tuple[int, ...]) -> SearchStrategy[Step]:
        return st.builds(
            Break,
            kind=st.sampled_from(kinds),
            target=where,
            skip=skip,
            count=count,
            code=st.sampled_from(codes),
        )

    return _among(
        (2, broken(_BEFORE, (0,))),
        (4, broken(_AFTER, (0,))),
        (1, broken(("http_status",), (500, 503, 502, 404))),
        (1, broken(("app_error",), family.refusals)),
    )


def mishaps() -> SearchStrategy[Step]:
    """Draw what happens to the unit, to the network, and to callers."""
    return _among(
        (2, st.just(Mend())),
        (2, st.just(Cut())),
        (2, st.sampled_from((0.3, 6.0, 40.0)).map(Restart)),
        (3, st.booleans().map(Poll)),
        (4, st.integers(0, 3).map(Cancel)),
        (1, st.just(Unload())),
    )


def scripts(
    *steps: tuple[int, SearchStrategy[Step]], most: int = 16
) -> SearchStrategy[Script]:
    """Draw a script of weighted kinds of steps."""
    return st.lists(_among(*steps), min_size=most // 2, max_size=most)


def _among(*choices: tuple[int, SearchStrategy[Step]]) -> SearchStrategy[Step]:
    """Draw one of several, each as often as its weight says."""
    # Not one_of, which gives each of the innermost choices the same weight.
    weighted = [one for weight, one in choices for _ in range(weight)]
    return st.sampled_from(weighted).flatmap(lambda one: one)
