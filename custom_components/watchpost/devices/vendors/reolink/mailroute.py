"""Alarm mails of the device, sent to a server of ours (sections 3.3.5 to 3.3.9).

The password of the owner's mail account comes back masked. It is never written, so
the device goes on to log in with it: at our server, which does not look at it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, override

from ...kit.mailing import MailRoute
from ...model.device import Json, MailTarget
from ...model.errors import DeviceConnectionError, DeviceError, Reason
from ...transport.payload import Node, as_text
from . import kinds
from .asks import Ask
from .client import Client
from .codes import DONE, error_for
from .documents import Documents, Path
from .kinds import Kind
from .spans import seconds

_SHARED: Final = (
    "smtpServer",
    "smtpPort",
    "ssl",
    "userName",
    "addr1",
    "addr2",
    "addr3",
    "interval",
    "attachmentType",
    "attachment",
    "enable",
)
"""What all cameras of a recorder have in common."""
_NEWER: Final[Mapping[str, Path]] = {
    "scheduleEnable": ("scheduleEnable",),
    "table": ("schedule", "table"),
}
_OLDER: Final[Mapping[str, Path]] = {
    "enable": ("schedule", "enable"),
    "table": ("schedule", "table"),
}
"""What each camera has of its own, by generation."""
_PICTURE: Final = 1
"""A text with a picture, of none, picture, video, picture alone (section 3.3.5)."""
_ALWAYS: Final = "1" * 7 * 24
_MADE_UP: Final = "watchpost"
"""A password of nobody, for devices that refuse a test without one."""
_INTERVAL: Final = 300.0
"""Seconds between two mails of a device that does not tell; the factory's value."""

type Fields = dict[str, Json]


class EmailRoute(MailRoute):
    """The settings for mail, in both generations."""

    def __init__(
        self,
        client: Client,
        documents: Documents,
        ready: Callable[[], Awaitable[None]],
        newer: Callable[[], bool],
        usable: Callable[[], Iterable[int]],
    ) -> None:
        """Prepare; nothing is sent.

        `ready` learns what the device is where that is not known yet, `newer` tells
        its generation, `usable` the cameras that can be asked, from 0.
        """
        self._client = client
        self._documents = documents
        self._ready = ready
        self._newer = newer
        self._usable = usable
        self._offered: Node = Node({})
        self.interval = _INTERVAL
        """Seconds in which a device sends one mail only, whatever happens."""

    @property
    def _kind(self) -> Kind:
        return kinds.EMAIL_V20 if self._newer() else kinds.EMAIL

    @property
    def _own(self) -> Mapping[str, Path]:
        return _NEWER if self._newer() else _OLDER

    # Reading

    @override
    async def read(self) -> Fields:
        """Read the server, and for each camera what makes an alarm be mailed."""
        await self._ready()
        nodes = await self._nodes()
        first = next(iter(nodes.values()))
        channels: Fields = {
            str(number): self._own_fields(node) for number, node in nodes.items()
        }
        self.interval = seconds(first.text("interval")) or _INTERVAL
        shared: Fields = {
            own: first.tree[own]
            for name in _SHARED
            if (own := first.spelling(name)) is not None
        }
        return {"shared": shared, "channels": channels}

    async def _nodes(self) -> dict[int, Node]:
        """Return the document of each camera that tells it."""
        numbers = list(self._usable())
        if not numbers:
            raise DeviceConnectionError(Reason.CAMERA_OFFLINE)
        command = f"Get{self._kind.name}"
        answers = await self._client.ask(
            [
                Ask(command=command, param={"channel": number}, action=1)
                for number in numbers
            ]
        )
        nodes: dict[int, Node] = {}
        for number, answer in zip(numbers, answers, strict=True):
            if answer.code == DONE:
                nodes[number] = answer.value.node("Email") or answer.value
                self._offered = answer.limits.node("Email") or Node({})
        if not nodes:
            raise error_for(answers[0].code)
        return nodes

    def _own_fields(self, node: Node) -> Fields:
        found: Fields = {}
        for name, path in self._own.items():
            part = node if len(path) == 1 else node.node(path[0]) or Node({})
            if (value := part.value(path[-1])) is not None:
                found[name] = value
        return found

    # Writing

    @override
    async def point(self, target: MailTarget) -> None:
        """Have every alarm of every camera mailed to a target, with a picture.

        The server comes first: a change that stops halfway mails no more to its
        owner's address than before.
        """
        state = await self.read()
        shared, channels = _parts(state)
        known = Node(shared)
        wanted: Fields = {
            own: value
            for name, value in self._aimed(known, target).items()
            if (own := known.spelling(name)) is not None
        }
        aimed = _changed(shared, wanted)
        for number, fields in channels.items():
            await self._write(number, aimed, _changed(fields, _opened(fields)))
            aimed = {}

    def _aimed(self, known: Node, target: MailTarget) -> Fields:
        """Return what points the device at a target."""
        ssl = known.value("ssl")
        aimed: Fields = {
            "smtpServer": target.host,
            "smtpPort": target.port,
            "ssl": False if isinstance(ssl, bool) else 0,
            "addr1": target.address,
            "addr2": "",
            "addr3": "",
            "attachmentType": _PICTURE,
            "attachment": "picture",
            "enable": 1,
        }
        if not known.text("userName"):
            # Without a sender there is no mail; one that is there is left alone.
            aimed["userName"] = _sender(target)
        if (shortest := self._shortest(known)) is not None:
            aimed["interval"] = shortest
        return aimed

    def _shortest(self, known: Node) -> str | None:
        """Return the shortest interval that is offered, in the device's words."""
        listed = self._offered.value("interval")
        words = [as_text(one) for one in listed] if isinstance(listed, list) else []
        lengths = {
            length: word
            for word in (*words, known.text("interval"))
            if word and (length := seconds(word))
        }
        return lengths[min(lengths)] if lengths else None

    @override
    def is_ours(self, state: Fields, target: MailTarget) -> bool:
        """Return whether mails go to a target; which ones is the owner's choice."""
        shared = Node(_parts(state)[0])
        return (
            shared.text("smtpServer") == target.host
            and shared.integer("smtpPort") == target.port
            and shared.text("addr1") == target.address
        )

    @override
    async def restore(self, former: Fields) -> None:
        """Put everything back, the server last: till then nobody else gets mails."""
        shared, channels = _parts(former)
        shared_now, channels_now = _parts(await self.read())
        first, *others = channels_now
        refused: DeviceError | None = None
        for number in others:
            try:
                changed = _changed(channels_now[number], channels.get(number, {}))
                await self._write(number, {}, changed)
            except DeviceConnectionError:
                raise
            except DeviceError as err:
                refused = err
        changed = _changed(channels_now[first], channels.get(first, {}))
        await self._write(first, _changed(shared_now, shared), changed)
        if refused is not None:
            raise refused
        if channels.keys() - channels_now.keys():
            raise DeviceError(Reason.CAMERA_OFFLINE)

    async def _write(self, number: int, shared: Fields, own: Fields) -> None:
        """Change fields of all cameras and of one, in one command."""
        values: dict[Path, Json] = {(name,): value for name, value in shared.items()}
        values |= {self._own[name]: value for name, value in own.items()}
        if values:
            await self._documents.get(self._kind, number).write_all(values)

    # Trying

    @override
    async def test(self, target: MailTarget) -> bool:
        """Have a test mailed (section 3.3.9), which must not change what is stored."""
        stored = await self.read()
        known = Node(_parts(stored)[0])
        fields: Fields = {
            "smtpServer": target.host,
            "smtpPort": target.port,
            "ssl": 0,
            "userName": known.text("userName") or _sender(target),
            "addr1": target.address,
            "addr2": "",
            "addr3": "",
        }
        try:
            await self._try(fields)
        finally:
            await self._keep(stored)
        return True

    async def _try(self, fields: Fields) -> None:
        """Send the test without the password, which may be left out.

        Some may refuse that; a password that is made up is not the owner's.
        """
        try:
            await self._client.act(Ask(command="TestEmail", param={"Email": fields}))
        except DeviceConnectionError:
            raise
        except DeviceError:
            fields = {**fields, "password": _MADE_UP}
            await self._client.act(Ask(command="TestEmail", param={"Email": fields}))

    async def _keep(self, stored: Fields) -> None:
        """Put back what a test has changed."""
        now, channels = _parts(await self.read())
        await self._write(min(channels), _changed(now, _parts(stored)[0]), {})


def _changed(now: Fields, wanted: Fields) -> Fields:
    """Return what has to be written so that it is as wanted."""
    return {name: value for name, value in wanted.items() if now.get(name) != value}


def _parts(state: Fields) -> tuple[Fields, dict[int, Fields]]:
    """Return what is common to all cameras, and what each has of its own."""
    shared, channels = state.get("shared"), state.get("channels")
    return shared if isinstance(shared, dict) else {}, {
        int(number): fields
        for number, fields in (channels.items() if isinstance(channels, dict) else ())
        if isinstance(fields, dict)
    }


def channels_of(state: Json) -> frozenset[int]:
    """Return the cameras that a state is about, from 0."""
    return frozenset(_parts(state)[1]) if isinstance(state, dict) else frozenset()


def _opened(fields: Fields) -> Fields:
    """Return what a camera has of its own so that it mails alarms at any time."""
    opened: Fields = {}
    for name, value in fields.items():
        if name != "table":
            opened[name] = 1
        elif isinstance(value, dict):
            # Other tables are about no alarm, such as one for pictures by the clock.
            opened[name] = {
                kind: _ALWAYS if kind == "MD" or kind.startswith("AI_") else hours
                for kind, hours in value.items()
            }
        else:
            opened[name] = _ALWAYS
    return opened


def _sender(target: MailTarget) -> str:
    return f"camera@{target.address.rpartition('@')[2]}"
