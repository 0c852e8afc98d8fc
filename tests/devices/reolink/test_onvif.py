"""Events by ONVIF beside the poll: one happening is one event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import BOX, Notice
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.model.features import Detector
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    DetectionKind as K,
    Key,
)
from custom_components.watchpost.devices.vendors.reolink.device import ReolinkDevice
from tests.emulators.onvif import OnvifService, Topic
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .device_rig import Rig, login_to, rig


@dataclass
class Line:
    """A device whose events are listened to."""

    rig: Rig
    notices: list[Notice] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    answers: int = 0
    listening: asyncio.Task[None] | None = None

    @property
    def service(self) -> OnvifService:
        """Return the port of the unit."""
        assert self.rig.emulator.onvif is not None
        return self.rig.emulator.onvif

    async def _listen(self) -> None:
        stream = self.rig.device.stream
        assert stream is not None
        try:
            async with aclosing(stream.listen()) as news:
                async for notices in news:
                    self.notices += notices
                    self.answers += 1
                    self.heard.set()
        except DeviceError:
            pass
        finally:
            self.heard.set()

    async def next_answer(self) -> None:
        """Wait for the next answer, or for the end of all."""
        async with asyncio.timeout(5):
            await self.heard.wait()
        self.heard.clear()

    async def connect(self) -> None:
        """Subscribe and take in the states; wait for the next."""
        self.listening = asyncio.create_task(self._listen())
        await self.next_answer()
        await self.service.wait_for(lambda: self.service.waiting > 0)

    async def see(self, channel: int = 0, kind: str = "motion", *, on: bool) -> None:
        """Let something begin or end, and hear of it."""
        self.rig.emulator.detect(channel, kind, active=on)
        await self.next_answer()
        await self.service.wait_for(lambda: self.service.waiting > 0)

    async def poll(self) -> None:
        """Ask what is seen."""
        self.notices += await self.rig.poll()

    def shows(self, kind: K = K.MOTION, unit: str = BOX) -> bool | None:
        """Return what a detector shows."""
        return self.rig.feature(Detector, Key(kind.value), unit).read()

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return where what has happened."""
        return [(notice.unit, notice.kind) for notice in self.notices]

    @property
    def interval(self) -> float:
        """Return the seconds between two polls."""
        return self.rig.device.interval(Cadence.STATE)


@asynccontextmanager
async def lined(session: ClientSession, options: ReolinkOptions) -> AsyncIterator[Line]:
    """Run a device with ONVIF that is wanted."""
    async with rig(session, options, onvif_events="auto") as made:
        await made.start()
        line = Line(made)
        yield line
        if line.listening is not None:
            line.listening.cancel()
            await asyncio.wait([line.listening])
        await made.device.close()
        assert not made.world.clock.pending


async def test_told_and_seen_is_one_event(session: ClientSession) -> None:
    """Whoever is first, and the detector shows the union."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        await line.connect()
        await line.see(on=True)
        assert line.shows() is True
        await line.poll()
        assert line.told == [(BOX, K.MOTION)]
        await line.see(on=False)
        # That it has ended is newer than the last poll.
        assert line.shows() is False
        await line.poll()
        assert line.shows() is False
        await line.see(kind="people", on=True)
        assert line.told == [(BOX, K.MOTION), (BOX, K.PERSON)]


async def test_polls_that_see_it_longer(session: ClientSession) -> None:
    """It is shown again, and is still the same."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        await line.connect()
        await line.see(on=True)
        await line.poll()
        line.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", False)
        await line.next_answer()
        assert line.shows() is False
        await line.poll()
        assert line.shows() is True
        assert line.told == [(BOX, K.MOTION)]
        # What begins later is another one.
        await line.see(on=False)
        await line.poll()
        await line.rig.pass_by(6)
        line.rig.emulator.cameras[0].seen.add("motion")
        await line.poll()
        assert line.told == [(BOX, K.MOTION)] * 2


async def test_seen_first(session: ClientSession) -> None:
    """A poll may be quicker than a message."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        await line.connect()
        line.rig.emulator.cameras[0].seen.add("motion")
        await line.poll()
        assert line.told == [(BOX, K.MOTION)]
        line.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await line.next_answer()
        assert line.told == [(BOX, K.MOTION)]


async def test_the_cameras_of_a_recorder(session: ClientSession) -> None:
    """Each has its own."""
    async with lined(session, ReolinkOptions.nvr(3, onvif=True)) as line:
        await line.connect()
        await line.see(2, on=True)
        await line.see(1, "vehicle", on=True)
        assert line.told == [("channel_3", K.MOTION), ("channel_2", K.VEHICLE)]
        assert line.shows(K.MOTION, "channel_3") is True
        assert line.shows(K.MOTION, "channel_1") is False


async def test_polls_are_slower_while_it_works(session: ClientSession) -> None:
    """And quick again at once when it is lost; the state is kept for a minute."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        assert line.interval < 3
        await line.connect()
        assert line.interval == 10
        assert line.rig.feature(Detector, Key.EVENT_DELIVERY).read() is True
        line.service.kill()
        assert line.listening is not None
        await asyncio.wait([line.listening], timeout=5)
        assert line.interval < 3
        assert line.rig.feature(Detector, Key.EVENT_DELIVERY).read() is False
        await line.service.revive()
        await line.connect()
        assert line.interval == 10


async def test_what_it_does_not_tell_is_polled_for(session: ClientSession) -> None:
    """A service that knows of motion alone is no reason to miss a person."""
    options = ReolinkOptions(
        onvif=True, channels=[ChannelOptions(ai=("people", "package"))]
    )
    async with lined(session, options) as line:
        await line.connect()
        assert line.interval == 10
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        line.service.remove(Topic.PEOPLE, "VideoSource_1")
        line.service.events.states.clear()
        line.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", False)
        await line.connect()
        assert line.interval < 3


async def test_silence_is_noticed(session: ClientSession) -> None:
    """A subscription that tells nothing of what polls see is not relied upon."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        await line.connect()
        seen = line.rig.emulator.cameras[0].seen
        for interval in (10, 2):
            seen.add("motion")
            await line.poll()
            await line.rig.pass_by(25)
            seen.clear()
            await line.poll()
            assert round(line.interval) == interval
        assert [one.key for one in line.rig.device.problems()] == [
            "events_not_delivered"
        ]
        await line.see(on=True)
        assert line.rig.device.problems() == ()
        assert line.interval == 10


async def test_what_only_it_can_tell(session: ClientSession) -> None:
    """Tampering and alarm inputs are there from when they are told of."""
    async with lined(session, ReolinkOptions(onvif=True)) as line:
        assert not line.rig.has() & {Key.TAMPER, Key.ALARM_INPUT, Key.ALARM}
        reasons = {one.key: one.reason for one in line.rig.device.absent}
        assert reasons[Key.TAMPER] is AbsenceReason.UNSUPPORTED
        line.service.trigger(Topic.INPUT, "AlarmIn_1", False)
        await line.connect()
        line.service.trigger(Topic.TAMPER, "VideoSourceConfig_1", True)
        await line.next_answer()
        assert line.rig.has() >= {Key.TAMPER, Key.ALARM_INPUT, Key.ALARM}
        assert line.shows(K.TAMPER) is True
        assert line.rig.feature(Detector, Key.ALARM_INPUT).read() is False
        await line.poll()
        assert line.shows(K.TAMPER) is True
        # It is remembered for as long as it is wanted.
        for choice, there in (("auto", True), ("no", False)):
            line.rig.world.options["onvif_events"] = choice
            login = login_to(line.rig.emulator)
            again = ReolinkDevice(login, line.rig.world.surroundings)
            await again.connect()
            keys = {feature.key for feature in again.units[0].features}
            assert (keys >= {Key.TAMPER, Key.ALARM_INPUT}) is there
            await again.close()


async def test_it_is_not_wanted_or_not_there(session: ClientSession) -> None:
    """By default it is not even tried; a closed port is not either."""
    async with rig(session, ReolinkOptions(onvif=True)) as made:
        await made.start()
        assert made.device.stream is None
        reasons = {one.key: one.reason for one in made.device.absent}
        assert reasons[Key.TAMPER] is AbsenceReason.NOT_CONFIGURED
    closed = ReolinkOptions(onvif_enabled=False)
    async with lined(session, closed) as line:
        assert line.rig.device.stream is not None
        assert not line.rig.device.stream.offered
