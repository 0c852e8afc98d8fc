"""Newer firmware: asked for seldom, installed, followed to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import FirmwareState
from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink import client as client_module
from custom_components.watchpost.devices.vendors.reolink.firmware import (
    NEWER,
    FirmwareDriver,
)
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import TIME, Lab, done, failure, lab, raw_lab

OLD = "v3.0.0.59_20080734"
NEW = "v3.1.0.0_26112100"


@dataclass
class Shop:
    """A unit and who looks after its firmware."""

    lab: Lab
    firmware: FirmwareDriver

    async def look(self, seconds: float = 0) -> FirmwareState:
        """Let time pass, ask if that is due, and return what is shown."""
        await self.lab.pass_by(seconds)
        if self.firmware.due():
            await self.firmware.refresh()
        return self.firmware.read()

    def count(self, command: str) -> int:
        """Return how often a command came."""
        return len(self.lab.unit.calls_of(command))


@asynccontextmanager
async def shop(
    session: ClientSession, options: ReolinkOptions | None = None
) -> AsyncIterator[Shop]:
    """Run a unit."""
    async with lab(session, options, connect=True, hanging=True) as made:
        firmware = FirmwareDriver(made.client, made.world.surroundings)
        firmware.installed = OLD
        yield Shop(made, firmware)
        made.unit.power_on()
        await made.unit.settle()


@pytest.mark.parametrize("flag", ["number", "text"])
async def test_once_a_day(
    session: ClientSession, flag: Literal["number", "text"]
) -> None:
    """Not at once, when all else is read; the answer may be a text."""
    async with shop(session, ReolinkOptions(firmware_flag=flag)) as made:
        assert await made.look() == FirmwareState(installed=OLD, latest=None)
        assert await made.look(59) == FirmwareState(installed=OLD, latest=None)
        assert await made.look(2) == FirmwareState(installed=OLD, latest=OLD)
        made.lab.unit.firmware.offered = NEW
        assert (await made.look(24 * 3600 - 10)).latest == OLD
        assert (await made.look(20)).latest == NEWER
        assert made.count("CheckFirmware") == 2


@pytest.mark.parametrize(
    ("value", "latest"),
    [
        ({"newFirmware": 1}, NEWER),
        ({"newFirmware": 0}, OLD),
        ({"newFirmware": "1"}, NEWER),
        ({"newFirmware": "0"}, OLD),
        ({"newFirmware": True}, NEWER),
        ({"newFirmware": "v3.1"}, NEWER),
        ({"newFirmware": " "}, OLD),
        ({"newFirmware": ""}, OLD),
        ({"NewFirmware": 2}, NEWER),
        ({"newFirmware": -1}, OLD),
        ({"newFirmware": {}}, None),
        ({}, None),
    ],
    ids=str,
)
async def test_all_spellings(
    session: ClientSession, value: dict[str, Json], latest: str | None
) -> None:
    """Also the name of what is there; what says nothing is nothing."""
    async with raw_lab(session, done(value)) as made:
        firmware = FirmwareDriver(made.client, made.world.surroundings)
        firmware.installed = OLD
        await firmware.refresh()
        assert firmware.read().latest == latest


async def test_an_unknown_version(session: ClientSession) -> None:
    """Nothing is said of the newest one where the own one is not known."""
    async with raw_lab(session, done({"newFirmware": 0})) as made:
        firmware = FirmwareDriver(made.client, made.world.surroundings)
        await firmware.refresh()
        assert firmware.read() == FirmwareState(installed=None, latest=None)


@pytest.mark.parametrize(
    ("code", "pause"),
    [(-101, 3600), (-31, 3600), (-8, 3600), (-9, 86400), (-26, 86400)],
)
async def test_it_cannot_tell(session: ClientSession, code: int, pause: int) -> None:
    """What is shown stays; it is asked again later, by then it may know."""
    async with shop(session) as made:
        await made.look(61)
        made.lab.unit.plans.refuse("CheckFirmware", code)
        assert (await made.look(86400)).latest == OLD
        made.lab.unit.firmware.offered = NEW
        assert (await made.look(pause - 1)).latest == OLD
        assert (await made.look(2)).latest == NEWER


async def test_without_a_way_to_the_internet(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits longer than we do: that is no reason to call the device lost."""
    monkeypatch.setattr(client_module.Client.ask, "__kwdefaults__", {"seconds": 0.2})
    async with shop(session) as made:
        made.lab.unit.faults.add(FaultKind.HANG)
        assert (await made.look(61)).latest is None
        made.lab.unit.faults.clear()
        assert (await made.look(86390)).latest is None
        assert (await made.look(20)).latest == OLD


async def test_a_device_that_is_not_there(session: ClientSession) -> None:
    """That is told; the question is asked again soon after."""
    async with shop(session) as made:
        await made.lab.pass_by(61)
        made.lab.unit.power_off()
        err = await failure(made.firmware.refresh())
        assert isinstance(err, DeviceConnectionError)
        made.lab.unit.power_on()
        await made.lab.unit.settle()
        assert (await made.look(31)).latest == OLD


# Installation


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (-30, DeviceRequestError, Reason.ALREADY_CURRENT),
        (-31, DeviceConnectionError, Reason.BUSY),
        (-102, DeviceError, Reason.FIRMWARE_FAILED),
        (-26, DeviceRequestError, Reason.NO_PERMISSION),
    ],
)
async def test_refused(
    session: ClientSession, code: int, kind: type[DeviceError], reason: Reason
) -> None:
    """Nothing runs; if there is nothing newer, that is shown from now on."""
    async with shop(session) as made:
        made.lab.unit.firmware.offered = NEW
        await made.look(61)
        made.lab.unit.plans.refuse("UpgradeOnline", code)
        err = await failure(made.firmware.install())
        assert (type(err), err.reason) == (kind, reason)
        assert not made.firmware.busy
        latest = OLD if code == -30 else NEWER
        assert made.firmware.read() == FirmwareState(installed=OLD, latest=latest)


async def test_nothing_newer_and_busy(session: ClientSession) -> None:
    """As the unit itself says it."""
    async with shop(session) as made:
        err = await failure(made.firmware.install())
        assert err.reason is Reason.ALREADY_CURRENT
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        assert (await failure(made.firmware.install())).reason is Reason.BUSY
        assert made.firmware.busy


@pytest.mark.parametrize("key", ["Perset", "Persent", "Percent"])
async def test_to_the_end(
    session: ClientSession, key: Literal["Perset", "Persent", "Percent"]
) -> None:
    """Progress, a restart, and the version has to be read again."""
    async with shop(session, ReolinkOptions(percent_key=key)) as made:
        made.lab.unit.firmware.offered = NEW
        await made.look(61)
        await made.firmware.install()
        assert made.firmware.read() == FirmwareState(
            installed=OLD, latest=NEWER, running=True, progress=0.0
        )
        seen = [(await made.look(10)).progress for _ in range(4)]
        assert seen == [0.2, 0.4, 0.6, 0.8]
        # Now it restarts, and is away for a while.
        for _ in range(5):
            state = await made.look(11)
            assert state.running
        assert not made.firmware.stale
        await made.lab.pass_by(60)
        await made.lab.unit.settle()
        state = await made.look()
        assert (state.running, state.progress, state.latest) == (False, None, None)
        assert made.firmware.stale
        assert not made.firmware.busy
        assert made.lab.unit.firmware.version == NEW
        made.firmware.installed, made.firmware.stale = NEW, False
        assert (await made.look(6)).latest == NEW


async def test_a_login_that_ends_by_itself(session: ClientSession) -> None:
    """To be logged out by somebody is no restart."""
    async with shop(session) as made:
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        await made.look(10)
        made.lab.unit.forget_sessions()
        state = await made.look(10)
        assert (state.running, state.progress) == (True, 0.4)


async def test_a_login_that_is_renewed(session: ClientSession) -> None:
    """Nor is it to renew a login, when nothing was fetched yet."""
    options = ReolinkOptions(upgrade_seconds=5000.0)
    async with shop(session, options) as made:
        made.lab.unit.firmware.offered = NEW
        await made.lab.pass_by(3295)
        await made.firmware.install()
        state = await made.look(10)
        assert (state.running, state.progress) == (True, 0.0)
        assert made.lab.client.logins == 2


@pytest.mark.parametrize(
    ("answers", "progress"),
    [
        ([{"Status": {"Persent": 50}}, {"Status": {"Persent": 49}}], 0.49),
        ([{"Status": {"Persent": 50}}, {"Status": {"Persent": 0}}], None),
        ([{"Status": {"Persent": 250}}], 1.0),
        ([{"Status": {"Persent": -5}}], 0.0),
        ([{"Status": {"Persent": "70"}}], 0.7),
        ([{"status": {"percent": 70}}], 0.7),
        ([{"Percent": 70}], 0.7),
        ([{"Status": {"Persent": 70}}, {"Status": {}}], 0.7),
        ([{"Status": {"Persent": 70}}, {}], 0.7),
    ],
    ids=str,
)
async def test_odd_progress(
    session: ClientSession, answers: list[dict[str, Json]], progress: float | None
) -> None:
    """It ends when it counts from the beginning; odd figures are put right."""
    replies = [done({"rspCode": 200}), *(done(answer) for answer in answers)]
    async with raw_lab(session, *replies) as made:
        firmware = FirmwareDriver(made.client, made.world.surroundings)
        await firmware.install()
        for _ in answers:
            await firmware.refresh()
        assert firmware.read().progress == progress
        assert firmware.busy is (progress is not None)


@pytest.mark.parametrize("code", [-101, -102, -103])
async def test_it_fails(session: ClientSession, code: int) -> None:
    """The unit says so, and nothing runs any more."""
    async with shop(session) as made:
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        made.lab.unit.plans.refuse("UpgradeStatus", code)
        assert not (await made.look(6)).running
        assert made.firmware.stale


@pytest.mark.parametrize("code", [-9, -25, -31])
async def test_it_does_not_tell_how_far_it_is(
    session: ClientSession, code: int
) -> None:
    """It has come to its end when the unit has restarted."""
    async with shop(session) as made:
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        made.lab.unit.plans.refuse("UpgradeStatus", code, count=None)
        for _ in range(4):
            assert (await made.look(10)).running
        await made.lab.pass_by(70)
        await made.lab.unit.settle()
        await made.lab.client.read(TIME)
        assert not (await made.look(1)).running


async def test_a_device_that_vanishes(session: ClientSession) -> None:
    """After a quarter of an hour nobody waits any more."""
    async with shop(session, ReolinkOptions(upgrade_seconds=1e6)) as made:
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        made.lab.unit.power_off()
        for _ in range(14):
            assert (await made.look(60)).running
        assert not (await made.look(70)).running
        assert made.firmware.stale


async def test_an_installation_without_an_end(session: ClientSession) -> None:
    """The same for one that never gets further."""
    options = ReolinkOptions(upgrade_seconds=1e6)
    async with shop(session, options) as made:
        made.lab.unit.firmware.offered = NEW
        await made.firmware.install()
        assert (await made.look(890)).running
        assert not (await made.look(20)).running
