"""Who may ask: Basic, Digest, open units, accounts."""

import base64

from aiohttp import ClientSession, DigestAuthMiddleware
import pytest

from tests.emulators.vserver import VserverEmulator

from .bench import Bench, full, with_options

INFO = "sys_get?Group=DeviceInfo"
PICTURE = "/jpgimage/1/image.jpg"
ADD = "user_set?Group=AddUser&UserName=guard&Password=secret&Privilege=1"


def basic(text: str, encoding: str = "utf-8") -> dict[str, str]:
    """Return a header of HTTP Basic."""
    return {
        "Authorization": "Basic " + base64.b64encode(text.encode(encoding)).decode()
    }


async def digest(unit: VserverEmulator, target: str, password: str = "password") -> int:
    """Ask with Digest; return the HTTP status."""
    login = DigestAuthMiddleware("admin", password)
    async with (
        ClientSession(middlewares=(login,)) as session,
        session.get(f"{unit.url}{target}") as answer,
    ):
        return answer.status


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
        basic("Admin:password"),
        basic("admin:\xe4", "latin-1"),
    ],
    ids=str,
)
async def test_wrong_logins(bench: Bench, headers: dict[str, str]) -> None:
    """Every request needs a login; a 401 says how to log in."""
    for target in (INFO, PICTURE, "/mjpgstreamreq/1/image.jpg", "nothing"):
        answer = await bench.caller.call(target, headers=headers)
        assert (answer.status, answer.body) == (401, b"")
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="IPCamera"'
    assert bench.unit.gate.refused == 4


@with_options(full(password=""), full(username="ärger", password="a:ö"))
async def test_odd_passwords(bench: Bench) -> None:
    """An empty password is legal; names and passwords are UTF-8."""
    assert await bench.code(INFO) == 200
    bench.unit.set_password("other")
    assert (await bench.call(INFO)).status == 401


@with_options(full(auth="digest"), full(digest_login=True), full(auth="both"))
async def test_digest(bench: Bench) -> None:
    """A client that knows Digest comes in, everywhere."""
    assert await digest(bench.unit, f"/cgi/{INFO}") == 200
    assert await digest(bench.unit, PICTURE) == 200
    assert await digest(bench.unit, f"/cgi/{INFO}", "wrong") == 401


@with_options(full(auth="digest"))
async def test_basic_is_no_digest(bench: Bench) -> None:
    """A password in clear is refused where Digest is asked for, and noted."""
    answer = await bench.call(INFO)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Digest realm="IPCamera", qop')
    assert [one.kind for one in bench.unit.violations] == ["clear_password"]
    bench.options.digest_qop = False
    answer = await bench.call(INFO)
    assert "qop" not in answer.headers["WWW-Authenticate"]
    assert await digest(bench.unit, f"/cgi/{INFO}") == 200


@with_options(full(auth="basic"), full(auth="switch"))
async def test_the_switch(bench: Bench) -> None:
    """DigestLoginInfo decides only where the unit goes by it."""
    target = "net_set?Group=DigestLoginInfo&AuthenticationEnable=1"
    assert await bench.code(target) == 200
    status = (await bench.call(INFO)).status
    assert status == (200 if bench.options.auth == "basic" else 401)
    bench.unit.set_digest(on=False)
    assert await bench.code(INFO) == 200


@with_options(full(auth="both", nonce_uses=1))
async def test_stale_nonces(bench: Bench) -> None:
    """A nonce that was used up is replaced; a restart forgets them all."""
    login = DigestAuthMiddleware("admin", "password")
    async with ClientSession(middlewares=(login,)) as session:
        for _ in range(3):
            async with session.get(f"{bench.unit.url}/cgi/{INFO}") as answer:
                assert answer.status == 200
        sent = bench.unit.requests[-1].headers["Authorization"]
    again = await bench.caller.call(INFO, headers={"Authorization": sent})
    assert "stale=true" in again.headers["WWW-Authenticate"]
    bench.unit.gate.forget_nonces()
    again = await bench.caller.call(INFO, headers={"Authorization": sent})
    assert "stale=true" in again.headers["WWW-Authenticate"]
    elsewhere = await bench.caller.call(PICTURE, headers={"Authorization": sent})
    assert "stale" not in elsewhere.headers["WWW-Authenticate"]


async def test_challenges(bench: Bench) -> None:
    """A 401 may say nothing, or all in one header."""
    bench.options.auth, bench.options.challenge = "both", "one_line"
    answer = await bench.caller.call(INFO, headers={})
    assert answer.headers["WWW-Authenticate"].endswith(', Basic realm="IPCamera"')
    assert answer.headers["WWW-Authenticate"].startswith("Digest ")
    bench.options.challenge = "none"
    answer = await bench.caller.call(INFO, headers={})
    assert (answer.status, "WWW-Authenticate" in answer.headers) == (401, False)


@with_options(full(challenge="none"))
async def test_basic_without_being_asked(bench: Bench) -> None:
    """A unit that does not say how lets Basic in."""
    assert await bench.code(INFO) == 200


@with_options(full(auth="open"), full(auth="open", pictures="protected"))
async def test_open_units(bench: Bench) -> None:
    """A unit may ask for no login; its pictures may ask for one."""
    assert (await bench.caller.call(INFO, headers={})).code == 200
    status = (await bench.caller.call(PICTURE, headers={})).status
    assert status == (200 if bench.options.pictures == "same" else 401)
    assert (await bench.caller.call(PICTURE)).status == 200


@with_options(full(pictures="open"))
async def test_open_pictures(bench: Bench) -> None:
    """Pictures may be open on a unit that is not."""
    assert (await bench.caller.call(INFO, headers={})).status == 401
    assert (await bench.caller.call(PICTURE, headers={})).status == 200


async def test_accounts(bench: Bench) -> None:
    """Users are added, listed without passwords, changed and removed."""
    assert await bench.code(ADD) == 200
    answer = await bench.call("user_get?Group=UserList")
    assert answer.groups == [
        ("UserList", {"UserName": "admin", "Privilege": "6"}),
        ("UserList", {"UserName": "guard", "Privilege": "1"}),
    ]
    change = "user_set?Group=ChangePassword&UserName=guard&Password=secret"
    assert await bench.code(f"{change}&NewPassword=") == 200
    bench.caller.username, bench.caller.password = "guard", ""
    assert await bench.code(INFO) == 200
    assert await bench.code("user_set?Group=DeleteUser&UserName=guard") == 200
    assert (await bench.call(INFO)).status == 401
    assert len(bench.unit.dangerous) == 3


@with_options(
    full(low_rights="open"),
    full(low_rights="401"),
    full(low_rights="502"),
    full(low_rights="503"),
)
async def test_rights(bench: Bench) -> None:
    """What a user with little privilege hears of a set is not documented."""
    bench.unit.users.add("guard", "secret", 1)
    bench.caller.username, bench.caller.password = "guard", "secret"
    assert await bench.code(INFO) == 200
    answer = await bench.call("image_set?Channel=1&Group=ImageInfo&Hue=1")
    way = bench.options.low_rights
    if way == "401":
        assert answer.status == 401
    else:
        assert answer.code == (200 if way == "open" else int(way))


async def test_secrets_are_not_printed(bench: Bench) -> None:
    """No password is in what tests and logs print."""
    targets = [
        "net_set?Group=SMTPInfo&SMTPUsername=a&SMTPPassword=sesame1&SMTPAuth=1",
        "wifi_set?Group=WifiInfo&password=sesame2",
        "user_set?Group=AddUser&UserName=guard&Password=sesame3&Privilege=1",
        "user_set?Group=ChangePassword&UserName=x&Password=sesame4&NewPassword=sesame5",
        "wifi_set?Group=WifiInfo&password=sesame6%0a",
        "wifi_set?Group=WifiInfo&sesame7",
    ]
    for target in targets:
        await bench.call(target)
    bench.unit.set_password("sesame8")
    unit = bench.unit
    printed = repr((unit.writes, unit.violations, unit.options, unit.users.accounts))
    assert len(unit.violations) == 3
    assert "guard" in printed
    assert "sesame" not in printed
