"""Motion and finished recordings, told by the camera itself (9.13 and 9.10.3).

Neither tells who sends it. What a message says is only believed as far as it goes: a
recording has the name of a file, and anything else means that something moves.
"""

import asyncio
from collections.abc import Awaitable
from functools import partial
import logging
from typing import Final, override

from ...kit.arrivals import Arrivals
from ...kit.paths import DOORS, Paths, chosen_door
from ...model.device import (
    BOX,
    Json,
    Notice,
    Proof,
    Push,
    PushMessage,
    Surroundings,
)
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
)
from ...model.vocabulary import Delivery, EventPath, Key, Leg
from ...transport.payload import Node
from ...transport.xmltext import XmlText, worded
from .blocks import TRIGGER
from .client import Client
from .codes import CodeError
from .const import ALARM_EVENTS, ALARM_SERVER, PUSH_REPEAT, SUBSCRIPTIONS
from .documents import Documents
from .names import find
from .notice import aim, read_target
from .recordings import is_file_name
from .report import (
    ROOTS,
    TYPES,
    Address,
    events_body,
    fields_of,
    is_on,
    is_same,
    server_body,
    types_body,
)
from .watch import Watch, subscribed

_LOGGER = logging.getLogger(__name__)

_MEMORY: Final = "push"
_NOTIFY_AMS: Final = ("NotifyAMS", "Enable")
_FILE: Final = "eventfile"
_RENEWALS: Final = 600.0
"""Seconds between two renewals for motions that were not told."""
_FILES: Final = 50
"""Names of files that are remembered, should one be told twice."""


class BviewPush(Push):
    """The alarm server and the recording notice, borrowed and given back."""

    methods = ("GET", "HEAD", "POST", "PUT")

    def __init__(
        self,
        client: Client,
        documents: Documents,
        watch: Watch,
        around: Surroundings,
        paths: Paths,
    ) -> None:
        """Prepare; nothing is read or sent."""
        self._client = client
        self._documents = documents
        self._watch = watch
        self._around = around
        self._memory = around.memory
        self._clock = around.clock
        self._arrivals = Arrivals(around, self._set_right, repeat=PUSH_REPEAT)
        self._files: list[str] = []
        self._turn = asyncio.Lock()
        """Setting up and giving back must not overtake each other."""
        self._wanted: str | None = None
        """The address at which Home Assistant is now, if that was said."""
        self._lost = False
        """Whether something was missing at the last look."""
        self._renewed_at: float | None = None
        self._in_vain = False
        """Whether it was renewed, and no motion was told since."""
        watch.compare(seen=self._seen, works=lambda: self._arrivals.motion is True)
        self._paths = paths
        self._door = chosen_door(around.options)
        for path in DOORS:
            paths.add(path, chosen=partial(self._comes_by, path), alive=self.delivery)

    # What features tell

    @property
    def configured(self) -> bool:
        """Whether the camera was pointed at us and not given back."""
        return self._kept is not None

    def _comes_by(self, path: EventPath) -> bool:
        """Return whether the camera was pointed at a door of ours."""
        return self.configured and self._door is path

    def delivery(self) -> bool | None:
        """Return whether messages come; None while that is not known."""
        return self._arrivals.works

    # Messages

    @override
    def accepts(self, token: str | None) -> bool:
        """Return whether messages may come in: they never have a token."""
        return token is None and self.configured

    def handle(self, message: PushMessage) -> tuple[Notice, ...]:
        """Take in a message and return what has happened."""
        if not self.configured:
            return ()
        self._door = message.via
        self._paths.heard(message.via)
        names = [v for name, v in message.query.items() if name.lower() == _FILE]
        self._arrivals.heard(motion=not names)
        if names:
            return self._saved(names[0])
        self._in_vain = False
        return self._watch.told_motion(message.via)

    def _saved(self, name: str) -> tuple[Notice, ...]:
        """Tell of a finished recording once."""
        if not is_file_name(name) or name in self._files:
            return ()
        self._files = [*self._files[1 - _FILES :], name]
        data: dict[str, str | int] = {"file": name}
        return (Notice(unit=BOX, key=Key.RECORDING_SAVED, kind="saved", data=data),)

    def _seen(self) -> None:
        """Take note of motion that nobody has told."""
        if self._kept_node.flag("alarm"):
            self._arrivals.seen()
        elif self._lost:
            self._set_right()

    def _set_right(self) -> None:
        """Set up again what does not work, once and not too often."""
        now, before = self._clock.now(), self._renewed_at
        # A clock may have been set back.
        early = before is not None and abs(now - before) < _RENEWALS
        if self._in_vain or early:
            return
        self._renewed_at = now
        self._around.spawn(self._restore(), "watchpost push")

    async def _restore(self) -> None:
        try:
            await self.renew()
        except DeviceError as err:
            _LOGGER.debug("Events could not be set up again: %s", err.reason)
        else:
            self._in_vain = True

    def close(self) -> None:
        """Let go of the timer."""
        self._arrivals.close()

    # Setting up

    @override
    async def subscribe(self, url: str, token: str) -> Proof:
        """Have motion and finished recordings told to us.

        Neither can be proven by a test: that would be an alarm for whoever else hears
        of it. What a camera does not have, or refuses, is left out.

        Raise:
            DeviceError: The camera cannot be reached; everything is as before.
        """
        address = Address.of(url)
        if address is None:
            return Proof(delivery=Delivery.FAILED, leg=Leg.SETTINGS)
        async with self._turn:
            return await self._subscribe(url, address)

    async def _subscribe(self, url: str, address: Address) -> Proof:
        """Have the camera report to an address, or leave it as it was."""
        self._forget()
        before = self._arrivals.count
        self._keep(url=url)
        try:
            motion = await self._accepted(self._set_up_motion(address))
            if not motion:
                await self._accepted(self._give_motion_back())
            saved = await self._accepted(self._set_up_notice(address))
            if not (motion or saved):
                await self._give_back()
                return Proof(delivery=Delivery.FAILED, leg=Leg.SETTINGS)
            await self._accepted(self._subscribe_to_events())
        except BaseException:
            await self._put_back()
            raise
        await self._watch.connect()
        proven = self._arrivals.count > before
        return Proof(delivery=Delivery.PROVEN if proven else Delivery.UNPROVEN)

    async def _put_back(self) -> None:
        """Give everything back after an error, as far as the camera listens."""
        try:
            await self._give_back()
        except DeviceError as err:
            # What is left is given back when somebody switches delivery off.
            _LOGGER.debug("Event delivery could not be undone: %s", err.reason)

    async def _set_up_motion(self, address: Address) -> None:
        """Set the alarm server, which overwrites another one, and have it told."""
        await self._point(address)
        try:
            document = await self._documents.read(TRIGGER)
        except DeviceUnsupportedError:
            # Where there is no such switch nothing can be switched off.
            return
        element = find(document.root, *_NOTIFY_AMS)
        if element is None or is_on(element.text):
            return
        self._keep(trigger=element.text)
        words = worded(True, element.text)
        await self._documents.put(TRIGGER, {_NOTIFY_AMS: words})

    async def _point(self, address: Address) -> None:
        """Write path and server; the path first, as the server starts it all."""
        await self._client.put(ALARM_EVENTS, events_body(address))
        earlier = self._kept_node.flag("alarm")
        self._keep(alarm=True)
        try:
            await self._client.put(ALARM_SERVER, server_body(address, enabled=True))
        except DeviceError as err:
            if _is_refusal(err):
                self._keep(alarm=earlier)
            raise

    async def _set_up_notice(self, address: Address) -> None:
        """Have finished recordings told to us."""
        now = await read_target(self._client)
        if is_same(now, address.fields):
            return
        if not self._is_ours(now):
            # Somebody else's target, or the one from before.
            self._keep(former=dict(now))
        await self._redirect(now, address)

    async def _redirect(self, now: dict[str, str], address: Address) -> None:
        """Have recordings told to us; a write that breaks off leaves either target."""
        previous: dict[str, Json] | None = {**now} if self._is_ours(now) else None
        self._keep(notify=dict(address.fields), previous=previous)
        await aim(self._client, address.fields)
        self._keep(previous=None)

    def _is_ours(self, target: dict[str, str]) -> bool:
        """Return whether a target is one that we have set."""
        kept = (self._kept_node.node(name) for name in ("notify", "previous"))
        return any(one and is_same(fields_of(one), target) for one in kept)

    async def _subscribe_to_events(self) -> None:
        """Have events kept that a look may miss."""
        document = await self._client.get(SUBSCRIPTIONS)
        there = subscribed(document)
        missing = [kind for kind in TYPES if kind.lower() not in there]
        if not missing:
            return
        earlier = self._own_types
        self._keep(events=[*earlier, *(one for one in missing if one not in earlier)])
        try:
            await self._send_types(missing, "PUT")
        except DeviceError as err:
            if _is_refusal(err):
                self._keep(events=[*earlier])
            raise

    # Giving back

    @override
    async def unsubscribe(self) -> None:
        """Give everything back as it was found, as far as it is still ours.

        The alarm server is switched off: what it was before cannot be read.

        Raise:
            DeviceError: The camera cannot be reached; what is left is remembered.
        """
        async with self._turn:
            await self._give_back()

    async def _give_back(self) -> None:
        if self._kept is None:
            return
        await self._accepted(self._give_motion_back())
        await self._accepted(self._give_notice_back())
        await self._accepted(self._give_events_back())
        self._memory.put(_MEMORY, None)
        self._forget()

    def _forget(self) -> None:
        """Know nothing of how well it works."""
        self._wanted, self._lost = None, False
        self._renewed_at, self._in_vain = None, False
        self._arrivals.forget()

    async def _give_motion_back(self) -> None:
        kept = self._kept_node
        address = Address.of(kept.text("url") or "")
        if kept.flag("alarm") and address is not None:
            body = server_body(address, enabled=False)
            await self._accepted(self._client.put(ALARM_SERVER, body))
            self._keep(alarm=None)
        if (earlier := kept.text("trigger")) is not None:

            def edit(document: XmlText) -> None:
                element = find(document.root, *_NOTIFY_AMS)
                if element is not None and is_on(element.text):
                    document.put(element, earlier)

            await self._documents.change(TRIGGER, edit)
            self._keep(trigger=None)

    async def _give_notice_back(self) -> None:
        kept = self._kept_node
        ours, former = kept.node("notify"), kept.node("former")
        if ours is None or former is None:
            return
        if self._is_ours(await read_target(self._client)):
            earlier = fields_of(former)
            taken = await self._accepted(aim(self._client, earlier))
            if not taken and not earlier["Host"]:
                _LOGGER.warning(
                    "The camera keeps reporting finished recordings to the address of "
                    "Home Assistant: it does not take back that there was none. Clear "
                    "the address for recording notices on its web page"
                )
        self._keep(notify=None, former=None, previous=None)

    async def _give_events_back(self) -> None:
        own = self._own_types
        if not own:
            return
        there = subscribed(await self._client.get(SUBSCRIPTIONS))
        left = [kind for kind in own if kind.lower() in there]
        if left:
            await self._send_types(left, "DELETE")
        self._keep(events=None)

    async def _send_types(self, kinds: list[str], method: str) -> None:
        """Add or remove types of events, under the name that the camera knows."""
        refused: CodeError | None = None
        for root in ROOTS:
            try:
                body = types_body(root, kinds)
                await self._client.order(SUBSCRIPTIONS, body, method=method)
            except CodeError as err:
                refused = err
            else:
                return
        if refused is not None:
            raise refused.error

    # Looking, and setting up again

    @override
    async def verify(self, url: str, token: str) -> bool:
        """Read what can be read of it: the notice and the subscriptions.

        Raise:
            DeviceError: The camera cannot be reached.
        """
        kept, address = self._kept_node, Address.of(url)
        if not self.configured or address is None:
            return False
        self._wanted = url
        right = kept.text("url") == url and await self._is_there(kept, address)
        self._lost = not right
        return right

    async def _is_there(self, kept: Node, address: Address) -> bool:
        right = True
        if kept.node("notify") is not None:
            right = is_same(await read_target(self._client), address.fields)
        if own := self._own_types:
            there = subscribed(await self._client.get(SUBSCRIPTIONS))
            right = right and all(kind.lower() in there for kind in own)
        return right

    async def renew(self) -> None:
        """Set up again what the camera may have forgotten in a restart.

        Its alarm server cannot be read, so it is written in any case. A notice that
        goes to somebody else by now stays there.

        Raise:
            DeviceError: The camera cannot be reached.
        """
        async with self._turn:
            kept = self._kept_node
            url = self._wanted or kept.text("url") or ""
            address = Address.of(url)
            if not self.configured or address is None:
                return
            self._keep(url=url)
            if kept.flag("alarm"):
                await self._accepted(self._point(address))
            await self._accepted(self._renew_notice(kept, address))
            if self._own_types:
                await self._accepted(self._subscribe_to_events())
                await self._watch.connect()
            self._lost = False

    async def _renew_notice(self, kept: Node, address: Address) -> None:
        former = kept.node("former")
        if kept.node("notify") is None or former is None:
            return
        now = await read_target(self._client)
        # A camera that has forgotten it has nobody, or whom it had before.
        free = not now["Host"] or is_same(now, fields_of(former))
        if not is_same(now, address.fields) and (free or self._is_ours(now)):
            await self._redirect(now, address)

    # Parts of all that

    async def _accepted(self, work: Awaitable[None]) -> bool:
        """Do something and return whether the camera did not refuse it.

        Raise:
            DeviceError: It is not about this: nobody answers, or not to us.
        """
        try:
            await work
        except DeviceError as err:
            if not _is_refusal(err):
                raise
            _LOGGER.debug("A part of event delivery is refused: %s", err.reason)
            return False
        return True

    @property
    def _kept(self) -> dict[str, Json] | None:
        kept = self._memory.get(_MEMORY)
        return kept if isinstance(kept, dict) else None

    @property
    def _kept_node(self) -> Node:
        return Node(self._kept or {})

    @property
    def _own_types(self) -> list[str]:
        """The types of events that we have subscribed to."""
        kept = self._kept_node.value("events")
        known = kept if isinstance(kept, list) else []
        return [one for one in known if isinstance(one, str)]

    def _keep(self, **changes: Json) -> None:
        """Remember what is changed, before it is; None forgets it."""
        kept = {**(self._kept or {}), **changes}
        self._memory.put(
            _MEMORY, {name: value for name, value in kept.items() if value is not None}
        )


def _is_refusal(err: DeviceError) -> bool:
    """Return whether a camera has said no, and is there to say more."""
    return not isinstance(err, DeviceConnectionError | DeviceAuthError)
