"""Mails that the unit sends on alarms: where they go, and what they may say."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address

from ..smtp import send_mail
from .options import StrobeOptions
from .xmldoc import Node

TITLES = {"probe": "Sensor", "broadcast": "Broadcast", "api": "API"}


@dataclass(frozen=True, kw_only=True)
class MailResult:
    """One mail that was sent, or could not be."""

    cause: str
    """probe, broadcast or api."""
    time: float
    """Seconds of the virtual clock."""
    server: str
    recipients: tuple[str, ...]
    subject: str
    error: str | None = None


def recipients(config: Node) -> tuple[str, ...]:
    """Return who is told."""
    names = (config.get(f"Receiver_{number}") for number in range(1, 5))
    return tuple(name for name in names if name)


def compose(
    config: Node, options: StrobeOptions, cause: str, local: datetime, zone: timedelta
) -> EmailMessage:
    """Write a mail; no document says what is in it."""
    mail = EmailMessage()
    mail["From"] = config.get("Sender")
    mail["To"] = ", ".join(recipients(config))
    mail["Subject"] = config.get("SensorAlarmTitle")
    moment = local.replace(tzinfo=timezone(zone), microsecond=0)
    if options.mail_date:
        mail["Date"] = format_datetime(moment)
    words = {
        "plain": f"{options.name} {options.mac}\n{moment:%Y-%m-%d %H:%M:%S}\n",
        "named": f"Alarm type: {TITLES[cause]}\nDevice: {options.name}\n",
        "empty": "",
    }[options.mail_text]
    mail.set_content(words)
    return mail


async def deliver(config: Node, mail: EmailMessage, seconds: float) -> str | None:
    """Send a mail as it is configured; return what went wrong."""
    host = config.get("SmtServer")
    try:
        # There is no name server in its network.
        if not ip_address(host).is_loopback:
            return "unreachable"
    except ValueError:
        return "unknown name"
    user = config.get("SmtUser")
    try:
        await send_mail(
            host,
            int(config.get("SmtPort") or 25),
            sender=config.get("Sender"),
            recipients=recipients(config),
            message=mail,
            username=user or None,
            password=config.get("SmtPassword"),
            auth="login",
            ehlo="StrobeSpeaker",
            seconds=seconds,
        )
    except (OSError, TimeoutError) as err:
        return f"{type(err).__name__}: {err}"
    return None
