"""Sound for the loudspeaker: a session that is opened, fed and always closed (9.8)."""

import asyncio
from asyncio import Event, Future, Task
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
import logging
import math
from typing import Final, Literal

from ...model.commands import AudioClip, AudioFormat, SpeakerState
from ...model.device import Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from .client import Client
from .const import VOICE_RATE
from .intercom import REFUSED, Intercom

_LOGGER = logging.getLogger(__name__)

_SAMPLE_BYTES: Final = 2
_BLOCK_SECONDS: Final = 0.5
_BLOCK: Final = int(VOICE_RATE * _BLOCK_SECONDS) * _SAMPLE_BYTES
"""Bytes of samples that are sent at once."""
_LEAD: Final = 2 * _BLOCK_SECONDS
"""Seconds of sound that the camera may hold: a slow answer makes no gap."""
_TAIL: Final = 0.2
"""Seconds after the last sample: what was sent is not heard at once."""
_OPEN_LIMIT: Final = 20.0
_BLOCK_LIMIT: Final = 5.0
"""Seconds for one block; what comes later would not be understood anyway."""
_BLOCK_PATIENCE: Final = 1.0
"""Seconds for a block that is on its way when nobody wants it any more."""
_SOON: Final = (0.0, 0.2, 0.5, 1.0)
"""Seconds before each attempt to close; after the last one somebody is told."""
_HURRIED: Final = 2
"""How many of them there are when Home Assistant waits."""
_LATER: Final = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before those that follow: nobody else can talk until one succeeds."""
_LIMIT: Final = 5.0
_HURRIED_LIMIT: Final = 1.5
"""Seconds for one attempt to close, and while Home Assistant waits for it."""
_CLOSE_LIMIT: Final = 3.5
"""Seconds to end in peace at the end; Home Assistant waits 10 for all that unloads."""
_NEVER_SENT: Final = frozenset({Reason.UNREACHABLE, Reason.CERTIFICATE})

FORMAT: Final = AudioFormat(
    container="pcm",
    rate=VOICE_RATE,
    max_seconds=300,
    max_bytes=300 * VOICE_RATE * _SAMPLE_BYTES,
)
"""Bare samples; the document knows no limit, and ours is that of our memory."""


@dataclass(eq=False, kw_only=True)
class _Session:
    """One announcement, from what is done before it to its end."""

    clip: AudioClip
    begun: Future[None]
    """What the caller waits for: it sounds, or will not."""
    closed: Future[None]
    """It is closed, or that has failed."""
    over: Event = field(default_factory=Event)
    """Nobody wants it any more."""
    relieved: Event = field(default_factory=Event)
    """Nobody needs late attempts to close it."""
    hurried: bool = False
    """It was cancelled: there is no time for patience."""
    sounding: bool = False

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return len(self.clip.samples) // _SAMPLE_BYTES / VOICE_RATE

    def end(self) -> None:
        """Let it end now."""
        self.over.set()
        self.relieved.set()

    def hurry(self) -> None:
        """Let it end, and fast."""
        self.end()
        self.hurried = True

    def tell(self, error: DeviceError | None) -> None:
        """Tell the caller what has become of it, once."""
        _settle(self.begun, error)


class TalkDriver:
    """Sound announcements, one at a time, through the loudspeaker of a camera."""

    def __init__(
        self, client: Client, around: Surroundings, name: str = "The camera"
    ) -> None:
        """Bind a camera, and what the log calls it; nothing is sent."""
        self._around = around
        self._intercom = Intercom(client, around.memory)
        self._name = name
        self._turn = asyncio.Lock()
        """Held from before a session is opened until nothing more is done for it."""
        self._newest: _Session | None = None
        self._running: set[Task[None]] = set()
        self._state = SpeakerState(playing=False)
        self._shut = False

    def state(self) -> SpeakerState:
        """Return what sounds."""
        return self._state

    async def announce(self, clip: AudioClip) -> None:
        """Sound something in the place of what sounds; return once it has begun.

        Raise:
            DeviceError: It has not; nothing stays open.
        """
        if self._shut:
            raise DeviceRequestError(Reason.CONFLICT)
        if len(clip.samples) < _SAMPLE_BYTES:
            raise DeviceRequestError
        session = self._launch(clip)
        try:
            await asyncio.wait((session.begun,))
        except asyncio.CancelledError:
            session.end()
            raise
        session.begun.result()

    async def stop(self) -> None:
        """End what sounds; somebody else's sound is not ours to end.

        Raise:
            DeviceError: The camera did not confirm it, several times.
        """
        session = self._newest
        if session is not None and not session.closed.done():
            session.over.set()
            await asyncio.wait((session.closed,))
            session.closed.result()
            return
        if session is not None:
            session.relieved.set()
        async with self._turn:
            if self._intercom.left_open:
                await self._intercom.close()

    async def close(self) -> None:
        """End what sounds and take no more; wait for it a while."""
        self._shut = True
        if self._newest is not None:
            self._newest.end()
        for _ in range(2):
            if not self._running:
                return
            await asyncio.wait(tuple(self._running), timeout=_CLOSE_LIMIT)
            for task in tuple(self._running):
                # The first time it hurries, the second time it is given up.
                task.cancel()

    # One announcement

    def _launch(self, clip: AudioClip) -> _Session:
        """Put an announcement in the place of the newest one."""
        loop = asyncio.get_running_loop()
        session = _Session(
            clip=clip, begun=loop.create_future(), closed=loop.create_future()
        )
        if self._newest is not None:
            self._newest.end()
        self._newest = session
        task = self._around.spawn(self._run(session), "watchpost announcement")
        self._running.add(task)
        task.add_done_callback(partial(self._ended, session))
        return session

    def _ended(self, session: _Session, task: Task[None]) -> None:
        self._running.discard(task)
        if self._newest is session:
            self._newest = None
        # Also if it was cancelled before its first step.
        session.tell(DeviceRequestError(Reason.CONFLICT))
        _settle(session.closed, None)

    async def _run(self, session: _Session) -> None:
        """Carry an announcement out after the one before has ended."""
        async with self._turn:
            if not session.over.is_set():
                await self._carry_out(session)
            elif not self._shut:
                # Something newer has come, or it was stopped.
                session.tell(None)

    async def _carry_out(self, session: _Session) -> None:
        """Play and hang up; being cancelled is only a reason to hurry."""
        error: DeviceError | None = None
        try:
            await self._close_what_is_left(session)
            await self._play(session)
        except DeviceError as err:
            if not session.over.is_set():
                error = err
        except asyncio.CancelledError:
            session.hurry()
        sounded = session.sounding
        self._silence(session)
        if error is not None and sounded:
            _LOGGER.warning(
                "%s: the sound broke off in the middle (%s)", self._name, error.reason
            )
        absent = error is not None and error.reason in _NEVER_SENT and not sounded
        if absent:
            # Nobody has to wait for a camera that is not there.
            session.tell(error)
        trouble = await self._hang_up(session)
        if error is None and (session.hurried or self._shut):
            error = DeviceConnectionError(Reason.COMMAND_UNCERTAIN)
        session.tell(error)
        _settle(session.closed, trouble)
        if trouble is not None and not absent:
            await self._hang_up_later(session, trouble)

    async def _close_what_is_left(self, session: _Session) -> None:
        """Close what an earlier announcement could not close."""
        if self._intercom.left_open:
            with suppress(DeviceError):
                await _insist(session, self._intercom.close(), _LIMIT)

    async def _play(self, session: _Session) -> None:
        """Open, and send each block at its time.

        Raise:
            DeviceError: The camera does not take it.
        """
        if session.over.is_set():
            return
        await _insist(session, self._intercom.open(), _OPEN_LIMIT)
        loop = asyncio.get_running_loop()
        samples = session.clip.samples
        zero = loop.time()
        for number, start in enumerate(range(0, len(samples), _BLOCK)):
            offset = number * _BLOCK_SECONDS
            if await _over_before(session.over, zero + offset + _BLOCK_SECONDS - _LEAD):
                return
            sending = self._intercom.send(samples[start : start + _BLOCK])
            await _insist(session, sending, _BLOCK_LIMIT, _BLOCK_PATIENCE)
            now = loop.time()
            # After a gap, all that follows sounds later.
            zero = max(zero, now - offset)
            if number == 0:
                self._begin(session)
        await _over_before(session.over, zero + session.seconds + _TAIL)

    def _begin(self, session: _Session) -> None:
        """Let everybody know that it sounds."""
        session.sounding = True
        self._state = SpeakerState(
            playing=True,
            file=session.clip.title,
            length=session.seconds,
            started=self._around.clock.now(),
        )
        session.tell(None)
        self._around.changed()

    def _silence(self, session: _Session) -> None:
        """Let everybody know that it does not sound any more."""
        if session.sounding:
            session.sounding = False
            self._state = SpeakerState(playing=False)
            self._around.changed()

    # Its end

    async def _hang_up(self, session: _Session) -> DeviceError | None:
        """Try to close a few times; return why it failed."""
        error: DeviceError | None = None
        for number, pause in enumerate(_SOON):
            if not self._intercom.left_open:
                return None
            if session.hurried and number >= _HURRIED:
                break
            try:
                await asyncio.sleep(pause)
            except asyncio.CancelledError:
                session.hurry()
            error = await self._hang_up_once(session)
            if error is None or isinstance(error, REFUSED):
                break
        return error

    async def _hang_up_later(self, session: _Session, trouble: DeviceError) -> None:
        """Try to close for some time more, unless somebody else does."""
        _LOGGER.warning(
            "%s did not confirm the end of an announcement: nobody else may be able "
            "to talk (%s)",
            self._name,
            trouble.reason,
        )
        if isinstance(trouble, REFUSED):
            return
        loop = asyncio.get_running_loop()
        for pause in _LATER:
            if session.hurried or self._shut:
                return
            try:
                if await _over_before(session.relieved, loop.time() + pause):
                    return
            except asyncio.CancelledError:
                return
            if await self._hang_up_once(session) is None:
                return

    async def _hang_up_once(self, session: _Session) -> DeviceError | None:
        limit = _HURRIED_LIMIT if session.hurried else _LIMIT
        try:
            await _insist(session, self._intercom.close(), limit)
        except DeviceError as err:
            return err
        return None


async def _insist(
    session: _Session,
    request: Coroutine[None, None, None],
    limit: float,
    patience: float = math.inf,
) -> None:
    """Wait for a request, for some more seconds even if nobody wants it any more.

    What is given up may be carried out all the same, later than what comes after it:
    a session would be opened after it was closed.

    Raise:
        DeviceError: It has failed, or takes too long.
    """
    loop = asyncio.get_running_loop()
    doing = asyncio.ensure_future(request)
    over = asyncio.ensure_future(session.over.wait())
    deadline = loop.time() + limit
    waiting: set[Future[None] | Future[Literal[True]]] = {doing, over}
    try:
        while not doing.done() and (left := deadline - loop.time()) > 0:
            try:
                await asyncio.wait(
                    waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED
                )
            except asyncio.CancelledError:
                session.hurry()
                deadline = min(deadline, loop.time() + _HURRIED_LIMIT)
            if over in waiting and over.done():
                waiting.discard(over)
                deadline = min(deadline, loop.time() + patience)
    finally:
        over.cancel()
        if not doing.done():
            doing.cancel()
    if not doing.done():
        raise DeviceConnectionError(Reason.TIMEOUT)
    doing.result()


async def _over_before(over: Event, when: float) -> bool:
    """Wait until a time of the loop; return whether something has come before it."""
    if not over.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout_at(when):
                await over.wait()
    return over.is_set()


def _settle(future: Future[None], error: DeviceError | None) -> None:
    """Tell those who wait for something, unless they were told before."""
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        # Seen here, in case everybody has gone.
        future.exception()
