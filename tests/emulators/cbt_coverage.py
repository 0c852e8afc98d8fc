"""What of the card the emulated cgi_action camera serves, measured by asking for it.

``python -m tests.emulators.cbt_coverage`` prints the table.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import sys
from typing import Any, Self
from urllib.parse import quote

from aiohttp import (
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
    ThreadedResolver,
)
from yarl import URL

from .cbt import CARD, RESOURCES, CbtEmulator, CbtOptions, digest
from .cbt.actions import CGI, IMAGES, TELNET
from .cbt.samples import SAMPLES
from .faults import FaultKind


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def data(self) -> dict[str, Any]:
        """Return the object."""
        found = json.loads(self.body)
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> int | None:
        """Return the code; None if this is no object."""
        if not self.body.lstrip().startswith(b"{"):
            return None
        return int(self.data["code"])


class Caller:
    """A client without opinions: it sends what it is told to, and only once."""

    def __init__(self, emulator: CbtEmulator) -> None:
        """Remember whom to call."""
        self.emulator = emulator
        self.username = emulator.options.username
        self.password = emulator.options.password
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._http = ClientSession(
            connector=TCPConnector(
                resolver=ThreadedResolver(), ssl=False, force_close=True
            ),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=10),
            middlewares=(_once,),
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    @property
    def http(self) -> ClientSession:
        """Return the connections."""
        if self._http is None:
            raise RuntimeError("Not open")
        return self._http

    @property
    def login(self) -> str:
        """Return the login as it stands in addresses."""
        return f"user={quote(self.username, safe='')}&pwd={digest(self.password)}"

    async def fetch(
        self,
        target: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the target is sent as it stands."""
        url = URL(f"{self.emulator.url}{target}", encoded=True)
        async with self.http.request(method, url, headers=headers) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    def target(self, action: str, raw: str | None = None) -> str:
        """Return the target of an action."""
        tail = "" if raw is None else f"&json={quote(raw, safe='')}"
        return f"{CGI}?{self.login}&action={action}{tail}"

    async def call(self, action: str, **fields: Any) -> Answer:
        """Call an action; without fields there is no JSON."""
        raw = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return await self.fetch(self.target(action, raw if fields else None))

    async def raw(self, action: str, raw: str) -> Answer:
        """Call an action with a text in the place of JSON."""
        return await self.fetch(self.target(action, raw))

    async def read(self, action: str, **fields: Any) -> dict[str, Any]:
        """Return what a get answers."""
        return (await self.call(action, **fields)).data

    async def sample(self, resource: str) -> Answer:
        """Send a request of one kind that the document shows."""
        if resource == "cgi_images":
            return await self.fetch(IMAGES)
        if resource == "telnet":
            return await self.fetch(f"{TELNET}?action=open")
        if resource in ("setGb28181Logout", "setGb28181Register"):
            await self.call("setGb28181", register_type=1)
        if resource == "getPlatformConfFile":
            await self.sample("setPlatformConfFile")
        return await self.call(resource, **SAMPLES.get(resource, {}))


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Keep aiohttp from sending a request again when the camera hangs up."""
    try:
        return await handler(request)
    except ServerDisconnectedError as err:
        raise ConnectionResetError("hung up") from err


@asynccontextmanager
async def running(
    options: CbtOptions | None = None,
) -> AsyncIterator[tuple[CbtEmulator, Caller]]:
    """Run a camera, and somebody who knows its password."""
    async with CbtEmulator(options) as unit, Caller(unit) as caller:
        yield unit, caller


async def ask(resource: str) -> tuple[Answer, CbtEmulator]:
    """Send a sample request to a new camera that can do everything."""
    async with running(CbtOptions.full()) as (unit, caller):
        return await caller.sample(resource), unit


def right(resource: str, answer: Answer) -> bool:
    """Tell whether an answer is what the document promises."""
    if answer.status != 200:
        return False
    if resource == "cgi_images":
        return answer.body.startswith(b"\xff\xd8")
    if resource == "telnet":
        return b"oper: open" in answer.body
    return answer.code == 0


async def measure(resources: Iterable[str] = RESOURCES) -> list[tuple[str, bool]]:
    """Ask for everything on the card; tell what is served."""
    return [(name, right(name, (await ask(name))[0])) for name in resources]


def is_dangerous(resource: str) -> bool:
    """Tell whether a client must never ask for something by itself."""
    return resource == "telnet" or (resource in CARD and CARD[resource].dangerous)


def table(rows: Sequence[tuple[str, bool]]) -> str:
    """Print the measurement."""
    marks = [
        f"{'ok ' if good else 'NO '} {name}"
        + (" (dangerous)" if is_dangerous(name) else "")
        for name, good in rows
    ]
    actions = [good for name, good in rows if name in CARD]
    return "\n".join(
        [
            *marks,
            f"actions         {sum(actions)}/{len(CARD)}",
            f"resources       {sum(good for _, good in rows)}/{len(RESOURCES)}",
            f"faults          {len(FaultKind)}: {', '.join(FaultKind)}",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
