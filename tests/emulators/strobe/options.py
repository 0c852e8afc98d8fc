"""What one emulated strobe is, and how it reads the unclear parts of the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

DEMO_USERNAME: Final = "admin"
DEMO_PASSWORD: Final = "admin123456"
"""The login of the document's own example."""


@dataclass(kw_only=True)
class StrobeOptions:
    """One unit: identity, abilities, strictness and open readings.

    The options may be changed while the unit runs.
    """

    # Identity
    name: str = "StrobeSpeaker"
    model: str = ""
    mac: str = "8C-1F-64-A3-6B-A9"
    device_id: str = "2507150000"
    software: str = "V1.4.0"
    ip_address: str = "127.0.0.1"
    device_info: Literal["full", "example"] = "full"
    """``example`` prints no address and shows the MAC as the software version."""
    username: str = DEMO_USERNAME
    password: str = DEMO_PASSWORD

    # Abilities
    front_colors: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    back_colors: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    front_modes: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    back_modes: tuple[int, ...] = (1, 2)
    schedule_count: int = 5
    absent: Mapping[str, int] = field(default_factory=dict)
    """Paths (below /ISAPI) the unit lacks: 404, or application code 501."""
    unavailable: frozenset[str] = frozenset()
    """Paths (below /ISAPI) that answer 502: not in the current mode."""
    extra_schedule_fields: tuple[tuple[str, str], ...] = ()
    """Fields no document knows, printed and kept in every schedule."""
    wifi_connected: bool = True
    wifi_ssid: str = "Warehouse"
    wifi_networks: tuple[tuple[int, str], ...] = ((4, "Warehouse"), (2, "Guests"))
    max_files: int = 50
    boot_seconds: float = 60.0

    # Spelling
    spelling: Literal["template", "table"] = "template"
    """Schedule documents as in the templates, or as in the field tables."""
    unclosed_log: bool = False
    """Print QueryLog entries without end tags, as the template does."""

    # Login
    login: Literal["plain", "challenge", "both"] = "plain"
    denied: Literal["401", "400"] = "401"
    """A refused login or session: HTTP 401, or HTTP 400 without a readable body."""
    max_links: int = 10
    idle_timeout: float = 1800.0
    first_session: int = 1477784728
    upload_id: Literal["id", "ID", "both"] = "id"
    alarm_auth: Literal["basic", "session", "both"] = "basic"

    # Answers
    errors_in_200: bool = False
    """Application errors come with HTTP 200 instead of 400."""
    write_answer: Literal["status", "empty", "204"] = "status"
    wrong_verb: Literal[405, 404] = 405

    # Strictness
    require_content_type: bool = True
    """XML bodies must be declared application/xml."""
    strict_order: bool = False
    """Written documents must keep the unit's order."""
    read_only: Literal["ignore", "refuse"] = "ignore"
    missing_fields: Literal["keep", "reset"] = "keep"
    """What becomes of schedule fields that a write leaves out."""
    overnight: Literal["refuse", "accept"] = "refuse"
    """Whether a schedule may begin later in the day than it ends."""
    xml_alarm_tag: Literal["AlarmEnable", "Armenable", "both"] = "both"
    lenient_brightness: bool = False
    """Accept a brightness for yellow, violet and cyan, and ignore it."""
    brightness_colors: Literal["first", "all"] = "first"
    """Which front colors must be dimmable for a brightness to be accepted."""
    strict_frequency: bool = True
    """Refuse a front frequency outside the strobe mode."""
    broken_sound: Literal["silent", "refuse"] = "silent"
    """A file that cannot be played: silence, or application code 402."""
    exact_upload: Literal["pending", "listed"] = "pending"
    """An upload whose last packet is full: unfinished, or taken as it stands."""
    full_error: Literal[402, 409] = 402
    """No room for another file: application code 402, or HTTP 409."""
    delete_in_use: Literal["refuse", "allow"] = "refuse"

    # Open readings of the alarm request, by the letters of the protocol card
    missing_section: Literal["untouched", "off"] = "untouched"
    """a: a section that the request does not mention."""
    duration_bounds: Literal["relay", "all"] = "relay"
    """b: what AlarmOutDuration ends."""
    repeated_sound: Literal["restart", "continue"] = "restart"
    """c: PlayEnable=1 for the file that is playing."""
    alarm_disable: Literal["stop", "noop"] = "stop"
    """d: AlarmEnable=0."""
    blinks: Literal["finite", "endless"] = "finite"
    """e: display modes 2 to 4."""
    missing_values: Literal["factory", "last"] = "factory"
    """f: fields left out of a section that is switched on."""
    idle_returns: bool = True
    """g: the idle schedule shows again after an alarm."""
    max_duration: int | None = None
    """h: longest AlarmOutDuration; longer is refused."""
    max_play_times: int | None = None
    max_interval: int | None = None
    relay_repeat: Literal["extend", "pulse"] = "extend"
    """A request for a relay that is closed: more time, or open and close again."""
    schedule_sound: Literal["loop", "once"] = "loop"
    """How an alarm schedule plays its file."""

    # Log and push
    log_times: Literal["document", "blank", "iso", "any"] = "document"
    """The form of StartTime and EndTime that QueryLog takes."""
    log_zone: Literal["utc", "local"] = "utc"
    """Whose time the log prints behind its constant Z."""
    log_stop: bool = False
    """Whether AlarmEnable=0 is logged as an alarm."""
    append_push_path: bool = False
    """Add /ISAPI/AlarmLink/AlarmLinkMsg?ID=... to the push address."""
    push_timeout: float = 5.0

    # Mail
    mail_text: Literal["plain", "named", "empty"] = "plain"
    """What a mail says besides its title: who and when, what, or nothing."""
    mail_date: bool = True
    mail_password: Literal["plain", "masked", "absent"] = "plain"
    """How the stored password of the mail server is printed."""
    mail_timeout: float = 5.0
