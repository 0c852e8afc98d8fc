"""What devices send, and what nobody should: bytes, answers and deliveries.

The body limit is that of LIMITS: 1,000 bytes.
"""

from dataclasses import dataclass
from typing import Final

from tests.inbox.http_peer import SECRET

_S: Final = SECRET.encode()
_NL: Final = b"\r\n"


@dataclass(frozen=True)
class Got:
    """What is expected to be delivered."""

    method: str = "GET"
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Case:
    """Bytes, the statuses of the answers, and the messages."""

    name: str
    data: bytes
    statuses: tuple[int, ...] = ()
    got: tuple[Got, ...] = ()
    bodiless: bool = False
    keeps: bool = False
    """Whether the connection stays open after the last answer."""


def _request(
    *headers: bytes,
    body: bytes = b"",
    method: bytes = b"POST",
    target: bytes = b"/" + _S,
    version: bytes = b"HTTP/1.1",
    end: bytes = _NL,
) -> bytes:
    """Write a request."""
    first = b" ".join((method, target, version)).rstrip(b" ")
    return end.join((first, *headers, b"", body))


def _get(
    target: bytes = b"/" + _S, *headers: bytes, version: bytes = b"HTTP/1.1"
) -> bytes:
    """Write a request without a body."""
    return _request(*headers, method=b"GET", target=target, version=version)


def _good(name: str, data: bytes, *got: Got, keeps: bool = True) -> Case:
    """Return a case in which everything is taken in."""
    return Case(name, data, (200,) * len(got), got, keeps=keeps)


def _bad(name: str, data: bytes, status: int = 400) -> Case:
    """Return a case in which nothing is taken in."""
    return Case(name, data, (status,))


_HELLO: Final = Got("POST", body=b"hello")
_NOTHING: Final = Got("POST")
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_CHUNKS: Final = b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
_LENGTH: Final = b"Content-Length: 5"

ACCEPTED: Final = (
    _good("plain_get", _get(b"/" + _S, b"Host: a"), Got()),
    _good("no_host", _get(), Got()),
    _good("lf_only", _request(_LENGTH, body=b"hello", end=b"\n"), _HELLO),
    _good(
        "lf_and_crlf",
        b"POST /%s HTTP/1.1\nA: b\r\n%s\n\r\nhello" % (_S, _LENGTH),
        _HELLO,
    ),
    _good("cr_cr_lf", _get().replace(b"\r\n", b"\r\r\n"), Got()),
    _good("empty_lines_first", b"\r\n\n\r\n" + _get(), Got()),
    _good("http_1_0", _get(version=b"HTTP/1.0"), Got(), keeps=False),
    _good(
        "http_1_0_keeps",
        _get(b"/" + _S, b"Connection: Keep-Alive", version=b"HTTP/1.0"),
        Got(),
    ),
    _good("http_0_9", b"GET /%s\r\n" % _S, Got(), keeps=False),
    _good("http_0_9_headers", b"GET /%s\r\nHost: a\r\n\r\n" % _S, Got(), keeps=False),
    _good("version_small", _get(version=b"http/1.1"), Got()),
    _good("http_1_7", _get(version=b"HTTP/1.7"), Got()),
    _good("blank_after_version", _get(version=b"HTTP/1.1  "), Got()),
    _good(
        "connection_close", _get(b"/" + _S, b"Connection: close"), Got(), keeps=False
    ),
    _good(
        "connection_list", _get(b"/" + _S, b"Connection: te, Close"), Got(), keeps=False
    ),
    _good("method_small", _request(_LENGTH, body=b"hello", method=b"post"), _HELLO),
    _good(
        "put",
        _request(_LENGTH, body=b"hello", method=b"PUT"),
        Got("PUT", body=b"hello"),
    ),
    Case("head", _request(method=b"HEAD"), (200,), (Got("HEAD"),), True, keeps=True),
    _good(
        "get_with_body",
        _request(_LENGTH, body=b"hello", method=b"GET"),
        Got(body=b"hello"),
    ),
    _good("length_zero", _request(b"Content-Length: 0"), _NOTHING),
    _good("length_once", _request(_LENGTH, body=b"hello"), _HELLO),
    _good("length_twice", _request(_LENGTH, _LENGTH, body=b"hello"), _HELLO),
    _good("length_list", _request(b"Content-Length: 5, 5", body=b"hello"), _HELLO),
    _good(
        "length_with_zeros", _request(b"Content-Length: 0005", body=b"hello"), _HELLO
    ),
    _good(
        "length_twice_zeros",
        _request(_LENGTH, b"content-length:05", body=b"hello"),
        _HELLO,
    ),
    _good(
        "length_at_the_limit",
        _request(b"Content-Length: 1000", body=b"x" * 1000),
        Got("POST", body=b"x" * 1000),
    ),
    _good("no_blank_after_colon", _request(b"Content-Length:5", body=b"hello"), _HELLO),
    _good("blank_before_colon", _request(b"Content-Length : 5", body=b"hello"), _HELLO),
    _good("tab_after_colon", _request(b"Content-Length:\t5 ", body=b"hello"), _HELLO),
    _good("folded", _request(b"A: b", b" c", b"\td", _LENGTH, body=b"hello"), _HELLO),
    _good("folded_length", _request(b"Content-Length:", b" 5", body=b"hello"), _HELLO),
    _good("empty_header", _get(b"/" + _S, b"X-Empty:"), Got()),
    _good("obs_text", _get(b"/" + _S, b"X-Name: T\xfcr"), Got()),
    _good(
        "body_of_all_bytes",
        _request(b"Content-Length: 256", body=bytes(range(256))),
        Got("POST", body=bytes(range(256))),
    ),
    _good(
        "body_like_a_request",
        _request(b"Content-Length: %d" % len(_get()), body=_get()),
        Got("POST", body=_get()),
    ),
    _good("chunked", _request(_CHUNKED, body=_CHUNKS), _HELLO),
    _good(
        "chunked_capital", _request(b"transfer-encoding:CHUNKED", body=_CHUNKS), _HELLO
    ),
    _good(
        "chunked_lf",
        _request(_CHUNKED, body=_CHUNKS.replace(b"\r\n", b"\n"), end=b"\n"),
        _HELLO,
    ),
    _good(
        "chunked_extension",
        _request(_CHUNKED, body=b"5;a=b;c\r\nhello\r\n0;x\r\n\r\n"),
        _HELLO,
    ),
    _good(
        "chunked_trailers",
        _request(_CHUNKED, body=b"5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n"),
        _HELLO,
    ),
    _good(
        "chunked_blank", _request(_CHUNKED, body=b"5 \r\nhello\r\n0\r\n\r\n"), _HELLO
    ),
    _good(
        "chunked_zeros",
        _request(_CHUNKED, body=b"0005\r\nhello\r\n000\r\n\r\n"),
        _HELLO,
    ),
    _good(
        "chunked_hexadecimal",
        _request(_CHUNKED, body=b"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"),
        Got("POST", body=b"0123456789" * 2),
    ),
    _good("chunked_empty", _request(_CHUNKED, body=b"0\r\n\r\n"), _NOTHING),
    _good(
        "chunked_bytes",
        _request(_CHUNKED, body=b"1\r\nx\r\n" * 1000 + b"0\r\n\r\n"),
        Got("POST", body=b"x" * 1000),
    ),
    _good(
        "chunked_and_length",
        _request(_LENGTH, _CHUNKED, body=_CHUNKS),
        _HELLO,
        keeps=False,
    ),
    _good(
        "chunked_1_0",
        _request(_CHUNKED, body=_CHUNKS, version=b"HTTP/1.0"),
        _HELLO,
        keeps=False,
    ),
    _good(
        "identity",
        _request(_LENGTH, b"Transfer-Encoding: identity", body=b"hello"),
        _HELLO,
    ),
    _good("until_silence", _request(body=b"hello"), _HELLO, keeps=False),
    _good("until_silence_empty", _request(), _NOTHING, keeps=False),
    _good(
        "until_silence_put",
        _request(body=b"hello", method=b"PUT"),
        Got("PUT", body=b"hello"),
        keeps=False,
    ),
    Case(
        "continue",
        _request(_LENGTH, b"Expect: 100-Continue", body=b"hello"),
        (100, 200),
        (_HELLO,),
        keeps=True,
    ),
    _good(
        "continue_nothing",
        _request(b"Content-Length: 0", b"Expect: 100-continue"),
        _NOTHING,
    ),
    _good(
        "continue_1_0",
        _request(_LENGTH, b"Expect: 100-continue", body=b"hello", version=b"HTTP/1.0"),
        _HELLO,
        keeps=False,
    ),
    _good("pipelined", _get() * 3, Got(), Got(), Got()),
    _good(
        "pipelined_bodies",
        _request(_LENGTH, body=b"hello") * 2 + _get(),
        _HELLO,
        _HELLO,
        Got(),
    ),
    _good(
        "pipelined_until_close",
        _get(b"/" + _S, b"Connection: close") + _get(),
        Got(),
        keeps=False,
    ),
    _good("empty_lines_between", _get() + b"\r\n\r\n" + _get(), Got(), Got()),
    _good(
        "absolute",
        _get(b"http://host:80/%s/a?b=c" % _S),
        Got(path="a", query=(("b", "c"),)),
    ),
    _good("absolute_capital", _get(b"HTTP://[fe80::1]/%s" % _S), Got()),
    _good("two_slashes", _get(b"//%s//a/b/" % _S), Got(path="a/b/")),
    _good("no_slash", _get(b"%s/a" % _S), Got(path="a")),
    _good("slash_behind", _get(b"/%s/" % _S), Got()),
    _good("path_escaped", _get(b"/%s/a%%20b+c%%2Fd" % _S), Got(path="a b+c/d")),
    _good("path_broken_escape", _get(b"/%s/a%%zz%%" % _S), Got(path="a%zz%")),
    _good("path_utf8", _get(b"/%s/T\xc3\xbcr" % _S), Got(path="T\u00fcr")),
    _good("path_latin1", _get(b"/%s/T\xfcr" % _S), Got(path="T\ufffdr")),
    _good("path_blank", _get(b"/%s/front door" % _S), Got(path="front door")),
    _good("path_dots", _get(b"/%s/.../a..b" % _S), Got(path=".../a..b")),
    _good("secret_escaped", _get(b"/%%%02x" % _S[0] + _S[1:]), Got()),
    _good(
        "query",
        _get(b"/%s?eventFile=a%%2Fb+c&x=&y" % _S),
        Got(query=(("eventFile", "a/b c"), ("x", ""), ("y", ""))),
    ),
    _good("query_repeated", _get(b"/%s?a=1&a=2" % _S), Got(query=(("a", "1"),))),
    _good(
        "query_blank", _get(b"/%s?a=front door" % _S), Got(query=(("a", "front door"),))
    ),
    _good(
        "query_odd",
        _get(b"/%s?&&=&?&a=b=c;d" % _S),
        Got(query=(("", ""), ("?", ""), ("a", "b=c;d"))),
    ),
)

REFUSED: Final = (
    _bad(
        "length_twice_differs", _request(_LENGTH, b"Content-Length: 6", body=b"hello!")
    ),
    _bad("length_list_differs", _request(b"Content-Length: 5, 6", body=b"hello!")),
    _bad("length_signed", _request(b"Content-Length: +5", body=b"hello")),
    _bad("length_negative", _request(b"Content-Length: -5", body=b"hello")),
    _bad("length_empty", _request(b"Content-Length:", body=b"hello")),
    _bad("length_list_open", _request(b"Content-Length: 5,", body=b"hello")),
    _bad("length_hexadecimal", _request(b"Content-Length: 0x5", body=b"hello")),
    _bad("length_superscript", _request(b"Content-Length: \xb2", body=b"he")),
    _bad("length_folded_twice", _request(b"Content-Length: 5", b" 5", body=b"hello")),
    _bad("length_too_large", _request(b"Content-Length: 1001"), 413),
    _bad("length_huge", _request(b"Content-Length: " + b"9" * 5000), 413),
    _bad("chunk_no_size", _request(_CHUNKED, body=b"\r\nhello\r\n0\r\n\r\n")),
    _bad("chunk_size_text", _request(_CHUNKED, body=b"five\r\nhello\r\n0\r\n\r\n")),
    _bad("chunk_size_0x", _request(_CHUNKED, body=b"0x5\r\nhello\r\n0\r\n\r\n")),
    _bad("chunk_size_negative", _request(_CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n")),
    _bad(
        "chunk_size_underscore", _request(_CHUNKED, body=b"0_5\r\nhello\r\n0\r\n\r\n")
    ),
    _bad("chunk_too_short", _request(_CHUNKED, body=b"4\r\nhello\r\n0\r\n\r\n")),
    _bad("chunk_too_long", _request(_CHUNKED, body=b"6\r\nhello\r\n0\r\n\r\n")),
    _bad("chunk_end_cr", _request(_CHUNKED, body=b"5\r\nhello\rx0\r\n\r\n")),
    _bad(
        "chunk_extension_cr", _request(_CHUNKED, body=b"5;a\rb\r\nhello\r\n0\r\n\r\n")
    ),
    _bad("chunk_trailer_bad", _request(_CHUNKED, body=b"0\r\nnothing\r\n\r\n")),
    _bad("chunk_too_large", _request(_CHUNKED, body=b"3e9\r\n"), 413),
    _bad("chunk_huge", _request(_CHUNKED, body=b"f" * 40 + b"\r\n"), 413),
    _bad(
        "chunks_too_large",
        _request(_CHUNKED, body=b"64\r\n" + b"x" * 100 + b"\r\n3e8\r\n"),
        413,
    ),
    _bad(
        "chunk_extensions_endless",
        _request(_CHUNKED, body=(b"1;" + b"x" * 900 + b"\r\nx\r\n") * 20),
        431,
    ),
    _bad("chunk_line_endless", _request(_CHUNKED, body=b"1;" + b"x" * 9000), 431),
    _bad("trailers_endless", _request(_CHUNKED, body=b"0\r\n" + b"A: b\r\n" * 65), 431),
    _bad("coding_unknown", _request(b"Transfer-Encoding: gzip", body=b"hello")),
    _bad("coding_two", _request(b"Transfer-Encoding: gzip, chunked", body=_CHUNKS)),
    _bad("coding_twice", _request(_CHUNKED, _CHUNKED, body=_CHUNKS)),
    _bad("coding_empty", _request(b"Transfer-Encoding:", body=_CHUNKS)),
    _bad(
        "coding_vertical_tab", _request(b"Transfer-Encoding: \x0bchunked", body=_CHUNKS)
    ),
    _bad("coding_x", _request(b"Transfer-Encoding: xchunked", body=_CHUNKS)),
    _bad("until_silence_too_large", _request(body=b"x" * 1001), 413),
    _bad("header_no_colon", _get(b"/" + _S, b"nothing")),
    _bad("header_no_name", _get(b"/" + _S, b": value")),
    _bad("header_blank_name", _get(b"/" + _S, b"a b: value")),
    _bad("header_nul", _get(b"/" + _S, b"A: b\0c")),
    _bad("header_bare_cr", _get(b"/" + _S, b"A: b\rContent-Length: 5")),
    _bad("folding_first", _get(b"/" + _S, b" folded")),
    _bad("headers_too_many", _get(b"/" + _S, *[b"A: b"] * 65), 431),
    _bad("foldings_too_many", _get(b"/" + _S, b"A: b", *[b" c"] * 65), 431),
    _bad("head_too_large", _get(b"/" + _S, *[b"A: " + b"b" * 1000] * 9), 431),
    _bad("line_too_large", b"GET /" + b"a" * 9000, 431),
    _bad("empty_lines_endless", b"\r\n" * 5000, 431),
    _bad("no_target", b"GET HTTP/1.1\r\n\r\n"),
    _bad("no_target_blanks", b"GET   HTTP/1.1\r\n\r\n"),
    _bad("only_a_method", b"GET\r\n\r\n"),
    _bad("http_2", _get(version=b"HTTP/2.0")),
    _bad("http_2_preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    _bad("http_1", _get(version=b"HTTP/1")),
    _bad("http_1_10", _get(version=b"HTTP/1.10")),
    _bad("version_missing_post", b"POST /%s\r\n\r\n" % _S),
    _bad("version_other", _get(version=b"RTSP/1.0")),
    _bad("tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    _bad("nul", b"\0" * 100),
    _bad("blank_first", b" GET / HTTP/1.1\r\n\r\n"),
    _bad("tab_separated", b"GET\t/%s\tHTTP/1.1\r\n\r\n" % _S),
    _bad("target_control", _get(b"/%s/a\x01" % _S)),
    _bad("path_escaped_control", _get(b"/%s/a%%00b" % _S)),
    _bad("path_escaped_line_end", _get(b"/%s/a%%0d%%0aB:c" % _S)),
    _bad("traversal", _get(b"/%s/../other" % _S)),
    _bad("traversal_escaped", _get(b"/%s/a/%%2e%%2E/b" % _S)),
    _bad("traversal_backslash", _get(b"/%s/..\\b" % _S)),
    _bad("traversal_to_the_secret", _get(b"/x/../" + _S), 401),
    _bad("traversal_first", _get(b"/../" + _S), 401),
    _bad("secret_wrong", _get(b"/wrong/" + _S), 401),
    _bad("secret_wrong_body", _request(_LENGTH, target=b"/wrong", body=b"hello"), 401),
    _bad(
        "secret_wrong_continue",
        _request(_LENGTH, b"Expect: 100-continue", target=b"/x"),
        401,
    ),
    _bad("secret_prefix", _get(b"/" + _S[:-1]), 401),
    _bad("secret_longer", _get(b"/" + _S + b"0"), 401),
    _bad("secret_capitals", _get(b"/" + _S.upper()), 401),
    _bad("secret_nul", _get(b"/" + _S + b"%00"), 401),
    _bad("secret_empty", _get(b"/"), 401),
    _bad("secret_empty_slashes", _get(b"////"), 401),
    _bad("secret_in_query", _get(b"/?" + _S), 401),
    _bad("secret_star", _get(b"*"), 401),
    _bad("absolute_no_path", _get(b"http://" + _S), 401),
    _bad("connect", _request(method=b"CONNECT", target=b"host:80"), 405),
    _bad("options", _request(method=b"OPTIONS", target=b"*"), 405),
    _bad("delete", _request(method=b"DELETE"), 405),
    _bad("search", _request(method=b"M-SEARCH", target=b"*"), 405),
    Case("good_then_bad", _get() + b"GET\r\n\r\n" + _get(), (200, 400), (Got(),)),
    Case(
        "smuggled_by_length",
        _request(_LENGTH, b"Content-Length: 0", body=_get()),
        (400,),
    ),
    Case(
        "smuggled_by_coding",
        _request(_LENGTH, _CHUNKED, body=b"0\r\n\r\n" + _get()),
        (200,),
        (_NOTHING,),
    ),
    Case(
        "smuggled_by_blank",
        _request(
            b"Transfer-Encoding : chunked",
            b"Content-Length: 4",
            body=b"0\r\n\r\n" + _get(),
        ),
        (200,),
        (_NOTHING,),
    ),
    Case(
        "smuggled_by_get",
        _request(_CHUNKED, method=b"GET", body=b"0\r\n\r\nX" + _get()),
        (200, 405),
        (Got(),),
    ),
)
"""Answered, and not taken in but for what came before."""

UNFINISHED: Final = (
    Case("nothing", b""),
    Case("empty_lines", b"\r\n\r\n"),
    Case("half_a_method", b"GE"),
    Case("half_a_line", b"GET /%s HTTP/1.1" % _S),
    Case("half_a_line_without_version", b"GET /" + _S),
    Case("half_a_head", b"GET /%s HTTP/1.1\r\nHost: a\r\n" % _S),
    Case("half_a_body", _request(b"Content-Length: 6", body=b"hello")),
    Case("no_body", _request(_LENGTH)),
    Case("half_a_chunk", _request(_CHUNKED, body=b"6\r\nhello")),
    Case("no_last_chunk", _request(_CHUNKED, body=b"5\r\nhello\r\n")),
    Case("half_an_end_of_chunk", _request(_CHUNKED, body=b"5\r\nhello\r")),
    Case("no_end_of_trailers", _request(_CHUNKED, body=b"0\r\nA: b\r\n")),
)
"""Neither answered nor taken in when the device closes."""

ENDED: Final = (
    Case("until_end", _request(body=b"hello"), (200,), (_HELLO,)),
    Case(
        "until_end_1_0", _request(body=b"hello", version=b"HTTP/1.0"), (200,), (_HELLO,)
    ),
    Case("until_end_empty", _request(), (200,), (_NOTHING,)),
    Case("http_0_9_end", b"GET /%s/a\n" % _S, (200,), (Got(path="a"),)),
    Case("complete_end", _get(), (200,), (Got(),)),
)
"""Answered when the device ends its side."""

CORPUS: Final = (*ACCEPTED, *REFUSED, *UNFINISHED, *ENDED)
