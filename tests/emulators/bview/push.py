"""What the camera sends by itself: notices of motion and of finished recordings."""

import base64
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    ThreadedResolver,
)
from yarl import URL

from .blocks_system import AMS, EVENT_LIST, NOTIFY
from .kinds import decode
from .options import BviewOptions
from .store import Settings


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell a server."""

    kind: str
    """motion or recording."""
    url: str
    method: str = "GET"
    body: bytes = b""
    login: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class PushResult:
    """One notice that was sent, or could not be."""

    notice: Notice
    time: float
    """Seconds of the virtual clock."""
    status: int | None
    """HTTP status of the answer; None if there was none."""
    error: str | None = None

    @property
    def kind(self) -> str:
        """Return motion or recording."""
        return self.notice.kind

    @property
    def url(self) -> str:
        """Return where it went."""
        return self.notice.url


def interval(settings: Settings) -> int:
    """Return after how many seconds of motion it is told again."""
    return int(settings.node(EVENT_LIST).get("http/AlarmInterval") or 300)


def motion_notice(settings: Settings, options: BviewOptions) -> Notice | None:
    """Return what to send when something moves, if anybody is to hear of it."""
    server = settings.node(AMS)
    host = decode(server.get("ServerURL"))
    if server.get("Enable") != "true" or not host:
        return None
    if options.server_port == "ignore":
        host = host.partition(":")[0]
    path = decode(settings.node(EVENT_LIST).get("http/Message"))
    user = server.get("UserName")
    return Notice(
        kind="motion",
        url=f"http://{host}/{path}",
        method=options.push_method,
        body=options.push_body,
        login=(user, server.get("Password")) if user else None,
    )


def recording_notice(
    settings: Settings, options: BviewOptions, name: str
) -> Notice | None:
    """Return what to send when a file is finished, if anybody is to hear of it."""
    target = settings.node(NOTIFY)
    host = target.get("Host")
    if not host:
        return None
    query = f"eventfile={quote(name)}&camip={options.ip_address}"
    where = f"{host}:{target.get('Port')}{target.get('Path')}"
    return Notice(kind="recording", url=f"http://{where}?{query}")


async def send(notice: Notice, seconds: float) -> tuple[int | None, str | None]:
    """Send one notice; return the status, or what went wrong."""
    headers = {}
    if notice.login is not None:
        pair = base64.b64encode(":".join(notice.login).encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    connector = TCPConnector(resolver=ThreadedResolver(), force_close=True)
    try:
        async with (
            ClientSession(
                connector=connector, timeout=ClientTimeout(total=seconds)
            ) as session,
            session.request(
                notice.method,
                URL(notice.url, encoded=True),
                data=notice.body or None,
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            return answer.status, None
    except (ClientError, TimeoutError, ValueError, OSError) as err:
        return None, f"{type(err).__name__}: {err}"
