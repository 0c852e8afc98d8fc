"""What happens at the cameras, whoever tells it: polls, mails, a subscription."""

from collections.abc import Callable, Iterable
from datetime import datetime
import re
from typing import Final, override

from ...kit.arrivals import Arrivals
from ...kit.mailing import MEMORY, BorrowedMails
from ...kit.mails import AlarmMail, MailedAlarm, read_alarm
from ...kit.onvif import OnvifSource
from ...kit.paths import Paths
from ...kit.scene import Subject
from ...model.device import BOX, EventStream, Json, Login, Notice, Surroundings
from ...model.vocabulary import AlarmKind, DetectionKind, EventPath
from .cameras import Camera, Cameras
from .mailroute import EmailRoute, channels_of
from .options import ONVIF_EVENTS
from .scenery import CameraScene
from .streams import AUTO

_MAILED: Final = 60.0
"""Seconds in which a mail has to come: a camera takes its pictures first."""
_PUSHED: Final = 20.0
"""Seconds in which a subscription has to tell what was seen."""


class Events:
    """One happening is one event, on whichever of the three ways it is told."""

    def __init__(
        self,
        login: Login,
        around: Surroundings,
        cameras: Cameras,
        route: EmailRoute,
        *,
        onvif_port: Callable[[], int | None],
        learned: Callable[[], None],
    ) -> None:
        """Prepare; nothing is sent."""
        self._around = around
        self._cameras = cameras
        self._route = route
        self._notices: list[Notice] = []
        self._subjects: dict[tuple[int, DetectionKind], Subject] = {}
        self.scene = CameraScene(around)
        self.paths = _Heard(around, self._heard)
        self.mails = BorrowedMails(route, around, self.scene, self.paths, self._place)
        wanted = around.options.get(ONVIF_EVENTS.key, ONVIF_EVENTS.default) == AUTO
        self.onvif = OnvifSource(
            login,
            around,
            self.scene,
            self.paths,
            chosen=wanted,
            port=onvif_port,
            unit_of=self._unit_of,
            learned=learned,
        )
        self.stream: EventStream | None = self.onvif if wanted else None
        self._pushed = Arrivals(around, repeat=_PUSHED, patience=_PUSHED)
        self._mailed = self._new_mailed()
        self._interval = route.interval

    def _new_mailed(self) -> Arrivals:
        # It sends one mail in an interval, whatever begins meanwhile.
        repeat = self._route.interval + _MAILED
        return Arrivals(
            self._around, self._missed_mail, repeat=repeat, patience=_MAILED
        )

    # Polls

    def begin_look(self) -> None:
        """Take note that the cameras are being asked."""
        self.scene.begin_look()

    def looked(self, channel: int, kind: DetectionKind, level: bool | None) -> None:
        """Take in what a camera sees otherwise than before."""
        if (camera := self._cameras.get(channel)) is None:
            return
        if (subject := self._subjects.get((channel, kind))) is None:
            subject = Subject(kind=kind, unit=camera.unit)
            self._subjects[channel, kind] = subject
        began = level and self.scene.level(subject) is False
        self._notices += self.scene.seen(subject, level)
        if began and kind is DetectionKind.MOTION:
            self._expect(channel)

    def end_look(self) -> None:
        """Take note that all have answered."""
        self._notices += self.scene.end_look()

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last poll has seen begin."""
        notices, self._notices = tuple(self._notices), []
        return notices

    # Messages

    def _heard(self, path: EventPath) -> None:
        """Take note of a message."""
        if path is EventPath.ONVIF:
            self._pushed.heard(motion=True)
        else:
            self._mailed.heard(motion=False)

    def _expect(self, channel: int) -> None:
        """Wait for the other ways to tell a motion that was seen."""
        if self.onvif.alive:
            self._pushed.seen()
        kept = self._around.memory.get(MEMORY)
        former = kept.get("former") if isinstance(kept, dict) else None
        if channel in channels_of(former):
            if self._route.interval != self._interval:
                self._mailed.close()
                self._mailed, self._interval = self._new_mailed(), self._route.interval
            self._mailed.seen()

    def _missed_mail(self) -> None:
        """Take note that a motion was not mailed."""
        if self._mailed.works is False:
            self.mails.works = False
            self._around.changed()

    def _place(self, alarm: MailedAlarm) -> Subject | None:
        """Return what a mail is about."""
        self._mailed.heard(motion=True)
        if alarm.kind is AlarmKind.INPUT:
            known = alarm.number in self.inputs
            subject = Subject(kind=alarm.kind, unit=BOX, number=alarm.number)
            return subject if known else None
        camera = self._camera_of(alarm)
        if camera is None:
            return None
        return Subject(kind=self._kind_of(alarm, camera), unit=camera.unit)

    def _camera_of(self, alarm: MailedAlarm) -> Camera | None:
        """Return the camera of a mail; what names none of a recorder's is nobody's."""
        cameras = list(self._cameras)
        if [camera.unit for camera in cameras] == [BOX]:
            return cameras[0]
        named = [one for one in cameras if _named(one.name, alarm.said)]
        # A camera may be called "Door", and another one "Garage Door".
        longer = [_plain(one.name) for one in named]
        named = [one for one in named if not _is_part(_plain(one.name), of=longer)]
        numbered = None
        if alarm.number is not None and _written(alarm.number, alarm.said):
            numbered = self._cameras.get(alarm.number - 1)
        if len(named) == 1 and numbered not in named:
            # A name may hold a number that is not that of the channel.
            return named[0]
        return numbered

    def _kind_of(self, alarm: MailedAlarm, camera: Camera) -> DetectionKind:
        """Return what was seen; "Car park" is a name, and no car."""
        bare = alarm.said
        for name in filter(_plain, (one.name for one in self._cameras)):
            bare = _pattern(name).sub(" ", bare)
        again = read_alarm(AlarmMail(text=bare))
        kind = alarm.kind if again is None else again.kind
        known = {one.kind for one in self.scene.polled if one.unit == camera.unit}
        if isinstance(kind, DetectionKind) and (
            kind in known or kind in self.kinds(camera.unit)
        ):
            return kind
        return DetectionKind.MOTION

    def _unit_of(self, number: int) -> str | None:
        """Return the unit of a channel, from 1."""
        camera = self._cameras.get(number - 1)
        return None if camera is None else camera.unit

    # What it comes to

    def kinds(self, unit: str) -> frozenset[DetectionKind]:
        """Return what a subscription has told that a camera can see."""
        return self.onvif.kinds(unit) if self.stream else frozenset()

    @property
    def inputs(self) -> frozenset[int]:
        """The alarm inputs that a subscription has told of, from 1."""
        return self.onvif.inputs if self.stream else frozenset()

    @property
    def streamed(self) -> bool:
        """Whether a subscription tells at once all that polls would see."""
        if not self.onvif.alive or self._pushed.works is False:
            return False
        seen: dict[str, set[DetectionKind | AlarmKind]] = {}
        for subject in self.scene.polled:
            seen.setdefault(subject.unit, set()).add(subject.kind)
        return all(kinds <= self.onvif.kinds(unit) for unit, kinds in seen.items())

    @property
    def silent(self) -> bool:
        """Whether a way that should tell events does not, as polls have shown."""
        mails = self.mails.configured and self.mails.works is False
        return mails or (self.onvif.alive and self._pushed.works is False)

    def forget(self, unit: str) -> None:
        """Forget a camera that its owner has taken away."""
        self.scene.forget(unit)

    def close(self) -> None:
        """Let go of all timers."""
        for one in (self.scene, self.onvif, self._pushed, self._mailed):
            one.close()

    def dump(self) -> dict[str, Json]:
        """Return what is known of the ways, for diagnostics."""
        return {**self.paths.dump(), "silent": self.silent}


class _Heard(Paths):
    """Ways of events that tell of every message."""

    def __init__(
        self, around: Surroundings, heard: Callable[[EventPath], None]
    ) -> None:
        super().__init__(around)
        self._tell = heard

    @override
    def heard(self, path: EventPath, at: datetime | None = None) -> None:
        super().heard(path, at)
        self._tell(path)


def _plain(name: str) -> str:
    """Return a name as it stands in what a mail says."""
    return re.sub("[_-]", " ", name).strip()


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_plain(name))}(?!\w)", re.IGNORECASE)


def _named(name: str, said: str) -> bool:
    return bool(_plain(name)) and _pattern(name).search(said) is not None


def _is_part(name: str, *, of: Iterable[str]) -> bool:
    return any(len(one) > len(name) and _named(name, one) for one in of)


def _written(number: int, said: str) -> bool:
    """Return whether a number is told, and not only guessed."""
    return re.search(rf"(?<!\d)0{{0,2}}{number}(?!\d)", said) is not None
