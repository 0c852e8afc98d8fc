"""What one emulated camera is, and how it reads the unclear parts of the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, Self

DEMO_USERNAME: Final = "admin"
DEMO_PASSWORD: Final = "admin"
"""The login of the document's own example."""
VOICE_MODES: Final = ("G726", "G711U", "G711A")

ALIASES: Final[Mapping[str, str]] = {
    "ResolutionHeigth": "ResolutionHeight",
    "Image/WhiteBlance": "WhiteBalance",
    "Image/IrCutFillter": "IrCutFilter",
    "/IrCutFilter": "IrCutFillter",
    "Motion/Sensitive": "Senstive",
    "DeviceStatusList": "DevicestatusList",
    "/Email": "EMail",
    "Network/EMail": "Email",
    "/Schedule/TimeBlock": "TimeBlockList",
    "Motion/Schedule/TimeBlock": "TimeBlockList",
    **{f"TimeBlockList/TimeBlock_{day}": f"Block_{day}" for day in range(7)},
    "SecondSubStreamVideoBitrate": "SecondStreamVideoBitrate",
    "Port/HTTP": "HTTPPort",
    "Port/Command": "CommandPort",
    "Port/Media": "MediaPort",
    "Port/Mobile": "MobilePort",
    "Port/RTP": "RtpPort",
    "MobliePortState": "MobilePortState",
    "LocalMobllePort": "LocalMobilePort",
    "ExportMobllePort": "ExportMobilePort",
    "Config/RefreshIntervals": "RefreshInterval",
    "keyList": "KeyList",
    "WPA/Key": "key",
    "/TwoWayAudio": "TwowayAudio",
    "Color/Brightness": "Bright",
    "VideoInputChannels": "VideoChannels",
    "AlarmInputChannels": "AlarmChannel",
    "AlarmOutputChannels": "AlarmOutputChannel",
    "WiFiAccessPointList": "WIFIAccessPointList",
}
"""The other spelling of each tag that the document spells in two ways."""


@dataclass(kw_only=True)
class Disk:
    """One storage medium; sizes in megabytes."""

    number: int = 0
    total: int = 30436
    available: int = 28110
    kind: Literal["SD", "samba"] = "SD"
    attribute: str = "idle"
    """While something is recorded, an idle disk prints `writing`."""
    picture_percent: int = 20
    record_percent: int = 80
    status: str = "formatted"


def _one_disk() -> list[Disk]:
    """Return a memory card."""
    return [Disk()]


@dataclass(kw_only=True)
class BviewOptions:
    """One camera: identity, abilities, strictness and open readings.

    The options may be changed while the camera runs, except for those that shape
    the settings: abilities, `booleans`, `padded_masks` and `extra_tags`.
    """

    # Identity
    name: str = "Camera"
    model: str = "BV-IPC-2"
    mac: str = "02:BB:1E:16:07:12"
    serial: str = "BV20160714000042"
    hardware: str = "1.0.0"
    software: str = "2.1.8"
    uid: str = "BVIEW2EXAMPLE0000042"
    ip_address: str = "192.168.1.46"
    """How the camera sees itself, in RTSP addresses and in notices."""
    rtsp_port: int = 554
    username: str = DEMO_USERNAME
    password: str = DEMO_PASSWORD

    # Abilities
    motor: bool = False
    wifi: bool = False
    audio: bool = False
    """A microphone and a loudspeaker."""
    alarm_inputs: int = 0
    alarm_outputs: int = 0
    second_sub: bool = True
    not_supported: frozenset[str] = frozenset()
    """Any of Scene, BLC, FlipMode, Color."""
    voice_modes: tuple[str, ...] = VOICE_MODES
    disks: list[Disk] = field(default_factory=_one_disk)
    max_users: int = 10
    max_viewers: int | None = None
    """More MJPEG viewers are refused with -11; None is any number."""
    absent: Mapping[str, int] = field(default_factory=dict)
    """Patterns of paths: below 0 the code, above 0 the HTTP status of each answer."""
    extra_tags: bool = False
    """Print tags and attributes that no document knows, and keep what is sent back."""

    # Login
    auth: Literal["basic", "digest", "both"] = "basic"
    nonce_uses: int | None = None
    """How often a Digest nonce may be used before it is stale."""
    denied_body: bool = True
    """Whether a 401 carries a ResponseStatus, as 4.5.4 says."""
    rights: Literal["levels", "open"] = "levels"
    """Whether a Normal user is a Viewer who may not do what needs an Operator."""
    no_right: Literal[403, -12] = 403
    user_auth_open: bool = False
    """Serve UserAuth to anybody, as its example without Authorization suggests."""
    wrong_login: Literal[-12, -5, -17] = -12
    """What UserAuth answers to a wrong password; -17 is a sibling's."""

    # Answers
    error_status: Literal["200", "400"] = "200"
    """The HTTP status that carries an application error."""
    write_answer: Literal["status", "created", "empty", "none"] = "status"
    """200, or 201, with a ResponseStatus; 200 with an empty body; 204."""
    post_answer: Literal[201, 200] = 201
    unknown_url: Literal[-10, 404] = -10
    wrong_method: Literal[-3, 405] = -3
    reboot_answer: Literal["answered", "dropped"] = "answered"
    disk_put: Literal["refuse", "accept"] = "refuse"

    # Documents
    spelling: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of tags, such as `ALIASES`."""
    attributes: Literal["document", "everywhere", "none"] = "document"
    """Version and name space: as each block of the document prints them."""
    version_attribute: Literal["Version", "version"] = "Version"
    namespace: str | None = None
    """Print this name space where there is one."""
    prefix: str = ""
    prolog: bool = True
    bom: bool = False
    pretty: bool = True
    booleans: Literal["words", "capitals", "numbers"] = "words"
    padded_masks: bool = True
    """Print masks, and DC-Iris, with the leading blank of the document."""
    dependent_fields: Literal["always", "when_valid"] = "always"
    """Whether fields are printed that the mode makes meaningless."""
    nested_motion: bool = True
    """Whether Motion contains Trigger and Schedule."""
    stream_capability: bool = False
    """Whether Stream contains StreamCapability."""
    max_frame_rate: Literal["fps", "hundredfold"] = "fps"
    wifi_enable: Literal["words", "numbers"] = "words"
    email_paths: Literal["table", "note", "both"] = "table"
    """/Network/EMail as in 9.1.3, /Network/Email as in 9.2.9."""

    # Strictness
    content_type: bool = True
    """XML must be declared as application/xml, sound as audio/basic."""
    chunked: bool = False
    """Whether a body without Content-Length is read."""
    stray_queries: Literal["refuse", "ignore"] = "refuse"
    unknown_tags: Literal["refuse", "ignore", "keep"] = "refuse"
    missing_tags: Literal["refuse", "keep", "blank"] = "refuse"
    """Required tags that a write leaves out: -2, unchanged, or emptied."""
    dropped_extras: Literal["refuse", "keep", "lose"] = "keep"
    """Tags of `extra_tags` that a write leaves out."""
    read_only: Literal["ignore", "refuse"] = "ignore"
    strict_order: bool = True
    empty_password: Literal["keep", "erase"] = "keep"
    password_tag: Literal["optional", "required"] = "optional"
    """Whether the password of DDNS, which is never printed, must be sent."""
    auto_brightness: Literal["refuse", "ignore"] = "refuse"
    """A new brightness while the brightness is automatic."""
    ir_note: Literal["sensible", "literal"] = "sensible"
    """Which modes use Sensitivity and SwitchTime: those named, or all others."""
    ineffective: Literal["store", "ignore"] = "store"
    """What becomes of fields that the mode makes meaningless."""
    overlap: Literal["refuse", "accept"] = "refuse"
    """Time and name on top of each other."""
    shared_mjpeg: bool = True
    """Whether MJPEG and the second sub stream have the same settings (section 8)."""

    # Time (virtual seconds, unless said otherwise)
    boot_seconds: float = 60.0
    network_gap: float = 5.0
    network_pace: Literal["lose", "refuse", "accept"] = "lose"
    """A write below /Network that comes too early."""
    store_seconds: float = 2.0
    """After so long a write below /Network can be read back."""
    calibration_seconds: float = 240.0
    calibration: Literal["refuse", "accept"] = "refuse"
    """Image and lens writes while the lens calibrates itself; -14 if refused."""
    travel_seconds: float = 10.0
    """From one end of the lens to the other at speed 1."""
    format_seconds: float = 30.0
    film_rate: int = 2
    """Pictures per second in recorded files."""
    upgrade_seconds: float = 120.0
    wifi_test_seconds: float = 30.0
    live_pace: float = 1.0
    """Real seconds per second of MJPEG; 0 sends ten pictures and stops."""
    time_form: Literal["basic", "extended"] = "basic"
    time_suffix: str = ""
    """Printed behind the times of events and log entries, which are local."""

    # Sound
    audio_open: Literal["xml", "none", "both"] = "xml"
    """What Open takes: the printed block, or nothing, as its table says."""
    audio_paths: Literal["both", "table", "example"] = "both"
    """SendData as in the table, sendData as in the example."""
    audio_busy: Literal[-14, -12, -11] = -14
    audio_timeout: float | None = None
    """Real seconds of silence after which a session ends; the document has none."""
    audio_buffer: float = 10.0
    """Seconds of sound that the camera holds; more is refused with -9."""
    idle_close: Literal[0, -12] = 0
    """What Close answers when nothing is open."""
    receive_seconds: float = 0.5

    # Events, recording, notices
    subscription_root: Literal["block", "table", "both"] = "block"
    """The root of a subscription: SubscribedEventTypeList, or EventList."""
    event_list: Literal["keep", "clear"] = "keep"
    """Whether reading the events forgets them."""
    max_events: int = 100
    log_order: Literal["oldest", "newest"] = "oldest"
    call_disabled: Literal[-12, -3, -8] = -12
    """HttpEvent/Call while it is switched off."""
    http_record_state: str = "alarm"
    """RecordState while an HTTP event is recorded."""
    notify_for: Literal["http", "all"] = "http"
    """Which recordings are announced."""
    push_method: str = "GET"
    push_body: bytes = b""
    alarm_survives: bool = True
    """Whether a restart keeps the alarm server, which cannot be read back."""
    server_port: Literal["accept", "refuse", "ignore"] = "accept"
    """A port behind the address in ServerURL."""
    push_timeout: float = 5.0
    mail_text: Literal["subject", "labelled", "html", "silent"] = "subject"
    """Where a mail says what has happened; silent says nothing."""
    mail_timeout: float = 5.0

    # MJPEG
    boundary: str = "bviewmjpeg"
    boundary_form: Literal["plain", "quoted", "dashes"] = "plain"
    """`dashes` declares the boundary with the two dashes of its use."""
    part_length: bool = True

    # Search
    discovery_form: Literal["document", "wellformed"] = "document"
    """`document` answers with the tags broken as they are printed."""
    probe_mac: Literal["any", "empty", "broadcast", "own"] = "any"
    """Which DeviceMac a search must carry."""
    config_length: Literal["any", "exact"] = "any"
    discovery_ip: str = "127.0.0.1"

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        unknown = self.not_supported - {"Scene", "BLC", "FlipMode", "Color"}
        if unknown:
            raise ValueError(f"Cannot leave out {sorted(unknown)}")

    def lacks(self, path: str) -> int | None:
        """Return what the camera answers for a path that it lacks."""
        for pattern, code in self.absent.items():
            if fnmatchcase(path, pattern):
                return code
        return None

    @classmethod
    def full(cls, **changes: Any) -> Self:
        """Return a camera that can do everything."""
        everything: dict[str, Any] = {
            "motor": True,
            "wifi": True,
            "audio": True,
            "alarm_inputs": 1,
            "alarm_outputs": 1,
            "disks": [
                Disk(),
                Disk(number=1, total=953869, available=612004, kind="samba"),
            ],
        }
        return cls(**{**everything, **changes})
