"""What one emulated camera or recorder is, and how it reads the unclear parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

DEMO_USERNAME: Final = "admin"
DEMO_PASSWORD: Final = "reolink123"
MAX_CHANNELS: Final = 16
AI_KINDS: Final = ("people", "vehicle", "dog_cat", "face")
"""The kinds of objects the document knows, as the device names them."""


@dataclass(kw_only=True)
class ChannelOptions:
    """What the camera of one channel can do; by default as in the document."""

    name: str = "Camera1"
    model: str = "E1 X"
    uid: str = "95270000SXIPOGIJ"
    online: bool = True
    motion: bool = True
    ai: tuple[str, ...] = ("people", "vehicle", "dog_cat")
    """Kinds that are supported; names the document lacks are printed, too."""
    ai_settings: bool = True
    ai_track: bool = False
    floodlight: bool = True
    floodlight_modes: tuple[int, ...] = (0, 1, 2)
    infrared: bool = True
    status_led: bool = False
    siren: bool = True
    audio: bool = True
    main_codec: Literal["h265", "h264"] = "h265"
    ext_stream: bool = False
    ptz_type: int = 0
    """0 none, 1 zoom and focus, 2 all, 3 pan and tilt, 4 ball, 5 without speed."""
    ptz_ctrl: int = 0
    """1 zoom, 2 zoom and focus with sliders."""
    ptz_directions: Literal[8, 4] = 8
    ptz_check: bool = False
    autofocus: bool = False
    isp: frozenset[str] = frozenset()
    """More abilities whose names begin with isp, without those three letters."""
    day_night_threshold: bool = False
    crop: bool = False
    stitch: bool = False
    abilities: Mapping[str, int] = field(default_factory=dict)
    """Versions of single abilities, over all that was said above."""

    @classmethod
    def full(cls, **changes: Any) -> Self:
        """Return a camera that can do everything."""
        everything: dict[str, Any] = {
            "ai": AI_KINDS,
            "ai_track": True,
            "status_led": True,
            "ext_stream": True,
            "ptz_type": 2,
            "ptz_ctrl": 2,
            "ptz_check": True,
            "autofocus": True,
            "isp": frozenset(
                ("3Dnr", "BackLight", "ExposureMode", "Hue", "WhiteBalance")
            ),
            "day_night_threshold": True,
            "crop": True,
            "stitch": True,
        }
        return cls(**{**everything, **changes})


@dataclass(frozen=True, kw_only=True)
class Disk:
    """One hard disk or memory card; sizes in megabytes."""

    capacity: int = 938610
    remaining: int = 549219
    formatted: bool = True
    mounted: bool = True
    kind: int = 1


def _one_channel() -> list[ChannelOptions]:
    """Return the channels of a camera."""
    return [ChannelOptions()]


@dataclass(kw_only=True)
class ReolinkOptions:
    """One unit: identity, abilities, strictness and open readings.

    The options may be changed while the unit runs, except for the channels and the
    generation of the schedules.
    """

    # Identity
    kind: Literal["ipc", "nvr"] = "ipc"
    channels: list[ChannelOptions] = field(default_factory=_one_channel)
    name: str = "Camera1"
    model: str = "E1 X"
    mac: str = "ec:71:db:0f:93:91"
    uid: str = "95270000SXIPOGIJ"
    serial: str = "000000000000000"
    firmware: str = "v3.0.0.59_20080734"
    hardware: str = "H3MB18"
    ip_address: str = "127.0.0.1"
    username: str = DEMO_USERNAME
    password: str = DEMO_PASSWORD

    # Abilities
    schedule_version: Literal[0, 1] = 1
    """0: GetRec, GetEmail, GetFtp ...; 1: GetRecV20, GetEmailV20, GetFtpV20 ..."""
    wifi: bool = False
    disks: tuple[Disk, ...] = (Disk(),)
    upgrade: Literal[0, 1, 2] = 2
    abilities: Mapping[str, int] = field(default_factory=dict)
    """Versions of single abilities of the unit itself."""
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Commands that no document knows, and the value each answers."""

    # Network
    rtsp_port: int = 554
    rtsp_enabled: bool = True
    rtmp_port: int = 1935
    rtmp_enabled: bool = False
    """Off at the factory; live FLV needs it."""
    onvif_port: int = 8000
    onvif: bool = False
    """Whether an ONVIF service listens, at a port that is chosen then."""
    onvif_enabled: bool = True
    media_port: int = 9000
    zone: int = 0
    """Seconds west of Greenwich."""

    # Mails
    mail_style: Literal["labels", "name", "number", "nobody"] = "labels"
    """How a mail says what was seen, and where."""
    mail_auth: Literal["plain", "login"] = "plain"
    mail_test: Literal["sends", "needs_password", "keeps", "silent"] = "sends"
    """What TestEmail does; `keeps` also stores what it was given."""

    # Login
    lease: float = 3600.0
    max_sessions: int = 8
    frequent_logins: tuple[int, float] | None = None
    """So many logins within so many seconds are too many."""
    wrong_password: int = -7
    wrong_user: int = -27
    lost_token: Literal[-6, -21] = -6
    """How a token is refused that was valid once, or never."""
    full_error: Literal[-5, -507] = -5

    # Batches
    max_batch: int = 35

    # Strictness
    unknown_fields: Literal["refuse", "ignore"] = "refuse"
    mandatory: Literal["document", "channel"] = "document"
    """What a write must contain: all that the document marks M, or the channel."""
    missing: Literal[-1, -4, -23] = -4
    """The error of a mandatory field that is missing."""
    no_ability: Literal[-9, -26] = -9
    """The error of a command that the unit or the channel cannot do."""
    require_rs: bool = False
    """Snap without its random text is refused."""
    search_days: int = 1
    """A detailed search over more days runs into a time-out."""
    siren_word: Literal["manu", "manul", "both"] = "manu"

    # Spelling
    wrong_names: bool = True
    """Answers of some writes carry the wrong name, as the document prints them."""
    lease_key: Literal["leaseTime", "leastTime"] = "leaseTime"
    percent_key: Literal["Perset", "Persent", "Percent"] = "Perset"
    disk_key: Literal["number", "id"] = "number"
    white_led_key: Literal["wlAiDetectType", "wIAiDetectType"] = "wlAiDetectType"
    led_states: Literal["words", "numbers"] = "words"
    ai_state: Literal["objects", "numbers"] = "objects"
    ai_alarm: Literal["nested", "flat"] = "nested"
    firmware_flag: Literal["number", "text"] = "number"
    channel_uids: bool = False
    """Print uid and sleep in Getchannelstatus."""
    task_enable: bool = True
    """Whether each channel has a scheduleEnable of its own."""

    # Time (virtual seconds)
    boot_seconds: float = 60.0
    upgrade_seconds: float = 50.0
    zoom_seconds: float = 0.0
    """How long a zoom or focus motor takes to reach its goal."""
    check_seconds: float = 20.0
    siren_seconds: float = 5.0
    """How long the siren sounds for each time."""
    live_pace: float = 1.0
    """Real seconds per second of live video; 0 sends one clip and stops."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        limit = MAX_CHANNELS if self.kind == "nvr" else 1
        if not 1 <= len(self.channels) <= limit:
            raise ValueError(f"{len(self.channels)} channels")

    @property
    def is_nvr(self) -> bool:
        """Tell whether this is a recorder."""
        return self.kind == "nvr"

    @classmethod
    def nvr(
        cls,
        count: int = MAX_CHANNELS,
        *,
        online: int | None = None,
        full: bool = False,
        **changes: Any,
    ) -> Self:
        """Return a recorder; all channels are online unless told otherwise."""
        make = ChannelOptions.full if full else ChannelOptions
        channels = [
            make(
                name=f"Camera{number + 1}",
                uid=f"95270000SXIPOG{number:02d}",
                online=number < (count if online is None else online),
            )
            for number in range(count)
        ]
        identity: dict[str, Any] = {
            "kind": "nvr",
            "channels": channels,
            "name": "NVR",
            "model": "RLN16-410",
        }
        return cls(**{**identity, **changes})

    @classmethod
    def full(cls, **changes: Any) -> Self:
        """Return a camera that can do everything."""
        everything: dict[str, Any] = {
            "channels": [ChannelOptions.full()],
            "wifi": True,
            "rtmp_enabled": True,
        }
        return cls(**{**everything, **changes})
