"""Whether a way of events leaves untold what was seen by looking."""

from collections.abc import Callable
from typing import Final

from ..model.device import Surroundings
from ..model.vocabulary import EventPath
from .scene import Scene, Subject

_TIME: Final = 20.0
"""Seconds that a way has to tell what was seen."""
_MISSES: Final = 2
"""Happenings on end that were not told before a way counts as silent."""


class Silence:
    """Compare what is seen with what is told on one way."""

    def __init__(
        self,
        around: Surroundings,
        scene: Scene,
        path: EventPath,
        told: Callable[[Subject], bool],
    ) -> None:
        """Suspect nobody; `told` says whether a way should tell of a subject now."""
        self._clock = around.clock
        self._changed = around.changed
        self._scene = scene
        self._path = path
        self._should_tell = told
        self._misses = 0
        self._waiting: dict[Subject, Callable[[], None]] = {}

    @property
    def known(self) -> bool:
        """Whether several happenings on end were not told."""
        return self._misses >= _MISSES

    def looked(self, subject: Subject, *, begun: bool) -> None:
        """Take note of a look, and of whether it was the first to see something begin.

        In that case the way has some time to tell of it. A way that was quicker is
        awake.
        """
        spell = self._scene.spell(subject)
        if begun:
            self._wait_for(subject)
        elif spell.on and spell.was_told(self._path):
            self._misses = 0

    def _wait_for(self, subject: Subject) -> None:
        if subject in self._waiting or not self._should_tell(subject):
            return
        when = self._clock.now() + _TIME
        self._waiting[subject] = self._clock.call_at(when, lambda: self._judge(subject))

    def _judge(self, subject: Subject) -> None:
        self._waiting.pop(subject, None)
        if not self._should_tell(subject):
            # It was interrupted meanwhile, which is known in another way.
            return
        before = self.known
        told = self._scene.spell(subject).was_told(self._path)
        self._misses = 0 if told else self._misses + 1
        if self.known != before:
            self._changed()

    def close(self) -> None:
        """Let go of the timers."""
        for undo in self._waiting.values():
            undo()
        self._waiting.clear()
