"""What an alarm mail says: its words, its picture, its alarm.

Mails are written by devices that document neither their words nor their shape, and
by whoever can reach the inbox. So they are taken apart without recursion and with a
limit on everything, and read with words of several languages.
"""

import binascii
import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
import html
import re
from typing import Final, Literal

from ..model.vocabulary import AlarmKind, DetectionKind

SUBJECT_LIMIT: Final = 300
"""Characters of a subject that are kept."""
TEXT_LIMIT: Final = 4096
"""Characters of a text that are kept; alarm mails say less than 1,000."""
PICTURE_LIMIT: Final = 5 * 1024 * 1024
"""Bytes of a picture; a camera with 12 megapixels sends about 4 MB."""

_HEADERS_LIMIT: Final = 32 * 1024
"""Bytes of the headers of one part that are looked at."""
_VALUE_LIMIT: Final = 2048
"""Characters of one header: reading parameters takes time with their square."""
_DEPTH: Final = 8
"""Multiparts within one another; mails with a picture have one or two."""
_PARTS: Final = 64
_DELIMITERS: Final = 1000
"""Places that look like the start of a part before a mail counts as malicious."""
_RAW_TEXT: Final = 4 * TEXT_LIMIT
"""Bytes of a text that are decoded: HTML says little with much."""

_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_GB2312: Final = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
_NOT_BASE64: Final = bytes(
    set(range(256))
    - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_CHARSETS: Final = re.compile(
    r"ascii|utf-8|utf-16|iso8859|latin|cp(?:125\d|437|850|932|936|949|950)|gb|big5"
    r"|hz$|shift_jis|euc_|iso2022|koi8|mac"
)
"""Of Python's codecs those that text is written in, and that take linear time."""
_JPEG: Final = b"\xff\xd8\xff"
_JPEG_TYPES: Final = frozenset({"image/jpeg", "image/jpg", "image/pjpeg"})
_PERHAPS_JPEG: Final = frozenset({"application/octet-stream", "application/binary"})
_BREAKS: Final = frozenset({"br", "p", "/p", "tr", "/tr", "div", "/div", "li", "hr"})
_HIDDEN: Final = frozenset({"script", "style", "title", "head"})


@dataclass(frozen=True, kw_only=True)
class AlarmMail:
    """What a mail holds that matters."""

    subject: str = ""
    text: str = ""
    """Of the first part that has text, without tags."""
    picture: bytes | None = field(default=None, repr=False)
    """The first JPEG of at most 5 MB."""
    pictures: int = 0
    """How many pictures there are, too large ones included."""
    sent_at: datetime | None = None
    """When the device says it was sent, with a time zone; None if it names none."""


@dataclass(frozen=True, kw_only=True)
class MailedAlarm:
    """What a mail reports."""

    kind: DetectionKind | Literal[AlarmKind.INPUT]
    number: int | None
    """Of the channel, or of the alarm input, from 1; None if the mail does not say."""
    test: bool = False
    """Whether it was sent to try out the settings."""
    said: str = field(default="", compare=False, repr=False)
    """Subject and text, with spaces for what joins words: it may name a camera."""


@dataclass(frozen=True)
class _Part:
    """A piece of a mail and what its headers say of it."""

    kind: str
    charset: str
    encoding: str
    name: str
    raw: bytes
    start: int
    end: int

    def payload(self, limit: int) -> bytes:
        """Return the first bytes of the content, about as many as told."""
        match self.encoding:
            case "base64":
                end = min(self.end, self.start + 2 * limit + 64)
                return _from_base64(self.raw[self.start : end])[:limit]
            case "quoted-printable":
                end = min(self.end, self.start + 3 * limit)
                return binascii.a2b_qp(self.raw[self.start : end])[:limit]
            case _:
                return self.raw[self.start : min(self.end, self.start + limit)]


def parse_mail(raw: bytes) -> AlarmMail:
    """Take a mail apart; never fails, whatever it is given.

    Takes about 10 ms for 3 MB, so mails of more than some 100 KB are better parsed
    in an executor than in an event loop.
    """
    headers, body = _headers(raw, 0, len(raw))
    text, picture, pictures = "", None, 0
    for part in _leaves(raw, headers, body):
        if part.kind in ("text/plain", "text/html") and not part.name:
            text = text or _text(part)
        elif _shows_jpeg(part):
            pictures += 1
            if picture is None:
                whole = part.payload(PICTURE_LIMIT + 1)
                picture = whole if len(whole) <= PICTURE_LIMIT else None
    return AlarmMail(
        subject=_words(headers.get("subject", ""))[:SUBJECT_LIMIT],
        text=text,
        picture=picture,
        pictures=pictures,
        sent_at=_moment(headers.get("date", "")),
    )


def _headers(raw: bytes, start: int, end: int) -> tuple[dict[str, str], int]:
    """Return the first header of each name, and where the content begins."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return {}, raw.index(b"\n", start) + 1
    blank = _BLANK_LINE.search(raw, start, end)
    stop, body = blank.span() if blank else (end, end)
    block = _decoded(raw[start : min(stop, start + _HEADERS_LIMIT)])
    headers: dict[str, str] = {}
    name = ""
    for line in block.replace("\r", "").split("\n"):
        if line[:1] in (" ", "\t"):
            if name and len(headers[name]) < _VALUE_LIMIT:
                headers[name] += f" {line.strip()}"
            continue
        told, colon, value = line.partition(":")
        name = told.strip().lower() if colon else ""
        if name in headers:
            # A second header of the name, and what continues it, does not count.
            name = ""
        elif name:
            headers[name] = value.strip()
    return {key: value[:_VALUE_LIMIT] for key, value in headers.items()}, body


def _leaves(raw: bytes, headers: dict[str, str], body: int) -> Iterator[_Part]:
    """Yield the parts that have no parts, in their order."""
    waiting = [(headers, body, len(raw), 0)]
    seen = 0
    while waiting:
        headers, start, end, depth = waiting.pop()
        message = Message()
        message["Content-Type"] = headers.get("content-type", "text/plain")
        message["Content-Disposition"] = headers.get("content-disposition", "inline")
        kind = message.get_content_type()
        boundary = _parameter(message.get_boundary)
        is_split = kind.startswith("multipart/")
        if is_split and boundary and depth < _DEPTH:
            mark = b"--" + boundary.encode("utf-8", "replace")
            inner = [
                (*_headers(raw, *span), span[1], depth + 1)
                for span in _spans(raw, start, end, mark, _PARTS - seen)
            ]
            seen += len(inner)
            if inner:
                waiting.extend(reversed(inner))
                continue
        yield _Part(
            kind="text/plain" if is_split else kind,
            charset=_parameter(message.get_content_charset),
            encoding=headers.get("content-transfer-encoding", "").strip().lower(),
            name=_parameter(message.get_filename),
            raw=raw,
            start=start,
            end=end,
        )


def _parameter(read: Callable[[], str | None]) -> str:
    """Return a parameter of a header; empty if there is none that can be read.

    A parameter names its own encoding and numbers its pieces, and the standard library
    fails in several ways where these make no sense.
    """
    try:
        return read() or ""
    except LookupError, TypeError, ValueError:
        return ""


def _spans(
    raw: bytes, start: int, end: int, mark: bytes, most: int
) -> Iterator[tuple[int, int]]:
    """Yield where the parts between delimiters begin and end, at most so many."""
    begun = -1
    place = start
    for _ in range(_DELIMITERS):
        found = raw.find(mark, place, end)
        place = found + len(mark)
        if found >= 0 and found > start and raw[found - 1] != 0x0A:
            continue
        if begun >= 0 and most > 0:
            yield begun, found if found >= 0 else end
            most -= 1
        if found < 0 or most <= 0 or raw.startswith(b"--", place, end):
            return
        line_end = raw.find(b"\n", place, end)
        begun = place = line_end + 1 if line_end >= 0 else end


def _from_base64(data: bytes) -> bytes:
    """Decode what can be decoded, up to the first padding."""
    data = data.translate(None, _NOT_BASE64).partition(b"=")[0]
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _decoded(data: bytes, charset: str = "") -> str:
    """Return text; in UTF-8, in what it is said to be in, in GB 2312, or in Latin 1."""
    for name in ("utf-8", charset, "gb18030" if _GB2312.fullmatch(data) else ""):
        try:
            if name and _CHARSETS.match(codecs.lookup(name).name):
                return data.decode(name)
        except LookupError, ValueError:
            continue
    return data.decode("latin-1")


def _words(value: str) -> str:
    """Return a header with its encoded words decoded."""
    try:
        pieces = decode_header(value)
    except HeaderParseError, ValueError:
        return value
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset or "")
        for piece, charset in pieces
    ).strip()


def _moment(value: str) -> datetime | None:
    """Return the time of a Date header."""
    try:
        moment = parsedate_to_datetime(value[:100])
    except ValueError, TypeError, IndexError, OverflowError:
        return None
    return moment if moment.tzinfo is not None else None


def _text(part: _Part) -> str:
    """Return the words of a part."""
    data = part.payload(_RAW_TEXT)
    if len(data) == _RAW_TEXT:
        # The last character may have been cut.
        text = _decoded(data[: data.rfind(b"\n") + 1] or data, part.charset)
    else:
        text = _decoded(data, part.charset)
    if part.kind == "text/html":
        text = _without_tags(text)
    return text.replace("\r\n", "\n").replace("\0", "").strip()[:TEXT_LIMIT]


def _without_tags(text: str) -> str:
    """Return the words of a page; crude, in linear time."""
    words: list[str] = []
    hidden = ""
    for number, piece in enumerate(text.split("<")):
        tag, closed, said = piece.partition(">") if number else ("", ">", piece)
        name = tag[:16].lower().split(maxsplit=1)[0].rstrip("/") if tag.strip() else ""
        if hidden:
            if name == f"/{hidden}":
                hidden = ""
            else:
                continue
        elif name in _HIDDEN and closed:
            hidden = name
            continue
        words.append("\n" if name in _BREAKS else " ")
        words.append(said)
    lines = html.unescape("".join(words)).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _shows_jpeg(part: _Part) -> bool:
    """Return whether a part is a picture, by what it is as well as by its name."""
    named = part.name.lower().endswith((".jpg", ".jpeg"))
    if not (named or part.kind in _JPEG_TYPES | _PERHAPS_JPEG):
        return False
    return part.payload(len(_JPEG)) == _JPEG


def read_alarm(mail: AlarmMail) -> MailedAlarm | None:
    """Return what a mail reports; None if it is plainly about no alarm.

    A line that names the kind of event counts before everything else. Otherwise it
    is the most specific kind that the words name: a rule before what has broken it,
    an object before an input, and motion last. A mail about the device itself, such as
    a lost video signal or a full disk, is no alarm: nothing was seen. Whatever else a
    mailbox that only the device knows receives is motion at the first channel.
    """
    said = re.sub("[_-]", " ", f"{mail.subject}\n{mail.text}")
    labels = "\n".join(_LABEL.findall(said))
    kind = _kind(labels) or _kind(said)
    test = bool(_TEST.search(said)) or (kind is None and bool(_TRIED.search(said)))
    if kind is None and not test and _ABOUT_DEVICE.search(said):
        return None
    number = _number(_CHANNEL, said)
    if kind is AlarmKind.INPUT:
        number = _number(_INPUT_NUMBER, said) or number
    elif kind is None:
        kind, number = DetectionKind.MOTION, number or 1
    return MailedAlarm(kind=kind, number=number, test=test, said=said)


def _kind(said: str) -> DetectionKind | Literal[AlarmKind.INPUT] | None:
    for kind, pattern in _KINDS:
        if pattern.search(said):
            return kind
    return None


def _number(pattern: re.Pattern[str], said: str) -> int | None:
    """Return the first number that is one: some count from 0, most from 1."""
    numbers = (int(found[1]) for found in pattern.finditer(said))
    return next((number for number in numbers if number), None)


def _pattern(*, whole: str, stems: str) -> re.Pattern[str]:
    """Match words that no letter precedes or follows, or stems anywhere."""
    words = rf"(?<![^\W\d_])(?:{whole})(?![^\W\d_])"
    return re.compile(f"{words}|{stems}", re.IGNORECASE)


_DIGITS: Final = r"(?:[ .:\uff1a=#(\[-]|no|nr|num(?:ber)?|id){0,6}(\d{1,3})(?![.:]?\d)"
"""A number right behind what it counts; no part of an address, a date or a time."""
_CHANNEL: Final = re.compile(
    r"(?:(?<![^\W\d_])(?:ch(?:n|an|annel)?|cam(?:era|[ée]ra)?|c[áa]mara|telecamera"
    rf"|[kc]an[aá]le?|kamera)|通道|频道|摄像机){_DIGITS}",
    re.IGNORECASE,
)
_INPUT: Final = (
    r"i/?o|di(?= ?\d)|(?:sensor|external|digital) ?in|alarm ?in(?! [^\W\d_])"
    r"|inputs?(?! ?ch)|probes?|(?:sensor|external|local) alarm"
    r"|(?:eingang|entr[ée]e|entrada|ingresso)(?= ?\d)|alarm-?eingang"
    r"|entr[ée]e d.alarme|entrada de alarm[ea]|ingresso (?:di )?allarme"
)
_INPUT_NUMBER: Final = re.compile(
    rf"(?:(?<![^\W\d_])(?:{_INPUT}|sensor)|输入){_DIGITS}", re.IGNORECASE
)
_LABEL: Final = re.compile(
    r"^[^\w\n]{0,4}(?:(?:alarm|event)[ -]?(?:type|event|kind|name)|ereignis(?:typ)?"
    r"|(?:报警|事件)(?:类型|事件|名称))\s*[:\uff1a=]\s*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_TEST: Final = re.compile(
    r"\btest[ -]?(?:e?-?mail|message|mitteilung|nachricht)"
    r"|\b(?:e?-?mail|smtp)[ -]?test\b|(?:mail|correo|message|mensagem|messaggio) "
    r"d[ei] (?:test|teste|prova|prueba)\b|测试",
    re.IGNORECASE,
)
_TRIED: Final = re.compile(r"(?<![^\W\d_])test(?![^\W\d_])", re.IGNORECASE)
"""Says it only where nothing was seen: "test" is a usual name of cameras, too."""
_ABOUT_DEVICE: Final = _pattern(
    whole=r"(?:hdd|disk|storage|(?:sd|tf|memory) card|raid)s?.{0,20}"
    r"(?:full|err(?:or)?|fail(?:ed|ure)?|lost|loss|abnormal)"
    r"|(?:illegal|failed|invalid) (?:access|login)|login (?:fail(?:ed|ure)?|error)"
    r"|ip (?:address )?conflict|low battery|battery low|network (?:lost|disconnected)",
    stems=r"(?:video|signal) ?los[st]|videoverlust|perte vid[ée]o|perdita video"
    r"|p[ée]rdida de v[ií]deo|视频丢失|硬盘|磁盘|非法访问",
)
_KINDS: Final[
    tuple[tuple[DetectionKind | Literal[AlarmKind.INPUT], re.Pattern[str]], ...]
] = (
    (
        DetectionKind.TAMPER,
        _pattern(
            whole=r"cover(?:ed|ing)?|mask(?:ed|ing)?|video (?:blind|shelter)",
            stems=r"tamper|occlu|sabotage|manipulation|verdeck|遮挡",
        ),
    ),
    (
        DetectionKind.INTRUSION,
        _pattern(
            whole=r"(?:(?:enter|leav|exit)(?:s|ed|ing)? |(?:region|zone|area) )"
            r"(?:the )?(?:region|zone|area|entrance|enter(?:ing)?|exit(?:ing)?)"
            r"|cross(?:ed|ing)? (?:the |a )?line|line ?cross(?:ed|ing)?",
            stems=r"intru[sd]|intrusi|perimet|p[ée]rim[èe]tre|trip ?wire|line crossing"
            r"|linecross|eindring|入侵|越界|绊线|周界|区域",
        ),
    ),
    (
        DetectionKind.FACE,
        _pattern(whole=r"faces?|visage|rostro|rosto|volto", stems=r"gesicht|人脸"),
    ),
    (
        DetectionKind.PERSON,
        _pattern(
            whole=r"person(?:a|as|e|en|s|nes?)?|people|humans?|pedestrians?|pessoas?"
            r"|mensch(?:en)?|humano?s?|humain",
            stems=r"人形|行人|人体|人员",
        ),
    ),
    (
        DetectionKind.VEHICLE,
        _pattern(
            whole=r"cars?|trucks?|voitures?|coches?|carros?|auto erkannt",
            stems=r"vehicle|v[ée]hicul|ve[ií]culo|veicol|fahrzeug|车辆|机动车|汽车",
        ),
    ),
    (
        DetectionKind.ANIMAL,
        _pattern(
            whole=r"pets?|dogs?|cats?|tiere?|hund|katze|perro|gato|animaux|animal[ei]?s?",
            stems=r"haustier|mascota|动物|宠物",
        ),
    ),
    (AlarmKind.INPUT, _pattern(whole=_INPUT, stems=r"输入|开关量|外部报警")),
    (
        DetectionKind.MOTION,
        _pattern(
            whole=r"v?md|moving|beweging",
            stems=r"motion|movement|bewegung|mouvement|movimi?ento|移动|移動|动检|動体",
        ),
    ),
)
