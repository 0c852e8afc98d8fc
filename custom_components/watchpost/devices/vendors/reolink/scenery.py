"""What happens at the cameras, where looks tell nothing but changes."""

from collections.abc import Iterator
from typing import Final, override

from ...kit.scene import Scene, Subject
from ...model.commands import EventPicture
from ...model.device import Notice, Surroundings
from ...model.vocabulary import EventPath

_LAG: Final = 5.0
"""Seconds by which what is polled may be behind what a subscription tells."""


class CameraScene(Scene):
    """A scene that is looked at every two seconds, and hardly ever differently.

    Only what looks otherwise than before is taken in, and what somebody has told
    since the last look: the rest of 80 detectors costs nothing.
    """

    def __init__(self, around: Surroundings) -> None:
        """See nothing yet."""
        super().__init__(around)
        self._clock = around.clock
        self._ended: dict[Subject, float] = {}
        """When a subscription told last that it has ended."""
        self._levels: dict[Subject, bool | None] = {}
        """What the last look has seen."""
        self._told: set[Subject] = set()
        """What was told and not looked at since."""
        self._asked: set[Subject] = set()
        """What of it the look is about that is on its way."""

    @property
    def polled(self) -> Iterator[Subject]:
        """What looks can see at cameras that answer."""
        return (one for one, level in self._levels.items() if level is not None)

    def level(self, subject: Subject) -> bool | None:
        """Return what the last look has seen."""
        return self._levels.get(subject)

    # Looking

    @override
    def begin_look(self) -> None:
        """Take note that somebody goes to look."""
        if self._told:
            self._asked |= self._told
            self._told.clear()
        for subject in self._asked:
            self.spell(subject).begin_look()

    def seen(self, subject: Subject, level: bool | None) -> tuple[Notice, ...]:
        """Take in what looks otherwise than before; return what is new of it.

        What a camera saw that has not answered for a while is no beginning when it
        answers again: nobody knows when that was.
        """
        before = self._levels.get(subject)
        self._levels[subject] = level
        unknown = before is None and self.spell(subject).on is None
        notices = self._look(subject, level)
        return () if unknown else notices

    def _look(self, subject: Subject, level: bool | None) -> tuple[Notice, ...]:
        """Take in what is seen; what has ended is seen a little longer."""
        ended = self._ended.get(subject)
        notices = self.look(subject, level)
        late = ended is not None and 0 <= self._clock.now() - ended < _LAG
        return () if late else notices

    def end_look(self) -> tuple[Notice, ...]:
        """Take in that all others look as before; return what is new of it."""
        if not self._asked:
            return ()
        asked, self._asked = self._asked, set()
        return tuple(
            notice
            for subject in asked
            if subject in self._levels
            for notice in self._look(subject, self._levels[subject])
        )

    # Being told

    @override
    def told(
        self, path: EventPath, subject: Subject, picture: EventPicture | None = None
    ) -> tuple[Notice, ...]:
        """Take in a message that something begins; return what is new of it."""
        self._told.add(subject)
        return super().told(path, subject, picture)

    @override
    def shown(
        self, path: EventPath, subject: Subject, level: bool, *, initial: bool = False
    ) -> tuple[Notice, ...]:
        """Take in what a stream tells of it; return what is new of it."""
        self._told.add(subject)
        if self.on(subject) and not level:
            self._ended[subject] = self._clock.now()
        return super().shown(path, subject, level, initial=initial)

    @override
    def forget(self, unit: str) -> None:
        """Forget a unit that is not there any more."""
        super().forget(unit)
        self._levels = {s: on for s, on in self._levels.items() if s.unit != unit}
        self._ended = {s: at for s, at in self._ended.items() if s.unit != unit}
        self._told = {one for one in self._told if one.unit != unit}
        self._asked = {one for one in self._asked if one.unit != unit}
