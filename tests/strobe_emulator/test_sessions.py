"""Who the emulated strobe lets in, and for how long."""

import pytest

from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.routes import DEVICE_INFO, LOGIN, LOGOUT, URL_ALARM
from tests.emulators.strobe.sessions import challenge_digest

from .bench import Bench, with_options


async def test_wrong_password(bench: Bench) -> None:
    """A wrong login opens nothing."""
    answer = await bench.caller.login(password="wrong")

    assert answer.status == 401
    assert bench.unit.sessions.opened == 1


@with_options(StrobeOptions(denied="400"))
async def test_refusal_without_readable_body(bench: Bench) -> None:
    """Some firmware answers 400 where 401 is meant."""
    answer = await bench.caller.call("POST", DEVICE_INFO, query="ID=1")

    assert answer.status == 400
    assert answer.code is None


@pytest.mark.parametrize("query", ["", "ID=1", "id={sid}", "ID={sid}1"])
async def test_session_is_required(bench: Bench, query: str) -> None:
    """Only the right session counts, under its right name."""
    query = query.format(sid=bench.caller.session_id)

    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 401


async def test_session_expires_in_silence(bench: Bench) -> None:
    """Half an hour without a message ends it; each message renews it."""
    bench.unit.clock.advance(1799)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 200
    bench.unit.clock.advance(1799)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 200
    bench.unit.clock.advance(1801)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401


async def test_ten_links(bench: Bench) -> None:
    """The eleventh login is refused for lack of room, until one logs out."""
    for _ in range(9):
        assert (await bench.caller.login()).status == 200
    assert (await bench.caller.login()).status == 503
    assert bench.unit.sessions.refused == 1

    session = bench.caller.session_id
    body = f"<UserCheck><SessionID>{session}</SessionID></UserCheck>"
    assert (await bench.caller.call("POST", LOGOUT, body)).code == 200
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login()).status == 200
    assert bench.unit.sessions.most_open == 10


@with_options(StrobeOptions(login="challenge"), StrobeOptions(login="both"))
async def test_challenge_login(bench: Bench) -> None:
    """An empty login gets an id, and the digest over it opens the session."""
    answer = await bench.caller.call("POST", LOGIN, query="")
    session = answer.xml.findtext("SessionId", "")
    query = f"ID={session}"
    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 401

    digest = challenge_digest(session, "admin", "admin123456")
    body = (
        f"<UserCheck><Username>admin</Username><Password>{digest}</Password>"
        f"<SessionId>{session}</SessionId></UserCheck>"
    )
    answer = await bench.caller.call("POST", LOGIN, body, query="")

    assert (answer.status, answer.code) == (200, 200)
    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 200
    assert (await bench.caller.call("POST", LOGIN, body, query="")).status == 401


@with_options(StrobeOptions(login="challenge"))
async def test_plain_login_refused(bench: Bench) -> None:
    """A unit that wants the digest takes no plain password."""
    assert (await bench.caller.login()).status == 401


async def test_password_changed(bench: Bench) -> None:
    """A new password ends the sessions and the old login."""
    old = bench.caller.basic
    bench.unit.set_password("other")

    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login(password="admin123456")).status == 401
    refused = await bench.caller.call(
        "POST", URL_ALARM, query="alarmenable=1", headers=old
    )
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    assert (await bench.caller.login()).status == 200
    bench.unit.expire_sessions()
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401


@pytest.mark.parametrize(
    ("options", "basic", "session"),
    [
        (StrobeOptions(), 200, 401),
        (StrobeOptions(alarm_auth="session"), 401, 200),
        (StrobeOptions(alarm_auth="both"), 200, 200),
    ],
    ids=["basic", "session", "both"],
)
async def test_alarm_login(bench: Bench, basic: int, session: int) -> None:
    """The alarm endpoints have a login of their own."""
    caller = bench.caller
    query = "alarmenable=1"
    by_basic = await caller.call("POST", URL_ALARM, query=query, headers=caller.basic)
    query += f"&ID={caller.session_id}"
    by_session = await caller.call("POST", URL_ALARM, query=query)

    assert (by_basic.status, by_session.status) == (basic, session)


@pytest.mark.parametrize(
    "header", ["Basic !", "Basic /w==", "Bearer YWRtaW46YWRtaW4xMjM0NTY=", "Basic YQ=="]
)
async def test_malformed_basic_login(bench: Bench, header: str) -> None:
    """A header that says nothing lets nobody in."""
    answer = await bench.caller.call(
        "POST",
        URL_ALARM,
        query="alarmenable=1",
        headers={"Authorization": header},
    )

    assert answer.status == 401
