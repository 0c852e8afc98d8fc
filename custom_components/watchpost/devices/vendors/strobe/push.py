"""Delivery of AlarmLinkMsg to an address of ours (section 4)."""

import asyncio
from functools import partial
import hmac
import logging
import time
from typing import Final, override

from ...kit.paths import DOORS, Paths, chosen_door
from ...model.device import Json, Proof, Push, Surroundings
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
)
from ...model.vocabulary import Delivery, EventPath, Leg, Notify
from ...transport.payload import Node
from .const import PUSH_PROOF, PUSH_TOKEN_HEADER, Source
from .documents import Documents
from .models import HttpLink, parse_schedules
from .outputs import OutputDriver

_LOGGER = logging.getLogger(__name__)

_MEMORY: Final = "push"
_KEY_VALUE: Final = "1"


class StrobePush(Push):
    """The one HTTP target of the unit, borrowed and given back."""

    def __init__(
        self,
        documents: Documents,
        outputs: OutputDriver,
        surroundings: Surroundings,
        paths: Paths,
    ) -> None:
        """Prepare; nothing is read or sent."""
        self._documents = documents
        self._outputs = outputs
        self._memory = surroundings.memory
        self._arrived = asyncio.Event()
        self.alive = False
        """Whether the unit is known to deliver."""
        self.proving = False
        """Whether the next message is a test of our own."""
        self._door = chosen_door(surroundings.options)
        for path in DOORS:
            paths.add(
                path, chosen=partial(self._comes_by, path), alive=lambda: self.alive
            )

    @property
    @override
    def token_header(self) -> str:
        """Header of AuthMethod 1, which carries AuthValue under the name AuthKey."""
        return PUSH_TOKEN_HEADER

    @override
    async def subscribe(self, url: str, token: str) -> Proof:
        """Point the unit at us, let its schedules report, and have it send a test.

        The test is an alarm without outputs, or with those that are on anyway.
        """
        previous = HttpLink.parse(await self._documents.read(Source.HTTP_LINK))
        kept = self._kept or Node({})
        former = _saved(previous)
        if previous.server in (url, kept.text("url")):
            # It points at us already: what was before that counts.
            former = kept.value("previous") or {}
        self._memory.put(
            _MEMORY,
            {
                "url": url,
                "token": token,
                "changed": kept.value("changed") or [],
                "previous": former,
            },
        )
        try:
            return await self._set_up(url, token)
        except BaseException:
            try:
                await self.unsubscribe()
            except DeviceError as err:
                # What is left is given back when somebody chooses polling.
                _LOGGER.debug("Event delivery could not be undone: %s", err.reason)
            raise

    async def _set_up(self, url: str, token: str) -> Proof:
        """Point the unit at us and prove it; a way that fails is given back."""
        await self._point(
            HttpLink(
                enabled=True,
                server=url,
                method=_KEY_VALUE,
                key=PUSH_TOKEN_HEADER,
                value=token,
            )
        )
        proof = await self._prove()
        if proof.delivery is Delivery.FAILED:
            await self.unsubscribe()
            return proof
        try:
            await self._let_schedules_report()
        except (DeviceRequestError, DeviceUnsupportedError) as err:
            # Messages come all the same, and the log tells what they leave out.
            _LOGGER.warning(
                "The unit delivers messages, but its alarm schedules could not be told "
                "to send them (%s): turn them on at its own page",
                err.reason,
            )
        return proof

    async def _prove(self) -> Proof:
        """Have the unit send a message and wait for it."""
        self._arrived.clear()
        self.proving = True
        started = time.monotonic()
        leg = Leg.TEST
        try:
            await self._outputs.change(notify=frozenset({Notify.HTTP}))
            leg = Leg.ARRIVAL
            async with asyncio.timeout(PUSH_PROOF):
                await self._arrived.wait()
        except (TimeoutError, DeviceError) as err:
            _LOGGER.debug("No test message arrived: %s", type(err).__name__)
            return Proof(delivery=Delivery.FAILED, leg=leg)
        finally:
            self.proving = False
        return Proof(delivery=Delivery.PROVEN, seconds=time.monotonic() - started)

    @override
    async def unsubscribe(self) -> None:
        """Give the target back as it was found, if it is still ours."""
        kept = self._kept
        if kept is None:
            return
        now = HttpLink.parse(await self._documents.read(Source.HTTP_LINK))
        if now.server == kept.text("url"):
            await self._point(HttpLink.parse(kept.node("previous") or Node({})))
        await self._restore_schedules(kept)
        self.alive = False
        self._memory.put(_MEMORY, None)

    @override
    async def verify(self, url: str, token: str) -> bool:
        """Read whether the unit still reports to us."""
        now = HttpLink.parse(await self._documents.read(Source.HTTP_LINK))
        self.alive = now.enabled and now.server == url and now.value in ("", token)
        return self.alive

    @override
    def accepts(self, token: str | None) -> bool:
        """Return whether a token is right; a unit may leave the header out."""
        expected = self._kept.text("token") if self._kept else None
        if token is None or expected is None:
            return expected is not None
        return hmac.compare_digest(
            token.encode(errors="surrogateescape"), expected.encode()
        )

    def arrived(self, door: EventPath) -> None:
        """Take note of a message of this unit."""
        self.alive = True
        self._door = door
        self._arrived.set()

    @property
    def configured(self) -> bool:
        """Return whether the unit was pointed at us and not given back."""
        return self._kept is not None

    def _comes_by(self, path: EventPath) -> bool:
        """Return whether the unit was pointed at a door of ours."""
        return self.configured and self._door is path

    @property
    def _kept(self) -> Node | None:
        kept = self._memory.get(_MEMORY)
        return Node(kept) if isinstance(kept, dict) else None

    async def _point(self, target: HttpLink) -> None:
        def edit(document: Node) -> None:
            tree = document.tree
            for name, value in (
                ("Enabled", str(int(target.enabled))),
                ("Server", target.server),
                ("AuthMethod", target.method),
                ("AuthKey", target.key),
                ("AuthValue", target.value),
            ):
                if not document.put(value, name):
                    tree[name] = value

        await self._documents.change(Source.HTTP_LINK, edit)

    async def _let_schedules_report(self) -> None:
        """Have enabled schedules report: others keep their alarms (section 2.4.10)."""
        if self._documents.absent(Source.ALARM):
            return
        switched: list[Json] = []
        node = await self._documents.read(Source.ALARM)
        silent = [s for s in parse_schedules(node) if s.enabled and s.http is False]
        if not silent:
            return

        def edit(document: Node) -> None:
            for schedule in silent:
                part = document.node(schedule.tag)
                if part is not None and part.put("1", "HTTPMsgEnabled"):
                    switched.append(schedule.number)

        await self._documents.change(Source.ALARM, edit)
        kept = self._kept
        if kept is not None:
            earlier = kept.value("changed")
            numbers = [*(earlier if isinstance(earlier, list) else []), *switched]
            self._memory.put(_MEMORY, {**kept.tree, "changed": numbers})

    async def _restore_schedules(self, kept: Node) -> None:
        changed = kept.value("changed")
        numbers = changed if isinstance(changed, list) else []
        if not numbers:
            return

        def edit(document: Node) -> None:
            for schedule in parse_schedules(document):
                part = document.node(schedule.tag)
                if part is not None and schedule.number in numbers:
                    part.put("0", "HTTPMsgEnabled")

        await self._documents.change(Source.ALARM, edit)


def _saved(target: HttpLink) -> Json:
    """Return what is needed to give the target back."""
    return {
        "Enabled": int(target.enabled),
        "Server": target.server,
        "AuthMethod": target.method,
        "AuthKey": target.key,
        "AuthValue": target.value,
    }
