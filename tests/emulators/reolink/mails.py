"""Alarm mails: when they are sent, what they say, and where they go."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
import ipaddress
from typing import Any, Final

from ..clock import VirtualClock
from ..smtp import send_mail
from .errors import MAIL_CONNECT, MAIL_SERVER
from .media import film, picture
from .options import ReolinkOptions
from .setting import Json
from .store import Settings

_TABLES: Final = {
    "motion": "MD",
    "people": "AI_PEOPLE",
    "vehicle": "AI_VEHICLE",
    "dog_cat": "AI_DOG_CAT",
    "face": "AI_FACE",
}
_WORDS: Final = {
    "motion": "Motion Detection",
    "people": "Person Detected",
    "vehicle": "Vehicle Detected",
    "dog_cat": "Animal Detected",
    "face": "Face Detected",
}
_OLD_ATTACHMENTS: Final = {"0": 0, "no": 0, "picture": 1, "video": 2, "onlyPicture": 3}
_SECONDS: Final = {"Seconds": 1, "Minute": 60, "Minutes": 60}


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """A mail that a server has taken."""

    host: str
    port: int
    username: str | None
    password: str
    recipients: tuple[str, ...]
    message: EmailMessage
    picture: bytes | None


class Mailer:
    """The part of a unit that writes mails.

    It knows no name server: it reaches servers on this computer only.
    """

    def __init__(
        self,
        settings: Settings,
        options: ReolinkOptions,
        clock: VirtualClock,
        spawn: Callable[[Coroutine[object, object, None]], None],
    ) -> None:
        """Prepare; nothing was sent."""
        self._settings = settings
        self._options = options
        self._clock = clock
        self._spawn = spawn
        self._last: dict[int, float] = {}
        self.sent: list[SentMail] = []
        self.failed: list[int] = []
        """Codes of the attempts that came to nothing."""

    # On an alarm

    def alarm(self, channel: int, kind: str) -> None:
        """Mail an alarm if it is to be mailed, and not too soon after the last."""
        fields = self._fields(channel)
        if not self._wanted(fields, kind):
            return
        number, _, unit = fields["interval"].partition(" ")
        now = self._clock.monotonic
        last = self._last.get(channel)
        if last is not None and now - last < int(number) * _SECONDS[unit]:
            return
        if not _is_local(fields["smtpServer"]):
            self.failed.append(MAIL_CONNECT)
            return
        self._last[channel] = now
        self._spawn(self._deliver(fields, *self._alarm_mail(channel, kind, fields)))

    def _fields(self, channel: int) -> Json:
        version = self._options.schedule_version
        return self._settings.fields("EmailV20" if version else "Email", channel)

    def _wanted(self, fields: Json, kind: str) -> bool:
        wall = self._clock.wall
        hour = (wall.weekday() + 1) % 7 * 24 + wall.hour
        schedule = fields["schedule"]
        if not self._options.schedule_version:
            return bool(schedule["enable"]) and schedule["table"][hour] == "1"
        if self._options.task_enable and not fields["scheduleEnable"]:
            return False
        hours = schedule["table"].get(_TABLES[kind]) if kind in _TABLES else None
        return bool(fields["enable"]) and hours is not None and hours[hour] == "1"

    def _alarm_mail(
        self, channel: int, kind: str, fields: Json
    ) -> tuple[EmailMessage, bytes | None]:
        camera = self._options.channels[channel].name
        word = _WORDS.get(kind, kind)
        match self._options.mail_style:
            case "labels":
                subject = f"Alarm notification from {self._options.name}"
                text = (
                    f"Alarm Camera Name: {camera}\nAlarm Event: {word}\n"
                    f"Alarm Input Channel No.: {channel + 1}\n"
                    f"Alarm Device Name: {self._options.name}\n"
                )
            case "name":
                subject, text = f"{camera} - {word}", f"{camera}: {word}\n"
            case "number":
                subject, text = word, f"Channel {channel + 1}\n"
            case "nobody":
                subject, text = word, "Something was seen.\n"
        attachment = fields.get("attachmentType")
        if attachment is None:
            attachment = _OLD_ATTACHMENTS[fields["attachment"]]
        message = self._message(fields, subject, "" if attachment == 3 else text)
        if attachment == 2:
            clip = film(f"channel {channel} {word}")
            message.add_attachment(
                clip, maintype="video", subtype="mp4", filename="alarm.mp4"
            )
        if attachment not in (1, 3):
            return message, None
        shot = picture(f"channel {channel} mail {len(self.sent)} {word}")
        message.add_attachment(
            shot, maintype="image", subtype="jpeg", filename=f"{channel:02d}.jpg"
        )
        return message, shot

    def _message(self, fields: Json, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = fields["userName"]
        message["To"] = ", ".join(_recipients(fields))
        message["Date"] = format_datetime(self._clock.wall.astimezone(UTC))
        message.set_content(text)
        return message

    # Sending

    async def _deliver(
        self, fields: Json, message: EmailMessage, shot: bytes | None
    ) -> None:
        if code := await self._send(fields, message, shot):
            self.failed.append(code)

    async def _send(
        self, fields: Json, message: EmailMessage, shot: bytes | None
    ) -> int:
        """Bring a mail to the server; return 0 or the error."""
        recipients = _recipients(fields)
        if not (fields["userName"] and recipients and _is_local(fields["smtpServer"])):
            return MAIL_CONNECT
        password = fields.get("password") or ""
        try:
            await send_mail(
                fields["smtpServer"],
                fields["smtpPort"],
                sender=fields["userName"],
                recipients=recipients,
                message=message,
                username=fields["userName"],
                password=password,
                auth=self._options.mail_auth,
                ehlo="reolink",
            )
        except ConnectionRefusedError, TimeoutError:
            return MAIL_CONNECT
        except OSError:
            return MAIL_SERVER
        self.sent.append(
            SentMail(
                host=fields["smtpServer"],
                port=fields["smtpPort"],
                username=fields["userName"],
                password=password,
                recipients=recipients,
                message=message,
                picture=shot,
            )
        )
        return 0

    async def test(self, given: Json) -> int:
        """Send a test as TestEmail asks; return 0 or the error."""
        stored = self._fields(0)
        mode = self._options.mail_test
        if mode == "keeps":
            # Against the document, which has another command for that.
            stem = "EmailV20" if self._options.schedule_version else "Email"
            known = {name: value for name, value in given.items() if name in stored}
            self._settings.change(stem, **known)
        if mode == "silent":
            return 0
        if given.get("ssl"):
            return MAIL_CONNECT
        fields: dict[str, Any] = {"password": stored["password"], **given}
        message = self._message(fields, "Test email", "This is a test mail.\n")
        return await self._send(fields, message, None)


def _recipients(fields: Json) -> tuple[str, ...]:
    addresses = (fields.get(f"addr{number}") for number in (1, 2, 3))
    return tuple(address for address in addresses if address)


def _is_local(host: str) -> bool:
    """Tell whether a server is on this computer, written as an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
