"""Requests, refusals, and what must never be seen."""

import asyncio
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
from custom_components.watchpost.devices.vendors.cbt.client import hashed
from tests.devices.world import World
from tests.emulators.base import VirtualClock
from tests.emulators.cbt import CbtEmulator, CbtOptions

from .rig import PassingClock, client_of

PASSWORD = "pa ss&w#rd+ä"


def world_of(emulator: CbtEmulator, session: ClientSession) -> World:
    """Return a world whose clock is that of the camera."""
    return World(session, PassingClock(emulator.clock))


def camera(**changes: Any) -> CbtEmulator:
    """Return a camera on which no time passes by itself."""
    return CbtEmulator(CbtOptions.full(**changes), clock=VirtualClock())


REFUSALS: dict[str, tuple[int | str, type[DeviceError], Reason]] = {
    "json": ("error json", DeviceUnsupportedError, Reason.UNSUPPORTED),
    "209": (209, DeviceUnsupportedError, Reason.UNSUPPORTED),
    "-1": (-1, DeviceUnsupportedError, Reason.UNSUPPORTED),
    "205": (205, DeviceRequestError, Reason.INVALID_VALUE),
    "-104": (-104, DeviceRequestError, Reason.INVALID_VALUE),
    "-122": (-122, DeviceRequestError, Reason.INVALID_VALUE),
    "201": (201, DeviceRequestError, Reason.REFUSED),
    "-106": (-106, DeviceRequestError, Reason.REFUSED),
    "7": (7, DeviceError, Reason.REFUSED),
    "4711": (4711, DeviceRequestError, Reason.REFUSED),
    "page": ("<html>login</html>", DeviceConnectionError, Reason.BAD_ANSWER),
    "404": ("404", DeviceUnsupportedError, Reason.UNSUPPORTED),
    "403": ("403", DeviceRequestError, Reason.NO_PERMISSION),
    "500": ("500", DeviceConnectionError, Reason.FAILED),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_refusals(session: ClientSession, name: str) -> None:
    """Each refusal is one error, raised after one request."""
    answer, kind, reason = REFUSALS[name]
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        emulator.plans.refuse("getOsdConf", answer)
        with pytest.raises(kind) as caught:
            await client.get("getOsdConf")
        assert caught.value.reason is reason
        assert len(emulator.requests) == 1
        assert (await client.get("getOsdConf")).flag("show_date")


async def test_code_is_told(session: ClientSession) -> None:
    """An undocumented number reaches the caller."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        emulator.plans.refuse("getOsdConf", 4711)
        with pytest.raises(DeviceError) as caught:
            await client.get("getOsdConf")
        assert caught.value.placeholders == {"code": "4711"}


@pytest.mark.parametrize("code", [204, -117, 299])
async def test_busy(session: ClientSession, code: int) -> None:
    """Reads and settings wait for a busy camera, up to three times."""
    async with camera() as emulator:
        world = world_of(emulator, session)
        client, _ = client_of(emulator, world)
        emulator.plans.refuse("*OsdConf", code, count=3)
        await client.get("getOsdConf")
        assert world.clock.slept == [0.5, 1.0, 2.0]
        emulator.plans.refuse("setOsdConf", code, count=3)
        await client.set("setOsdConf", {"show_week": 1})
        assert emulator.settings.get("OsdConf", "show_week") == 1
        emulator.plans.refuse("getOsdConf", code, count=4)
        with pytest.raises(DeviceConnectionError) as caught:
            await client.get("getOsdConf")
        assert caught.value.reason is Reason.BUSY


async def test_busy_act(session: ClientSession) -> None:
    """What must not repeat is not repeated."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        emulator.plans.refuse("openDoor", 204)
        with pytest.raises(DeviceConnectionError):
            await client.act("openDoor")
        assert len(emulator.requests_of("openDoor")) == 1
        assert not emulator.door_openings


async def test_login_twice(session: ClientSession) -> None:
    """A refused login is tried once more, and no more than that."""
    async with camera() as emulator:
        world = world_of(emulator, session)
        client, _ = client_of(emulator, world)
        emulator.plans.refuse("getOsdConf", "error user/pwd")
        await client.get("getOsdConf")
        assert world.clock.slept == [1.0]
        emulator.set_password("other")
        emulator.forget()
        with pytest.raises(DeviceAuthError):
            await client.get("getOsdConf")
        assert len(emulator.requests) == 2
        emulator.forget()
        with pytest.raises(DeviceAuthError):
            await client.act("openDoor")
        assert not emulator.door_openings


async def test_guest(session: ClientSession) -> None:
    """An account that may only read is told from a wrong password."""
    async with camera(rights="reads") as emulator:
        emulator.gate.add("guest", "guest")
        world = world_of(emulator, session)
        client, _ = client_of(emulator, world, username="guest", password="guest")
        await client.get("getOsdConf")
        with pytest.raises(DeviceRequestError) as caught:
            await client.act("openDoor")
        assert caught.value.reason is Reason.NO_PERMISSION
        assert client.guest


@pytest.mark.parametrize("auth", ["url", "digest", "basic", "none"])
@pytest.mark.parametrize("password", [PASSWORD, "123456"], ids=["odd", "plain"])
async def test_logins(session: ClientSession, auth: str, password: str) -> None:
    """However a camera asks who is there."""
    async with camera(auth=auth, password=password, username="ad min") as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        await client.get("getOsdConf")
        await client.act("openDoor")
        assert len(emulator.door_openings) == 1
        assert not emulator.violations


@pytest.mark.parametrize("auth", ["digest", "basic"])
async def test_challenges_at_once(session: ClientSession, auth: str) -> None:
    """Who is asked for a login while somebody else is, asks again as well."""
    async with camera(auth=auth) as emulator:
        world = world_of(emulator, session)
        client, _ = client_of(emulator, world)
        await asyncio.gather(*(client.get("getOsdConf") for _ in range(4)))
        # Nobody took it for a wrong password.
        assert world.clock.slept == []


async def test_name_that_cannot_be_sent(session: ClientSession) -> None:
    """A colon ends the name of a user who is asked for by a challenge."""
    async with camera(auth="basic", username="a:b") as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        with pytest.raises(DeviceAuthError):
            await client.get("getOsdConf")


@pytest.mark.parametrize("auth", ["digest", "basic"])
async def test_wrong_login_by_challenge(session: ClientSession, auth: str) -> None:
    """A challenge that is not met is a wrong login."""
    async with camera(auth=auth) as emulator:
        client, _ = client_of(emulator, world_of(emulator, session), password="no")
        with pytest.raises(DeviceAuthError):
            await client.get("getOsdConf")


FORMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "length": {"transfer": "length", "text_end": ""},
    "close": {"transfer": "close", "keep_alive": False},
    "lf": {"bare_lf": True, "pretty": False},
    "strings": {"numbers": "strings", "code_form": "string"},
    "floats": {"numbers": "floats"},
    "brief": {"envelope": "brief", "signed": "everywhere"},
    "extra": {"extra_keys": True, "json_end": "\r\n"},
    "html": {"content_type": "text/html"},
    "status": {"refusal_status": 400},
}


@pytest.mark.parametrize("form", FORMS)
async def test_forms(session: ClientSession, form: str) -> None:
    """However a camera writes; the envelope does not reach the settings."""
    async with camera(**FORMS[form]) as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        node = await client.get("getOsdConf")
        assert node.integer("font_size") == 1
        assert not {"code", "deviceID", "device_mac", "sign_tby"} & set(node)
        answer = await client.identify()
        assert answer.mac == "88:07:cb:00:02:be"
        emulator.plans.refuse("getOsdConf", 209)
        with pytest.raises(DeviceUnsupportedError):
            await client.get("getOsdConf")


async def test_query(session: ClientSession) -> None:
    """Blanks, signs and letters arrive as they are; never a plus for a blank."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        text = 'a b+c&d#e%20"ü'
        await client.act("ioSendData", {"data": text})
        assert emulator.terminals.serial == [text]
        assert "+" not in emulator.requests[-1].raw_query
        assert not emulator.violations


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
async def test_sent_once(session: ClientSession, fault: str) -> None:
    """A dropped connection does not open a door twice."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        await client.get("getOsdConf")
        emulator.fail(fault, "openDoor")
        with pytest.raises(DeviceConnectionError) as caught:
            await client.act("openDoor")
        assert caught.value.reason is Reason.COMMAND_UNCERTAIN
        assert len(emulator.requests_of("openDoor")) == 1
        emulator.fail(fault, "getOsdConf")
        await client.get("getOsdConf")


FAULTS = (
    *("drop_before", "drop_after", "garbage", "truncated", "clipped"),
    *("html", "huge", "empty", "http_status"),
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_secrets(
    session: ClientSession, records: list[logging.LogRecord], fault: str
) -> None:
    """Neither the password nor its hash is in a log, an error or a text of ours."""
    logger = logging.getLogger("custom_components.watchpost")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    async with camera(password=PASSWORD) as emulator:
        world = world_of(emulator, session)
        client, transport = client_of(emulator, world)
        await client.get("getOsdConf")
        emulator.fail(fault, "*", count=None)
        with pytest.raises(DeviceError) as caught:
            await client.get("getOsdConf")
        error = caught.value
        seen = [str(error), repr(error), repr(client), repr(transport)]
        seen += map(repr, (error.__context__, error.__cause__))
    logger.setLevel(level)
    logged = [record.getMessage() for record in records]
    assert any("cgi_action" in text for text in logged)
    seen += logged
    for secret in (PASSWORD, hashed(PASSWORD), "pwd=" + hashed(PASSWORD)[:6]):
        assert all(secret not in text for text in seen)


async def test_stranger(session: ClientSession) -> None:
    """Another camera at the address is told, and nothing is written to it."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        client.belong_to((await client.identify()).mac)
        emulator.replace(mac="bc-07-18-00-00-01")
        for _ in range(2):
            with pytest.raises(DeviceConnectionError) as caught:
                await client.act("openDoor", certain=True)
            assert caught.value.reason is Reason.WRONG_DEVICE
        with pytest.raises(DeviceConnectionError):
            await client.set("setOsdConf", {"show_week": 1})
        with pytest.raises(DeviceConnectionError):
            await client.act("setPtzControl", {}, urgent=True)
        assert not emulator.door_openings
        assert not emulator.writes
        assert {one.query["action"] for one in emulator.requests} == {"getSysConfig"}
        emulator.replace(mac="88-07-cb-00-02-be")
        await client.act("openDoor", certain=True)
        assert len(emulator.door_openings) == 1


async def test_stale_proof(session: ClientSession) -> None:
    """Before something is changed it is known who answers, lately."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        client.belong_to((await client.identify()).mac)
        await client.set("setOsdConf", {"show_week": 1})
        emulator.clock.advance(11)
        emulator.replace(mac="bc-07-18-00-00-01")
        with pytest.raises(DeviceConnectionError):
            await client.set("setOsdConf", {"show_week": 0})
        assert len(emulator.writes) == 1


STILLS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "open": ({}, ["cgi_images"]),
    "login": ({"snapshot_auth": "url"}, ["cgi_images", "cgi_images"]),
    "digest": ({"snapshot_auth": "digest"}, ["cgi_images"] * 3),
    "none": (
        {"absent": {"cgi_images": "404"}},
        ["cgi_images", "cgi_images", "getFmtSnap"],
    ),
    "failed": (
        {"formats": ()},
        ["cgi_images", "cgi_images", "getFmtSnap"],
    ),
}


@pytest.mark.parametrize("name", STILLS)
async def test_stills(session: ClientSession, name: str) -> None:
    """A picture is had in some way, and then in the same way again."""
    options, asked = STILLS[name]
    async with camera(**options) as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        assert (await client.picture()).startswith(b"\xff\xd8")

        def seen() -> list[str]:
            return [
                one.query.get("action", one.path.rpartition("/")[2])
                for one in emulator.requests
            ]

        assert seen() == asked
        emulator.forget()
        assert (await client.picture()).startswith(b"\xff\xd8")
        assert seen() == asked[-1:]


async def test_no_picture(session: ClientSession) -> None:
    """A lost picture is an error, and the way is looked for again."""
    async with camera() as emulator:
        client, _ = client_of(emulator, world_of(emulator, session))
        emulator.video_lost = True
        with pytest.raises(DeviceConnectionError) as caught:
            await client.picture()
        assert caught.value.reason is Reason.NO_PICTURE
        emulator.video_lost = False
        await client.picture()
        emulator.plans.answer("cgi_images", b"<html>busy</html>", count=None)
        assert (await client.picture()).startswith(b"\xff\xd8")
        assert emulator.requests[-1].query["action"] == "getFmtSnap"
