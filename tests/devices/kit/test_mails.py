"""What alarm mails say, and mails that say nothing or mean no good."""

from datetime import UTC, datetime
from email.message import EmailMessage
from random import Random
import time
from typing import Final

import pytest

from custom_components.watchpost.devices.kit.mails import (
    PICTURE_LIMIT,
    SUBJECT_LIMIT,
    TEXT_LIMIT,
    AlarmMail,
    MailedAlarm,
    parse_mail,
    read_alarm,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AlarmKind,
    DetectionKind,
)

JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40 + b"\xff\xd9"
MOTION, PERSON = DetectionKind.MOTION, DetectionKind.PERSON
VEHICLE, ANIMAL = DetectionKind.VEHICLE, DetectionKind.ANIMAL
FACE, TAMPER = DetectionKind.FACE, DetectionKind.TAMPER
INTRUSION, INPUT = DetectionKind.INTRUSION, AlarmKind.INPUT
MULTIPART: Final = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
BASE64: Final = b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def mail_of(text: str = "Channel 2", *pictures: bytes) -> EmailMessage:
    """Return a mail as the standard library writes it."""
    mail = EmailMessage()
    mail["Subject"] = "Motion"
    mail.set_content(text)
    for number, picture in enumerate(pictures):
        mail.add_attachment(
            picture, maintype="image", subtype="jpeg", filename=f"{number}.jpg"
        )
    return mail


# The words of devices

SAID: Final[tuple[tuple[str, DetectionKind | AlarmKind, int | None], ...]] = (
    ("Motion Detection Alarm: Channel 2", MOTION, 2),
    ("I/O Alarm: Input 3", INPUT, 3),
    ("CH01 MD", MOTION, 1),
    ("MotionDetected cam4", MOTION, 4),
    ("motion_alarm_ch_5", MOTION, 5),
    ("通道2 移动侦测报警", MOTION, 2),
    ("Bewegung erkannt, Kamera 6", MOTION, 6),
    ("Bewegung erkannt: Eingang", MOTION, None),
    ("Détection de mouvement, caméra 2", MOTION, 2),
    ("Rilevamento di movimento, canale 3", MOTION, 3),
    ("Detección de movimiento en la cámara 4", MOTION, 4),
    ("Motion at 12:30 on 192.168.1.20", MOTION, None),
    ("Motion, Camera 192.168.1.20", MOTION, None),
    ("Motion, channel 12:30", MOTION, None),
    ("Motion, channel 0", MOTION, None),
    ("Motion, channel 2026", MOTION, None),
    ("Motion alarm in garden", MOTION, None),
    ("Channel No.: 7, motion", MOTION, 7),
    ("Channel[08] motion", MOTION, 8),
    ("Person detected by Camera 3, motion", PERSON, 3),
    ("人形检测 通道:4", PERSON, 4),
    ("People", PERSON, None),
    ("Personal motion", MOTION, None),
    ("Vehicle detection CH2", VEHICLE, 2),
    ("Fahrzeug erkannt", VEHICLE, None),
    ("Scar motion", MOTION, None),
    ("AI event dog_cat", ANIMAL, None),
    ("Pet detected", ANIMAL, None),
    ("Face detected", FACE, None),
    ("Interface motion", MOTION, None),
    ("Line Crossing: person, ch3", INTRUSION, 3),
    ("Intrusion Detection", INTRUSION, None),
    ("Region entrance", INTRUSION, None),
    ("越界侦测", INTRUSION, None),
    ("Tamper alarm", TAMPER, None),
    ("Camera 2 covered, motion", TAMPER, 2),
    ("Video occlusion", TAMPER, None),
    ("Recover: motion", MOTION, None),
    ("Alarm-in 2", INPUT, 2),
    ("AlarmIn4 triggered", INPUT, 4),
    ("Sensor alarm 3", INPUT, 3),
    ("Probe alarm", INPUT, None),
    ("External alarm, channel 2", INPUT, 2),
    ("Alarmeingang 2", INPUT, 2),
    ("Radio: motion", MOTION, None),
    ("Event Type: Motion Detection\nCamera: Car park face", MOTION, None),
    ("Alarm Event: Motion Detection\nAlarm Input Channel No.: 2", MOTION, 2),
    ("Alarm Input Channel: 2\nmovement", MOTION, 2),
    ("Camera test: motion", MOTION, None),
    # Whatever else comes to a mailbox that only the device knows.
    ("", MOTION, 1),
    ("Alarm!", MOTION, 1),
    ("Alarm at channel 3", MOTION, 3),
)


@pytest.mark.parametrize(("said", "kind", "number"), SAID, ids=[s[0] for s in SAID])
@pytest.mark.parametrize("place", ["subject", "text"])
def test_words(
    said: str, kind: DetectionKind | AlarmKind, number: int | None, place: str
) -> None:
    """The most specific thing that is said counts, and its number."""
    mail = AlarmMail(subject=said) if place == "subject" else AlarmMail(text=said)
    alarm = read_alarm(mail)
    assert alarm is not None
    assert (alarm.kind, alarm.number, alarm.test) == (kind, number, False)


@pytest.mark.parametrize(
    "said",
    [
        "Test",
        "test mail",
        "Test-Email from camera",
        "E-Mail-Test",
        "SMTP test",
        "This is a test message, motion alarms will look like it",
        "测试邮件",
        "Correo de prueba",
    ],
)
def test_tests(said: str) -> None:
    """A mail that tries out the settings says so."""
    alarm = read_alarm(AlarmMail(subject=said))
    assert alarm is not None
    assert alarm.test


@pytest.mark.parametrize(
    "said",
    ["Video Loss, channel 2", "HDD full", "SD card error", "Login failed", "视频丢失"],
)
def test_the_device_itself(said: str) -> None:
    """What a device says of itself is no alarm, unless it has seen something, too."""
    assert read_alarm(AlarmMail(subject=said)) is None
    assert read_alarm(AlarmMail(subject=f"{said}; person detected")) is not None


def test_subject_and_text_count_together() -> None:
    """The kind may be in one, the channel in the other."""
    mail = AlarmMail(subject="Motion alarm", text="Human, CH3")
    assert read_alarm(mail) == MailedAlarm(kind=PERSON, number=3)


# Mails that are well made


def test_parts() -> None:
    """Subject, text and the first picture are found, and the pictures counted."""
    made = mail_of("Channel 2\nat noon", JPEG, b"\xff\xd8\xffsecond", b"no picture")
    made["Date"] = "Sat, 21 Nov 2026 12:00:00 +0100"
    for raw in (made.as_bytes(), made.as_bytes().replace(b"\n", b"\r\n")):
        mail = parse_mail(raw)
        assert mail == AlarmMail(
            subject="Motion",
            text="Channel 2\nat noon",
            picture=JPEG,
            pictures=2,
            sent_at=datetime(2026, 11, 21, 11, tzinfo=UTC),
        )
        assert repr(JPEG) not in repr(mail)


def test_inline_picture_and_html() -> None:
    """A page with a picture inside is a text with a picture."""
    made = EmailMessage()
    made.set_content(
        "<html><head><title>x</title></head><style>p {}</style><body><p>Motion &amp;"
        "<b>person</b><br>CH 2</p><script>var car = '<b>';</script></body>",
        subtype="html",
    )
    made.add_related(JPEG, maintype="image", subtype="jpeg", cid="<a>")
    mail = parse_mail(made.as_bytes())
    assert mail.text == "Motion & person\nCH 2"
    assert mail.picture == JPEG


def test_first_text_counts() -> None:
    """Of several ways to say it, the plain one is taken; attached texts are not."""
    made = mail_of("plain")
    made.add_alternative("<p>page", subtype="html")
    assert parse_mail(made.as_bytes()).text == "plain"
    made = EmailMessage()
    made.add_attachment("log", filename="log.txt")
    assert parse_mail(made.as_bytes()).text == ""


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: image/jpeg",
        b"Content-Type: image/jpg; name=x",
        b"Content-Type: application/octet-stream; name=a.JPG",
        b"Content-Type: application/octet-stream",
        b"Content-Disposition: attachment; filename=a.jpeg",
        b"CONTENT-TYPE:IMAGE/JPEG",
    ],
)
def test_pictures_by_any_name(headers: bytes) -> None:
    """A picture is one by what it is."""
    raw = MULTIPART + b"--b\r\n" + headers + b"\r\n\r\n" + JPEG[:900]
    assert parse_mail(raw).pictures == 1
    raw = MULTIPART + b"--b\r\n" + headers + b"\r\n\r\nGIF89a"
    assert parse_mail(raw).pictures == 0


def test_the_picture_that_fits() -> None:
    """A picture that is too large is counted, and the next one is taken."""
    raw = mail_of("x", b"\xff\xd8\xff" + bytes(PICTURE_LIMIT), JPEG).as_bytes()
    mail = parse_mail(raw)
    assert mail.pictures == 2
    assert mail.picture == JPEG
    largest = b"\xff\xd8\xff" + bytes(PICTURE_LIMIT - 3)
    assert parse_mail(mail_of("x", largest).as_bytes()).picture == largest


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?B?56e75Yqo?= CH2", "移动 CH2"),
        (b"Subject: =?gb2312?B?0sa2rw==?=", "移动"),
        (b"Subject: =?utf-8?Q?Bewegung_erkannt?=", "Bewegung erkannt"),
        (b"Subject: =?x-unknown?Q?Motion?=", "Motion"),
        (b"Subject: =?punycode?Q?Motion?=", "Motion"),
        (b"Subject: =?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        (b"Subject: \xd2\xc6\xb6\xaf", "移动"),
        (b"Subject: \xe7\xa7\xbb\xe5\x8a\xa8", "移动"),
        (b"Subject: d\xe9tection", "détection"),
        (b"subject:Motion", "Motion"),
        (b"Subject: Motion\r\n\tat door", "Motion at door"),
        (b"Subject: first\r\nSubject: second\r\n third", "first"),
        (b"no header\r\nSubject: Motion", "Motion"),
        (b"From: a", ""),
    ],
)
def test_subjects(header: bytes, subject: str) -> None:
    """Subjects are read however they are written."""
    assert parse_mail(header + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Sat, 21 Nov 2026 12:00:00 +0000", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:00 GMT", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:00", None),
        ("Sat, 21 Nov 2026 12:00:00 -0000", None),
        ("Sat, 31 Feb 2026 12:00:00 +0000", None),
        ("Sat, 21 Nov 99999999999 12:00:00 +0000", None),
        ("2026-11-21 12:00:00", None),
        ("", None),
    ],
)
def test_dates(date: str, moment: datetime | None) -> None:
    """A moment is one with a time zone, or none."""
    assert parse_mail(f"Date: {date}\r\n\r\n".encode()).sent_at == moment


# Mails that are badly made


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\n" + BASE64 + b"/9j/4AAB\r\n/9j/",
        b"--b\r\n" + BASE64 + b"/9j/4AAB/9j/\r\n--b\r\n\r\nx",
        b"--b\r\n" + BASE64 + b"/9j/4A*A B!/9j/=\r\n--b--\r\nafter",
        b"before\r\n--b\r\n" + BASE64 + b"/9j/4AAB/9j/A\r\n--b--",
    ],
    ids=["no_end", "no_last_end", "not_base64", "one_too_many"],
)
def test_what_is_left_of_a_picture(body: bytes) -> None:
    """What can be read of a picture is taken."""
    mail = parse_mail(MULTIPART + body)
    assert mail.pictures == 1
    assert mail.picture is not None
    assert mail.picture.startswith(b"\xff\xd8\xff\xe0\x00\x01\xff\xd8\xff")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\r\n", ""),
        (b"\n\nMotion", "Motion"),
        (b"Subject: a", ""),
        (b"A: b\r\n\r\nMotion\0 CH2", "Motion CH2"),
        (MULTIPART + b"Motion without a part", "Motion without a part"),
        (b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx", "--b\r\n\r\nx"),
        (b"Content-Type: x; y=\r\n\r\nMotion", "Motion"),
        (b"Content-Type: text/plain; charset=zlib\r\n\r\n\xd2\xc6\xb6\xaf", "移动"),
        (b"Content-Type: text/plain; charset=nn\r\n\r\n\xe7\xa7\xbb", "移"),
        (b"Content-Type: text/plain; charset=big5\r\n\r\n\xb2\xbe\xb0\xca", "移動"),
        (
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            b"Mo=74ion =E7=A7=BB =\r\nx=",
            "Motion 移 x",
        ),
        (b"Content-Transfer-Encoding: base64\r\n\r\nTW90aW9u", "Motion"),
        (b"Content-Transfer-Encoding: 9bit\r\n\r\nMotion", "Motion"),
    ],
)
def test_texts(raw: bytes, text: str) -> None:
    """A text is read as well as it can be."""
    assert parse_mail(raw).text == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "value",
    [
        "idna''abc",
        "a%00b''abc",
        "undefined''abc",
        "punycode''abc-%ff",
        "a; {name}*0*=b",
        "utf-8''a; {name}*0=b; {name}*99999999=c",
    ],
)
@pytest.mark.parametrize("name", ["name", "filename", "boundary", "charset"])
def test_parameters_without_sense(name: str, value: str) -> None:
    """A parameter in no encoding, or in pieces that do not fit, is none."""
    parameter = f"{name}*={value.format(name=name)}"
    for header in (
        f"Content-Type: image/jpeg; {parameter}",
        f"Content-Type: multipart/mixed; {parameter}",
        f"Content-Type: image/jpeg\r\nContent-Disposition: attachment; {parameter}",
    ):
        mail = parse_mail(header.encode() + b"\r\n\r\n" + JPEG)
        assert mail.pictures == ("image" in header)
    mail = parse_mail(f"Content-Type: text/plain; {parameter}\r\n\r\nMotion".encode())
    assert mail.text in ("Motion", "")


HOSTILE: Final = {
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
        for one in range(10_000)
    ),
    "nested_alike": (MULTIPART + b"--b\r\n") * 10_000,
    "siblings": MULTIPART + b"--b\r\n\r\nx\r\n" * 100_000,
    "delimiters": MULTIPART + b"x--b" * 1_000_000,
    "long_header": b"Subject: " + b"a" * 5_000_000 + b"\r\n\r\nx",
    "many_headers": b"X: y\r\n" * 1_000_000,
    "folded_header": b"Subject: a\r\n" + b" b\r\n" * 1_000_000,
    "parameters": b"Content-Type: multipart/mixed" + b";a=b" * 500_000 + b"\r\n\r\n",
    "quotes": b"Content-Type: multipart/mixed" + b';"' * 500_000 + b"\r\n\r\n",
    "encoded_words": b"Subject: " + b"=?utf-8?q?a?=" * 100_000 + b"\r\n\r\n",
    "half_words": b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\n",
    "tags": b"Content-Type: text/html\r\n\r\n" + b"<style>" * 1_000_000,
    "entities": b"Content-Type: text/html\r\n\r\n" + b"&#" * 1_000_000,
    "labels": b"\r\n" + b"alarm type: " * 500_000,
    "blank_lines": b"a: b\r\n\r\n" + b"\n" * 4_000_000 + b"x",
    "blanks": b"a: b\r\n\r\n" + b" " * 4_000_000 + b"x",
    "words": b"\r\n" + b"channel no" * 500_000,
    "date": b"Date: " + b"1 " * 500_000 + b"\r\n\r\n",
    "nulls": bytes(4_000_000),
    "padding": BASE64 + b"=" * 4_000_000,
    "returns": b"\r" * 4_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    """Nothing takes long, nothing is large, nothing fails."""
    start = time.process_time()
    mail = parse_mail(HOSTILE[name])
    read_alarm(mail)
    assert time.process_time() - start < 0.5
    assert len(mail.subject) <= SUBJECT_LIMIT
    assert len(mail.text) <= TEXT_LIMIT
    assert mail.picture is None
    assert mail.pictures == 0


def test_pictures_and_parts_are_limited() -> None:
    """Who sends ten thousand pictures is not asked how many."""
    raw = (
        MULTIPART + b"--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n" * 10_000
    )
    assert 1 <= parse_mail(raw).pictures <= 64


def test_garbage() -> None:
    """Damaged mails are read without an error."""
    random = Random(6)
    whole = mail_of("Channel 2", JPEG[:200], JPEG[:90]).as_bytes()
    for _ in range(2000):
        raw = bytearray(whole)
        for _ in range(random.randrange(1, 40)):
            place = random.randrange(len(raw))
            raw[place : place + random.randrange(9)] = random.randbytes(
                random.randrange(9)
            )
        mail = parse_mail(bytes(raw))
        read_alarm(mail)
        assert mail.pictures <= 64


def test_a_large_mail_is_quick() -> None:
    """A mail of 3 MB is no reason to stop everything else."""
    raw = mail_of("Channel 2", b"\xff\xd8\xff" + bytes(range(256)) * 8800).as_bytes()
    assert len(raw) > 3_000_000
    took = []
    for _ in range(5):
        start = time.process_time()
        mail = parse_mail(raw)
        took.append(time.process_time() - start)
        assert mail.picture is not None
    assert min(took) < 0.1
