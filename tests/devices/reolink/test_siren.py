"""The siren: how long it sounds, who ends it, and what is believed of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import AlarmCommand, SoundPart
from custom_components.watchpost.devices.model.errors import (
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import Repeat
from custom_components.watchpost.devices.vendors.reolink import (
    client as client_module,
    siren as siren_module,
)
from custom_components.watchpost.devices.vendors.reolink.siren import SirenDriver
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import TIME, Lab, failure, lab

ON = AlarmCommand(sound=SoundPart())


def alarm(
    duration: float | None = None,
    repeat: Repeat | None = None,
    times: int | None = None,
) -> AlarmCommand:
    """Return an order."""
    return AlarmCommand(duration=duration, sound=SoundPart(repeat=repeat, times=times))


@dataclass
class Tower:
    """A siren and who drives it."""

    lab: Lab
    siren: SirenDriver

    @property
    def calls(self) -> list[tuple[str, int, int]]:
        """Return the orders that the unit has accepted."""
        return [
            (call.mode, call.times, call.switch)
            for call in self.lab.unit.cameras[1].siren_calls
        ]

    @property
    def times(self) -> list[float]:
        """Return when they came."""
        began = self.lab.unit.cameras[1].siren_calls[0].time
        return [
            round(call.time - began, 3) for call in self.lab.unit.cameras[1].siren_calls
        ]

    @property
    def sounds(self) -> bool:
        """Return whether it can be heard."""
        return self.lab.unit.cameras[1].siren_sounds

    async def fail(self, order: AlarmCommand) -> DeviceError:
        """Return the error of an order."""
        return await failure(self.siren.start(order))


STOP = ("manu", 1, 0)


@asynccontextmanager
async def tower(
    session: ClientSession, options: ReolinkOptions | None = None
) -> AsyncIterator[Tower]:
    """Run a recorder with a siren at its second camera."""
    options = options or ReolinkOptions.nvr(2)
    async with lab(session, options, connect=True, hanging=True) as made:
        siren = SirenDriver(1, made.client, made.world.surroundings)
        yield Tower(made, siren)
        made.unit.faults.clear()
        made.unit.plans.clear()
        await siren.close()
        assert made.world.clock.pending == {}


@pytest.mark.parametrize(
    ("order", "call", "believed"),
    [
        (alarm(repeat=Repeat.ONCE), ("times", 1, 0), 1),
        (alarm(repeat=Repeat.TIMES, times=7), ("times", 7, 0), 7),
        (alarm(times=2), ("times", 2, 0), 2),
        (alarm(times=0), ("times", 1, 0), 1),
        (alarm(), ("manu", 1, 1), 3600),
        (alarm(repeat=Repeat.ENDLESS), ("manu", 1, 1), 3600),
        (alarm(repeat=Repeat.ENDLESS, times=3), ("manu", 1, 1), 3600),
    ],
    ids=["once", "times", "just times", "no times", "on", "endless", "endless times"],
)
async def test_how_often(
    session: ClientSession,
    order: AlarmCommand,
    call: tuple[str, int, int],
    believed: float,
) -> None:
    """One order; it is believed to sound for as long, and told when that is over."""
    async with tower(session) as made:
        assert made.siren.read() is False
        await made.siren.start(order)
        assert made.siren.read() is True
        assert made.sounds
        changes = made.lab.world.changes
        await made.lab.pass_by(believed - 0.5)
        assert made.siren.read() is True
        await made.lab.pass_by(1)
        assert made.siren.read() is False
        assert made.lab.world.changes == changes + 1
        assert made.calls == [call]
        param = dict(made.lab.unit.calls_of("AudioAlarmPlay")[0].param)
        assert set(param) == {"alarm_mode", "manual_switch", "times", "channel"}


@pytest.mark.parametrize(
    ("seconds", "repeat", "times", "first"),
    [
        (10, None, None, 10),
        (10, Repeat.ENDLESS, None, 10),
        (2.3, None, None, 3),
        (0.2, None, None, 1),
        (0, None, None, 1),
        (10, None, 4, 4),
        (10, Repeat.ONCE, None, 1),
    ],
)
async def test_how_long(
    session: ClientSession,
    seconds: float,
    repeat: Repeat | None,
    times: int | None,
    first: int,
) -> None:
    """It is silenced in time, and would fall silent by itself should that fail."""
    async with tower(session) as made:
        await made.siren.start(alarm(seconds, repeat, times))
        await made.lab.pass_by(max(seconds - 0.1, 0))
        assert made.siren.read() is (seconds > 0)
        await made.lab.pass_by(0.2)
        assert made.siren.read() is False
        assert not made.sounds
        assert made.calls == [("times", first, 0), STOP]
        assert made.times[1] == pytest.approx(seconds, abs=0.01)
        await made.lab.pass_by(3600)
        assert len(made.calls) == 2


async def test_stop(session: ClientSession) -> None:
    """The stop is always sent, whatever is believed; later nothing else is."""
    async with tower(session) as made:
        await made.siren.stop()
        assert made.calls == [STOP]
        await made.siren.start(alarm(10))
        await made.siren.stop()
        assert made.siren.read() is False
        assert not made.sounds
        await made.siren.start(ON)
        await made.siren.start(AlarmCommand(sound=SoundPart(silent=True)))
        assert made.siren.read() is False
        await made.lab.pass_by(4000)
        assert made.calls[1:] == [("times", 10, 0), STOP, ("manu", 1, 1), STOP]


async def test_a_newer_order_is_not_ended_by_an_older_one(
    session: ClientSession,
) -> None:
    """Longer, shorter, without end, and the same again."""
    async with tower(session) as made:
        await made.siren.start(alarm(10))
        await made.lab.pass_by(6)
        await made.siren.start(alarm(10))
        await made.lab.pass_by(5)
        assert made.sounds
        assert made.siren.read() is True
        await made.siren.start(alarm(2))
        await made.lab.pass_by(2)
        assert not made.sounds
        await made.siren.start(alarm(2))
        await made.siren.start(ON)
        await made.lab.pass_by(100)
        assert made.sounds
        assert made.siren.read() is True
        assert [call for call in made.calls if call == STOP] == [STOP]


async def test_orders_at_once(session: ClientSession) -> None:
    """They are carried out in turn; the last one counts."""
    async with tower(session) as made:
        orders = [made.siren.start(alarm(n)) for n in (5, 3, 9)]
        await asyncio.gather(*orders)
        await made.lab.pass_by(8.9)
        assert made.sounds
        await made.lab.pass_by(0.2)
        assert made.calls == [*[("times", n, 0) for n in (5, 3, 9)], STOP]
        await asyncio.gather(made.siren.start(ON), made.siren.stop())
        assert made.siren.read() is False
        assert not made.sounds


async def test_its_end_comes_while_another_order_is_under_way(
    session: ClientSession,
) -> None:
    """The new one goes on."""
    async with tower(session) as made:
        await made.siren.start(alarm(5))
        made.lab.unit.faults.add(FaultKind.LATENCY, seconds=0.1)
        order = asyncio.create_task(made.siren.start(alarm(60)))
        await asyncio.sleep(0)
        await made.lab.pass_by(5)
        await order
        await made.lab.pass_by(10)
        assert made.sounds
        assert made.calls == [("times", 5, 0), ("times", 60, 0)]


async def test_another_order_is_quicker_than_its_end(session: ClientSession) -> None:
    """The end comes first, but the order is sent first: it goes on."""
    async with tower(session) as made:
        await made.siren.start(alarm(5))
        made.lab.unit.clock.advance(5)
        await made.siren.start(alarm(60))
        await made.lab.pass_by(10)
        assert made.sounds
        assert made.calls == [("times", 5, 0), ("times", 60, 0)]


@pytest.mark.parametrize(
    "sound",
    [
        SoundPart(file="a.wav"),
        SoundPart(volume=0.5),
        SoundPart(volume=0.0),
        SoundPart(interval=3),
    ],
)
async def test_what_it_cannot_do(session: ClientSession, sound: SoundPart) -> None:
    """Nothing sounds, and what sounded before ends as it was to."""
    async with tower(session) as made:
        await made.siren.start(alarm(10))
        err = await made.fail(AlarmCommand(duration=50, sound=sound))
        assert isinstance(err, DeviceRequestError)
        assert err.reason is Reason.UNSUPPORTED
        await made.siren.start(AlarmCommand(duration=5))
        await made.lab.pass_by(10)
        assert made.calls == [("times", 10, 0), STOP]


@pytest.mark.parametrize("word", ["manu", "manul", "both"])
async def test_the_word_for_by_hand(session: ClientSession, word: str) -> None:
    """The one that was accepted is used from then on, also for the stop."""
    options = ReolinkOptions.nvr(2)
    options.siren_word = "both" if word == "both" else "manul"
    if word == "manu":
        options.siren_word = "manu"
    own = "manul" if word == "manul" else "manu"
    async with tower(session, options) as made:
        await made.siren.start(ON)
        await made.siren.stop()
        await made.siren.start(ON)
        assert made.calls == [(own, 1, 1), (own, 1, 0), (own, 1, 1)]
        refused = [
            call for call in made.lab.unit.calls_of("AudioAlarmPlay") if call.code
        ]
        assert len(refused) == int(word == "manul")


@pytest.mark.parametrize(
    ("code", "reason", "orders"),
    [
        (-4, Reason.INVALID_VALUE, 2),
        (-26, Reason.NO_PERMISSION, 1),
        (-9, Reason.UNSUPPORTED, 1),
        (-99, Reason.CAMERA_OFFLINE, 1),
        (-25, Reason.FAILED, 1),
    ],
)
async def test_refused(
    session: ClientSession, code: int, reason: Reason, orders: int
) -> None:
    """Nothing sounds; an earlier alarm goes on and ends as it was to."""
    async with tower(session) as made:
        assert made.siren.read() is False
        await made.siren.start(alarm(10))
        made.lab.unit.forget()
        made.lab.unit.plans.refuse("AudioAlarmPlay", code, count=None)
        assert (await made.fail(ON)).reason is reason
        assert (await made.fail(alarm(50))).reason is reason
        assert len(made.lab.unit.calls_of("AudioAlarmPlay")) == orders + 1
        assert made.siren.read() is True
        made.lab.unit.plans.clear()
        await made.lab.pass_by(10)
        assert made.siren.read() is False
        assert made.calls == [("times", 10, 0), STOP]


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.HANG_AFTER])
async def test_nobody_knows_whether_it_sounds(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    kind: FaultKind,
) -> None:
    """It may: so it is silenced in time, and can be silenced before."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.2)
    async with tower(session) as made:
        made.lab.unit.faults.add(kind)
        err = await made.fail(alarm(10))
        assert err.reason in (Reason.COMMAND_UNCERTAIN, Reason.TIMEOUT)
        assert made.siren.read() is True
        assert made.sounds
        await made.lab.pass_by(10)
        assert made.siren.read() is False
        assert not made.sounds
        assert made.calls == [("times", 10, 0), STOP]


async def test_nothing_was_sent(session: ClientSession) -> None:
    """A device that is not there does not sound; it is silenced all the same."""
    async with tower(session) as made:
        made.lab.unit.power_off()
        await failure(made.lab.client.read(TIME))
        assert (await made.fail(alarm(10))).reason is Reason.UNREACHABLE
        assert (await made.fail(ON)).reason is Reason.UNREACHABLE
        assert made.siren.read() is False
        made.lab.unit.power_on()
        await made.lab.unit.settle()


async def test_a_caller_who_is_cancelled(session: ClientSession) -> None:
    """The order was sent: it ends in time."""
    async with tower(session) as made:
        made.lab.unit.faults.add(FaultKind.LATENCY, seconds=0.1)
        order = asyncio.create_task(made.siren.start(alarm(10)))
        for _ in range(1000):
            if made.lab.unit.requests:
                break
            await asyncio.sleep(0.002)
        order.cancel()
        await asyncio.wait((order,))
        await asyncio.sleep(0.2)
        assert made.siren.read() is True
        await made.lab.pass_by(11)
        assert made.siren.read() is False
        assert made.calls == [("times", 10, 0), STOP]


async def test_a_stop_that_fails_is_repeated(session: ClientSession) -> None:
    """A few times, if it was to end by itself; the user is told about his own."""
    async with tower(session) as made:
        await made.siren.start(alarm(10))
        made.lab.unit.plans.refuse("AudioAlarmPlay", -13, count=2)
        await made.lab.pass_by(10)
        assert made.lab.world.clock.slept == [2, 5]
        assert made.siren.read() is False
        assert not made.sounds
        await made.siren.start(alarm(10))
        made.lab.unit.plans.refuse("AudioAlarmPlay", -13, count=None)
        changes = made.lab.world.changes
        await made.lab.pass_by(10)
        assert made.lab.world.clock.slept == [2, 5, 2, 5, 10]
        assert made.siren.read() is False
        assert made.lab.world.changes > changes
        assert (await failure(made.siren.stop())).reason is Reason.FAILED
        made.lab.unit.plans.clear()
        await made.lab.pass_by(3600)
        assert made.calls[-1] == ("times", 10, 0)


async def test_close(session: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to end later ends now; without a device nobody waits."""
    monkeypatch.setattr(siren_module, "LOGOUT_TIMEOUT", 0.2)
    async with tower(session) as made:
        await made.siren.close()
        assert made.calls == []
        await made.siren.start(alarm(60))
        await made.siren.close()
        assert not made.sounds
        await made.siren.start(ON)
        await made.siren.close()
        assert made.sounds
        await made.siren.start(alarm(60))
        made.lab.unit.faults.add(FaultKind.HANG)
        await made.siren.close()
        made.lab.unit.faults.clear()
        await made.siren.start(alarm(60))
        made.lab.unit.plans.refuse("AudioAlarmPlay", -26, count=None)
        await made.siren.close()


async def test_one_without_an_end_outlasts_us(session: ClientSession) -> None:
    """After a restart it is still known that it sounds, and it can be stopped."""
    async with tower(session) as made:
        around = made.lab.world.surroundings
        await made.siren.start(ON)
        await made.siren.close()
        again = SirenDriver(1, made.lab.client, around)
        assert again.read() is True
        await again.stop()
        assert not made.sounds
        assert SirenDriver(1, made.lab.client, around).read() is False
        await again.start(alarm(30))
        assert SirenDriver(1, made.lab.client, around).read() is False
        await again.close()
