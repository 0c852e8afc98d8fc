"""What devices and others send to a mail server, and what becomes of it."""

import base64
from dataclasses import dataclass
from typing import Final

BOX: Final = "a1b2c3@watchpost.local"
OTHER: Final = "d4e5f6@watchpost.local"
LIMIT: Final = 64 * 1024
"""The size limit of the server that the corpus is meant for."""
SECRET: Final = "Secret5Of7Device"
USER: Final = "camera9user"
MAIL: Final = b"Subject: Motion\r\n\r\nChannel 1\r\n"

HELLO: Final = b"EHLO ipcamera\r\n"
FROM: Final = b"MAIL FROM:<cam@watchpost.local>\r\n"
TO: Final = f"RCPT TO:<{BOX}>\r\n".encode()
BEGIN: Final = HELLO + FROM + TO
DATA: Final = b"DATA\r\n"
END: Final = b".\r\n"
QUIT: Final = b"QUIT\r\n"
GREETED: Final = "220 250"
READY: Final = f"{GREETED} 250 250"
TAKEN: Final = f"{READY} 354 250 221"


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a client sends at once, and what the server makes of it."""

    name: str
    sent: bytes
    codes: str
    """Of the answers, one after the other."""
    mails: tuple[bytes, ...] = ()
    """What arrives."""


def encoded(text: str) -> bytes:
    """Return text as in a login."""
    return base64.b64encode(text.encode())


def taken(
    name: str,
    content: bytes = MAIL,
    *,
    begin: bytes = BEGIN,
    codes: str = TAKEN,
    arrives: bytes | None = None,
) -> Case:
    """Return a mail that arrives, changed or not."""
    return Case(
        name=name,
        sent=begin + DATA + content + END + QUIT,
        codes=codes,
        mails=(content if arrives is None else arrives,),
    )


def login(name: str, said: bytes, codes: str) -> Case:
    """Return a mail that arrives after some login."""
    return Case(
        name=f"login_{name}",
        sent=HELLO + said + FROM + TO + DATA + MAIL + END + QUIT,
        codes=f"{GREETED} {codes} 250 250 354 250 221",
        mails=(MAIL,),
    )


def refused(name: str, sent: bytes, codes: str) -> Case:
    """Return what no mail comes of."""
    return Case(name=name, sent=sent, codes=codes)


_PLAIN: Final = encoded(f"\0{USER}\0{SECRET}")
_LOGIN: Final = encoded(USER) + b"\r\n" + encoded(SECRET) + b"\r\n"
_LONG: Final = b"x" * 1200 + b"\r\n" + b"y" * 12_000 + b"\r\n"
_TWO: Final = BEGIN + DATA + MAIL + END + FROM + TO + DATA + b"second\r\n" + END + QUIT
_TWICE: Final = TO + f"RCPT TO:<{BOX.upper()}>\r\n".encode()

VALID: Final = (
    taken("plain"),
    taken("helo", begin=b"HELO cam\r\n" + FROM + TO),
    taken("helo_without_name", begin=b"HELO\r\n" + FROM + TO),
    taken("ehlo_without_name", begin=b"EHLO \r\n" + FROM + TO),
    taken("name_in_other_letters", begin="EHLO 摄像机\r\n".encode() + FROM + TO),
    taken("name_of_no_text", begin=b"EHLO \xff\xfe\r\n" + FROM + TO),
    taken("lower_case", begin=BEGIN.lower()),
    taken("box_in_capitals", begin=HELLO + FROM + TO.upper()),
    taken("any_domain", begin=HELLO + FROM + b"RCPT TO:<a1b2c3@example.com>\r\n"),
    taken("no_domain", begin=HELLO + FROM + b"RCPT TO:<a1b2c3>\r\n"),
    taken("no_brackets", begin=HELLO + FROM + f"RCPT TO:{BOX}\r\n".encode()),
    taken("blanks", begin=HELLO + b"MAIL FROM: <a@b>\r\n" + TO.replace(b":", b": ")),
    taken("blank_before_colon", begin=HELLO + b"MAIL FROM :<a@b>\r\n" + TO),
    taken("options_of_recipient", begin=BEGIN[:-2] + b" NOTIFY=NEVER\r\n"),
    taken("empty_sender", begin=HELLO + b"MAIL FROM:<>\r\n" + TO),
    taken("sender_without_domain", begin=HELLO + b"MAIL FROM:<cam>\r\n" + TO),
    taken("sender_with_blanks", begin=HELLO + b"MAIL FROM:<my cam>\r\n" + TO),
    taken(
        "sender_in_other_letters",
        begin=HELLO + "MAIL FROM:<门@b>\r\n".encode("gb18030") + TO,
    ),
    taken("size_told", begin=HELLO + FROM[:-2] + b" SIZE=30\r\n" + TO),
    taken("body_told", begin=HELLO + FROM[:-2] + b" BODY=8BITMIME\r\n" + TO),
    taken("unknown_option", begin=HELLO + FROM[:-2] + b" AUTH=<>\r\n" + TO),
    taken("named_twice", begin=HELLO + FROM + _TWICE, codes=f"{READY} 250 354 250 221"),
    taken(
        "one_of_two_wrong",
        begin=HELLO + FROM + b"RCPT TO:<nobody@x>\r\n" + TO,
        codes=f"{GREETED} 250 550 250 354 250 221",
    ),
    taken("empty", b""),
    taken("dot_stuffed", b"..\r\n...x\r\na.b\r\n", arrives=b".\r\n..x\r\na.b\r\n"),
    taken(
        "dot_not_stuffed",
        b"Subject: x\r\n\r\n.x\r\n",
        arrives=b"Subject: x\r\n\r\nx\r\n",
    ),
    taken("long_lines", _LONG),
    taken("null_bytes", b"Subject: a\0b\r\n\r\n\0\0\r\n"),
    taken("all_bytes", bytes(set(range(256)) - {10, 13}) + b"\r\n"),
    taken("bare_returns", b"a\rb\r\rc\r\n"),
    taken("only_blank_lines", b"\r\n" * 500),
    taken("largest", b"x" * (LIMIT - 2) + b"\r\n"),
    taken("commands_inside", b"QUIT\r\nRSET\r\nDATA\r\n"),
    Case(
        name="lines_end_with_lf",
        sent=(BEGIN + DATA + MAIL + END + QUIT).replace(b"\r\n", b"\n"),
        codes=TAKEN,
        mails=(MAIL,),
    ),
    Case(
        name="content_ends_with_lf",
        sent=BEGIN + DATA + MAIL.replace(b"\r\n", b"\n") + b"\r\n" + END + QUIT,
        codes=TAKEN,
        mails=(MAIL + b"\r\n",),
    ),
    Case(
        name="no_quit", sent=BEGIN + DATA + MAIL + END, codes=TAKEN[:-4], mails=(MAIL,)
    ),
    Case(
        name="two_mails",
        sent=_TWO,
        codes=f"{READY} 354 250 250 250 354 250 221",
        mails=(MAIL, b"second\r\n"),
    ),
    Case(
        name="two_boxes",
        sent=BEGIN + f"RCPT TO:<{OTHER}>\r\n".encode() + DATA + MAIL + END + QUIT,
        codes=f"{READY} 250 354 250 221",
        mails=(MAIL, MAIL),
    ),
    Case(
        name="reset_between",
        sent=BEGIN + b"RSET\r\n" + FROM + TO + DATA + MAIL + END + QUIT,
        codes=f"{READY} 250 250 250 354 250 221",
        mails=(MAIL,),
    ),
    Case(
        name="other_commands",
        sent=HELLO
        + b"NOOP\r\nVRFY a\r\nHELP\r\n"
        + FROM
        + TO
        + DATA
        + MAIL
        + END
        + QUIT,
        codes=f"{GREETED} 250 252 250 250 250 354 250 221",
        mails=(MAIL,),
    ),
    Case(
        name="greeted_again",
        sent=BEGIN + BEGIN + DATA + MAIL + END + QUIT,
        codes=f"{READY} 250 250 250 354 250 221",
        mails=(MAIL,),
    ),
    Case(
        name="no_encryption",
        sent=HELLO + b"STARTTLS\r\n" + FROM + TO + DATA + MAIL + END + QUIT,
        codes=f"{GREETED} 454 250 250 354 250 221",
        mails=(MAIL,),
    ),
    Case(
        name="unknown_command_first",
        sent=b"XHLO a\r\n" + BEGIN + DATA + MAIL + END + QUIT,
        codes=TAKEN.replace("220", "220 500"),
        mails=(MAIL,),
    ),
    Case(
        name="small_after_large",
        sent=BEGIN
        + DATA
        + b"x" * (LIMIT + 9)
        + b"\r\n"
        + END
        + FROM
        + TO
        + DATA
        + MAIL
        + END
        + QUIT,
        codes=f"{READY} 354 552 250 250 354 250 221",
        mails=(MAIL,),
    ),
    login("plain", b"AUTH PLAIN " + _PLAIN + b"\r\n", "235"),
    login("plain_lower_case", b"auth plain " + _PLAIN + b"\r\n", "235"),
    login("plain_in_two_lines", b"AUTH PLAIN\r\n" + _PLAIN + b"\r\n", "334 235"),
    login("plain_not_encoded", f"AUTH PLAIN {USER}:{SECRET}\r\n".encode(), "235"),
    login("plain_in_words", f"AUTH PLAIN {USER} {SECRET}\r\n".encode(), "235"),
    login("plain_nothing", b"AUTH PLAIN =\r\n", "235"),
    login("long", b"AUTH PLAIN " + b"A" * 1500 + b"\r\n", "235"),
    login("login", b"AUTH LOGIN\r\n" + _LOGIN, "334 334 235"),
    login("login_named", b"AUTH LOGIN " + _LOGIN, "334 235"),
    login(
        "login_not_encoded",
        f"AUTH LOGIN\r\n{USER}\r\n{SECRET}!\r\n".encode(),
        "334 334 235",
    ),
    login("login_empty", b"AUTH LOGIN\r\n\r\n\r\n", "334 334 235"),
    login("cram", b"AUTH CRAM-MD5\r\n" + _PLAIN + b"\r\n", "334 235"),
    login("twice", (b"AUTH PLAIN " + _PLAIN + b"\r\n") * 2, "235 235"),
    login("stopped", b"AUTH LOGIN\r\n*\r\n", "334 501"),
    # It says its password whatever the answer is.
    login("unknown_way", f"AUTH XOAUTH2\r\n{SECRET}\r\n".encode(), "504 500"),
    login("with_tab", f"AUTH\tPLAIN\t{SECRET}\r\n".encode(), "500"),
)

INVALID: Final = (
    refused("nothing", b"", "220"),
    refused("quit_only", QUIT, "220 221"),
    refused("no_greeting", FROM + TO + DATA + QUIT, "220 503 503 503 221"),
    refused("no_sender", HELLO + TO + DATA + QUIT, f"{GREETED} 503 503 221"),
    refused("no_recipient", HELLO + FROM + DATA + QUIT, f"{GREETED} 250 503 221"),
    refused(
        "wrong_box",
        HELLO + FROM + b"RCPT TO:<nobody@watchpost.local>\r\n" + DATA + QUIT,
        f"{GREETED} 250 550 503 221",
    ),
    refused(
        "beginning_of_a_box",
        HELLO + FROM + b"RCPT TO:<a1b2c@watchpost.local>\r\n" + QUIT,
        f"{GREETED} 250 550 221",
    ),
    refused(
        "longer_than_a_box",
        HELLO + FROM + b"RCPT TO:<a1b2c33@watchpost.local>\r\n" + QUIT,
        f"{GREETED} 250 550 221",
    ),
    refused(
        "box_as_domain",
        HELLO + FROM + b"RCPT TO:<x@a1b2c3>\r\n" + QUIT,
        f"{GREETED} 250 550 221",
    ),
    refused(
        "three_wrong_boxes",
        HELLO + FROM + b"RCPT TO:<x>\r\n" * 3 + TO + DATA + MAIL + END + QUIT,
        f"{GREETED} 250 550 550 550 421",
    ),
    refused(
        "no_address",
        HELLO + FROM + b"RCPT TO:\r\nRCPT\r\nRCPT TO:<>\r\n" + QUIT,
        f"{GREETED} 250 501 501 501 221",
    ),
    refused(
        "no_from", HELLO + b"MAIL\r\nMAIL TO:<a>\r\n" + QUIT, f"{GREETED} 501 501 221"
    ),
    refused("nested", HELLO + FROM + FROM + QUIT, f"{GREETED} 250 503 221"),
    refused(
        "too_large_told",
        HELLO + FROM[:-2] + b" SIZE=99999999\r\n" + TO + QUIT,
        f"{GREETED} 552 503 221",
    ),
    refused(
        "too_large",
        BEGIN + DATA + b"x" * (LIMIT + 1) + b"\r\n" + END + QUIT,
        f"{READY} 354 552 221",
    ),
    refused(
        "too_many_lines",
        BEGIN + DATA + b"\r\n" * (LIMIT // 2 + 9) + END + QUIT,
        f"{READY} 354 552 221",
    ),
    refused("no_dot", BEGIN + DATA + MAIL, f"{READY} 354"),
    refused("half_a_dot", BEGIN + DATA + MAIL + b".", f"{READY} 354"),
    refused("dot_in_a_line", BEGIN + DATA + MAIL + b"x.\r\n", f"{READY} 354"),
    refused("dot_and_more", BEGIN + DATA + MAIL + b". \r\n", f"{READY} 354"),
    refused(
        "reset_before_content",
        BEGIN + b"RSET\r\n" + DATA + QUIT,
        f"{READY} 250 503 221",
    ),
    refused(
        "login_too_long",
        HELLO + b"AUTH LOGIN\r\n" + b"A" * 9000 + b"\r\n" + BEGIN,
        f"{GREETED} 334 500",
    ),
    refused("line_too_long", b"NOOP " + b"x" * 3000 + b"\r\n" + QUIT, "220 500 221"),
    refused(
        "line_far_too_long", b"NOOP " + b"x" * 90_000 + b"\r\n" + QUIT, "220 500 221"
    ),
    refused("line_without_end", b"x" * 90_000, "220"),
    refused("null_command", b"\0\0\0\r\n" + QUIT, "220 500 221"),
    refused("empty_lines", b"\r\n" * 50, "220" + " 500" * 10 + " 421"),
    refused("unknown_commands", b"ABC\r\n" * 50, "220" + " 500" * 4 + " 502"),
    refused("web_page", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "220 500 500 500"),
    refused(
        "many_commands", HELLO + b"NOOP\r\n" * 200, f"{GREETED}" + " 250" * 50 + " 421"
    ),
    refused(
        "relay",
        HELLO + FROM + b"RCPT TO:<somebody@example.com>\r\n" + QUIT,
        f"{GREETED} 250 550 221",
    ),
    refused(
        "relay_by_route",
        HELLO + FROM + b"RCPT TO:<@a1b2c3:b@example.com>\r\n" + QUIT,
        f"{GREETED} 250 501 221",
    ),
    refused(
        "list_of_users",
        HELLO + b"EXPN all\r\nVRFY root\r\n" + QUIT,
        f"{GREETED} 502 252 221",
    ),
)

CASES: Final = VALID + INVALID
