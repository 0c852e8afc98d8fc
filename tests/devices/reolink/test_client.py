"""Logins and their ends: leases, losses, refusals, crowds, cancelled callers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import override

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Clock
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.reolink import (
    session as session_module,
)
from custom_components.watchpost.devices.vendors.reolink.answers import Answer
from custom_components.watchpost.devices.vendors.reolink.client import Client
from custom_components.watchpost.devices.vendors.reolink.session import Session
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import (
    LOGIN,
    SYNC,
    TIME,
    Lab,
    Reply,
    asks_for,
    done,
    failure,
    lab,
    raw_lab,
    refusal,
)


class Watchmaker(Clock):
    """A clock that can also be set back."""

    def __init__(self) -> None:
        """Start somewhere."""
        self.moment = 1e9

    @override
    def now(self) -> float:
        """Return the time."""
        return self.moment

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call nobody."""
        raise NotImplementedError

    @override
    async def sleep(self, seconds: float) -> None:
        """Sleep for nobody."""
        raise NotImplementedError


# Leases


@pytest.mark.parametrize("key", ["leaseTime", "leastTime"])
@pytest.mark.parametrize("seconds", [3600.0, 120.0])
async def test_a_login_is_renewed_before_its_end(
    session: ClientSession, key: str, seconds: float
) -> None:
    """It serves all requests of its time; its place is given back before the next."""
    options = ReolinkOptions(lease=seconds, lease_key="leaseTime")
    options.lease_key = "leastTime" if key == "leastTime" else "leaseTime"
    async with lab(session, options) as made:
        await made.client.ask([TIME] * 40)
        await made.pass_by(seconds - min(300, seconds / 4) - 1)
        await made.client.read(TIME)
        assert made.commands() == ["Login", *["GetTime"] * 3]
        await made.pass_by(2)
        await made.client.read(TIME)
        assert made.commands()[4:] == ["Logout", "Login", "GetTime"]
        assert made.client.logins == 2
        assert made.client.losses == 0
        assert made.unit.sessions.most_open == 1


@pytest.mark.parametrize(
    ("lease", "lasts"),
    [(-5, 45), (0, 3300), ("x", 3300), (None, 3300), (1e300, 3300), (True, 45)],
)
async def test_odd_leases(
    session: ClientSession, lease: float | str | None, lasts: float
) -> None:
    """Nonsense does not make it log in again and again."""
    body = done({"Token": {"name": "t", "leaseTime": lease}})
    async with raw_lab(session, login=body) as made:
        for passed in (0, lasts - 1, 2):
            made.world.clock.clock.advance(passed)
            await made.client.read(TIME)
        expected = ["Login", "GetTime", "GetTime", "Logout", "Login", "GetTime"]
        assert made.server.asked == expected


@pytest.mark.parametrize(
    ("login", "reason"),
    [
        (b"", Reason.BAD_ANSWER),
        (b"[]", Reason.BAD_ANSWER),
        (b"<html>", Reason.BAD_ANSWER),
        (done({}), Reason.BAD_ANSWER),
        (done({"Token": {"name": ""}}), Reason.BAD_ANSWER),
        (done({"Token": {"name": {"a": 1}}}), Reason.BAD_ANSWER),
        (done({"Token": {"name": "x" * 300}}), Reason.BAD_ANSWER),
        (b"{}", Reason.FAILED),
        (Reply(status=404, body=b"<html>"), Reason.BUSY),
        (Reply(status=502, body=b"<html>"), Reason.BUSY),
    ],
    ids=range(10),
)
async def test_logins_that_tell_nothing(
    session: ClientSession, login: bytes | Reply, reason: Reason
) -> None:
    """Without a token there is no login; the next caller tries again."""
    async with raw_lab(session, login=login) as made:
        for times in (1, 2):
            assert (await failure(made.client.read(TIME))).reason is reason
            assert made.server.asked == ["Login"] * times


async def test_odd_tokens_are_quoted(session: ClientSession) -> None:
    """A token goes into the address as it is, whatever is in it."""
    token = "a/b+c d&token=%41#ü"
    async with raw_lab(session, login=done({"Token": {"name": token}})) as made:
        await made.client.read(TIME)
        assert made.server.asked == ["Login", "GetTime"]
        assert made.server.lines[1] == (
            "/cgi-bin/api.cgi?cmd=GetTime&token=a%2Fb%2Bc%20d%26token%3D%2541%23%C3%BC"
        )


# Losses


@pytest.mark.parametrize("code", [-6, -21])
async def test_a_lost_login_is_replaced(session: ClientSession, code: int) -> None:
    """The same request is sent again, once, and nobody notices."""
    options = ReolinkOptions(lost_token=-6 if code == -6 else -21)
    async with lab(session, options, connect=True) as made:
        made.unit.forget_sessions()
        answers = await made.client.ask([TIME] * 35)
        assert [answer.code for answer in answers] == [0] * 35
        assert made.commands() == ["GetTime", "Logout", "Login", "GetTime"]
        assert made.client.losses == 1


async def test_all_who_lost_it_share_one_login(session: ClientSession) -> None:
    """Ten callers at once, reads and commands, log in once."""
    async with lab(session, connect=True) as made:
        made.unit.forget_sessions()
        work = [made.client.read(TIME) for _ in range(9)]
        await asyncio.gather(*work, made.client.act(SYNC))
        assert made.commands().count("Login") == 1
        assert made.unit.clock_syncs == 1
        assert made.unit.sessions.opened == 2


async def test_a_login_that_was_replaced_already(session: ClientSession) -> None:
    """Who comes late with an old token gets the new one."""

    async def look(_token: str) -> None:
        """See nothing wrong."""

    async with lab(session) as made:
        one = Session(
            made.transport, made.login, made.world.clock, made.world.spawn, look
        )
        token = await one.current()
        assert await one.renew("older") == token
        assert await one.renew(token) != token
        assert made.commands() == ["Login", "Logout", "Login"]
        await one.close()


async def test_first_login_of_a_crowd(session: ClientSession) -> None:
    """The same before anybody was logged in."""
    async with lab(session) as made:
        await asyncio.gather(*(made.client.read(TIME) for _ in range(10)))
        assert made.unit.sessions.opened == 1
        assert made.client.logins == 1


async def test_lost_twice(session: ClientSession) -> None:
    """After a second loss it gives up, and tries again when asked again."""
    async with raw_lab(session, last=refusal(-6)) as made:
        for times in (1, 2):
            err = await failure(made.client.read(TIME))
            assert isinstance(err, DeviceConnectionError)
            assert err.reason is Reason.SESSION_LOST
            assert made.server.count("GetTime") == 2 * times
            assert made.server.count("Login") == 1 + times


async def test_one_command_that_is_refused_like_a_lost_login(
    session: ClientSession,
) -> None:
    """It concerns itself alone while the others of its request are answered."""
    body = b'[{"code":1,"error":{"rspCode":-6}},{"code":0,"value":{"a":1}}]'
    async with raw_lab(session, last=body) as made:
        answers = await made.client.ask([TIME, TIME])
        assert [answer.code for answer in answers] == [-6, 0]
        assert made.server.asked == ["Login", "GetTime"]


@pytest.mark.parametrize("status", [404, 502])
async def test_a_web_server_that_restarts(session: ClientSession, status: int) -> None:
    """Once is a lost login; as long as it lasts the device is busy."""
    async with lab(session, connect=True) as made:
        made.unit.faults.add(FaultKind.HTTP_STATUS, code=status)
        await made.client.read(TIME)
        assert made.commands() == ["GetTime", "Logout", "Login", "GetTime"]
        made.unit.faults.add(FaultKind.HTTP_STATUS, code=status, count=None)
        for _ in range(3):
            err = await failure(made.client.read(TIME))
            assert err.reason is Reason.BUSY
        made.unit.faults.clear()
        await made.client.read(TIME)
        # It could not log out of the one that it lost.
        assert len(made.unit.sessions.open) <= 2
        made.unit.forget_sessions()


# Refusals


async def test_a_wrong_password_is_tried_once(session: ClientSession) -> None:
    """Not by anybody who waits, and not again for a while: five of them lock it."""
    async with lab(session, password="wrong") as made:
        work = [made.client.read(TIME) for _ in range(8)]
        errors = await asyncio.gather(*work, return_exceptions=True)
        assert {type(err) for err in errors} == {DeviceAuthError}
        assert len({id(err) for err in errors}) == 8
        for seconds in (1, 60, 230):
            await made.pass_by(seconds)
            assert isinstance(await failure(made.client.act(SYNC)), DeviceAuthError)
        assert made.unit.sessions.failed == 1
        assert made.commands() == ["Login"]
        await made.pass_by(10)
        assert isinstance(await failure(made.client.read(TIME)), DeviceAuthError)
        assert made.unit.sessions.failed == 2


async def test_a_password_that_changed(session: ClientSession) -> None:
    """A login that was good once asks for a new one when it ends."""
    async with lab(session, connect=True) as made:
        made.unit.sessions.users["admin"].password = "another"
        await made.client.read(TIME)
        made.unit.forget_sessions()
        assert isinstance(await failure(made.client.read(TIME)), DeviceAuthError)
        assert made.unit.sessions.failed == 1


@pytest.mark.parametrize("password", ["x" * 32, "y" * 200])
async def test_a_password_that_no_device_can_have(
    session: ClientSession, password: str
) -> None:
    """A device calls it a wrong parameter; it is a wrong password all the same."""
    async with lab(session, password=password) as made:
        assert isinstance(await failure(made.client.read(TIME)), DeviceAuthError)


@pytest.mark.parametrize("code", [-5, -507])
async def test_no_place_is_free(session: ClientSession, code: int) -> None:
    """That is no wrong password; it waits for a while and then looks again."""
    options = ReolinkOptions(max_sessions=1, full_error=-5 if code == -5 else -507)
    async with lab(session, options) as made:
        other = Client(made.transport, made.login, made.world.clock, made.world.spawn)
        await other.read(TIME)
        made.unit.forget()
        for seconds in (0, 1, 60, 58):
            await made.pass_by(seconds)
            err = await failure(made.client.read(TIME))
            assert isinstance(err, DeviceConnectionError)
            assert err.reason is Reason.SESSIONS_FULL
        assert made.commands() == ["Login"]
        await other.close()
        await made.pass_by(2)
        await made.client.read(TIME)
        assert made.unit.sessions.refused == 1


async def test_a_locked_device(session: ClientSession) -> None:
    """It is left in peace for as long as it is locked."""
    async with lab(session) as made:
        made.unit.sessions.lock.enabled = True
        for number in range(5):
            wrong = Client(
                made.transport,
                replace(made.login, password=f"x{number}"),
                made.world.clock,
                made.world.spawn,
            )
            await failure(wrong.read(TIME))
        made.unit.forget()
        for seconds in (0, 100, 150):
            await made.pass_by(seconds)
            err = await failure(made.client.read(TIME))
            assert isinstance(err, DeviceConnectionError)
            assert err.reason is Reason.LOGIN_LOCKED
        assert made.commands() == ["Login"]
        await made.pass_by(60)
        await made.client.read(TIME)
        assert made.unit.sessions.refused == 1


async def test_too_many_logins(session: ClientSession) -> None:
    """A device that counts logins is asked again after a minute."""
    options = ReolinkOptions(frequent_logins=(1, 50.0))
    async with lab(session, options, connect=True) as made:
        made.unit.forget_sessions()
        for seconds in (0, 30, 29):
            await made.pass_by(seconds)
            err = await failure(made.client.read(TIME))
            assert err.reason is Reason.LOGIN_LOCKED
        assert made.unit.sessions.refused == 1
        await made.pass_by(2)
        await made.client.read(TIME)


async def test_a_clock_that_is_set_back(session: ClientSession) -> None:
    """A pause does not become hours, and a lease does not become endless."""
    async with raw_lab(session, login=refusal(-506)) as made:
        clock = Watchmaker()
        transport = HttpTransport(session, made.login)
        client = Client(transport, made.login, clock, made.world.spawn)
        await failure(client.read(TIME))
        clock.moment -= 7200
        made.server.login = Reply(body=LOGIN)
        await client.read(TIME)
        assert made.server.count("Login") == 2


# Who has answered


async def test_who_has_answered_is_looked_at_first(session: ClientSession) -> None:
    """Nobody sends anything in a login to a device that may be another one."""
    async with lab(session, connect=True) as made:
        looked: list[str | None] = []

        def look(answer: Answer) -> None:
            local = answer.value.node("LocalLink")
            looked.append(None if local is None else local.text("mac"))
            if len(looked) > 1:
                raise DeviceConnectionError(Reason.WRONG_DEVICE)

        made.client.verify = look
        made.unit.forget_sessions()
        await asyncio.gather(made.client.read(TIME), made.client.act(SYNC))
        assert looked == [made.unit.options.mac]
        assert made.commands().count("GetLocalLink") == 1
        assert made.unit.clock_syncs == 1
        made.unit.forget_sessions()
        made.unit.forget()
        made.unit.faults.add(
            FaultKind.LATENCY, seconds=0.1, match=asks_for("GetLocalLink")
        )
        first = asyncio.create_task(failure(made.client.read(TIME)))
        await _arrival(made, "GetLocalLink")
        second = await failure(made.client.act(SYNC))
        assert [(await first).reason, second.reason] == [Reason.WRONG_DEVICE] * 2
        expected = ["GetTime", "Logout", "Login", "GetLocalLink", "Logout"]
        assert made.commands() == expected
        assert made.unit.clock_syncs == 1
        assert made.unit.sessions.open == []


@pytest.mark.parametrize("answer", [b"[]", refusal(-6), refusal(-25), b"<html>"])
async def test_it_cannot_be_looked_at(session: ClientSession, answer: bytes) -> None:
    """Then there is no login either, and the place is given back."""
    async with raw_lab(session, answer) as made:

        def look(answer: Answer) -> None:
            if answer.code:
                raise DeviceConnectionError(Reason.BUSY)

        made.client.verify = look
        err = await failure(made.client.read(TIME))
        assert isinstance(err, DeviceConnectionError)
        assert made.server.asked == ["Login", "GetLocalLink", "Logout"]
        await made.client.read(TIME)
        assert made.server.asked[3:] == ["Login", "GetLocalLink", "GetTime"]


# Cancelled callers, and the end


async def test_a_caller_is_cancelled_while_it_logs_in(session: ClientSession) -> None:
    """The login is finished all the same, and serves the next one."""
    async with lab(session) as made:
        made.unit.faults.add(FaultKind.LATENCY, seconds=0.1)
        first, second = (asyncio.create_task(made.client.read(TIME)) for _ in "12")
        await _arrival(made, "Login")
        first.cancel()
        await second
        assert first.cancelled()
        await made.client.read(TIME)
        assert made.commands() == ["Login", "GetTime", "GetTime"]
        assert made.unit.sessions.opened == 1


async def test_all_are_cancelled_and_it_is_closed(session: ClientSession) -> None:
    """A token that nobody waited for is given back."""
    async with lab(session) as made:
        made.unit.faults.add(FaultKind.LATENCY, seconds=0.1)
        task = asyncio.create_task(made.client.read(TIME))
        await _arrival(made, "Login")
        task.cancel()
        await made.client.close()
        assert made.unit.sessions.opened == 1
        assert made.unit.sessions.open == []
        assert made.commands() == ["Login", "Logout"]


async def test_closed_while_the_place_is_given_back(session: ClientSession) -> None:
    """No new login is opened any more."""
    async with lab(session, connect=True) as made:
        made.unit.forget_sessions()
        made.unit.faults.add(FaultKind.LATENCY, seconds=0.1, match=asks_for("Logout"))
        task = asyncio.create_task(made.client.read(TIME))
        await _arrival(made, "Logout")
        await made.client.close()
        assert isinstance(await failure(task), DeviceConnectionError)
        assert made.commands() == ["GetTime", "Logout"]


async def _arrival(made: Lab, command: str) -> None:
    for _ in range(1000):
        if command in made.commands():
            return
        await asyncio.sleep(0.002)
    raise AssertionError(made.commands())


async def test_close(session: ClientSession) -> None:
    """It logs out once, and nobody can log in again after that."""
    async with lab(session, connect=True) as made:
        running = [asyncio.create_task(made.client.read(TIME)) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.gather(made.client.close(), made.client.close())
        await asyncio.gather(*running, return_exceptions=True)
        for work in (made.client.read(TIME), made.client.act(SYNC)):
            assert isinstance(await failure(work), DeviceConnectionError)
        assert isinstance(await failure(made.client.picture(0)), DeviceConnectionError)
        assert made.unit.sessions.open == []
        assert made.commands().count("Logout") == 1
        assert "Login" not in made.commands()


@pytest.mark.parametrize(
    "kind", [FaultKind.HTML, FaultKind.DROP_BEFORE, FaultKind.APP_ERROR]
)
async def test_close_after_errors(session: ClientSession, kind: FaultKind) -> None:
    """Whatever went wrong before, the place is given back."""
    async with lab(session, connect=True) as made:
        made.unit.faults.add(kind, count=2, code=-25)
        await failure(made.client.read(TIME))
        made.unit.faults.clear()
        await made.client.close()
        assert made.unit.sessions.open == []
        assert made.unit.sessions.closed == 1


async def test_close_without_a_device(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that has gone, or hangs, does not keep anybody from leaving."""
    monkeypatch.setattr(session_module, "CLOSE_TIMEOUT", 0.1)
    async with lab(session, connect=True) as made:
        made.unit.power_off()
        await made.client.close()
        made.unit.power_on()
        await made.unit.settle()
        made.unit.forget_sessions()
    async with lab(session, connect=True) as made:
        made.unit.faults.add(FaultKind.HANG)
        await made.client.close()
        made.unit.forget_sessions()
    async with lab(session) as made:
        made.unit.faults.add(FaultKind.HANG)
        task = asyncio.create_task(made.client.read(TIME))
        await _arrival(made, "Login")
        await made.client.close()
        assert isinstance(await failure(task), DeviceConnectionError)
