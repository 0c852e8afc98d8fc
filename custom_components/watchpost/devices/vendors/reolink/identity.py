"""Who the device is and who we are to it: the first request after the login."""

from dataclasses import dataclass
from typing import Final

from ...model.device import Json
from ...model.errors import DeviceError, Reason
from ...model.mac import mac_address
from ...transport.payload import Node
from .ability import Ability, parse_abilities
from .answers import Answer
from .client import Ask, Client
from .codes import DONE, REFUSED, error_for
from .const import MAX_CHANNELS
from .streams import Ports

MANUFACTURER: Final = "Reolink"
_RECORDERS: Final = ("NVR", "HOMEHUB", "HOME_HUB")
_CAMERA: Final = "IPC"
_LABEL_LENGTH: Final = 64
"""Characters of a name; the guide allows 31."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a device tells of itself (sections 3.1.2, 3.3.1 and 3.3.33)."""

    serial: str
    mac: str | None
    name: str
    model: str
    firmware: str
    hardware: str
    recorder: bool
    channels: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the first request tells."""

    identity: Identity
    host: Ability
    channels: tuple[Ability, ...]
    admin: bool
    ports: Ports
    answers: dict[str, Answer]
    """Answers to what else was asked, by the name of the command."""


def label(text: str | None) -> str:
    """Return a text in a form that can be shown and stored."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())[:_LABEL_LENGTH]


async def read_identity(client: Client) -> Identity:
    """Ask who the device is, in one request.

    Raise:
        DeviceError: It has no identity, or refuses to tell.
    """
    asks = [Ask(command=name) for name in ("GetDevInfo", "GetLocalLink", "GetP2p")]
    info, link, p2p = await client.ask(asks)
    return _identity(info, link, p2p)


def ability_ask(client: Client) -> Ask:
    """Return the question what the device and its cameras can do for an account."""
    user: dict[str, Json] = {"User": {"userName": client.username}}
    return Ask(command="GetAbility", param=user)


async def read_overview(client: Client, more: tuple[Ask, ...]) -> Overview:
    """Ask who the device is, what it can do, and a few things more, in one request."""
    asks = (
        Ask(command="GetDevInfo"),
        Ask(command="GetLocalLink"),
        Ask(command="GetP2p"),
        Ask(command="GetNetPort"),
        ability_ask(client),
        Ask(command="GetUser"),
        *more,
    )
    answers = await client.ask(asks)
    info, link, p2p, ports, ability, users = answers[:6]
    if ability.code != DONE:
        raise error_for(ability.code)
    host, channels = parse_abilities(ability.value)
    return Overview(
        identity=_identity(info, link, p2p),
        host=host,
        channels=channels,
        admin=_is_admin(users, host, client.username),
        ports=Ports.parse(ports.value),
        answers={
            ask.command: answer for ask, answer in zip(more, answers[6:], strict=False)
        },
    )


def _identity(info: Answer, link: Answer, p2p: Answer) -> Identity:
    if info.code != DONE:
        raise error_for(info.code)
    if link.code not in (DONE, *REFUSED):
        # With half the answers it would be somebody else tomorrow.
        raise error_for(link.code)
    told = info.value.node("DevInfo") or info.value
    local = link.value.node("LocalLink") or link.value
    mac = mac_address(local.text("mac"))
    # The serial number of the guide's example is all zeros.
    serial = mac or label((p2p.value.node("P2p") or Node({})).text("uid"))
    if not serial:
        raise DeviceError(Reason.NO_IDENTITY)
    channels = min(max(told.integer("channelNum") or 1, 1), MAX_CHANNELS)
    model = label(told.text("model")) or MANUFACTURER
    return Identity(
        serial=serial,
        mac=mac,
        name=label(told.text("name")) or model,
        model=model,
        firmware=label(told.text("firmVer")),
        hardware=label(told.text("hardVer")),
        recorder=_is_recorder(told, channels),
        channels=channels,
    )


def _is_recorder(info: Node, channels: int) -> bool:
    """Return whether cameras are connected to it; one with two lenses is none."""
    types = " ".join(info.text(name) or "" for name in ("type", "exactType")).upper()
    if any(word in types for word in _RECORDERS):
        return True
    return channels > 1 and _CAMERA not in types


def _is_admin(users: Answer, host: Ability, name: str) -> bool:
    """Return whether the account may change anything."""
    for user in users.value.nodes("User"):
        if user.text("userName") == name:
            return user.text("level") != "guest"
    # A guest may only read what an administrator may write.
    return host.permit("devName") & 2 > 0 or not host.has("devName")
