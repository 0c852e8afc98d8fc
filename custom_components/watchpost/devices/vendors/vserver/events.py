"""What happens at a unit and its channels, and the ways in which it is told."""

from collections.abc import Callable
from typing import Final

from ...kit.mailing import BorrowedMails
from ...kit.mails import MailedAlarm
from ...kit.onvif import OnvifSource
from ...kit.paths import Paths
from ...kit.scene import Scene, Subject
from ...kit.silence import Silence
from ...model.device import BOX, Json, Login, Notice, Surroundings
from ...model.vocabulary import AlarmKind, DetectionKind, EventPath
from .client import Client
from .mails import MailSettings
from .options import INPUT_INVERTED, NO, ONVIF_EVENTS, YES
from .queries import Queries
from .settings import GROUPS, INPUTS, PORTS, PROTOCOLS, Settings

_TRIGGER: Final = "IOTrig"
_GROUNDED: Final = 0
_PORT: Final = "OnvifPort"
_SWITCH: Final = "ONVIF"


def unit_key(channel: int, channels: int) -> str:
    """Return the key of the unit that a channel is; a single one is the box."""
    return BOX if channels == 1 else f"channel_{channel}"


class Events:
    """The scene of a unit, its ONVIF subscription and its mails."""

    def __init__(
        self,
        login: Login,
        around: Surroundings,
        client: Client,
        queries: Queries,
        settings: Settings,
        learned: Callable[[], None],
    ) -> None:
        """Prepare; nothing is sent."""
        chosen = around.options.get(ONVIF_EVENTS.key, ONVIF_EVENTS.default)
        self.onvif_wanted = chosen != NO
        self.channels = 1
        self._inverted = around.options.get(INPUT_INVERTED.key) == YES
        self._queries = queries
        self._settings = settings
        self._seen_at = 0.0
        self._notices: list[Notice] = []
        self.scene = Scene(around)
        self.paths = Paths(around)
        self.onvif = OnvifSource(
            login,
            around,
            self.scene,
            self.paths,
            chosen=self.onvif_wanted,
            port=lambda: self._port,
            unit_of=self._unit_of,
            learned=learned,
            inputs_inverted=self._inverted,
            count=lambda: self.channels,
        )
        route = MailSettings(client, lambda: settings.sections, lambda: self.channels)
        self.mails = BorrowedMails(route, around, self.scene, self.paths, self._place)
        self.silence = Silence(around, self.scene, EventPath.ONVIF, self.tells)

    @property
    def _port(self) -> int | None:
        """Return the port for ONVIF (3.10.1), unless it is switched off (3.9)."""
        sections = self._settings.sections
        if sections.node(PROTOCOLS).flag(_SWITCH) is False:
            return None
        port = sections.node(PORTS).integer(_PORT)
        return port if port is not None and 0 < port < 65536 else None

    def _unit_of(self, channel: int) -> str | None:
        known = 1 <= channel <= self.channels
        return unit_key(channel, self.channels) if known else None

    # Looking at the inputs

    @property
    def numbers(self) -> tuple[int, ...]:
        """The alarm inputs that the unit lists, from 1."""
        node = self._settings.sections.node(INPUTS)
        rows = (row for name in node if (row := name.removesuffix("/")).isdecimal())
        return tuple(map(int, rows))

    @property
    def is_live(self) -> bool | None:
        """Whether IOTrig is what an input is now; None if nothing tells.

        It is if it cannot be set (card of the protocol, from 3.13.3): the document
        calls it trigger information, a header file of the vendor the state.
        """
        family = GROUPS[INPUTS].family
        if not self._queries.has(family, INPUTS):
            return None
        told = self._queries.range(family, INPUTS, _TRIGGER)
        return told is None or not told.settable

    def look(self) -> None:
        """Take in how the inputs are, if they were just read."""
        sections = self._settings.sections
        if not self.is_live or not sections.known(INPUTS):
            return
        if (read_at := sections.read_at(INPUTS)) == self._seen_at:
            return
        self._seen_at = read_at
        for number in self.numbers:
            told = sections.node(INPUTS).number(f"{number}/{_TRIGGER}")
            level = None if told is None else (told == _GROUNDED) is not self._inverted
            subject = _input(number)
            notices = self.scene.look(subject, level)
            self.silence.looked(subject, begun=bool(notices))
            self._notices += notices

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what looking has found to have happened, once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def tells(self, subject: Subject) -> bool:
        """Return whether ONVIF tells of a subject as soon as it happens."""
        if not self.onvif.alive:
            return False
        if subject.kind is AlarmKind.INPUT:
            return subject.number in self.onvif.inputs
        return subject.kind in self.onvif.kinds(subject.unit)

    @property
    def inputs_are_told(self) -> bool:
        """Whether the inputs need not be looked at every few seconds."""
        told = all(self.tells(_input(number)) for number in self.numbers)
        return told and not self.silence.known

    # What there is

    @property
    def _onvif_worked(self) -> bool:
        return self.onvif.offered and self.onvif.worked

    def kinds(self, unit: str) -> frozenset[DetectionKind]:
        """Return what can be told of what a channel sees."""
        found = {DetectionKind.MOTION} if self.mails.configured else set()
        if self._onvif_worked:
            found |= {DetectionKind.MOTION, *self.onvif.kinds(unit)}
        return frozenset(found)

    @property
    def told_inputs(self) -> frozenset[int]:
        """The alarm inputs that the unit can tell of by itself, from 1."""
        found = set(self.onvif.inputs) if self._onvif_worked else set()
        if self.mails.configured:
            found |= set(self.numbers)
        return frozenset(found)

    @property
    def lacking(self) -> str:
        """Why nothing is told over ONVIF."""
        if not self.onvif_wanted:
            return f"{ONVIF_EVENTS.key} {NO}"
        if self.onvif.offered:
            return "onvif no answer"
        off = self._settings.sections.node(PROTOCOLS).flag(_SWITCH) is False
        return f"{PROTOCOLS} {_SWITCH}" if off else f"{PORTS} {_PORT}"

    def _place(self, alarm: MailedAlarm) -> Subject | None:
        """Return what a mail is about; what is not known here is seen as motion."""
        if alarm.kind is AlarmKind.INPUT:
            numbers = self.told_inputs
            known = alarm.number if alarm.number in numbers else min(numbers, default=0)
            return _input(known) if known else None
        unit = self._unit_of(alarm.number or 1) or unit_key(1, self.channels)
        kind = alarm.kind if alarm.kind in self.kinds(unit) else DetectionKind.MOTION
        return Subject(kind=kind, unit=unit)

    def close(self) -> None:
        """Let go of all timers."""
        self.onvif.close()
        self.silence.close()
        self.scene.close()

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        seen = {
            " ".join((one.unit, one.kind.value, str(one.number or ""))).strip(): on
            for one, on in self.scene.known()
        }
        return {**self.paths.dump(), "seen": {**seen}, "silent": self.silence.known}


def _input(number: int) -> Subject:
    return Subject(kind=AlarmKind.INPUT, unit=BOX, number=number)
