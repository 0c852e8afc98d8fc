"""The card: every action, what it reads or writes, and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .fields import Field, choice, number, switch, text

CGI: Final = "/action/cgi_action"
IMAGES: Final = "/action/cgi_images"
TELNET: Final = "/action/telnet"
PATHS: Final = (CGI, IMAGES, TELNET)

COMMANDS: Final[Mapping[int, str]] = {
    1: "up",
    2: "down",
    3: "left",
    4: "right",
    5: "focus +",
    6: "focus -",
    8: "iris -",
    9: "zoom +",
    10: "zoom -",
    11: "autofocus",
    13: "light",
    19: "store preset",
    20: "call preset",
    21: "stop",
    69: "refresh",
    71: "up left",
    72: "down left",
    73: "up right",
    74: "down right",
}
"""The numbers of setPtzControl; 9 is printed for the iris, too."""

type Kind = Literal["get", "set", "do"]
type Ability = Literal[
    "",
    "alarm_input",
    "audio",
    "cellular",
    "door",
    "exposure",
    "fire",
    "motion",
    "occlusion",
    "prompts",
    "ptz",
    "region",
    "serial",
    "wifi",
]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action."""

    name: str
    kind: Kind
    section: str = ""
    """What it reads or writes; nothing if it does something else."""
    fields: tuple[Field, ...] = ()
    """What it takes besides the fields of its section."""
    ability: Ability = ""
    """What a camera without it answers with `unsupported`."""
    brief: bool = False
    """Its example has `message` in place of `device_id` and `log`."""
    signed: bool = False
    """Its example has `sign_tby`."""
    dangerous: bool = False
    """It could lock the owner out, lose what is his, or let others in."""


def _pair(
    section: str,
    ability: Ability = "",
    *,
    dangerous: bool = False,
    signed: bool = False,
) -> tuple[Action, Action]:
    """Return a get and a set of one section."""
    return (
        Action(
            name=f"get{section}",
            kind="get",
            section=section,
            ability=ability,
            signed=signed,
        ),
        Action(
            name=f"set{section}",
            kind="set",
            section=section,
            ability=ability,
            dangerous=dangerous,
        ),
    )


def _get(section: str, ability: Ability = "", *, signed: bool = False) -> Action:
    """Return a get without a set."""
    return Action(
        name=f"get{section}",
        kind="get",
        section=section,
        ability=ability,
        signed=signed,
    )


def _do(
    name: str,
    *fields: Field,
    ability: Ability = "",
    dangerous: bool = False,
    signed: bool = False,
    brief: bool = False,
) -> Action:
    """Return an action that neither reads nor writes a section."""
    return Action(
        name=name,
        kind="do",
        fields=fields,
        ability=ability,
        dangerous=dangerous,
        signed=signed,
        brief=brief,
    )


def _brief(one: Action) -> Action:
    """Return an action whose example has the shorter envelope."""
    return Action(**{**vars(one), "brief": True})


_CHANNEL: Final = number("channel", 0, 0, necessary=True)
# Presets need no speed_h, so the motors themselves ask for the speeds.
_PTZ: Final = (
    choice("channel", 0, 0, necessary=True),
    number("speed_h", 50, 1, 100),
    number("speed_v", 50, 1, 100),
    number("ptz_cmd", 21, necessary=True),
)
_ACTIONS: Final = (
    *_pair("SysConfig"),
    _do(
        "setPasswd",
        text("oldPassword", necessary=True, secret=True),
        text("newPassword", necessary=True, secret=True),
        dangerous=True,
    ),
    _do(
        "reset",
        switch("netReset", necessary=True),
        switch("userReset", necessary=True),
        dangerous=True,
    ),
    _do("restart"),
    *_pair("RebootConf"),
    _do("setPtzControl", *_PTZ, ability="ptz"),
    _brief(_get("DeviceTime")),
    Action(name="setTime", kind="set", section="DeviceTime"),
    *_pair("WiredNetwork", dangerous=True),
    *_pair("PlatformServer", dangerous=True),
    Action(
        name="Get4GConfig",
        kind="get",
        section="4GConfig",
        ability="cellular",
        brief=True,
    ),
    Action(
        name="Set4GConfig",
        kind="set",
        section="4GConfig",
        ability="cellular",
        dangerous=True,
    ),
    *_pair("WifiConfig", "wifi", dangerous=True),
    _brief(_get("WifiStatus", "wifi")),
    _do("setWifiScan", ability="wifi", brief=True),
    *_pair("MailConf", dangerous=True),
    *_pair("Gb28181", dangerous=True),
    _do("setGb28181Logout", dangerous=True),
    _do("setGb28181Register", dangerous=True),
    *_pair("RtspConf"),
    Action(name="getVencConf", kind="get", section="VencConf", fields=(_CHANNEL,)),
    Action(name="setVencConf", kind="set", section="VencConf"),
    *_pair("AencConf", "audio"),
    *_pair("ImageAdjustment"),
    *_pair("ImageAdjustmentEx"),
    *_pair("OsdConf"),
    _brief(_get("ViMask")),
    Action(name="setViMask", kind="set", section="ViMask"),
    *_pair("AlarmInConf", "alarm_input"),
    *_pair("ODAlarmConf", "occlusion"),
    *_pair("ScheSnap"),
    *_pair("MotionDetConf", "motion"),
    *_pair("RegInvConf", "region"),
    *_pair("IVSConf", "fire"),
    _do("getStorageInfo"),
    _do("devsFormat", number("dev_type", 5, necessary=True), dangerous=True),
    *_pair("StorageRule"),
    *_pair("RecSchedule"),
    _get("ExposureInfo", "exposure", signed=True),
    *_pair("RtmpConf", signed=True),
    _do("getFmtSnap", signed=True),
    *_pair("SmartAudioConf", "prompts", signed=True),
    _do("getIOAlarmIn", ability="alarm_input", signed=True),
    _do(
        "getPlatformConfFile",
        text("file_path", necessary=True),
        dangerous=True,
        signed=True,
    ),
    _do(
        "setPlatformConfFile",
        text("file_path", necessary=True),
        text("file_content", necessary=True),
        dangerous=True,
    ),
    *_pair("PeripheralConf", "serial", signed=True),
    _do("openDoor", ability="door", signed=True),
    _do("ioSendData", text("data", necessary=True), ability="serial", signed=True),
)
CARD: Final[Mapping[str, Action]] = {one.name: one for one in _ACTIONS}
"""All actions, by name, in the order of the document."""
RESOURCES: Final = (*CARD, "cgi_images", "telnet")
"""All that the card names and HTTP serves."""
