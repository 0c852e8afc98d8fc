"""Mails that the camera sends: where they go, and what they may say."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Final

from ..smtp import send_mail
from .kinds import truth
from .options import BviewOptions
from .xmldoc import Node

_SUBJECTS: Final = {"motion": "Motion detected", "test": "Test mail"}


@dataclass(frozen=True, kw_only=True)
class MailResult:
    """One mail that was sent, or could not be."""

    cause: str
    """motion or test."""
    time: float
    """Seconds of the virtual clock."""
    server: str
    recipients: tuple[str, ...]
    message: EmailMessage
    picture: bytes | None
    login: tuple[str, str] | None
    error: str | None = None


def recipients(config: Node) -> tuple[str, ...]:
    """Return who is told."""
    rows = config.find("ReceiverList").all("Receiver")
    return tuple(name for row in rows if (name := row.get("EmailAddress").strip()))


def mails_at(config: Node, now: datetime) -> bool:
    """Return whether a motion at a local time is mailed."""
    week = config.find("Schedule")
    if not truth(config.get("Enable")):
        return False
    if not week.children or truth(week.get("AllDay")):
        return True
    day, half_hour = (now.weekday() + 1) % 7, now.hour * 2 + now.minute // 30
    blocks = week.get(f"TimeBlockList/TimeBlock_{day}")
    return blocks[half_hour : half_hour + 1] == "1"


def compose(
    config: Node,
    options: BviewOptions,
    cause: str,
    now: datetime,
    picture: bytes | None,
) -> EmailMessage:
    """Write a mail; no document says what is in it."""
    mail = EmailMessage()
    mail["From"] = config.get("SenderEmailAddress")
    mail["To"] = ", ".join(recipients(config))
    mail["Date"] = format_datetime(now)
    match options.mail_text:
        case "subject":
            mail["Subject"] = f"{options.name}: {_SUBJECTS[cause]}"
            mail.set_content(f"{now:%Y-%m-%d %H:%M:%S}\n")
        case "labelled":
            mail["Subject"] = f"Message from {options.name}"
            kind = "VMD" if cause == "motion" else "Test mail"
            mail.set_content(f"Event type: {kind}\nChannel: 1\nTime: {now}\n")
        case "html":
            mail["Subject"] = options.name
            words = f"<html><body><b>{_SUBJECTS[cause]}</b><br>{now}</body></html>"
            mail.set_content(words, subtype="html")
        case "silent":
            mail["Subject"] = "Alarm" if cause == "motion" else "Test"
            mail.set_content("\n")
    if picture is not None:
        name = f"{now:%Y%m%d%H%M%S}.jpg"
        mail.add_attachment(picture, maintype="image", subtype="jpeg", filename=name)
    return mail


def login_of(config: Node, password: str) -> tuple[str, str] | None:
    """Return the login for the server, if it is to be told."""
    if config.get("SMTPAuthMethod") != "Login":
        return None
    return config.get("SenderEmailAddress"), password


async def deliver(
    config: Node,
    mail: EmailMessage,
    login: tuple[str, str] | None,
    seconds: float,
) -> str | None:
    """Send a mail as it is configured; return what went wrong."""
    host = config.get("SMTPServer").strip()
    try:
        # There is no name server in its network.
        if not ip_address(host).is_loopback:
            return "unreachable"
    except ValueError:
        return "unknown name"
    if config.get("SMTPTLSConfig/SMTPTLS") == "on":
        return "the server has no TLS"
    name, password = login or (None, None)
    try:
        await send_mail(
            host,
            int(config.get("SMTPPort") or 25),
            sender=config.get("SenderEmailAddress"),
            recipients=recipients(config),
            message=mail,
            username=name,
            password=password,
            auth="login",
            ehlo="localhost",
            seconds=seconds,
        )
    except (OSError, TimeoutError) as err:
        return f"{type(err).__name__}: {err}"
    return None
