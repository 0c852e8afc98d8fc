"""Alarm mails to an address of ours (sections 2.4.10 and 2.5.2)."""

import re
from typing import Final, override

from ...kit.arrivals import Arrivals
from ...kit.mailing import BorrowedMails, MailRoute
from ...kit.mails import AlarmMail, MailedAlarm
from ...kit.paths import Paths
from ...kit.scene import Scene
from ...model.device import Json, MailTarget, Notice, Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
)
from ...model.vocabulary import AlarmKind, Notify
from ...transport.payload import Node
from .const import MAIL_LATE, Source
from .documents import Documents
from .models import parse_schedules
from .outputs import OutputDriver
from .status import Status

_PASSWORD: Final = "SmtPassword"
_MASK: Final = "*\u2022"
"""What stands for a password that is not told."""
_RECEIVERS: Final = ("Receiver_1", "Receiver_2", "Receiver_3", "Receiver_4")
_FIELDS: Final = ("Enabled", "SmtServer", "SmtPort", "Sender", *_RECEIVERS)
_OTHERS: Final = (
    (AlarmKind.BROADCAST, re.compile(r"\bbroadcast", re.IGNORECASE)),
    (AlarmKind.REMOTE, re.compile(r"\b(?:(?:url)?api|http)\b", re.IGNORECASE)),
)
"""Words of an alarm that no input has set off."""


class StrobeMailRoute(MailRoute):
    """The mail server of the unit, and the schedules whose alarms are mailed."""

    def __init__(self, documents: Documents, outputs: OutputDriver) -> None:
        """Prepare; nothing is read or sent."""
        self._documents = documents
        self._outputs = outputs

    @override
    async def read(self) -> dict[str, Json]:
        """Read the fields that are borrowed, and which schedules mail nothing."""
        email = await self._documents.read(Source.EMAIL)
        if email.spelling("SmtServer") is None:
            raise DeviceUnsupportedError
        fields: dict[str, Json] = {
            name: text for name in _FIELDS if (text := email.text(name)) is not None
        }
        return {"email": fields, "silent": [*await self._silent()]}

    async def _silent(self) -> list[int]:
        """Return the numbers of enabled schedules that mail nothing."""
        if self._documents.absent(Source.ALARM):
            return []
        node = await self._documents.read(Source.ALARM)
        schedules = parse_schedules(node)
        return [one.number for one in schedules if one.enabled and one.email is False]

    @override
    async def point(self, target: MailTarget) -> None:
        """Set the server first: a schedule that mails must not mail elsewhere.

        A single receiver stays, as our server refuses mails to others.
        """
        now = self._documents.get(Source.EMAIL) or Node({})
        fields = {
            "SmtServer": target.host,
            "SmtPort": str(target.port),
            **{name: "" for name in _RECEIVERS if now.text(name)},
            _RECEIVERS[0]: target.address,
            "Enabled": "1",
        }
        if not now.text("Sender"):
            fields["Sender"] = target.address
        await self._write(fields)
        await self._mail(await self._silent(), on=True)

    @override
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        """Return whether alarms go to a target, if they are mailed."""
        email = Node(state).node("email") or Node({})
        return (
            email.text("SmtServer") == target.host
            and email.integer("SmtPort") == target.port
            and email.text(_RECEIVERS[0]) == target.address
        )

    @override
    async def restore(self, former: dict[str, Json]) -> None:
        """Have the schedules silent again first, and put the server back anyway."""
        silent, email = former.get("silent"), former.get("email")
        refusal: DeviceError | None = None
        if isinstance(silent, list):
            try:
                await self._mail([n for n in silent if isinstance(n, int)], on=False)
            except DeviceConnectionError:
                raise
            except DeviceError as err:
                refusal = err
        if isinstance(email, dict):
            earlier = {name: t for name, t in email.items() if isinstance(t, str)}
            await self._write(earlier)
        if refusal is not None:
            raise refusal

    @override
    async def test(self, target: MailTarget) -> bool:
        """Order an alarm without outputs, or with those that are on, to be mailed."""
        await self._outputs.change(notify=frozenset({Notify.MAIL}))
        return True

    async def _write(self, fields: dict[str, str]) -> None:
        def edit(document: Node) -> None:
            tree = document.tree
            own = document.spelling(_PASSWORD)
            if own is not None and not (document.text(own) or "").strip(_MASK):
                # It is not told: what stands for it would become the password.
                del tree[own]
            for name, value in fields.items():
                if not document.put(value, name):
                    tree[name] = value

        await self._documents.change(Source.EMAIL, edit)

    async def _mail(self, numbers: list[int], *, on: bool) -> None:
        """Have the alarms of some schedules mailed, or not."""
        if not numbers:
            return

        def edit(document: Node) -> None:
            for schedule in parse_schedules(document):
                part = document.node(schedule.tag)
                if part is not None and schedule.number in numbers:
                    part.put(str(int(on)), "EmailEnabled")

        await self._documents.change(Source.ALARM, edit)


class StrobeMails(BorrowedMails):
    """The mails of the unit; they tell less of an alarm than its messages do."""

    def __init__(
        self,
        documents: Documents,
        outputs: OutputDriver,
        status: Status,
        around: Surroundings,
        paths: Paths,
    ) -> None:
        """Prepare; nothing is read or sent."""
        route = StrobeMailRoute(documents, outputs)
        # Alarms follow one another here, and each is one: there is no scene.
        super().__init__(route, around, Scene(around), paths, lambda _alarm: None)
        self._status = status
        self._around = around
        self._arrivals = Arrivals(around, self._missed, repeat=0, patience=MAIL_LATE)
        status.unmailed = self._expect

    @override
    def _happened(self, mail: AlarmMail, alarm: MailedAlarm) -> tuple[Notice, ...]:
        """Tell of an alarm; it is one of the input if the mail does not say."""
        self._arrivals.heard(motion=True)
        said = f"{mail.subject}\n{mail.text}"
        kind = next((kind for kind, word in _OTHERS if word.search(said)), None)
        return self._status.mailed(kind, mail.sent_at)

    def _expect(self) -> None:
        """Give a mail some time to tell of an alarm that something else has told."""
        if self.configured:
            self._arrivals.seen()

    def _missed(self) -> None:
        self.works = False
        self._around.changed()

    def close(self) -> None:
        """Let go of the timer."""
        self._arrivals.close()
