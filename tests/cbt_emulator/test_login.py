"""Who may ask: the hash in the address, Basic, Digest, rights, lock-out."""

import base64

from aiohttp import ClientSession, DigestAuthMiddleware
import pytest

from tests.emulators.cbt import digest
from tests.emulators.cbt.actions import CGI, IMAGES

from .bench import Bench, full, with_options

ADMIN = "e10adc3949ba59abbe56e057f20f883e"


def basic(text: str) -> dict[str, str]:
    """Return a header of HTTP Basic."""
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    "login",
    [
        "",
        "user=admin",
        f"pwd={ADMIN}",
        "user=admin&pwd=123456",
        f"user=admin&pwd={ADMIN.upper()}",
        f"user=Admin&pwd={ADMIN}",
        f"user=nobody&pwd={ADMIN}",
        f"user=admin&pwd={ADMIN[:-1]}",
    ],
)
async def test_wrong_logins(bench: Bench, login: str) -> None:
    """A wrong login is told in words, inside HTTP 200."""
    target = f"{CGI}?{login}&action=getSysConfig"
    answer = await bench.caller.fetch(target, headers=basic("admin:123456"))

    assert (answer.status, answer.text) == (200, "error user/pwd\r\n")
    assert bench.unit.gate.refused == 1
    assert bench.unit.violations == []


async def test_the_login_comes_first(bench: Bench) -> None:
    """Nobody learns without a login which actions there are."""
    bench.caller.password = "wrong"
    assert (await bench.call("getNothing")).text == "error user/pwd\r\n"
    assert (await bench.call("openDoor")).text == "error user/pwd\r\n"
    assert bench.unit.door_openings == []
    await bench.call("reset", netReset=1, userReset=1)
    assert [record.query["action"] for record in bench.unit.dangerous] == ["reset"]
    assert bench.unit.resets == []


@with_options(full(password="pässword & #1+"), full(username="Jörg", password="x"))
async def test_the_hash_is_of_utf8(bench: Bench) -> None:
    """The hash is that of the password in UTF-8."""
    assert await bench.code("getSysConfig") == 0
    bench.unit.set_password("other")
    assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"


@with_options(full(hash_case="any", wrong_login="login failed", login_status=401))
async def test_forms_of_the_login(bench: Bench) -> None:
    """The hash may be in capitals, and a refusal may look otherwise."""
    shouted = f"{CGI}?user=admin&pwd={ADMIN.upper()}&action=getSysConfig"
    assert (await bench.caller.fetch(shouted)).code == 0
    bench.caller.password = "wrong"
    answer = await bench.call("getSysConfig")
    assert (answer.status, answer.text) == (401, "login failed\r\n")


@with_options(full(auth="basic"))
async def test_basic(bench: Bench) -> None:
    """HTTP Basic instead of the hash."""
    target = f"{CGI}?action=getSysConfig"
    for header in ({}, basic("admin"), basic("admin:wrong"), basic("x:123456")):
        answer = await bench.caller.fetch(target, headers=header)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="IPCamera"'
    bad = {"Authorization": "Basic !!!"}
    assert (await bench.caller.fetch(target, headers=bad)).status == 401
    assert (await bench.call("getSysConfig")).status == 401
    answer = await bench.caller.fetch(target, headers=basic("admin:123456"))
    assert answer.code == 0
    assert bench.unit.gate.refused == 6


@with_options(full(auth="digest", snapshot_auth="digest"))
async def test_digest(bench: Bench) -> None:
    """HTTP Digest instead of the hash; a restart makes nonces stale."""
    async with ClientSession(
        middlewares=(DigestAuthMiddleware("admin", "123456"),)
    ) as session:
        url = f"{bench.unit.url}{CGI}?action=getSysConfig"
        for _ in range(2):
            async with session.get(url) as answer:
                assert b'"code": 0' in await answer.read()
        bench.unit.gate.restart()
        async with session.get(url) as answer:
            assert answer.status == 200
        async with session.get(f"{bench.unit.url}{IMAGES}") as picture:
            assert (await picture.read())[:2] == b"\xff\xd8"
    async with (
        ClientSession(middlewares=(DigestAuthMiddleware("admin", "wrong"),)) as session,
        session.get(url) as answer,
    ):
        assert answer.status == 401


@with_options(full(auth="digest"))
@pytest.mark.parametrize(
    "header",
    [
        'Digest username="admin"',
        'Digest username="admin", realm="IPCamera", uri="/x", response="y"',
        'Digest username="x", realm="IPCamera"',
        "Basic YWRtaW46MTIzNDU2",
        "",
    ],
)
async def test_wrong_digests(bench: Bench, header: str) -> None:
    """Half an answer to a challenge is none; a challenge comes back each time."""
    target = f"{CGI}?action=getSysConfig"
    answer = await bench.caller.fetch(target, headers={"Authorization": header})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Digest realm="IPCamera"')


@with_options(full(auth="digest"))
async def test_digest_without_protection(bench: Bench) -> None:
    """The older form of Digest is taken as well; a strange nonce is stale."""
    target = f"{CGI}?action=getSysConfig"
    challenge = (await bench.caller.fetch(target)).headers["WWW-Authenticate"]
    for nonce in (challenge.split('nonce="')[1].split('"')[0], "strange"):
        one = digest("admin:IPCamera:123456")
        response = digest(f"{one}:{nonce}:{digest(f'GET:{target}')}")
        header = (
            f'Digest username="admin", realm="IPCamera", nonce="{nonce}", '
            f'uri="{target}", response="{response}"'
        )
        answer = await bench.caller.fetch(target, headers={"Authorization": header})
        assert (answer.status == 200) == (nonce != "strange")
    assert "stale" in answer.headers["WWW-Authenticate"]
    wrong = header.replace(response, digest("x"))
    answer = await bench.caller.fetch(target, headers={"Authorization": wrong})
    assert "stale" not in answer.headers["WWW-Authenticate"]


@with_options(full(auth="none"))
async def test_no_login(bench: Bench) -> None:
    """A camera that asks nobody who he is."""
    assert (await bench.caller.fetch(f"{CGI}?action=getSysConfig")).code == 0
    assert await bench.code("getSysConfig") == 0
    assert bench.unit.gate.refused == 0


async def test_other_users(bench: Bench) -> None:
    """The API is the administrator's; some cameras let others read."""
    bench.unit.gate.add("guest", "secret")
    bench.caller.username, bench.caller.password = "guest", "secret"
    assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"
    bench.unit.options.rights = "reads"
    assert await bench.code("getSysConfig") == 0
    assert (await bench.call("openDoor")).text == "error user/pwd\r\n"
    bench.unit.gate.add("second", "other", administrator=True)
    bench.caller.username, bench.caller.password = "second", "other"
    assert await bench.code("openDoor") == 0


@with_options(full(lockout=(2, 60.0)))
async def test_lockout(bench: Bench) -> None:
    """After too many wrong logins the right one does not help for a while."""
    bench.caller.password = "wrong"
    await bench.call("getSysConfig")
    bench.caller.password = "123456"
    assert await bench.code("getSysConfig") == 0
    bench.caller.password = "wrong"
    for _ in range(2):
        await bench.call("getSysConfig")
    assert bench.unit.gate.locked
    bench.caller.password = "123456"
    assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"
    bench.unit.clock.advance(60)
    assert await bench.code("getSysConfig") == 0


@with_options(full(boot_login_seconds=5.0))
async def test_logins_while_the_camera_starts(bench: Bench) -> None:
    """Just after a restart even the right login is wrong."""
    assert await bench.code("getSysConfig") == 0
    bench.unit.reboot()
    bench.unit.boot()
    await bench.unit.settle()
    assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"
    bench.unit.clock.advance(5)
    assert await bench.code("getSysConfig") == 0


async def test_passwords(bench: Bench) -> None:
    """A new password is sent as it is, the old one as a hash."""
    assert await bench.code("setPasswd", oldPassword="123456", newPassword="x") == 206
    assert await bench.code("setPasswd", oldPassword=ADMIN) == 201
    assert bench.unit.password_changes == 0
    sent = {"oldPassword": ADMIN, "newPassword": "new one"}
    assert await bench.code("setPasswd", **sent) == 0
    assert bench.unit.password_changes == 1
    assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"
    bench.caller.password = "new one"
    assert bench.unit.gate.accounts[0].knows(digest("new one"))
    assert await bench.code("getSysConfig") == 0
    assert len(bench.unit.dangerous) == 3


@with_options(full(snapshot_auth="url"), full(snapshot_auth="basic"), full())
async def test_who_may_take_pictures(bench: Bench) -> None:
    """Stills are open to all by default, or need a login of some form."""
    way = bench.unit.options.snapshot_auth
    bare = await bench.caller.fetch(IMAGES)
    asked = await bench.caller.fetch(f"{IMAGES}?{bench.caller.login}")
    headed = await bench.caller.fetch(IMAGES, headers=basic("admin:123456"))
    good = [answer.body[:2] == b"\xff\xd8" for answer in (bare, asked, headed)]
    assert (
        good
        == {
            "open": [True, True, True],
            "url": [False, True, False],
            "basic": [False, False, True],
        }[way]
    )
    if way == "url":
        assert bare.text == "error user/pwd\r\n"
    elif way == "basic":
        assert bare.status == 401
    assert bench.unit.violations == []


async def test_secrets_are_not_printed(bench: Bench) -> None:
    """Nothing that may end in a log has a password in it."""
    await bench.call("setPasswd", oldPassword=ADMIN, newPassword="topsecret1")
    bench.caller.password = "topsecret1"
    wifi = {
        "enable": 0,
        "dhcp": 1,
        "encryptType": 1,
        "bssid": "00:00:00:00:00:00",
        "passwd": "topsecret2",
    }
    assert await bench.code("setWifiConfig", **wifi) == 0
    assert await bench.code("setPlatformServer", ftpPasswd="topsecret3") == 0
    assert await bench.code("setMailConf", to_passw="topsecret4", hint="x") == 201
    assert await bench.code("setGb28181", password="topsecret5") == 0
    unit = bench.unit
    told = repr(
        (
            unit.options,
            unit.gate.accounts,
            unit.writes,
            unit.violations,
            unit.log.entries,
            unit.plans.planned,
        )
    )
    assert "topsecret" not in told
    assert digest("topsecret1") not in told
    assert "123456'" not in told
    assert [write.secrets for write in unit.writes] == [
        ("passwd",),
        ("ftpPasswd",),
        ("password",),
    ]
    assert unit.writes[0].sent["passwd"] == "**"
    assert unit.settings.get("WifiConfig", "passwd") == "topsecret2"
    assert await bench.get("getWifiConfig", "passwd") == "topsecret2"
