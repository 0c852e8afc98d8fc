"""What the unit sends by itself: alarm messages over HTTP."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    ThreadedResolver,
)

from .xmldoc import Node, branch, leaf

PUSH_PATH: Final = "/ISAPI/AlarmLink/AlarmLinkMsg"


@dataclass(frozen=True, kw_only=True)
class PushResult:
    """One alarm message that was sent, or could not be."""

    time: float
    """Seconds of the virtual clock."""
    url: str
    alarm_type: int
    body: bytes
    headers: dict[str, str]
    status: int | None
    """HTTP status of the answer; None if there was none."""
    error: str | None = None


def push_document(
    *,
    device_id: str,
    software: str,
    mac: str,
    address: str,
    alarm_type: int,
    time: datetime,
) -> Node:
    """Return an AlarmLinkMsg."""
    return branch(
        "AlarmLinkMsg",
        leaf("DeviceID", device_id),
        leaf("SoftwareVer", software),
        leaf("MACAddress", mac),
        leaf("IPAddress", address),
        leaf("AlarmType", alarm_type),
        leaf("AlarmTime", f"{time:%Y-%m-%dT%H:%M:%SZ}"),
    )


def push_headers(config: Node) -> dict[str, str]:
    """Return the headers that the configured authentication asks for."""
    key, value = config.get("AuthKey"), config.get("AuthValue")
    match config.get("AuthMethod"):
        case "1" if key:
            return {key: value}
        case "2":
            return {"Authorization": f"Bearer {value}"}
        case "3":
            pair = base64.b64encode(f"{key}:{value}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        case _:
            return {}


async def post(
    url: str, body: bytes, headers: dict[str, str], seconds: float
) -> tuple[int | None, str | None]:
    """Send one message; return the status, or what went wrong."""
    connector = TCPConnector(resolver=ThreadedResolver(), force_close=True)
    try:
        async with (
            ClientSession(
                connector=connector, timeout=ClientTimeout(total=seconds)
            ) as session,
            session.post(
                url, data=body, headers={"Content-Type": "application/xml", **headers}
            ) as answer,
        ):
            return answer.status, None
    except (ClientError, TimeoutError, ValueError, OSError) as err:
        return None, f"{type(err).__name__}: {err}"
