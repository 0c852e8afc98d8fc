"""Mails of alarms: they go out for real, to the server of the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from ..smtp import send_mail
from .fields import Json
from .options import CbtOptions
from .wallclock import WallClock

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {
        "motion": "Motion Detection",
        "region": "Region Intrusion",
        "fire": "Fire Detection",
        "occlusion": "Video Occlusion",
        "alarm_input": "Alarm Input 1",
        "schedule": "Snapshot",
    },
    "labels": {
        "motion": "MD",
        "region": "Intrusion detection",
        "fire": "Fire",
        "occlusion": "Tamper",
        "alarm_input": "IO alarm",
        "schedule": "Timer",
    },
    "chinese": {
        "motion": "移动侦测报警",
        "region": "区域入侵报警",
        "fire": "火点报警",
        "occlusion": "视频遮挡报警",
        "alarm_input": "外部报警输入1",
        "schedule": "定时抓拍",
    },
}
"""What cameras may write; the document shows no mail."""


@dataclass(kw_only=True)
class Mail:
    """One mail, and what became of it."""

    cause: str
    """The detector whose alarm it is about, or schedule."""
    what: str
    """alarm, snapshot or video."""
    server: str
    port: int
    sender: str
    recipient: str = field(repr=False)
    picture: bytes | None = field(default=None, repr=False)
    delivered: bool = False
    error: str = ""


def roles(options: CbtOptions, settings: Json) -> tuple[str, str]:
    """Return sender and recipient: as the tables have it, or as the names say."""
    first, second = str(settings["to_addr"]), str(settings["from_user"])
    return (first, second) if options.mail_roles == "table" else (second, first)


def compose(
    mail: Mail, options: CbtOptions, settings: Json, wall_clock: WallClock
) -> EmailMessage:
    """Write a mail."""
    word = _WORDS[options.mail_words][mail.cause]
    title = str(settings["mail_tital"])
    found = EmailMessage()
    found["From"] = mail.sender
    found["To"] = mail.recipient
    found["Date"] = format_datetime(wall_clock.utc)
    time = f"{wall_clock.local:%Y-%m-%d %H:%M:%S}"
    match options.mail_words:
        case "labels":
            found["Subject"] = f"{options.name} {title}"
            text = f"Device: {options.name}\r\nAlarm type: {word}\r\nTime: {time}\r\n"
        case "chinese":
            found["Subject"] = word
            text = f"设备名称:{options.name}\r\n时间:{time}\r\n"
        case _:
            found["Subject"] = f"{title}: {word}"
            text = f"{word} on {options.name} at {time}\r\n"
    found.set_content(text)
    if mail.picture is not None:
        found.add_attachment(
            mail.picture, maintype="image", subtype="jpeg", filename="snap.jpg"
        )
    return found


async def send(mail: Mail, message: EmailMessage, settings: Json) -> None:
    """Bring a mail to its server, with the login if one is stored."""
    password = str(settings["to_passw"] or settings["smtp_passw"])
    if settings["enable_ssl"]:
        mail.error = "the server has to speak TLS"
        return
    try:
        await send_mail(
            mail.server,
            mail.port,
            sender=mail.sender,
            recipients=[mail.recipient],
            message=message,
            username=str(settings["smtp_user"] or mail.sender) if password else None,
            password=password,
            auth="login",
        )
    except (OSError, TimeoutError) as err:
        mail.error = type(err).__name__
    else:
        mail.delivered = True
