"""Logins, errors, and what is sent once."""

from collections.abc import AsyncIterator
import logging
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.vendors.vserver.client import Client, address
from tests.devices.vserver.rig import client_bench, dome
from tests.devices.world import World
from tests.emulators.base import FaultKind
from tests.emulators.vserver import VserverEmulator

type Made = tuple[VserverEmulator, Client, World]

SECRET = 'pa ss:"w\\ör;d'


@pytest.fixture
async def made(session: ClientSession) -> AsyncIterator[Made]:
    """Return a unit and a client that has read something already."""
    async with client_bench(session) as bench:
        unit, client, _ = bench
        await client.get("sys_get", "DeviceInfo")
        unit.forget()
        yield bench


# Logins

LOGINS: dict[str, dict[str, Any]] = {
    "basic": {"auth": "basic"},
    "digest": {"auth": "digest"},
    "digest_without_qop": {"auth": "digest", "digest_qop": False},
    "both": {"auth": "both"},
    "both_in_one_line": {"auth": "both", "challenge": "one_line"},
    "no_challenge": {"auth": "basic", "challenge": "none"},
    "switched_to_digest": {"digest_login": True},
}


@pytest.mark.parametrize(
    "password", ["password", "", SECRET], ids=["usual", "empty", "odd"]
)
@pytest.mark.parametrize("name", LOGINS)
async def test_login(session: ClientSession, name: str, password: str) -> None:
    """The first request is without a login, the second in the way that is wanted."""
    options = dome(password=password, **LOGINS[name])
    async with client_bench(session, options) as (unit, client, _):
        message = await client.get("sys_get", "DeviceInfo")
        assert message.node("DeviceInfo").text("DeviceID") == "V6202IR-AR0237"
        assert [record.status for record in unit.requests] == [401, 200]
        assert "Authorization" not in unit.requests[0].headers
        await client.order("ptz_set", "PTZCtrlInfo", 1, {"Stop": 0})
        assert await client.picture(1)
        assert unit.gate.basic_to_digest == 0
        assert unit.gate.refused == 1


async def test_open_unit(session: ClientSession) -> None:
    """A unit that wants no login gets none; its pictures may want one."""
    options = dome(auth="open", pictures="protected")
    async with client_bench(session, options) as (unit, client, _):
        await client.get("sys_get", "DeviceInfo")
        assert "Authorization" not in unit.requests[-1].headers
        assert (await client.picture(1)).startswith(b"\xff\xd8")


@pytest.mark.parametrize("name", LOGINS)
async def test_wrong_password(session: ClientSession, name: str) -> None:
    """It is told as such, after one attempt."""
    async with client_bench(session, dome(**LOGINS[name]), password="x") as bench:
        unit, client, _ = bench
        with pytest.raises(DeviceAuthError) as caught:
            await client.get("sys_get", "DeviceInfo")
        assert caught.value.reason is Reason.INVALID_AUTH
        assert len(unit.requests) == 2


@pytest.mark.parametrize("on", [True, False])
async def test_switch_is_flipped(session: ClientSession, *, on: bool) -> None:
    """Somebody changes the way to log in; orders are not lost and sent once."""
    async with client_bench(session, dome(digest_login=not on)) as (unit, client, _):
        await client.get("sys_get", "DeviceInfo")
        unit.set_digest(on=on)
        unit.gate.forget_nonces()
        await client.order("rs485_set", "RS485Data", 1, {"Data": "12"})
        assert unit.serial_ports[1].sent == [b"\x12"]


async def test_nonce_is_used_up(session: ClientSession) -> None:
    """A stale nonce is replaced without anybody noticing."""
    options = dome(auth="digest", nonce_uses=2)
    async with client_bench(session, options) as (unit, client, _):
        for _n in range(7):
            await client.get("sys_get", "DeviceInfo")
        assert unit.gate.refused == 4


async def test_password_is_changed(made: Made) -> None:
    """Reading tells that the login is wrong now."""
    unit, client, _ = made
    unit.set_password("other")
    with pytest.raises(DeviceAuthError):
        await client.get("sys_get", "DeviceInfo")


RIGHTS = {"401": Reason.NO_PERMISSION, "502": Reason.NOT_NOW, "503": Reason.FAILED}


@pytest.mark.parametrize("code", RIGHTS)
async def test_small_account(session: ClientSession, code: Any) -> None:
    """Who may read and not write has the right password."""
    async with client_bench(session, dome(low_rights=code)) as (unit, client, _):
        unit.users.accounts[0].privilege = 1
        await client.get("sys_get", "DeviceInfo")
        with pytest.raises(DeviceError) as caught:
            await client.order("sys_set", "TimeInfo", None, {"TimeMethod": 0})
        assert caught.value.reason is RIGHTS[code]
        assert not isinstance(caught.value, DeviceAuthError)


# Errors

CODES = {
    401: (DeviceUnsupportedError, Reason.UNSUPPORTED),
    402: (DeviceRequestError, Reason.INVALID_VALUE),
    403: (DeviceRequestError, Reason.INVALID_VALUE),
    501: (DeviceUnsupportedError, Reason.UNSUPPORTED),
    502: (DeviceRequestError, Reason.NOT_NOW),
    503: (DeviceConnectionError, Reason.FAILED),
    599: (DeviceError, Reason.REFUSED),
}


@pytest.mark.parametrize("mapped", ["200", "mapped"])
@pytest.mark.parametrize("code", CODES)
async def test_result_codes(session: ClientSession, code: int, mapped: Any) -> None:
    """A code means the same with every HTTP status; 401 is never about a login."""
    kind, reason = CODES[code]
    async with client_bench(session, dome(refusal_status=mapped)) as (unit, client, _):
        await client.get("sys_get", "DeviceInfo")
        unit.plans.refuse("*", code, count=None)
        for call in (client.get, client.order):
            with pytest.raises(DeviceError) as caught:
                await call("ptz_set", "PTZCtrlInfo", 1)
            assert type(caught.value) is kind
            assert caught.value.reason is reason
        assert len(unit.requests_of("ptz_set/*", "POST")) == 1


STATUSES = {
    400: Reason.INVALID_VALUE,
    403: Reason.NO_PERMISSION,
    404: Reason.UNSUPPORTED,
    409: Reason.CONFLICT,
    500: Reason.FAILED,
    503: Reason.BUSY,
    302: Reason.BAD_ANSWER,
}


@pytest.mark.parametrize("status", STATUSES)
async def test_http_codes(made: Made, status: int) -> None:
    """HTTP tells the rest."""
    unit, client, _ = made
    unit.faults.add(FaultKind.HTTP_STATUS, code=status, count=None)
    for post in (True, False):
        with pytest.raises(DeviceError) as caught:
            await client.order(
                "sys_set", "TimeInfo", None, {"TimeMethod": 0}, post=post
            )
        assert caught.value.reason is STATUSES[status]
    with pytest.raises(DeviceError) as caught:
        await client.get("sys_get", "TimeInfo")
    assert caught.value.reason is STATUSES[status]


async def test_busy(made: Made) -> None:
    """A read waits longer and longer; then nothing waits for a while."""
    unit, client, world = made
    unit.faults.add(FaultKind.HTTP_STATUS, code=503, count=None)
    for waits in ([1.0, 2.0, 4.0], [1.0, 2.0, 4.0]):
        with pytest.raises(DeviceConnectionError):
            await client.get("sys_get", "TimeInfo")
        assert world.clock.slept == waits
    unit.faults.clear()
    await client.get("sys_get", "TimeInfo")


@pytest.mark.parametrize("fault", [FaultKind.HTTP_STATUS, FaultKind.APP_ERROR])
async def test_failed_once(made: Made, fault: FaultKind) -> None:
    """A read that has failed is repeated once."""
    unit, client, world = made
    code = 500 if fault is FaultKind.HTTP_STATUS else 503
    unit.faults.add(fault, code=code)
    await client.get("sys_get", "TimeInfo")
    assert world.clock.slept == [1.0]


@pytest.mark.parametrize(
    "kind",
    [FaultKind.GARBAGE, FaultKind.HTML, FaultKind.HUGE, FaultKind.EMPTY],
)
async def test_nonsense(made: Made, kind: FaultKind) -> None:
    """What is no message is no answer."""
    unit, client, _ = made
    unit.faults.add(kind, count=None)
    for call in (client.get, client.order):
        with pytest.raises(DeviceConnectionError) as caught:
            await call("sys_get", "TimeInfo")
        assert caught.value.reason is Reason.BAD_ANSWER


HEADS: dict[str, dict[str, Any]] = {
    "document": {},
    "lf": {"head": "lf"},
    "crlf": {"head": "crlf", "content_length": True, "keep_alive": True},
    "bare": {"declaration": False, "pretty": False, "typed": False, "bom": True},
    "no_type": {"content_type": None, "http_version": "1.1"},
    "no_code": {"code_attribute": False},
    "unclosed": {"unclosed_sets": True},
    "strange": {"extra_fields": True, "channel_field": "always"},
}


@pytest.mark.parametrize("name", HEADS)
async def test_forms(session: ClientSession, name: str) -> None:
    """Whatever the form of an answer is, its values are found."""
    async with client_bench(session, dome(**HEADS[name])) as (_unit, client, _):
        message = await client.get("image_get", "ImageInfo", 1)
        assert message.node("ImageInfo").integer("brightness") == 128
        message = await client.order("image_set", "ImageInfo", 1, {"Brightness": 5})
        assert message.node("ImageInfo").integer("Brightness") == 5


# Once

POSTS = {200: (1, 0), 400: (1, 2), 404: (1, 2), 501: (1, 2)}


@pytest.mark.parametrize("status", POSTS)
async def test_post(session: ClientSession, status: Any) -> None:
    """Commands are sent by POST; a unit that refuses it gets GET from then on."""
    posts, gets = POSTS[status]
    async with client_bench(session, dome(post=status)) as (unit, client, _):
        await client.get("sys_get", "DeviceInfo")
        for data in ("0102", "03"):
            await client.order("rs485_set", "RS485Data", 1, {"Data": data})
        assert unit.serial_ports[1].sent == [b"\x01\x02", b"\x03"]
        found = [record.method for record in unit.requests_of("rs485_set/*")]
        assert found.count("GET") == gets
        assert found.count("POST") == (posts if gets else 2)
        assert all(not record.body for record in unit.requests)


async def test_missing_order_is_no_refusal_of_post(made: Made) -> None:
    """A group that is not there does not make a unit one that refuses POST."""
    unit, client, _ = made
    unit.options.missing_cgi = frozenset({"rs485_set"})
    with pytest.raises(DeviceUnsupportedError):
        await client.order("rs485_set", "RS485Data", 1, {"Data": "01"})
    await client.order("ptz_set", "PTZCtrlInfo", 1, {"Stop": 0})
    assert unit.requests[-1].method == "POST"


@pytest.mark.parametrize("post", [True, False])
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_orders_are_sent_once(made: Made, kind: FaultKind, *, post: bool) -> None:
    """Without an answer nobody knows, and nothing is repeated."""
    unit, client, _ = made
    unit.faults.add(kind, count=None)
    with pytest.raises(DeviceConnectionError) as caught:
        await client.order("rs485_set", "RS485Data", 1, {"Data": "01"}, post=post)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert len(unit.requests) == 1


async def test_reads_are_repeated(made: Made) -> None:
    """A read whose connection was dropped is sent again."""
    unit, client, _ = made
    unit.faults.add(FaultKind.DROP_BEFORE)
    await client.get("sys_get", "TimeInfo")
    assert len(unit.requests) == 2


# Addresses and secrets


def test_addresses() -> None:
    """Blanks are %20, nothing of a value leaves its place."""
    path = address("image_set", "OSDInfo", 2, {"TextOSDTitle": "a b&c=d+ü%", "X": 3})
    assert path == (
        "/cgi/image_set?Group=OSDInfo&Channel=2"
        "&TextOSDTitle=a%20b%26c%3Dd%2B%C3%BC%25&X=3"
    )
    assert address("wifi_query") == "/cgi/wifi_query"
    assert ";;;f/1" in address("alarm_set", "MDInfo", 1, {"MDArea": ";;;f/1"})
    with pytest.raises(DeviceRequestError):
        address("image_set", "OSDInfo", 1, {"TextOSDTitle": "\udc00"})


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_no_secret_is_told(
    session: ClientSession, caplog: pytest.LogCaptureFixture, auth: Any
) -> None:
    """Neither a log nor an error has a password or a value of an address."""
    caplog.set_level(logging.DEBUG)
    options = dome(auth=auth, password="geheim-1")
    async with client_bench(session, options) as (unit, client, _):
        await client.get("wifi_get", "WifiInfo")
        told = [repr(client)]
        for kind in (FaultKind.DROP_AFTER, FaultKind.TRUNCATED, FaultKind.GARBAGE):
            unit.faults.add(kind, count=1)
            with pytest.raises(DeviceError) as caught:
                await client.order("net_set", "X", None, {"FTPPassword": "geheim-2"})
            told += [repr(caught.value), str(caught.value.__context__)]
    told.append(caplog.text)
    assert "/cgi/net_set" in caplog.text
    assert not any(word in text for text in told for word in ("geheim", "53T0A"))
