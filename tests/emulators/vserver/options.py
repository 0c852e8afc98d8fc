"""What one emulated unit is, and how it reads the unclear parts of the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, Self

from ..onvif import OnvifOptions
from .grid import ROWS, GridForm

DEMO_USERNAME: Final = "admin"
DEMO_PASSWORD: Final = "password"
"""The account of the document's own example."""
RESOLUTIONS: Final = (
    "1920x1080",
    "1280x960",
    "1280x720",
    "720x576",
    "720x480",
    "640x480",
)
CODECS: Final = ("G711U", "G711A", "PCM", "G726", "AAC")

ALIASES: Final[Mapping[str, str]] = {
    "Firmware": "SoftwareVersion",
    "SerialNum": "SerialNumber",
    "Mac": "MacAddress",
    "AudioVolume": "Volume",
    "Lenght": "Length",
    "BLCLLevel": "BLCLevel",
    "FTPPath": "FTPFilePath",
    "FTPCount": "FTPSnapCount",
    "FTPInterval": "FTPSnapInterval",
    "WifiChanel": "WifiChannel",
    "ScenceSelect": "SceneSelect",
    "Operate": "OperateRate",
    "IPkeep": "IPKeep",
}
"""The other spelling of each name that has two, by the default one."""


@dataclass(kw_only=True)
class Channel:
    """One video input, and what hangs on it."""

    image: bool = True
    """Brightness and so on, overlays."""
    camera: bool = True
    """An image module whose exposure can be set."""
    ir: bool = True
    """A cut filter and infrared lamps; needs `camera`."""
    minor: bool = True
    mjpeg: bool = True
    audio: bool = True
    motion: bool = True
    record: bool = True
    ptz: bool = False
    """Something that pans and tilts; it has a lens, too."""
    lens: bool = False
    """Motors for zoom, focus and iris."""
    serial: bool = False
    """An RS485 port."""
    resolutions: tuple[str, ...] = RESOLUTIONS

    def can(self, ability: str) -> bool:
        """Tell whether the channel has an ability; no name is everybody's."""
        match ability:
            case "":
                return True
            case "ptz":
                return self.ptz
            case "control":
                return self.ptz or self.lens
            case "ir":
                return self.camera and self.ir
            case _:
                return bool(vars(self)[ability])


@dataclass(kw_only=True)
class Card:
    """A memory card; sizes in a unit that the document cuts off."""

    total: int = 0
    used: int = 0
    status: int = 7
    """The document's own example: uninitialized."""
    protect: int = 0


@dataclass(kw_only=True)
class Hotspot:
    """A wireless network in reach."""

    ssid: str = "samplewifi"
    encryption: int = 3
    authentication: int = 3
    channel: int = 14
    mode: int = 0


def _one_channel() -> list[Channel]:
    """Return the channel of a camera that does not move."""
    return [Channel()]


def _one_hotspot() -> list[Hotspot]:
    """Return the wireless network of the document's example."""
    return [Hotspot()]


@dataclass(kw_only=True)
class VserverOptions:
    """One unit: identity, abilities, strictness and open readings.

    The options may be changed while the unit runs, except for those that shape its
    settings: abilities, names of parameters and ranges.
    """

    # Identity
    device_id: str = "V6202IR-AR0237"
    firmware: str = "V1.04.10-161208"
    serial: str = "5509560FBF2D"
    mac: str = "52:3e:42:02:bc:20"
    hardware: int = 1
    address: str = "192.168.1.100"
    """How the unit sees itself."""
    http_port: int | None = None
    """What NetPortInfo prints; None is the port the unit really listens on."""
    video_port: int = 90
    rtsp_port: int = 554
    onvif: OnvifOptions | None = None
    """A service for ONVIF at a port of its own, which is announced and switched on."""
    onvif_port: int = 8999
    """Announced without a service; it is switched off in NetProtocolInfo."""
    record_port: int = 8088
    username: str = DEMO_USERNAME
    password: str = field(default=DEMO_PASSWORD, repr=False)

    # Abilities
    channels: list[Channel] = field(default_factory=_one_channel)
    alarm_inputs: int = 0
    alarm_outputs: int = 0
    wifi: bool = False
    hotspots: list[Hotspot] = field(default_factory=_one_hotspot)
    card: Card | None = field(default_factory=Card)
    """None: the unit records nothing anywhere; RecordDevice is not there."""
    h265: bool = False
    """Whether Payload can be set; the example of the query has no range for it."""
    rate_cut: bool = True
    panoramic: bool = False
    """Print the fields of PCD units."""
    absent: Mapping[str, int] = field(default_factory=dict)
    """Result codes by pattern of `cgi/Group`, for what this unit refuses."""
    missing_cgi: frozenset[str] = frozenset()
    """Patterns of CGI names that answer HTTP 404."""
    extra_fields: bool = False
    """Print names that no document knows."""

    # Login
    auth: Literal["switch", "basic", "digest", "both", "open"] = "switch"
    """`switch`: Digest if DigestLoginInfo says so, else Basic."""
    digest_login: bool = False
    """AuthenticationEnable of a new unit."""
    challenge: Literal["sent", "one_line", "none"] = "sent"
    """Whether a 401 says how to log in, and in how many headers."""
    digest_qop: bool = True
    nonce_uses: int | None = None
    """How often a Digest nonce may be used before it is stale."""
    pictures: Literal["same", "open", "protected"] = "same"
    """Whether stills and MJPEG need a login as the CGIs do; or always."""
    low_rights: Literal["open", "401", "502", "503"] = "open"
    """What a user below privilege 6 hears of a set; the document explains nothing."""

    # Transport
    head: Literal["document", "crlf", "lf"] = "document"
    """Ends of the header lines; the document prints a bare LF after Content-Type."""
    http_version: Literal["1.0", "1.1"] = "1.0"
    content_type: str | None = "text/html"
    content_length: bool = False
    keep_alive: bool = False
    """Needs `content_length`."""
    post: Literal[200, 400, 404, 501] = 200
    """HTTP status of every POST; 200 takes them."""
    bodies: Literal["refuse", "ignore"] = "refuse"
    """Parameters belong into the address; HTTP 400 for a body."""
    overload: int | None = None
    """More requests at one moment than this hear HTTP 503; viewers do not count."""
    reboot_answer: Literal["answered", "dropped"] = "answered"

    # Answers
    refusal_status: Literal["200", "mapped"] = "200"
    """HTTP status of a refusal; `mapped` is 400 for 4xx and 500 for 5xx."""
    name_code: Literal[402, 403] = 402
    set_answer: Literal["echo", "all", "result", "204"] = "echo"
    """Print what was set, the whole group, only the result, or nothing."""
    channel_field: Literal["document", "always", "never"] = "document"
    """In which groups Channel is printed: where an example has it."""
    unclosed_sets: bool = False
    """Leave out the last tag of a set's answer, as one example does."""
    typed: bool = True
    """Whether a value is wrapped in its type."""
    declaration: bool = True
    bom: bool = False
    pretty: bool = True
    spelling: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of names, such as `ALIASES`; the usual one is unknown then."""
    code_attribute: bool = True
    list_separator: str = ", "
    span_mark: str = " ... "
    channel_text: Literal["list", "span"] = "list"
    read_only_query: Literal["empty", "absent"] = "empty"
    repeat: Literal["groups", "fields"] = "groups"
    """How several inputs, presets, tours and areas are printed."""

    # Strictness
    case: Literal["strict", "ignore"] = "strict"
    unknown_parameters: Literal["refuse", "ignore"] = "refuse"
    stray_channel: Literal["refuse", "ignore"] = "refuse"
    """Channel where the syntax line has none."""
    missing_channel: Literal[401, 402, 1] = 401
    """A result code, or channel 1."""
    duplicates: Literal["refuse", "first", "last"] = "refuse"
    empty_set: Literal["refuse", "accept"] = "refuse"
    """A set that sets nothing."""
    brackets: Literal["document", "osd", "loose"] = "document"
    """Parameters in one bracket must come together: all that the examples keep to."""
    ineffective: Literal["refuse", "store"] = "refuse"
    """Gains while the white balance is automatic, the clock while NTP has it."""
    bare_query: Literal["none", "any"] = "none"
    """Whether netport_query and wifi_query take a Group."""
    table_groups: bool = True
    """Whether net groups that only the table has can be read and set."""

    # Readings of single groups
    dependent_rates: bool = False
    """Ranges that differ by resolution, as in 2.3.1.2, instead of those of 3.2.1.3."""
    vbr_zero: bool = False
    """Print, and take, a BitRate of 0 for VBR, as the table says."""
    closed_stream: Literal[404, 409, 503] = 404
    title_bytes: int = 31
    date_format: bool = True
    metering: Literal["table", "text"] = "table"
    """HLCSwitch 0 and 1, or 0 to 3."""
    filter_delay: Literal["list", "span"] = "list"
    """ICRTimer 0, 3, 5, 10, or any second up to 15."""
    direction_words: bool = False
    """Take Direction=up, as one example sends."""
    ptz_speed: Literal[63, 8] = 63
    unknown_preset: Literal[200, 402, 502] = 502
    """What calling a preset answers that nobody stored."""
    position: Literal["fields", "empty", "unsupported"] = "empty"
    """What ptz_get PTZCtrlInfo answers."""
    relative_wrap: bool = True
    """Relative values above 18000 turn the other way."""
    tour_start: Literal[1, 0] = 1
    device_names: tuple[str, str, str, str] = (
        "TotalSpace",
        "UsedSpace",
        "Status",
        "WriteProtect",
    )
    """Names of RecordDevice, which the document only describes."""
    search: Literal["groups", "empty", "unsupported"] = "groups"
    search_names: tuple[str, ...] = ("FileName", "StartTime", "EndTime", "FileSize")
    wifi_protocols: tuple[str, ...] = ("b", "g")
    """The table; its own example prints n."""
    wifi_set_by_get: bool = False
    """Whether wifi_get sets, as the syntax line says, too."""
    wifi_signal: str = "808663348"
    secrets_in_get: bool = False
    """Print user names and passwords of SMTP and FTP when they are read."""
    io_trigger: Literal["setting", "live"] = "setting"
    """IOTrig: the level that triggers, or the state of the input."""
    io_names: Literal["example", "table", "syntax"] = "example"
    io_number: Literal["IOTrigNum", "Channel"] = "IOTrigNum"
    md_output: Literal["auto", "MO", "MOj", "IOj"] = "auto"
    """`auto`: MO with one output, as in the example, else MOj, as in the table."""
    all_outputs: Literal["01", "12"] = "01"
    """The values of IAi: those of the table, or those of its text."""
    grid_get: GridForm = "joined"
    grid_echo: GridForm = "trailing"
    grid_rows: int = ROWS
    """Rows that are printed; the examples have 13 and 15 of the 18."""
    grid_trailing: bool = False
    """Whether a set may end in a slash."""
    md_form: Literal["grid", "rectangle"] = "grid"
    schedule_off: Literal["always", "never"] = "always"
    """When alarms are on that have no enabled day at all."""
    schedule_channel: bool = False
    """Whether ScheduleInfo is read with a Channel, as it is set."""

    # Time (virtual seconds, unless said otherwise)
    uptime: float = 661.0
    clock_error: float = 0.0
    """How far the unit's clock is ahead."""
    boot_seconds: float = 60.0
    storage_seconds: float = 5.0
    """Mounting and unmounting."""
    format_seconds: float = 20.0
    live_pace: float = 1.0
    """Real seconds per second of MJPEG; 0 sends ten pictures and stops."""

    # Pictures
    boundary: str = "vserverjpeg"
    boundary_form: Literal["plain", "quoted", "dashes", "none"] = "plain"
    """`dashes` declares it with the dashes of its use; `none` declares nothing."""
    part_length: bool = True
    max_viewers: int | None = None
    """More MJPEG viewers hear HTTP 503."""
    empty_pictures: int = 0
    """So many stills are empty at first."""

    # Notices
    mail_subject: str = "Motion Detection Alarm: Channel {channel}"
    mail_subject_input: str = "I/O Alarm: Input {input}"
    mail_timeout: float = 5.0

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if not self.channels or not 0 <= self.alarm_inputs <= 2:
            raise ValueError("A unit has channels, and at most two alarm inputs")
        if self.keep_alive and not self.content_length:
            raise ValueError("A connection that stays needs Content-Length")

    def lacks(self, label: str) -> int | None:
        """Return the result code for something that the unit lacks."""
        for pattern, code in self.absent.items():
            if fnmatchcase(label, pattern):
                return code
        return None

    @classmethod
    def full(cls, **changes: Any) -> Self:
        """Return a server of four channels that can do everything between them."""
        everything: dict[str, Any] = {
            "channels": [
                Channel(ptz=True, lens=True, serial=True),
                Channel(lens=True),
                Channel(camera=False, audio=False, serial=True),
                Channel(ir=False, mjpeg=False),
            ],
            "alarm_inputs": 2,
            "alarm_outputs": 2,
            "wifi": True,
            "h265": True,
            "card": Card(total=30436, used=2326, status=4),
            "position": "fields",
        }
        return cls(**{**everything, **changes})
