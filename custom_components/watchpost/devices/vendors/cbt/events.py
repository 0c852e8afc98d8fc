"""What happens at a camera, and the ways in which it is told."""

from collections.abc import Callable
from typing import Final

from ...kit.mailing import BorrowedMails
from ...kit.mails import MailedAlarm
from ...kit.onvif import OnvifSource
from ...kit.paths import Paths
from ...kit.scene import Scene, Subject
from ...kit.sections import Sections
from ...kit.silence import Silence
from ...model.device import BOX, Json, Login, Surroundings
from ...model.vocabulary import AlarmKind, DetectionKind, EventPath
from .client import Client
from .mails import MailSettings
from .options import INPUT_INVERTED, NO, ONVIF_EVENTS, YES
from .settings import ALARM_IN, REGION, TAMPER, WIRED

INPUT: Final = Subject(kind=AlarmKind.INPUT, unit=BOX, number=1)
"""The one alarm input of the document; both ways call it the first."""
_PORT: Final = "onvifPort"
_MAILED: Final = {DetectionKind.INTRUSION: REGION, DetectionKind.TAMPER: TAMPER}
"""What mails tell besides motion, where the camera has such a detector."""


class Events:
    """The scene of a camera, its ONVIF subscription and its mails."""

    def __init__(
        self,
        login: Login,
        around: Surroundings,
        client: Client,
        sections: Sections,
        learned: Callable[[], None],
    ) -> None:
        """Prepare; nothing is sent."""
        chosen = around.options.get(ONVIF_EVENTS.key, ONVIF_EVENTS.default)
        self.onvif_wanted = chosen != NO
        self._sections = sections
        self.scene = Scene(around)
        self.paths = Paths(around)
        self.onvif = OnvifSource(
            login,
            around,
            self.scene,
            self.paths,
            chosen=self.onvif_wanted,
            port=lambda: self._port,
            unit_of=lambda channel: BOX if channel == 1 else None,
            learned=learned,
            inputs_inverted=around.options.get(INPUT_INVERTED.key) == YES,
        )
        route = MailSettings(client, sections)
        self.mails = BorrowedMails(route, around, self.scene, self.paths, self._place)
        self.silence = Silence(around, self.scene, EventPath.ONVIF, self.tells)

    @property
    def _port(self) -> int | None:
        """Return the port that the camera announces for ONVIF (chapter 10)."""
        port = self._sections.node(WIRED).integer(_PORT)
        return port if port is not None and 0 < port < 65536 else None

    def tells(self, subject: Subject) -> bool:
        """Return whether ONVIF tells of a subject as soon as it happens."""
        if not self.onvif.alive:
            return False
        if subject.kind is AlarmKind.INPUT:
            return subject.number in self.onvif.inputs
        return subject.kind in self.onvif.kinds(subject.unit)

    @property
    def input_is_told(self) -> bool:
        """Whether the alarm input need not be looked at every few seconds."""
        return self.tells(INPUT) and not self.silence.known

    # What there is

    @property
    def _onvif_worked(self) -> bool:
        return self.onvif.offered and self.onvif.worked

    @property
    def kinds(self) -> frozenset[DetectionKind]:
        """What the camera can tell that it sees."""
        found: set[DetectionKind] = set()
        if self._onvif_worked:
            found |= {DetectionKind.MOTION, *self.onvif.kinds(BOX)}
        if self.mails.configured:
            found.add(DetectionKind.MOTION)
            found |= {one for one, name in _MAILED.items() if self._has(name)}
        return frozenset(found)

    @property
    def inputs(self) -> frozenset[int]:
        """The alarm inputs that the camera can tell of, from 1."""
        found = set(self.onvif.inputs) if self._onvif_worked else set()
        if self.mails.configured and self._has(ALARM_IN):
            found.add(1)
        return frozenset(found)

    @property
    def lacking(self) -> str:
        """Why nothing is told over ONVIF."""
        if not self.onvif_wanted:
            return f"{ONVIF_EVENTS.key} {NO}"
        return "onvif no answer" if self.onvif.offered else f"onvif {WIRED} {_PORT}"

    def _has(self, section: str) -> bool:
        return self._sections.known(section)

    def _place(self, alarm: MailedAlarm) -> Subject:
        """Return what a mail is about; what is not known here is seen as motion."""
        if alarm.kind is AlarmKind.INPUT:
            return INPUT
        kind = alarm.kind if alarm.kind in self.kinds else DetectionKind.MOTION
        return Subject(kind=kind, unit=BOX)

    def close(self) -> None:
        """Let go of all timers."""
        self.onvif.close()
        self.silence.close()
        self.scene.close()

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        seen = {
            f"{one.kind.value} {one.number or ''}".strip(): on
            for one, on in self.scene.known()
        }
        return {**self.paths.dump(), "seen": {**seen}, "silent": self.silence.known}
