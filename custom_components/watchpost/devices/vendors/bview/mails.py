"""Alarm mails to an address of ours (9.1.3, 9.2.9 and 9.7.6)."""

from collections.abc import Callable
from typing import Final, override

from ...kit.arrivals import Arrivals
from ...kit.mailing import BorrowedMails, MailRoute
from ...kit.mails import AlarmMail, MailedAlarm
from ...kit.paths import Paths
from ...kit.scene import Subject
from ...model.device import Json, MailTarget, Notice, Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
)
from ...model.vocabulary import AlarmKind
from ...transport.payload import Node
from ...transport.xmltext import Element, XmlText, worded
from .blocks import EMAIL, TRIGGER
from .client import Client
from .const import MAIL_LATE, MAIL_REPEAT, TEST_EMAIL
from .documents import Documents
from .names import Path, find
from .report import is_on
from .watch import ALARMED, MOVING, Watch

_SERVER: Final = ("SMTPServer",)
_PORT: Final = ("SMTPPort",)
_SENDER: Final = ("SenderEmailAddress",)
_TLS: Final = ("SMTPTLSConfig", "SMTPTLS")
_SWITCHES: Final[tuple[Path, ...]] = (
    ("Schedule", "AllDay"),
    ("AttachedSnapshot",),
    ("Enable",),
)
"""What has to be on for each motion to be mailed with its picture."""
_PAUSE: Final = ("RefreshIntervals",)
_FIELDS: Final = (_SERVER, _PORT, _SENDER, _TLS, _PAUSE, *_SWITCHES)
_MAIL: Final = ("Mail", "Enable")


class BviewMailRoute(MailRoute):
    """The mail server of the camera, and whether motion is mailed."""

    def __init__(self, client: Client, documents: Documents) -> None:
        """Prepare; nothing is read or sent."""
        self._client = client
        self._documents = documents

    @override
    async def read(self) -> dict[str, Json]:
        """Read the fields that are borrowed, as they are written."""
        root = (await self._documents.read(EMAIL)).root
        if find(root, *_SERVER) is None or find(root, "ReceiverList") is None:
            raise DeviceUnsupportedError
        fields: dict[str, Json] = {
            "/".join(path): element.text
            for path in _FIELDS
            if (element := find(root, *path)) is not None
        }
        receivers: list[Json] = [one.text for one in _addresses(root)]
        trigger = await self._trigger()
        return {
            "email": fields,
            "receivers": receivers,
            "trigger": None if trigger is None else trigger.text,
        }

    async def _trigger(self) -> Element | None:
        """Return whether motion is mailed; a camera may have no such switch."""
        try:
            document = await self._documents.read(TRIGGER)
        except DeviceUnsupportedError:
            return None
        return find(document.root, *_MAIL)

    @override
    async def point(self, target: MailTarget) -> None:
        """Set the server first: what is mailed must not go elsewhere."""

        def edit(document: XmlText) -> None:
            _point(document, target)

        await self._documents.change(EMAIL, edit)
        trigger = await self._trigger()
        if trigger is not None and not is_on(trigger.text):
            words = worded(True, trigger.text)
            await self._documents.put(TRIGGER, {_MAIL: words})
        # It is stored behind our back: a test would still go to the other server.
        await self._client.network_ready()

    @override
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        """Return whether mails go to a target, if there are any."""
        email = Node(state).node("email") or Node({})
        receivers = state.get("receivers")
        known = receivers if isinstance(receivers, list) else []
        return (
            (email.text("SMTPServer") or "").strip() == target.host
            and email.integer("SMTPPort") == target.port
            and target.address in [str(one).strip() for one in known]
        )

    @override
    async def restore(self, former: dict[str, Json]) -> None:
        """Have motion not mailed any more, and put the server back in any case."""
        refusal: DeviceError | None = None
        trigger = former.get("trigger")
        if isinstance(trigger, str) and not is_on(trigger):
            try:
                await self._documents.put(TRIGGER, {_MAIL: trigger})
            except DeviceConnectionError:
                raise
            except DeviceError as err:
                refusal = err

        def edit(document: XmlText) -> None:
            _restore(document, former)

        await self._documents.change(EMAIL, edit)
        if refusal is not None:
            raise refusal

    @override
    async def test(self, target: MailTarget) -> bool:
        """Have a test mailed (9.2.9)."""
        try:
            await self._client.put(TEST_EMAIL)
        except DeviceUnsupportedError:
            return False
        return True


def _addresses(root: Element) -> list[Element]:
    """Return the addresses of all receivers."""
    holder = find(root, "ReceiverList")
    rows = [] if holder is None else holder.all("Receiver")
    return [one for row in rows if (one := row.child("EmailAddress")) is not None]


def _point(document: XmlText, target: MailTarget) -> None:
    root = document.root
    sender = find(root, *_SENDER)
    fields = {_SERVER: target.host, _PORT: str(target.port), _TLS: "off"}
    if sender is not None and not sender.text.strip():
        fields[_SENDER] = target.address
    pause = find(root, *_PAUSE)
    seconds = Node({"value": "" if pause is None else pause.text}).integer("value")
    if seconds is not None and seconds > MAIL_REPEAT:
        fields[_PAUSE] = str(MAIL_REPEAT)
    for path, text in fields.items():
        if (element := find(root, *path)) is not None and element.text.strip() != text:
            document.put(element, text)
    for path in _SWITCHES:
        element = find(root, *path)
        if element is not None and not is_on(element.text):
            document.put(element, worded(True, element.text))
    # All of them: our server refuses mails to anybody else.
    for element in _addresses(root):
        document.put(element, target.address)
    holder = find(root, "ReceiverList")
    if holder is not None and not _addresses(root):
        document.add(holder, "Receiver", {"ID": "1", "EmailAddress": target.address})


def _restore(document: XmlText, former: dict[str, Json]) -> None:
    root = document.root
    earlier = former.get("email")
    for path in _FIELDS:
        text = earlier.get("/".join(path)) if isinstance(earlier, dict) else None
        element = find(root, *path)
        if element is not None and isinstance(text, str):
            document.put(element, text)
    told = former.get("receivers")
    receivers = [str(one) for one in told] if isinstance(told, list) else []
    for element, text in zip(_addresses(root), receivers, strict=False):
        document.put(element, text)
    holder = find(root, "ReceiverList")
    if holder is not None and not receivers:
        for row in holder.all("Receiver"):
            document.remove(row)


class BviewMails(BorrowedMails):
    """The mails of the camera, compared with the motion that is seen."""

    def __init__(
        self,
        client: Client,
        documents: Documents,
        watch: Watch,
        around: Surroundings,
        paths: Paths,
        has_input: Callable[[], bool],
    ) -> None:
        """Prepare; nothing is read or sent."""

        def place(alarm: MailedAlarm) -> Subject:
            # Whatever its words are: the camera sees motion and nothing else.
            is_input = alarm.kind is AlarmKind.INPUT and has_input()
            return ALARMED if is_input else MOVING

        route = BviewMailRoute(client, documents)
        super().__init__(route, around, watch.scene, paths, place)
        self._around = around
        self._arrivals = Arrivals(
            around, self._missed, repeat=MAIL_REPEAT, patience=MAIL_LATE
        )
        watch.compare(seen=self._seen, works=lambda: self._arrivals.motion is True)

    @override
    def _happened(self, mail: AlarmMail, alarm: MailedAlarm) -> tuple[Notice, ...]:
        """Tell what has happened; this is how it is known that motion is mailed."""
        self._arrivals.heard(motion=alarm.kind is not AlarmKind.INPUT)
        return super()._happened(mail, alarm)

    def _seen(self) -> None:
        """Take note of motion that nobody has told."""
        if self.configured:
            self._arrivals.seen()

    def _missed(self) -> None:
        if self._arrivals.motion is False:
            self.works = False
            self._around.changed()

    def close(self) -> None:
        """Let go of the timer."""
        self._arrivals.close()
