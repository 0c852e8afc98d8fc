"""What happens at the units of a device, whoever tells it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ..model.commands import EventPicture
from ..model.device import BOX, Notice, Surroundings
from ..model.vocabulary import AlarmKind, DetectionKind, EventPath, Key
from .spell import Spell


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something that may happen: what, where, and at which input."""

    kind: DetectionKind | AlarmKind
    unit: str = BOX
    number: int | None = None
    """Of an alarm input, counted from 1."""


class Scene:
    """One happening is one event, on however many paths it is told."""

    def __init__(self, around: Surroundings) -> None:
        """See nothing yet."""
        self._around = around
        self._spells: dict[Subject, Spell] = {}
        self._pictures: dict[str, EventPicture] = {}

    def spell(self, subject: Subject) -> Spell:
        """Return what is known of a subject."""
        if subject not in self._spells:
            self._spells[subject] = Spell(self._around)
        return self._spells[subject]

    def on(self, subject: Subject) -> bool | None:
        """Return whether it is the case; None is not known."""
        return self.spell(subject).on

    def picture(self, unit: str) -> EventPicture | None:
        """Return what a unit saw when something happened last."""
        return self._pictures.get(unit)

    def told(
        self, path: EventPath, subject: Subject, picture: EventPicture | None = None
    ) -> tuple[Notice, ...]:
        """Take in a message that something begins; return what is new of it."""
        if picture is not None:
            self._pictures[subject.unit] = picture
        return _notices(subject, new=self.spell(subject).told(path), picture=picture)

    def shown(
        self, path: EventPath, subject: Subject, level: bool, *, initial: bool = False
    ) -> tuple[Notice, ...]:
        """Take in what a stream tells of it; return what is new of it."""
        new = self.spell(subject).shown(path, level, initial=initial)
        return _notices(subject, new=new)

    def look(self, subject: Subject, level: bool | None) -> tuple[Notice, ...]:
        """Take in what is seen of it; return what is new of it."""
        return _notices(subject, new=self.spell(subject).look(level))

    def begin_look(self) -> None:
        """Take note that somebody goes to look: the answers are of this moment."""
        for spell in self._spells.values():
            spell.begin_look()

    def lost(self, path: EventPath) -> None:
        """Take note that a stream is interrupted."""
        for spell in self._spells.values():
            spell.lost(path)

    def unconfirmed(self, path: EventPath, subjects: Iterable[Subject]) -> None:
        """Take note that a stream is back and does not say that these go on."""
        for subject in subjects:
            if (spell := self._spells.get(subject)) is not None:
                spell.unconfirmed(path)

    def forget(self, unit: str) -> None:
        """Forget a unit that is not there any more."""
        for subject in [one for one in self._spells if one.unit == unit]:
            self._spells.pop(subject).close()
        self._pictures.pop(unit, None)

    def close(self) -> None:
        """Let go of all timers."""
        for spell in self._spells.values():
            spell.close()

    def known(self) -> Iterator[tuple[Subject, bool | None]]:
        """Yield what is known of everything, for diagnostics."""
        for subject, spell in self._spells.items():
            yield subject, spell.on


def event_picture(jpeg: bytes, now: float) -> EventPicture:
    """Return a picture that came in at a moment, in seconds since the epoch."""
    return EventPicture(jpeg=jpeg, taken_at=datetime.fromtimestamp(now, UTC))


def _notices(
    subject: Subject, *, new: bool, picture: EventPicture | None = None
) -> tuple[Notice, ...]:
    if not new:
        return ()
    data = {} if subject.number is None else {"number": subject.number}
    is_alarm = isinstance(subject.kind, AlarmKind)
    notice = Notice(
        unit=subject.unit,
        key=Key.ALARM if is_alarm else Key.DETECTION,
        kind=subject.kind,
        data=data,
        picture=picture,
    )
    return (notice,)
