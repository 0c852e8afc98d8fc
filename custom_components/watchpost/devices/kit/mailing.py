"""Alarm mails of a device: set up, proven, taken in and given back."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable
import logging
import time
from typing import Final, override

from ..model.device import Json, Mails, MailTarget, Notice, Proof, Surroundings
from ..model.errors import DeviceConnectionError, DeviceError
from ..model.vocabulary import Delivery, EventPath, Leg
from .mails import AlarmMail, MailedAlarm, parse_mail, read_alarm
from .paths import Paths
from .scene import Scene, Subject, event_picture

_LOGGER = logging.getLogger(__name__)

MEMORY: Final = "mail"
_PROOF: Final = 30.0
"""Seconds in which a test has to arrive; devices look for the server's name first."""


class MailRoute(ABC):
    """How the mails of one family are set up."""

    @abstractmethod
    async def read(self) -> dict[str, Json]:
        """Read what `point` changes, so that it can be put back.

        Raise:
            DeviceError: It cannot be read, or the device sends no mails.
        """

    @abstractmethod
    async def point(self, target: MailTarget) -> None:
        """Have all alarms mailed to a target.

        Raise:
            DeviceError: The device does not take it.
        """

    @abstractmethod
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        """Return whether what was read is what `point` has written for a target."""

    @abstractmethod
    async def restore(self, former: dict[str, Json]) -> None:
        """Put back what was read before.

        Raise:
            DeviceError: The device does not take it.
        """

    async def test(self, target: MailTarget) -> bool:
        """Have a test mailed; return False where the device has no such thing.

        Raise:
            DeviceError: It refuses.
        """
        return False


type Place = Callable[[MailedAlarm], Subject | None]
"""Find the unit and the input that an alarm is about; None is nobody's."""


class BorrowedMails(Mails):
    """The mail settings of a device, borrowed and given back."""

    def __init__(
        self,
        route: MailRoute,
        around: Surroundings,
        scene: Scene,
        paths: Paths,
        place: Place,
    ) -> None:
        """Prepare; nothing is read or sent."""
        self._route = route
        self._memory = around.memory
        self._clock = around.clock
        self._scene = scene
        self._paths = paths
        self._place = place
        self._turn = asyncio.Lock()
        self._arrived = asyncio.Event()
        self._proving = False
        self.works: bool | None = None
        """Whether mails are known to come; None while that is not known."""
        paths.add(
            EventPath.MAIL,
            chosen=lambda: self.configured,
            alive=lambda: self.works,
        )

    @property
    def configured(self) -> bool:
        """Whether the device was pointed at us and not given back."""
        return self._kept is not None

    # Setting up and giving back

    @override
    async def subscribe(self, target: MailTarget) -> Proof:
        """Have alarms mailed here, and a test if the device can send one."""
        async with self._turn:
            state = await self._route.read()
            self._memory.put(
                MEMORY,
                {
                    "host": target.host,
                    "port": target.port,
                    "address": target.address,
                    "former": self._former(state, target),
                },
            )
            try:
                proof = await self._prove(target)
            except BaseException:
                await self._put_back()
                raise
            if proof.delivery is Delivery.FAILED:
                await self._give_back(certain=True)
            return proof

    def _former(self, state: dict[str, Json], target: MailTarget) -> dict[str, Json]:
        """Return what was there before us; what is ours already is not."""
        kept = self._kept
        earlier = kept.get("former") if kept else None
        last = _target(kept) if kept else None
        ours = self._route.is_ours(state, target) or (
            last is not None and self._route.is_ours(state, last)
        )
        return earlier if ours and isinstance(earlier, dict) else state

    async def _prove(self, target: MailTarget) -> Proof:
        """Point the device here and wait for its test."""
        try:
            await self._route.point(target)
        except DeviceConnectionError:
            raise
        except DeviceError as err:
            _LOGGER.debug("Mail settings were refused: %s", err.reason)
            return Proof(delivery=Delivery.FAILED, leg=Leg.SETTINGS)
        self._arrived.clear()
        self._proving = True
        started = time.monotonic()
        try:
            if not await self._route.test(target):
                return Proof(delivery=Delivery.UNPROVEN)
            async with asyncio.timeout(_PROOF):
                await self._arrived.wait()
        except TimeoutError:
            return Proof(delivery=Delivery.FAILED, leg=Leg.ARRIVAL)
        except DeviceError as err:
            if self._arrived.is_set():
                # It complains about something else: the mail is here.
                return _proven(started)
            _LOGGER.debug("A test mail was refused: %s", err.reason)
            return Proof(delivery=Delivery.FAILED, leg=Leg.TEST)
        finally:
            self._proving = False
        return _proven(started)

    async def _put_back(self) -> None:
        """Give everything back after an error, as far as the device listens."""
        try:
            await self._give_back(certain=True)
        except DeviceError as err:
            # What is left is given back when somebody switches mails off.
            _LOGGER.debug("Mail settings could not be put back: %s", err.reason)

    @override
    async def unsubscribe(self) -> None:
        """Put back what was set up before, as far as it is still ours."""
        async with self._turn:
            await self._give_back()

    async def _give_back(self, *, certain: bool = False) -> None:
        """Put back what was there; it is ours for certain if we have just begun."""
        kept = self._kept
        if kept is None:
            return
        former, target = kept.get("former"), _target(kept)
        if isinstance(former, dict) and target is not None:
            await self._restore(former, target, certain=certain)
        self._memory.put(MEMORY, None)
        self.works = None

    async def _restore(
        self, former: dict[str, Json], target: MailTarget, *, certain: bool
    ) -> None:
        try:
            if certain or self._route.is_ours(await self._route.read(), target):
                await self._route.restore(former)
        except DeviceConnectionError:
            raise
        except DeviceError as err:
            _LOGGER.warning(
                "The device does not take its earlier mail settings back (%s): look "
                "at them on its own page",
                err.reason,
            )

    @override
    async def verify(self, target: MailTarget) -> bool:
        """Read whether alarms are still mailed here."""
        kept = self._kept
        if kept is None or _target(kept) != target:
            right = False
        else:
            right = self._route.is_ours(await self._route.read(), target)
        if not right:
            self.works = False
        return right

    @property
    def _kept(self) -> dict[str, Json] | None:
        kept = self._memory.get(MEMORY)
        return kept if isinstance(kept, dict) else None

    # Mails

    @override
    def handle(self, raw: bytes) -> tuple[Notice, ...]:
        """Take in a mail and return what has happened; a test is nothing."""
        if not self.configured:
            return ()
        mail = parse_mail(raw)
        alarm = read_alarm(mail)
        self.works = True
        self._arrived.set()
        self._paths.heard(EventPath.MAIL, mail.sent_at)
        if alarm is None or alarm.test or self._proving:
            return ()
        return self._happened(mail, alarm)

    def _happened(self, mail: AlarmMail, alarm: MailedAlarm) -> tuple[Notice, ...]:
        if (subject := self._place(alarm)) is None:
            return ()
        picture = (
            event_picture(mail.picture, self._clock.now()) if mail.picture else None
        )
        return self._scene.told(EventPath.MAIL, subject, picture)


def _target(kept: dict[str, Json]) -> MailTarget | None:
    host, port, address = kept.get("host"), kept.get("port"), kept.get("address")
    if isinstance(host, str) and isinstance(port, int) and isinstance(address, str):
        return MailTarget(host=host, port=port, address=address)
    return None


def _proven(started: float) -> Proof:
    return Proof(delivery=Delivery.PROVEN, seconds=time.monotonic() - started)
