"""Alarm notices: mails go out for real, FTP and TCP notices are only written down."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from ..smtp import send_mail
from .groups import Values

type Way = Literal["mail", "ftp", "tcp"]


@dataclass(kw_only=True)
class Notice:
    """One notice of an alarm."""

    way: Way
    cause: Literal["motion", "input"]
    number: int
    """Channel or alarm input."""
    target: str
    time: float
    """Seconds of the virtual clock."""
    picture: bytes | None = field(default=None, repr=False)
    sent: bool = False
    """Whether a mail server took it; FTP and TCP are not spoken."""
    error: str = ""


def compose(notice: Notice, settings: Values, subject: str) -> EmailMessage:
    """Write the mail of an alarm."""
    mail = EmailMessage()
    mail["From"] = settings["FromMail"]
    mail["To"] = settings["ToMail"]
    if settings["CcMail"]:
        mail["Cc"] = settings["CcMail"]
    mail["Subject"] = subject
    mail.set_content(f"{subject}\r\n")
    if notice.picture is not None and settings["SMTPSnapShot"] == "1":
        mail.add_attachment(
            notice.picture, maintype="image", subtype="jpeg", filename="alarm.jpg"
        )
    return mail


async def send(mail: EmailMessage, settings: Values, seconds: float) -> None:
    """Bring a mail to the server of the settings; OSError if it takes it not."""
    with_login = settings["SMTPAuth"] == "1"
    await send_mail(
        settings["SMTPServerIP"],
        int(settings["SMTPPort"]),
        sender=settings["FromMail"],
        recipients=[settings[name] for name in ("ToMail", "CcMail") if settings[name]],
        message=mail,
        username=settings["SMTPUsername"] if with_login else None,
        password=settings["SMTPPassword"],
        seconds=seconds,
    )
