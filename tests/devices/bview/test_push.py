"""Delivery by the camera itself: set up, proven, renewed and given back."""

import asyncio
from base64 import b64decode
import json
import logging
from logging import WARNING, LogRecord
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.model.vocabulary import Delivery
from tests.emulators.base import FaultKind
from tests.emulators.bview import ALIASES, BviewOptions

from .watch_rig import (
    SUBSCRIPTIONS,
    TYPES,
    Post,
    posted,
)

AMS = "/Alarm/AMS/2"
CONFIG = "/Alarm/EventCfgList/2"
NOTIFY = "/Record/Notify/URL"
TRIGGER = "/Pictures/1/Motion/Trigger"
URL = "http://192.168.1.5:8123/api/webhook/5ec12e7"
ALL = {"VMD", "AlarmIn", "videolost"}
PREPARED = {
    "Protocol": "HTTP",
    "Host": "192.168.1.7",
    "Port": "8080",
    "Path": "/vms/event.php",
}


def prepare(post: Post) -> None:
    """Give the camera an owner with a target of his own."""
    for name, value in PREPARED.items():
        post.unit.settings.set(NOTIFY, name, value)
    post.unit.settings.set(TRIGGER, "NotifyAMS/Enable", "false")


def target(post: Post) -> dict[str, str]:
    """Return to whom recordings are told."""
    return {name: post.unit.settings.get(NOTIFY, name) for name in PREPARED}


def decoded(post: Post, path: str, name: str) -> str:
    """Return a field in plain text."""
    return b64decode(post.unit.settings.get(path, name), validate=True).decode()


def alarm(post: Post) -> tuple[str, str, str]:
    """Return whether and where the camera tells of motion."""
    return (
        post.unit.settings.get(AMS, "Enable"),
        decoded(post, AMS, "ServerURL"),
        decoded(post, CONFIG, "http/Message"),
    )


def tells_motion(post: Post) -> str:
    """Return whether motion is to be told."""
    return post.unit.settings.get(TRIGGER, "NotifyAMS/Enable").lower()


def kinds(post: Post) -> set[str]:
    """Return the types of events that are kept."""
    return {one.kind for one in post.unit.events.subscriptions}


def kept(post: Post) -> dict[str, object]:
    """Return what is remembered."""
    found: dict[str, object] = json.loads(post.world.memory.kept.get("push", "{}"))
    return found


READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "aliases": {"spelling": ALIASES},
    "attributes": {"attributes": "everywhere", "extra_tags": True},
    "prefix": {"prefix": "ns", "bom": True},
    "capitals": {"booleans": "capitals"},
    "status_400": {"error_status": "400"},
    "empty": {"write_answer": "empty"},
    "none": {"write_answer": "none"},
    "table": {"subscription_root": "table"},
    "digest": {"auth": "digest"},
}


@pytest.mark.parametrize("name", READINGS)
async def test_set_up_and_given_back(session: ClientSession, name: str) -> None:
    """All is set as the document has it, and given back as it was."""
    async with posted(session, BviewOptions.full(**READINGS[name])) as post:
        prepare(post)
        assert not post.push.accepts(None)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert alarm(post) == ("true", "192.168.1.5:8123", "api/webhook/5ec12e7")
        assert post.unit.settings.get(AMS, "ServerName") == "motionEvent"
        assert post.unit.settings.get(CONFIG, "http/AlarmInterval") == "300"
        assert tells_motion(post) == "true"
        assert target(post) == {
            "Protocol": "HTTP",
            "Host": "192.168.1.5",
            "Port": "8123",
            "Path": "/api/webhook/5ec12e7",
        }
        assert kinds(post) == ALL
        assert post.push.configured
        assert post.push.accepts(None)
        assert not post.push.accepts("t")
        assert post.push.token_header is None
        assert post.push.delivery() is None
        await post.push.unsubscribe()
        assert post.unit.settings.get(AMS, "Enable") == "false"
        assert tells_motion(post) == "false"
        assert target(post) == PREPARED
        assert kinds(post) == set()
        assert post.world.memory.kept == {}
        assert post.unit.dangerous == []
        readable = [w for w in post.unit.writes if w.path not in (AMS, CONFIG)]
        assert len(readable) == 4
        assert all(not write.dropped for write in readable)


@pytest.mark.parametrize(
    ("url", "server", "port"),
    [
        ("http://192.168.1.5/api/webhook/1", "192.168.1.5", "80"),
        ("http://192.168.1.5:80/api/webhook/1", "192.168.1.5", "80"),
        ("http://ha.local:8123/api/webhook/1", "ha.local:8123", "8123"),
        ("http://[fd00::5]:8123/api/webhook/1", "[fd00::5]:8123", "8123"),
    ],
)
async def test_addresses(
    session: ClientSession, url: str, server: str, port: str
) -> None:
    """The port is left out where it is the usual one."""
    async with posted(session) as post:
        await post.push.subscribe(url, "t")
        assert alarm(post) == ("true", server, "api/webhook/1")
        assert target(post)["Port"] == port
        assert target(post)["Path"] == "/api/webhook/1"


@pytest.mark.parametrize("url", ["https://ha/api", "ftp://x", "", "http://x:99999/y"])
async def test_impossible_addresses(session: ClientSession, url: str) -> None:
    """A camera knows no certificates; nothing is written."""
    async with posted(session) as post:
        assert (await post.push.subscribe(url, "t")).delivery is Delivery.FAILED
        assert post.unit.requests == []
        assert post.world.memory.kept == {}


async def test_what_was_there_already(session: ClientSession) -> None:
    """What somebody else has set up stays when we go."""
    async with posted(session) as post:
        prepare(post)
        post.unit.settings.set(TRIGGER, "NotifyAMS/Enable", "true")
        await post.client.put(SUBSCRIPTIONS, TYPES)
        await post.push.subscribe(URL, "t")
        assert kinds(post) == ALL
        assert kept(post)["events"] == ["videolost"]
        await post.push.unsubscribe()
        assert kinds(post) == {"VMD", "AlarmIn"}
        assert tells_motion(post) == "true"


async def test_what_is_not_ours_any_more(session: ClientSession) -> None:
    """What somebody has changed meanwhile stays as well."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        prepare(post)
        post.unit.events.subscriptions.pop()
        await post.push.unsubscribe()
        assert target(post) == PREPARED
        assert tells_motion(post) == "false"
        assert kinds(post) == set()


async def test_subscribed_twice(session: ClientSession) -> None:
    """What was there before the first time is given back."""
    async with posted(session) as post:
        prepare(post)
        await post.push.subscribe(URL, "t")
        await post.push.subscribe(URL, "t")
        other = "http://192.168.1.6:8123/api/webhook/2"
        await post.push.subscribe(other, "t")
        assert alarm(post)[1] == "192.168.1.6:8123"
        assert target(post)["Host"] == "192.168.1.6"
        assert await post.push.verify(other, "t")
        assert not await post.push.verify(URL, "t")
        await post.push.unsubscribe()
        assert target(post) == PREPARED
        assert tells_motion(post) == "false"


async def test_no_recording_notice(session: ClientSession) -> None:
    """A camera without it tells of motion nevertheless."""
    async with posted(session, BviewOptions.full(absent={NOTIFY: -3})) as post:
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert alarm(post)[0] == "true"
        assert await post.push.verify(URL, "t")
        await post.push.unsubscribe()
        assert post.unit.settings.get(AMS, "Enable") == "false"


@pytest.mark.parametrize(
    "changes",
    [
        {"absent": {"/Alarm/*": -3}},
        {"absent": {"/Alarm/*": 404}},
        {"absent": {AMS: -3}},
        {"server_port": "refuse"},
    ],
    ids=["no_alarm", "no_path", "no_server", "no_port"],
)
async def test_no_motion_push(
    session: ClientSession, changes: dict[str, object]
) -> None:
    """A camera without it tells of recordings nevertheless."""
    async with posted(session, BviewOptions.full(**changes)) as post:
        prepare(post)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert target(post)["Host"] == "192.168.1.5"
        assert tells_motion(post) == "false"
        assert [w for w in post.unit.writes if w.path == AMS] == []
        assert "alarm" not in kept(post)
        await post.push.unsubscribe()
        assert target(post) == PREPARED


async def test_the_server_is_refused(session: ClientSession) -> None:
    """A server that was not changed is not switched off either."""
    async with posted(session) as post:
        post.unit.plans.refuse(AMS, -5)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        await post.push.unsubscribe()
        assert post.labels.count(f"PUT {AMS}") == 1


async def test_the_switch_is_refused(session: ClientSession) -> None:
    """Without its switch the alarm server is of no use, and is given back."""
    async with posted(session) as post:
        prepare(post)
        post.unit.plans.refuse(TRIGGER, -5, method="PUT", count=None)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert post.unit.settings.get(AMS, "Enable") == "false"
        assert target(post)["Host"] == "192.168.1.5"


@pytest.mark.parametrize("code", [-3, 404])
async def test_no_switch(session: ClientSession, code: int) -> None:
    """Where motion cannot be switched off it is told anyway."""
    async with posted(session, BviewOptions.full(absent={TRIGGER: code})) as post:
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert alarm(post)[0] == "true"
        await post.push.unsubscribe()
        assert post.unit.settings.get(AMS, "Enable") == "false"


async def test_neither(session: ClientSession) -> None:
    """If nothing can be set, nothing is."""
    options = BviewOptions.full(absent={"/Alarm/*": -3, NOTIFY: -10})
    async with posted(session, options) as post:
        prepare(post)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.FAILED
        assert post.unit.writes == []
        assert kinds(post) == set()
        assert post.world.memory.kept == {}
        assert not post.push.accepts(None)


async def test_no_rights(session: ClientSession) -> None:
    """Subscriptions are left out where the account may not have them."""
    async with posted(session) as post:
        post.unit.plans.refuse(SUBSCRIPTIONS, -12, method="PUT", count=None)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.UNPROVEN
        assert kinds(post) == set()
        assert kept(post)["events"] == []
        await post.push.unsubscribe()
        assert post.world.memory.kept == {}


STEPS = [
    ("PUT", CONFIG),
    ("PUT", AMS),
    ("GET", TRIGGER),
    ("PUT", TRIGGER),
    ("GET", NOTIFY),
    ("PUT", NOTIFY),
    ("GET", SUBSCRIPTIONS),
    ("PUT", SUBSCRIPTIONS),
]


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
@pytest.mark.parametrize(("method", "path"), STEPS)
async def test_broken_in_the_middle(
    session: ClientSession, method: str, path: str, kind: FaultKind
) -> None:
    """Whatever was done by then is undone."""
    async with posted(session) as post:
        prepare(post)
        count = 1 if method == "PUT" else 2
        post.unit.faults.add(kind, path=path, method=method, count=count)
        with pytest.raises(DeviceError):
            await post.push.subscribe(URL, "t")
        assert target(post) == PREPARED
        assert tells_motion(post) == "false"
        assert kinds(post) == set()
        assert post.unit.settings.get(AMS, "Enable") == "false"
        assert post.world.memory.kept == {}


async def test_gone_in_the_middle(session: ClientSession) -> None:
    """What could not be undone is remembered, and undone later."""
    async with posted(session) as post:
        prepare(post)
        post.unit.faults.add(FaultKind.DROP_BEFORE, skip=6, count=None)
        with pytest.raises(DeviceError):
            await post.push.subscribe(URL, "t")
        assert post.push.configured
        assert tells_motion(post) == "true"
        post.unit.faults.clear()
        await post.push.unsubscribe()
        assert target(post) == PREPARED
        assert tells_motion(post) == "false"
        assert post.world.memory.kept == {}


async def test_verify(session: ClientSession) -> None:
    """What can be read is looked at, and nothing is written."""
    async with posted(session) as post:
        assert not await post.push.verify(URL, "t")
        await post.push.subscribe(URL, "t")
        post.unit.forget()
        assert await post.push.verify(URL, "t")
        assert {record.method for record in post.unit.requests} == {"GET"}
        post.unit.events.subscriptions.pop()
        assert not await post.push.verify(URL, "t")
        await post.push.renew()
        assert await post.push.verify(URL, "t")
        prepare(post)
        assert not await post.push.verify(URL, "t")


async def test_renew(session: ClientSession) -> None:
    """What a restart has taken is set again; the target of others is not."""
    async with posted(session, BviewOptions.full(alarm_survives=False)) as post:
        prepare(post)
        await post.push.subscribe(URL, "t")
        ours = target(post)
        post.unit.reboot()
        post.unit.boot()
        post.unit.events.subscriptions.clear()
        for name, value in PREPARED.items():
            post.unit.settings.set(NOTIFY, name, value)
        assert post.unit.motion_target() is None
        await post.look()
        await post.push.renew()
        assert post.unit.motion_target() == URL
        assert target(post) == ours
        assert kinds(post) == ALL
        post.unit.settings.set(NOTIFY, "Host", "192.168.1.9")
        await post.push.renew()
        assert target(post)["Host"] == "192.168.1.9"
        await post.push.unsubscribe()
        assert tells_motion(post) == "false"


async def test_renew_nothing(session: ClientSession) -> None:
    """Where nothing was set up nothing is written."""
    async with posted(session) as post:
        await post.push.renew()
        assert post.unit.requests == []


async def test_no_secret_is_told(
    session: ClientSession, records: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    """The id of the webhook is in no log and no error."""
    caplog.set_level(logging.DEBUG)
    async with posted(session) as post:
        post.unit.plans.refuse("/*", -5, count=None)
        assert (await post.push.subscribe(URL, "t")).delivery is Delivery.FAILED
        post.unit.plans.clear()
        await post.push.subscribe(URL, "t")
        assert records
        assert "5ec12e7" not in str([str(record) for record in records])


async def test_given_back_while_renewed(session: ClientSession) -> None:
    """What is given back meanwhile is not set up again, and the other way round."""
    async with posted(session) as post:
        prepare(post)
        await post.push.subscribe(URL, "t")
        await asyncio.gather(post.push.renew(), post.push.unsubscribe())
        assert post.unit.settings.get(AMS, "Enable") == "false"
        assert target(post) == PREPARED
        assert kinds(post) == set()
        assert post.world.memory.kept == {}
        await asyncio.gather(
            post.push.subscribe(URL, "t"), post.push.unsubscribe(), post.push.renew()
        )
        assert post.unit.settings.get(AMS, "Enable") == "false"
        assert target(post) == PREPARED
        assert post.world.memory.kept == {}


@pytest.mark.parametrize("host", ["", "192.168.1.7"])
async def test_no_empty_target(
    session: ClientSession, records: list[LogRecord], host: str
) -> None:
    """Whoever has a camera that cannot be freed is told, without a secret."""
    async with posted(session) as post:
        post.unit.settings.set(NOTIFY, "Host", host)
        await post.push.subscribe(URL, "t")
        post.unit.plans.refuse(NOTIFY, -5, method="PUT", count=None)
        await post.push.unsubscribe()
        assert target(post)["Host"] == "192.168.1.5"
        assert post.world.memory.kept == {}
        told = [one.getMessage() for one in records if one.levelno >= WARNING]
        assert len(told) == (not host)
        assert all("web page" in text for text in told)
        assert "5ec12e7" not in str(told)
        assert "192.168.1.5" not in str(told)
