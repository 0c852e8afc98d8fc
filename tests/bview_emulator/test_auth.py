"""Who may ask: Basic, Digest, rights, accounts."""

import base64

from aiohttp import ClientSession, DigestAuthMiddleware
import pytest

from tests.emulators.bview import BviewOptions
from tests.emulators.bview_coverage import SUBSCRIPTION, USER

from .bench import Bench, full, with_options

USERS = "/System/Users/1"
INFO = "/System/DeviceInfo"


def basic(text: str, encoding: str = "utf-8") -> dict[str, str]:
    """Return a header of HTTP Basic."""
    return {
        "Authorization": "Basic " + base64.b64encode(text.encode(encoding)).decode()
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Digest username=admin"},
        basic("admin"),
        basic("admin:"),
        basic("admin:wrong"),
        basic("Admin:admin"),
        basic("nobody:admin"),
        basic("admin:\xe4", "latin-1"),
    ],
    ids=str,
)
async def test_wrong_logins(bench: Bench, headers: dict[str, str]) -> None:
    """Every request needs a login; a 401 says so in both ways."""
    answer = await bench.caller.call("GET", INFO, headers=headers)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="B-VIEW"'
    assert answer.code == -12
    assert bench.unit.gate.refused == 1
    assert bench.unit.log.entries[-1].minor == 504


@with_options(full(denied_body=False))
async def test_bare_401(bench: Bench) -> None:
    """A 401 may have no document in it; unknown paths need a login, too."""
    answer = await bench.caller.call("GET", "/nothing", headers={})
    assert (answer.status, answer.body) == (401, b"")


@with_options(full(password="pässword:with colon"))
async def test_utf8_passwords(bench: Bench) -> None:
    """Names and passwords are UTF-8; a colon belongs to the password."""
    assert (await bench.get(INFO)).root == "DeviceInfo"
    bench.unit.set_password("other")
    assert (await bench.get(INFO)).status == 401


@with_options(full(auth="digest"), full(auth="both", nonce_uses=2))
async def test_digest(bench: Bench) -> None:
    """A client that knows Digest comes in; used nonces are replaced."""
    login = DigestAuthMiddleware("admin", "admin")
    async with ClientSession(middlewares=(login,)) as session:
        for number in range(4):
            url = f"{bench.unit.url}/Snapshot/1/RemoteImageCapture?ImageFormat=2"
            async with session.get(url) as answer:
                assert answer.status == 200, number
            body = bench.unit.printed(bench.unit.settings.read("/Record"))
            async with session.put(
                f"{bench.unit.url}/Record",
                data=body,
                headers={"Content-Type": "application/xml"},
            ) as answer:
                assert answer.status == 200
    assert bench.unit.gate.refused == (1 if bench.unit.options.auth == "digest" else 4)


@with_options(full(auth="digest"))
async def test_digest_refuses(bench: Bench) -> None:
    """Basic, wrong passwords and repeated answers are refused."""
    refused = await bench.get(INFO)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith('Digest realm="B-VIEW", qop=')
    wrong = DigestAuthMiddleware("admin", "wrong")
    url = f"{bench.unit.url}{INFO}"
    async with (
        ClientSession(middlewares=(wrong,)) as session,
        session.get(url) as answer,
    ):
        assert answer.status == 401
    right = DigestAuthMiddleware("admin", "admin")
    async with (
        ClientSession(middlewares=(right,)) as session,
        session.get(url) as answer,
    ):
        assert answer.status == 200
    sent = bench.unit.requests[-1].headers["Authorization"]
    again = await bench.caller.call("GET", INFO, headers={"Authorization": sent})
    assert again.status == 401
    assert 'stale="true"' in again.headers["WWW-Authenticate"]
    elsewhere = await bench.caller.call(
        "GET", "/Record", headers={"Authorization": sent}
    )
    assert "stale" not in elsewhere.headers["WWW-Authenticate"]


async def test_rights(bench: Bench) -> None:
    """A Normal user is a Viewer; what needs an Operator is refused."""
    bench.unit.users.add("guard", "secret")
    admin = (bench.caller.username, bench.caller.password)
    bench.caller.username, bench.caller.password = "guard", "secret"
    path = "/EventsNotification/SubscribedEventTypeList"
    record = (await bench.get("/Record")).body

    assert (await bench.put("/Record", record)).status == 403
    assert (await bench.put(path, SUBSCRIPTION)).status == 403
    assert (await bench.change("/Images/1/Basic", "50HZ", "60HZ")).code == 0
    bench.unit.options.no_right = -12
    assert (await bench.put("/Record", record)).code == -12
    bench.unit.options.rights = "open"
    assert (await bench.put("/Record", record)).code == 0
    bench.caller.username, bench.caller.password = admin
    assert (await bench.put(path, SUBSCRIPTION)).code == 0


async def test_accounts(bench: Bench) -> None:
    """Users are added, read by ID + 1, changed and removed at /1."""
    added = await bench.caller.call(
        "POST", USERS, USER.format(name="guard", level="Normal")
    )
    assert (added.status, added.code) == (201, 0)
    assert added.headers["Location"] == "/System/Users/2"
    one = await bench.get("/System/Users/2")
    found = {node.tag: node.text for node in one.xml}
    assert found == {
        "ID": "1",
        "UserName": "guard",
        "UserLevel": "Normal",
        "IPAddress": None,
        "MACAddress": None,
    }
    assert (await bench.get(USERS)).get("UserLevel") == "Adminstrator"
    everybody = await bench.get("/System/Users")
    assert [n.text for n in everybody.xml.iter("UserName")] == ["admin", "guard"]
    assert "secret" not in everybody.text
    new = USER.format(name="guard", level="").replace("secret", "better")
    assert (await bench.put(USERS, new)).code == 0
    guard = bench.unit.users.find("guard")
    assert guard is not None
    assert guard.password == "better"
    assert (await bench.caller.call("DELETE", USERS, new)).code == 0
    assert bench.unit.users.find("guard") is None
    assert len(bench.unit.dangerous) == 3


@pytest.mark.parametrize(
    ("method", "body", "code"),
    [
        ("POST", USER.format(name="spare", level="Normal"), -13),
        ("POST", USER.format(name="new", level="Adminstrator"), -5),
        ("POST", USER.format(name="", level="Normal"), -5),
        ("POST", USER.format(name="new", level="Normal").replace("<ID/>", ""), -2),
        (
            "POST",
            USER.format(name="new", level="Normal").replace("<ID/>", "<ID>4</ID>"),
            -5,
        ),
        ("PUT", USER.format(name="spare", level="Normal"), -5),
        ("PUT", USER.format(name="nobody", level=""), -5),
        ("PUT", USER.format(name="admin", level=""), 0),
        ("DELETE", USER.format(name="admin", level=""), -12),
        ("DELETE", "<Account/>", -1),
    ],
)
async def test_wrong_accounts(bench: Bench, method: str, body: str, code: int) -> None:
    """Accounts are only touched as the document says."""
    bench.unit.users.add("spare", "secret")
    answer = await bench.caller.call(method, USERS, body)
    assert answer.code == code
    if code == 0:
        assert (await bench.get(INFO)).status == 401


@with_options(full(max_users=1, post_answer=200))
async def test_too_many_accounts(bench: Bench) -> None:
    """There is an end to accounts."""
    body = USER.format(name="guard", level="Normal")
    assert (await bench.caller.call("POST", USERS, body)).code == -11
    bench.unit.options.max_users = 2
    answer = await bench.caller.call("POST", USERS, body)
    assert (answer.status, answer.headers.get("Location")) == (200, None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Username=admin&Password=admin", 0),
        ("Username=admin&Password=wrong", -12),
        ("Username=admin", -5),
        ("Username=admin&Username=admin&Password=admin", -5),
        ("nonsense", -5),
    ],
)
async def test_user_auth(bench: Bench, body: str, code: int) -> None:
    """A name and a password can be checked; a wrong one is no 401."""
    answer = await bench.put("/Security/UserAuth", body)
    assert (answer.status, answer.code) == (200, code)


async def test_user_auth_readings(bench: Bench) -> None:
    """The example has no login; siblings have a code of their own."""
    options: BviewOptions = bench.unit.options
    sent = "Username=admin&Password=wrong"
    path = "/Security/UserAuth"
    assert (await bench.caller.call("PUT", path, sent, headers={})).status == 401
    options.user_auth_open, options.wrong_login = True, -17
    assert (await bench.caller.call("PUT", path, sent, headers={})).code == -17
    encoded = "Username=adm%69n&Password=admin"
    kind = "application/x-www-form-urlencoded"
    assert (await bench.caller.call("PUT", path, encoded, kind=kind)).code == 0
