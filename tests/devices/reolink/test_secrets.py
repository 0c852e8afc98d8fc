"""Neither password nor token, in any log or error, whatever goes wrong."""

from collections.abc import Awaitable, Iterator
import re
from typing import Any
from urllib.parse import quote

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import AlarmCommand, SoundPart
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.transport import http
from custom_components.watchpost.devices.vendors.reolink import (
    client as client_module,
    discovery,
    kinds,
    session as session_module,
    watch as watch_module,
)
from custom_components.watchpost.devices.vendors.reolink.client import Client
from custom_components.watchpost.devices.vendors.reolink.discovery import recognize
from custom_components.watchpost.devices.vendors.reolink.documents import Documents
from custom_components.watchpost.devices.vendors.reolink.siren import SirenDriver
from custom_components.watchpost.devices.vendors.reolink.watch import Watch
from tests.devices.world import World
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import (
    PASSWORD,
    SYNC,
    TIME,
    TOKEN,
    Reply,
    everything_logged,
    lab,
    raw_lab,
    refusal,
    told_by,
)
from .test_batches import HOSTILE
from .watch_rig import sources_of

HEARD = re.compile(r"token=(?!\*\*)[^&\s]")
"""A token in an address."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be less patient."""
    for name in ("TIMEOUT", "SNAP_TIMEOUT"):
        monkeypatch.setattr(client_module, name, 0.1)
    for name in ("TIMEOUT", "LOGOUT_TIMEOUT"):
        monkeypatch.setattr(session_module, name, 0.1)
    for name in ("STATE_TIMEOUT", "CHANNEL_TIMEOUT"):
        monkeypatch.setattr(watch_module, name, 0.1)
    for method in (Client.ask, Client.read, Client.send):
        monkeypatch.setattr(method, "__kwdefaults__", {"seconds": 0.1})
    monkeypatch.setattr(http, "_STREAM_START", 0.1)
    monkeypatch.setattr(http, "_STREAM_SILENCE", 0.1)
    monkeypatch.setattr(discovery, "_TIMEOUT", 0.1)


@pytest.fixture
def texts() -> Iterator[list[str]]:
    """Return everything that any library logs."""
    with everything_logged() as texts:
        yield texts


def everything(client: Client, world: World) -> list[Awaitable[Any]]:
    """Return all that is ever asked of a device."""
    documents = Documents(client, world.clock)
    watch = Watch(client, world.clock, lambda channel, kind, level: None)
    siren = SirenDriver(0, client, world.surroundings)

    async def load() -> None:
        async with client.file("a.mp4", 1, 5) as stream:
            async for _ in stream.chunks:
                pass

    return [
        client.ask([TIME] * 3, seconds=0.1),
        client.act(SYNC),
        documents.get(kinds.IMAGE, 0).write(("bright",), 1),
        watch.poll(sources_of([0, 1])),
        siren.start(AlarmCommand(duration=1, sound=SoundPart())),
        client.picture(0),
        load(),
    ]


async def check(work: list[Awaitable[Any]], secrets: list[str]) -> int:
    """Do it all; return how much of it has failed."""
    failures = 0
    for one in work:
        try:
            await one
        except DeviceError as err:
            failures += 1
            told = told_by(err)
            assert not [secret for secret in secrets if secret in told]
            assert not HEARD.search(told), told
    return failures


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_servers(
    session: ClientSession, texts: list[str], name: str
) -> None:
    """Whatever they answer, in a login and to one."""
    nasty = HOSTILE[name]
    secrets = [PASSWORD, quote(PASSWORD), TOKEN]
    failures = 0
    for login in (False, True):
        async with raw_lab(session, last=nasty) as made:
            if login:
                made.server.login = (
                    Reply(body=nasty) if isinstance(nasty, bytes) else nasty
                )
            work = everything(made.client, made.world)
            failures += await check(work, secrets)
            failures += await check([recognize(made.login, session)], secrets)
            assert PASSWORD not in repr(made.login)
    assert failures
    logged = "\n".join(texts)
    assert "POST /cgi-bin/api.cgi?cmd=**" in logged
    assert not [secret for secret in secrets if secret in logged]


@pytest.mark.parametrize("kind", list(FaultKind))
async def test_faults(
    session: ClientSession, texts: list[str], kind: FaultKind
) -> None:
    """All faults of a unit, at each of the requests."""
    options = ReolinkOptions.nvr(2, password=PASSWORD)
    async with lab(session, options, connect=True, hanging=True) as made:
        tokens = [one.token for one in made.unit.sessions.open]
        made.unit.faults.add(kind, count=None, code=404, seconds=0.3)
        work = everything(made.client, made.world)
        await check(work, [PASSWORD, *tokens])
        tokens += [one.token for one in made.unit.sessions.open]
        queries = [record.query for record in made.unit.requests]
        tokens += [query["token"] for query in queries if "token" in query]
        made.unit.faults.clear()
        made.unit.forget_sessions()
    logged = "\n".join(texts)
    assert "token=**" in logged
    assert not [one for one in (PASSWORD, quote(PASSWORD), *tokens) if one in logged]
    assert not HEARD.search(logged)


@pytest.mark.parametrize("code", [-5, -6, -7, -9, -16, -21, -26, -99, -506])
async def test_refusals(session: ClientSession, texts: list[str], code: int) -> None:
    """All kinds of refusals, of commands and of logins."""
    secrets = [PASSWORD, quote(PASSWORD), TOKEN]
    for login in (False, True):
        async with raw_lab(session, last=refusal(code)) as made:
            if login:
                made.server.login = Reply(body=refusal(code))
            work = everything(made.client, made.world)
            assert await check(work, secrets)
    logged = "\n".join(texts)
    assert not [secret for secret in secrets if secret in logged]


async def test_no_secret_in_what_is_shown_of_objects(session: ClientSession) -> None:
    """Not even by accident, in a log or a debugger."""
    async with raw_lab(session) as made:
        await made.client.read(TIME)
        ask = client_module.Ask(command="Login", param={"password": PASSWORD})
        for thing in (ask, made.client, client_module.Batch([ask]), made.login):
            assert PASSWORD not in repr(thing)
            assert TOKEN not in repr(thing)
