"""Tokens: lease, slots, failures, locks, lost sessions, short sessions."""

import pytest

from tests.emulators.reolink import ReolinkOptions
from tests.emulators.reolink.sessions import User
from tests.emulators.reolink_coverage import Caller, logged_in

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_login_as_in_the_document() -> None:
    """A login answers with a token and its lease."""
    async with logged_in() as (unit, caller):
        answer = await caller.login()
        assert answer.json[0]["cmd"] == "Login"
        assert answer.value["Token"]["leaseTime"] == 3600
        assert 0 < len(answer.value["Token"]["name"]) < 32
        assert answer.headers["Content-Type"].startswith("text/html")
        assert unit.sessions.most_open == 2


async def test_spelling_of_the_lease() -> None:
    """One print of the document says leastTime."""
    async with logged_in(ReolinkOptions(lease_key="leastTime")) as (_, caller):
        assert "leastTime" in (await caller.login()).value["Token"]


@pytest.mark.parametrize("code", [-6, -21])
async def test_lease_ends(code: int) -> None:
    """A batch of any size gets one error once the lease is over."""
    options = ReolinkOptions(lost_token=-6 if code == -6 else -21)
    async with logged_in(options) as (unit, caller):
        batch = [{"cmd": "GetTime"}, {"cmd": "GetNtp"}, {"cmd": "GetHddInfo"}]
        assert (await caller.post(batch)).codes == [0, 0, 0]
        unit.clock.advance(3601)
        answer = await caller.post(batch)
        assert answer.codes == [code]
        assert answer.json[0]["cmd"] == "GetTime"
        await caller.login()
        assert (await caller.post(batch)).codes == [0, 0, 0]


async def test_no_token() -> None:
    """Without a token the API proves itself with -6."""
    async with logged_in() as (_, caller):
        batch = [{"cmd": "GetDevInfo"}]
        answer = await caller.post(batch, query="cmd=GetDevInfo")
        assert answer.codes == [-6]
        assert b'"detail" : "please login first"' in answer.body
        assert (await caller.post(batch, query="token=null")).codes == [-6]
        for path in ("/api.cgi", "/cgi-bin/api.cgi"):
            assert (await caller.post(batch, path=path)).codes == [0]


async def test_slots_run_out() -> None:
    """More logins than slots are refused until one logs out or a lease ends."""
    options = ReolinkOptions(max_sessions=3)
    async with logged_in(options) as (unit, caller):
        await caller.login()
        await caller.login()
        assert (await caller.login()).code == -5
        assert (await caller.ask("Logout")).code == 0
        assert unit.sessions.closed == 1
        assert (await caller.login()).code == 0
        assert (await caller.login()).code == -5
        unit.clock.advance(3601)
        assert (await caller.login()).code == 0


async def test_wrong_credentials() -> None:
    """A wrong password and an unknown user are told apart; the codes are options."""
    async with logged_in() as (unit, caller):
        assert (await caller.login(password="wrong")).code == -7
        assert (await caller.login(username="nobody")).code == -27
        unit.options.wrong_password = -502
        assert (await caller.login(password="wrong")).code == -502
        assert unit.sessions.failed == 3


async def test_lock_after_failures() -> None:
    """With the lock on, five failures lock out the right password, too."""
    async with logged_in() as (unit, caller):
        assert (await caller.ask("SetSysCfg", {"SysCfg": {"loginLock": 1}})).code == 0
        for _ in range(5):
            assert (await caller.login(password="wrong")).code == -7
        assert (await caller.login()).code == -506
        unit.clock.advance(301)
        assert (await caller.login()).code == 0


async def test_frequent_logins() -> None:
    """Too many logins in a short time are refused."""
    async with logged_in(ReolinkOptions(frequent_logins=(3, 60))) as (unit, caller):
        await caller.login()
        await caller.login()
        assert (await caller.login()).code == -105
        unit.clock.advance(61)
        assert (await caller.login()).code == 0


async def test_short_session_takes_no_slot() -> None:
    """Name and password in the address work for one request."""
    async with logged_in() as (unit, caller):
        query = "cmd=GetTime&user=admin&password=reolink123"
        assert (await caller.post([{"cmd": "GetTime"}], query=query)).codes == [0]
        assert len(unit.sessions.open) == 1
        query = "cmd=GetTime&user=admin&password=wrong"
        assert (await caller.post([{"cmd": "GetTime"}], query=query)).codes == [-7]


async def test_odd_password() -> None:
    """Any characters work, quoted in an address."""
    options = ReolinkOptions(password="p@ss:w/ö rd#%&+")
    async with logged_in(options) as (_, caller):
        assert caller.token
        quoted = "p%40ss%3Aw%2F%C3%B6%20rd%23%25%26%2B"
        query = f"cmd=GetTime&user=admin&password={quoted}"
        assert (await caller.post([{"cmd": "GetTime"}], query=query)).codes == [0]


async def test_long_names_are_refused() -> None:
    """Names and passwords have at most 31 characters."""
    async with logged_in() as (_, caller):
        assert (await caller.login(password="x" * 32)).code == -4


async def test_online_and_disconnect() -> None:
    """Sessions are listed, and an administrator can cut one off."""
    async with logged_in() as (unit, caller), Caller(unit) as other:
        await other.login()
        users = (await caller.value("GetOnline"))["User"]
        assert [user["sessionId"] for user in users] == [1000, 1001]
        target = {"userName": "admin", "sessionId": 1001}
        assert (await caller.ask("Disconnect", {"User": target})).code == 0
        assert (await other.ask("GetTime")).code == -6
        assert (await caller.ask("GetTime")).code == 0


async def test_users() -> None:
    """Accounts come and go; twenty is the most."""
    async with logged_in() as (unit, caller):
        user = {"userName": "GuestUser", "password": "123456", "level": "guest"}
        assert (await caller.ask("AddUser", {"User": user})).code == 0
        assert (await caller.ask("AddUser", {"User": user})).code == -28
        short = {**user, "userName": "x", "password": "12345"}
        assert (await caller.ask("AddUser", {"User": short})).code == -4
        for number in range(18):
            more = {**user, "userName": f"user{number}"}
            assert (await caller.ask("AddUser", {"User": more})).code == 0
        assert (
            await caller.ask("AddUser", {"User": {**user, "userName": "y"}})
        ).code == (-29)
        change = {"userName": "GuestUser", "newPassword": "7654321"}
        wrong = {"User": {**change, "oldPassword": "x"}}
        assert (await caller.ask("ModifyUser", wrong)).code == -7
        right = {"User": {**change, "oldPassword": "123456"}}
        assert (await caller.ask("ModifyUser", right)).code == 0
        assert unit.sessions.users["GuestUser"].password == "7654321"
        name = {"User": {"userName": "GuestUser"}}
        assert (await caller.ask("DelUser", name)).code == 0
        assert (await caller.ask("DelUser", name)).code == -27


async def test_guest_may_only_look() -> None:
    """A guest reads; writes are refused and the abilities say so."""
    async with logged_in() as (unit, caller):
        unit.sessions.users["guest"] = User("guest", "123456", "guest")
        await caller.login("guest", "123456")
        assert (await caller.ask("GetImage", {"channel": 0})).code == 0
        led = {"IrLights": {"channel": 0, "state": "Off"}}
        assert (await caller.ask("SetIrLights", led)).code == -26
        assert (await caller.ask("Reboot")).code == -26
        ability = (await caller.value("GetAbility", {"User": {"userName": "guest"}}))[
            "Ability"
        ]
        assert ability["abilityChn"][0]["image"] == {"permit": 4, "ver": 1}
        assert ability["reboot"] == {"permit": 0, "ver": 1}
