"""What one emulated camera is, and how it reads the unclear parts of the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, Self

from ..onvif import OnvifOptions

DEMO_USERNAME: Final = "admin"
DEMO_PASSWORD: Final = "123456"
"""The login of the document's own examples."""
DETECTORS: Final = frozenset({"motion", "region", "fire", "occlusion"})

ALIASES: Final[Mapping[str, str]] = {
    "WiredNetwork/IP": "device_ip",
    "WifiConfig/ssid": "SSID",
    "WifiStatus/ssid": "ap_number",
    "MailConf/mail_tital": "mail_title",
    "ImageAdjustmentEx/low_farme_rate": "low_frame_rate",
    "hour_begain": "hour_begin",
    "min_begain": "min_begin",
}
"""The other spelling of fields: of the document's tables, or without its slips."""
ACTION_ALIASES: Final[Mapping[str, str]] = {
    "Get4GConfig": "get4GConfig",
    "Set4GConfig": "set4GConfig",
    "setWifiScan": "getWifiScan",
    "getDeviceTime": "getTime",
}
"""Other spellings of actions, in the manner of all the others."""

type Size = tuple[int, int]


@dataclass(kw_only=True)
class Medium:
    """One storage medium; sizes in megabytes."""

    id: str = "mmcblk0p1"
    type: int = 5
    """1 USB, 2 hard disk, 3 network, 4 eMMC, 5 SD."""
    total: int = 30436
    remaining: int = 28110
    status: int = 1
    """0 none, 1 ready, 2 needs to be formatted, 3 is being formatted, 4 error."""


def _sizes() -> list[tuple[Size, ...]]:
    """Return the sizes of each stream; the first are the document's."""
    return [
        ((2560, 1440), (1920, 1080)),
        ((704, 576), (640, 360)),
    ]


@dataclass(kw_only=True)
class CbtOptions:
    """One camera: identity, abilities, strictness and open readings.

    The options may be changed while the camera runs, except for those that shape
    the settings: abilities, `sizes`, `encodings` and `without`.
    """

    # Identity
    name: str = "IPCamera"
    mac: str = "88-07-cb-00-02-be"
    device_id: str = "CBT000114010100010238"
    firmware: str = "14.030.19.3_MAIN_V3(221114)"
    platform_library: str = "platform_8hours v4.7.1D"
    ip_address: str = "192.168.1.89"
    """How the camera sees itself."""
    web_port: int = 80
    rtsp_port: int = 554
    onvif: OnvifOptions | None = None
    """A service for ONVIF at a port of its own, which is announced."""
    onvif_port: int | None = None
    """Announced without a service: 8080 in the document; None does not print it."""
    sign: str = "7f652b7b4afb592a0a9b2a3175946d78"
    username: str = DEMO_USERNAME
    password: str = field(default=DEMO_PASSWORD, repr=False)

    # Abilities
    pan_tilt: bool = True
    lens: bool = True
    """Motors for zoom, focus and iris."""
    alarm_input: bool = True
    door: bool = True
    """The IO output."""
    lamps: frozenset[Literal["ir", "white"]] = frozenset(("ir", "white"))
    detectors: frozenset[str] = DETECTORS
    audio: bool = True
    prompts: bool = True
    """The voice of a face terminal."""
    serial: bool = True
    wifi: bool = True
    cellular: bool = True
    exposure: bool = True
    media: list[Medium] = field(default_factory=list)
    sizes: list[tuple[Size, ...]] = field(default_factory=_sizes)
    """Sizes of pictures, by stream; two or three streams."""
    encodings: tuple[int, ...] = (1, 5)
    frame_rate: int = 25
    formats: tuple[str, ...] = ("jpg", "bmp", "yuv")
    keys: Literal["example", "all"] = "example"
    """Print the keys of the examples, or those that only tables name, too."""
    absent: Mapping[str, int | str] = field(default_factory=dict)
    """Patterns of actions, cgi_images and telnet: the code or text of each answer;
    "404" and the like are an HTTP status."""
    extra_keys: bool = False
    """Print keys that no document knows."""
    without: frozenset[str] = frozenset()
    """Patterns of keys that are neither printed nor taken: RtspConf/auth."""

    # Login
    auth: Literal["url", "digest", "basic", "none"] = "url"
    hash_case: Literal["lower", "any"] = "lower"
    wrong_login: str = "error user/pwd"
    login_status: int = 200
    """The HTTP status of that text."""
    rights: Literal["administrator", "reads"] = "administrator"
    """What other users may do: nothing, or all that does not begin with set."""
    lockout: tuple[int, float] | None = None
    """After so many wrong logins in a row nobody gets in for virtual seconds."""
    boot_login_seconds: float = 0.0
    """How long after a restart every login is wrong."""
    snapshot_auth: Literal["open", "url", "digest", "basic"] = "open"
    telnet: Literal["open", "refuse"] = "open"

    # Form of the answers
    content_type: str | None = None
    bare_lf: bool = False
    """End the lines of the head with LF alone."""
    transfer: Literal["chunked", "length", "close"] = "chunked"
    keep_alive: bool = True
    text_end: str = "\r\n"
    """What stands behind a bare text."""
    json_end: str = ""
    pretty: bool = True
    encoding: str = "utf-8"
    numbers: Literal["numbers", "strings", "floats"] = "numbers"
    code_form: Literal["number", "string"] = "number"
    envelope: Literal["document", "plain", "brief"] = "document"
    """`plain` everywhere, `brief` with `message` everywhere, or as each example."""
    signed: Literal["document", "everywhere", "none"] = "document"
    twice: bool = True
    """Print names twice where the document does: device_id of getGb28181,
    led_control_avail."""
    log_texts: bool = True
    """Say in `log` what a code means."""
    spelling: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of fields, such as `ALIASES`."""
    action_spelling: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of actions, such as `ACTION_ALIASES`."""
    empty_title: Literal[" ", ""] = " "
    snap_reply: Literal["table", "example"] = "table"
    """`example` prints the settings of the alarm input, as the copied example."""
    image_length: Literal["bytes", "characters"] = "bytes"
    unknown_path: Literal["404", "page"] = "404"

    # Refusals
    bad_json: str = "error json"
    """The answer to broken JSON and to unknown actions."""
    text_status: int = 200
    refusal_status: int = 200
    """The HTTP status that carries a code."""
    unsupported: int | str = 209
    """A code or a text."""
    unknown_code: int = 201
    missing_code: int = 201
    invalid_code: int = 205

    # Strictness
    methods: Literal["get", "any"] = "get"
    stray_queries: Literal["refuse", "ignore"] = "refuse"
    plus: Literal["plus", "blank"] = "plus"
    """What a plus in a query means."""
    max_url: int | None = None
    """A longer target is refused with 414."""
    unknown_fields: Literal["refuse", "ignore"] = "refuse"
    read_only: Literal["refuse", "ignore"] = "refuse"
    hidden_keys: Literal["refuse", "accept"] = "refuse"
    """A field that a table names and this camera does not print."""
    dependent: Literal["ignore", "refuse", "store"] = "ignore"
    """A field that the mode makes meaningless."""
    integers: Literal["strict", "areas", "loose"] = "strict"
    """`areas` takes fractions in areas, as the examples have; `loose` takes 50.0,
    "50" and true."""
    short_arrays: Literal["refuse", "pad"] = "refuse"
    video_channel: Literal["required", "optional"] = "required"
    """Whether getVencConf without a channel is the main stream, as its example."""
    absent_stream: Literal["refuse", "zeros"] = "refuse"
    stale_time: Literal["accept", "refuse"] = "accept"
    """A CurTime before the camera's own time."""
    ptz_speeds: Literal["required", "optional"] = "required"
    """Whether all moves, and stop, need both speeds."""
    preset_example: bool = False
    """19 calls a preset that is there, as the example of 9.2 has it."""
    unset_preset: Literal["refuse", "ignore"] = "refuse"
    iris_open: int | None = None
    """The command that opens the iris; the document prints that of zoom +."""
    locked_ptz: Literal["still", "move", "refuse"] = "still"
    """A move while PTZ_Lock is on."""

    # The world (virtual seconds)
    boot_seconds: float = 60.0
    format_seconds: float = 30.0
    travel_seconds: float = 10.0
    """From one end of the lens to the other at full speed."""
    degrees: float = 0.3
    """Degrees each second for each step of speed."""
    door_seconds: float | None = None
    """How long the door is open; None is the duration of the alarm input."""
    device_time: Literal["utc", "local"] = "utc"
    """Which seconds deviceTime and CurTime count."""
    input_reading: Literal["level", "alarm"] = "level"
    """Whether status 1 is a closed contact, or an alarm."""
    schedule_off: Literal["always", "never"] = "always"
    """Whether a detector without a schedule is armed."""
    week_begin: Literal["sunday", "monday"] = "sunday"
    """The day that day_0 is."""
    wifi_off: Literal[0, 1, 3, 4] = 0
    """The status while Wi-Fi is switched off."""
    network_change: Literal["move", "store"] = "move"
    """Whether the camera is gone once its address or port has changed."""
    reset_restarts: bool = True
    restart_answer: Literal["answered", "dropped"] = "answered"
    megabytes_per_minute: int = 45

    # Mails
    mail_roles: Literal["table", "names"] = "table"
    """Whether to_addr is the sender, as the tables have it, or the recipient."""
    mail_words: Literal["plain", "labels", "chinese"] = "plain"

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if not 2 <= len(self.sizes) <= 3:
            raise ValueError(f"{len(self.sizes)} streams")
        unknown = self.detectors - DETECTORS
        if unknown:
            raise ValueError(f"No detectors {sorted(unknown)}")

    def has(self, ability: str) -> bool:
        """Tell whether the camera has what an action needs."""
        if ability in DETECTORS:
            return ability in self.detectors
        if ability == "ptz":
            return self.pan_tilt or self.lens
        return not ability or bool(vars(self)[ability])

    def lacks(self, name: str) -> int | str | None:
        """Return what the camera answers for an action that it lacks."""
        for pattern, answer in self.absent.items():
            if fnmatchcase(name, pattern):
                return answer
        return None

    @classmethod
    def full(cls, **changes: Any) -> Self:
        """Return a camera that can do everything and prints everything."""
        everything: dict[str, Any] = {
            "keys": "all",
            "sizes": [*_sizes(), ((640, 360), (352, 288))],
            "media": [Medium(), Medium(id="sda1", type=1, total=953869)],
        }
        return cls(**{**everything, **changes})

    @classmethod
    def bare(cls, **changes: Any) -> Self:
        """Return a fixed camera with infrared and nothing else."""
        nothing: dict[str, Any] = {
            "pan_tilt": False,
            "lens": False,
            "alarm_input": False,
            "door": False,
            "lamps": frozenset({"ir"}),
            "detectors": frozenset({"motion"}),
            "audio": False,
            "prompts": False,
            "serial": False,
            "wifi": False,
            "cellular": False,
            "exposure": False,
            "formats": ("jpg",),
        }
        return cls(**{**nothing, **changes})
