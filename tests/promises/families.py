"""One emulated unit of each family, with all that can move, switch and sound."""

from collections.abc import Callable
from dataclasses import dataclass
import json
from typing import Any, Final

from custom_components.watchpost.devices.model.device import (
    Device,
    Login,
    Surroundings,
)
from custom_components.watchpost.devices.vendors.bview.device import BviewDevice
from custom_components.watchpost.devices.vendors.cbt.device import CbtDevice
from custom_components.watchpost.devices.vendors.reolink.device import ReolinkDevice
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from custom_components.watchpost.devices.vendors.vserver.device import VserverDevice
from tests.emulators.base import Emulator, RequestRecord, VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.cbt import CbtEmulator, CbtOptions, action_of
from tests.emulators.reolink import ChannelOptions, ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.routes import API_ALARM, URL_ALARM
from tests.emulators.vserver import Channel, VserverEmulator, VserverOptions

_STOP: Final = 21
"""The number of the order to stop."""


@dataclass
class Motion:
    """A movement as the motors have seen it, in seconds of the clock."""

    motor: str
    started: float
    stopped: float | None
    released: bool
    """Whether an order to stop has ended it."""


@dataclass(frozen=True)
class Family:
    """How to run a unit, to speak to it, and to look at it."""

    name: str
    emulate: Callable[[VirtualClock], Emulator]
    speak: Callable[[Login, Surroundings], Device]
    kind: Callable[[RequestRecord], str]
    """What a request is for: stop, order, write or read."""
    refusals: tuple[int, ...]
    """Codes with which the unit refuses something."""
    calibrates: bool = False
    """Whether the lens rests for minutes after it was told to focus."""


def _cbt_kind(record: RequestRecord) -> str:
    action = action_of(record)
    if action == "setPtzControl":
        return "stop" if f'"ptz_cmd":{_STOP}' in record.query["json"] else "order"
    if action in ("openDoor", "ioSendData"):
        return "order"
    return "write" if action.startswith("set") else "read"


def _vserver_kind(record: RequestRecord) -> str:
    cgi = record.path.rpartition("/")[2]
    group = record.query.get("Group", "")
    if group == "PTZCtrlInfo" and cgi == "ptz_set":
        return "stop" if "Stop" in record.query else "order"
    if cgi == "rs485_set" or (cgi == "rs485_get" and "Data" in record.query):
        return "order"
    return "write" if cgi.endswith("_set") else "read"


def _reolink_kind(record: RequestRecord) -> str:
    command = record.query.get("cmd", "")
    if command == "PtzCtrl":
        (item, *_) = json.loads(record.body)
        return "stop" if item["param"]["op"] == "Stop" else "order"
    if command == "AudioAlarmPlay":
        return "order"
    return "write" if command.startswith("Set") else "read"


def _bview_kind(record: RequestRecord) -> str:
    if record.path.startswith("/PTZ/"):
        return "stop" if record.body.startswith(b"Param1=2") else "order"
    if record.path == "/Record/HttpEvent/Call":
        return "order"
    return "write" if record.method == "PUT" else "read"


def _strobe_kind(record: RequestRecord) -> str:
    if record.path in (API_ALARM, URL_ALARM):
        return "order"
    return "write" if record.method == "PUT" else "read"


def _dome(clock: VirtualClock) -> Emulator:
    channels = [Channel(ptz=True, lens=True, serial=True)]
    options = VserverOptions(channels=channels, alarm_inputs=2, alarm_outputs=2)
    return VserverEmulator(options, clock=clock)


def _camera(clock: VirtualClock) -> Emulator:
    options = ReolinkOptions.full(channels=[ChannelOptions.full()])
    return ReolinkEmulator(options, clock=clock)


CBT: Final = Family(
    "cbt",
    lambda clock: CbtEmulator(CbtOptions.full(), clock=clock),
    CbtDevice,
    _cbt_kind,
    (204, 205, 299),
)
VSERVER: Final = Family("vserver", _dome, VserverDevice, _vserver_kind, (400, 503))
REOLINK: Final = Family("reolink", _camera, ReolinkDevice, _reolink_kind, (-1, -4, -13))
BVIEW: Final = Family(
    "bview",
    lambda clock: BviewEmulator(BviewOptions.full(), clock=clock),
    BviewDevice,
    _bview_kind,
    (-1, -3, -16),
    calibrates=True,
)
STROBE: Final = Family(
    "strobe",
    lambda clock: StrobeEmulator(StrobeOptions(), clock=clock),
    StrobeDevice,
    _strobe_kind,
    (402, 502, 503),
)
FAMILIES: Final = (BVIEW, CBT, REOLINK, STROBE, VSERVER)


def login_to(unit: Any) -> Login:
    """Return where a unit is, with its login."""
    return Login(
        host=unit.host,
        port=unit.port,
        username=unit.options.username,
        password=unit.options.password,
    )


def restart(unit: Emulator, seconds: float) -> None:
    """Restart a unit, which is silent for some seconds."""
    match unit:
        case (
            BviewEmulator()
            | CbtEmulator()
            | ReolinkEmulator()
            | StrobeEmulator()
            | VserverEmulator()
        ):
            unit.reboot()
            unit.power_off(seconds)


def motions(unit: Emulator) -> list[Motion]:
    """Return all that the motors of a unit have done, oldest first."""
    match unit:
        case CbtEmulator():
            return [
                Motion(_cbt_motor(one.command), one.started, one.stopped, one.released)
                for one in unit.ptz.moves
            ]
        case VserverEmulator():
            return [
                Motion(one.motor, one.started, one.stopped, one.by_stop)
                for one in unit.head.moves
            ]
        case BviewEmulator():
            return [
                Motion(one.command[:4], one.started, one.stopped, one.released)
                for one in unit.lens.moves
            ]
        case ReolinkEmulator():
            return _reolink_motions(unit)
        case _:
            return []


def _cbt_motor(command: int) -> str:
    lens = {5: "focus", 6: "focus", 7: "iris", 8: "iris", 9: "zoom", 10: "zoom"}
    return lens.get(command, "head")


def _reolink_motions(unit: ReolinkEmulator) -> list[Motion]:
    moves = unit.cameras[0].ptz.moves
    found: list[Motion] = []
    for number, one in enumerate(moves):
        if one.op in ("Stop", "ToPos", "StartPatrol", "StopPatrol"):
            continue
        after = moves[number + 1].op if number + 1 < len(moves) else ""
        # One movement at a time: whatever is ordered next has ended it.
        found.append(Motion("camera", one.began, one.ended, after == "Stop"))
    return found
