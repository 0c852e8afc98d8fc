"""The groups that are read and set, as sections of settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ...kit.sections import Plan, Sections, Values
from ...model.device import Json, Surroundings
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...transport.payload import Node
from .client import Client
from .const import (
    LIVE_INTERVAL,
    RARE_INTERVAL,
    SETTINGS_INTERVAL,
    SETTLE,
    STATE_INTERVAL,
)
from .message import Message
from .names import row_name

TIME: Final = "TimeInfo"
PORTS: Final = "NetPortInfo"
PROTOCOLS: Final = "NetProtocolInfo"
INPUTS: Final = "IOTrigInfo"
INPUT_LINKS: Final = "IOAccessInfo"
WIFI: Final = "WifiInfo"
CARD: Final = "RecordDevice"

MAIN: Final = "major_stream"
SUB: Final = "minor_stream"
JPEG: Final = "mjpeg"
IMAGE: Final = "ImageInfo"
OVERLAY: Final = "OSDInfo"
SOUND: Final = "AudioInfo"
RECORDING: Final = "RecordControl"
BASIC: Final = "BasicInfo"
EXPOSURE: Final = "ExposureInfo"
MOTION: Final = "MDInfo"
MOTION_LINKS: Final = "MDAccessInfo"
SPEEDS: Final = "SpeedInfo"
PRESETS: Final = "PresetNameInfo"
TOURS: Final = "TourInfo"
POSITION: Final = "PTZCtrlInfo"

_STREAM: Final = "StreamInfo"
_HARMLESS: Final = {WIFI: ("enable", "signal"), PROTOCOLS: ("ONVIF",)}
"""What is kept of groups that tell passwords in clear, or what is of no use."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of values and how it is read and set."""

    family: str
    group: str
    per_channel: bool = True
    """Whether there is one for each channel."""
    channel: int | None = None
    """The channel that is always named, where there is one for all."""
    keys: tuple[str, ...] = ()
    """The values with which its rows begin, where it repeats; the first one is set."""
    interval: float = SETTINGS_INTERVAL


GROUPS: Final = {
    TIME: Group(family="sys", group=TIME, per_channel=False, interval=STATE_INTERVAL),
    PORTS: Group(
        family="netport",
        group=PORTS,
        per_channel=False,
        channel=1,
        interval=RARE_INTERVAL,
    ),
    PROTOCOLS: Group(
        family="net", group=PROTOCOLS, per_channel=False, interval=RARE_INTERVAL
    ),
    INPUTS: Group(
        family="alarm",
        group=INPUTS,
        per_channel=False,
        keys=("IOTrigNum",),
        interval=LIVE_INTERVAL,
    ),
    INPUT_LINKS: Group(
        family="alarm",
        group=INPUT_LINKS,
        per_channel=False,
        keys=("IOTrigNum", "Channel"),
    ),
    WIFI: Group(family="wifi", group=WIFI, per_channel=False),
    CARD: Group(family="record", group=CARD, per_channel=False, channel=1),
    MAIN: Group(family=MAIN, group=_STREAM),
    SUB: Group(family=SUB, group=_STREAM),
    JPEG: Group(family=JPEG, group=_STREAM, interval=RARE_INTERVAL),
    IMAGE: Group(family="image", group=IMAGE),
    OVERLAY: Group(family="image", group=OVERLAY),
    SOUND: Group(family="audio", group=SOUND),
    RECORDING: Group(family="record", group=RECORDING, interval=STATE_INTERVAL),
    BASIC: Group(family="camera", group=BASIC),
    EXPOSURE: Group(family="camera", group=EXPOSURE),
    MOTION: Group(family="alarm", group=MOTION),
    MOTION_LINKS: Group(family="alarm", group=MOTION_LINKS, keys=("MDArea",)),
    SPEEDS: Group(family="ptz", group=SPEEDS),
    PRESETS: Group(family="ptz", group=PRESETS, keys=("PresetNumber",)),
    TOURS: Group(family="ptz", group=TOURS, keys=("TourNum",), interval=RARE_INTERVAL),
    POSITION: Group(family="ptz", group=POSITION, interval=LIVE_INTERVAL),
}
"""Groups by the last part of the name of their section."""
STATE_SECTIONS: Final = frozenset(
    name for name, group in GROUPS.items() if group.interval <= STATE_INTERVAL
)


_PARTS: Final = frozenset({CARD, JPEG, PORTS, PROTOCOLS})
"""Groups that tell what there is: a card, a stream, a port, a way of events."""


def is_part(name: str) -> bool:
    """Return whether a section decides on features that are made of others."""
    return name.rpartition(".")[2] in _PARTS


def section(name: str, channel: int) -> str:
    """Return the name of the section of a group, of a channel if it has several."""
    return f"{channel}.{name}" if GROUPS[name].per_channel else name


def split(name: str) -> tuple[Group, int | None]:
    """Return the group of a section, and its channel."""
    number, _, last = name.rpartition(".")
    group = GROUPS[last]
    return group, int(number) if number else group.channel


def is_state(name: str) -> bool:
    """Return whether a section is read with what happens now."""
    return name.rpartition(".")[2] in STATE_SECTIONS


class Settings:
    """What a unit is set to."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Prepare settings of a unit whose channels are not known yet."""
        self._client = client
        self._around = around
        self.sections = self._sections(())

    def prepare(self, channels: int) -> None:
        """Take in how many channels there are; nothing is read."""
        numbers = range(1, channels + 1)
        names = [
            section(name, number)
            for name, group in GROUPS.items()
            for number in (numbers if group.per_channel else (0,))
        ]
        self.sections = self._sections(names)

    def _sections(self, names: Iterable[str]) -> Sections:
        plans = [
            Plan(name=name, interval=split(name)[0].interval, settle=SETTLE)
            for name in names
        ]
        return Sections(plans, self._fetch, self._send, self._around)

    async def _fetch(self, name: str) -> Node:
        """Read a group.

        Raise:
            DeviceError: It is not there, or nobody answers.
        """
        group, channel = split(name)
        cgi = f"{group.family}_get"
        try:
            answer = await self._client.get(cgi, group.group, channel)
        except DeviceRequestError as err:
            if name != PROTOCOLS or err.reason is not Reason.INVALID_VALUE:
                raise
            # Only a table has this group: there are units that do not know its name.
            raise DeviceUnsupportedError from None
        return _kept(name, _node(answer, group))

    async def _send(self, name: str, values: Values) -> Node | None:
        """Set values of a group, and take in what the unit says they are now.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        group, channel = split(name)
        told = self.sections.node(name).copy()
        told.tree |= values
        echoed = False
        for row, sent in _rows(values).items():
            named = {group.keys[0]: row, **sent} if row else sent
            answer = await self._client.order(
                f"{group.family}_set", group.group, channel, named, post=False
            )
            for own, text in _node(answer, group).tree.items():
                echoed = True
                told.tree[told.spelling(own) or own] = text
        return _kept(name, told) if echoed else None


def _rows(values: Values) -> dict[str, dict[str, str | int]]:
    """Return values by the row to which they belong; "" is a group without rows."""
    found: dict[str, dict[str, str | int]] = {}
    for name, value in values.items():
        row, _, own = name.rpartition("/")
        if isinstance(value, (str, int)):
            found.setdefault(row, {})[own] = value
    return found


def _node(answer: Message, group: Group) -> Node:
    """Return the values of a group; those of rows with their number before them."""
    if not group.keys:
        return answer.node(group.group)
    tree: dict[str, Json] = {
        row_name(row, name): text
        for row, values in answer.rows(group.group, *group.keys).items()
        for name, text in {"": row, **values}.items()
    }
    return Node(tree)


def _kept(name: str, node: Node) -> Node:
    """Return a group without what nobody may see."""
    if name not in _HARMLESS:
        return node
    owns = (node.spelling(one) for one in _HARMLESS[name])
    return Node({own: node.tree[own] for own in owns if own is not None})
