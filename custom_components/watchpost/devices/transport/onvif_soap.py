"""SOAP as far as network video devices speak it: envelopes, logins, answers, faults."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import hashlib
import secrets
from typing import Final
import uuid
from xml.sax.saxutils import escape

import xmltodict

from ..model.device import Json, Login
from ..model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from .payload import Node, PayloadError, as_text, parse_xml

_OASIS: Final = "http://docs.oasis-open.org"
_WSS: Final = f"{_OASIS}/wss/2004/01/oasis-200401-wss"
EVENTS: Final = "http://www.onvif.org/ver10/events/wsdl"
MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
_DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
_NAMESPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://www.w3.org/2005/08/addressing",
    "n": f"{_OASIS}/wsn/b-2",
    "d": _DEVICE,
    "m": MEDIA,
    "e": EVENTS,
    "t": "http://www.onvif.org/ver10/schema",
}
_DECLARED: Final = " ".join(f'xmlns:{k}="{v}"' for k, v in _NAMESPACES.items())
_REFERENCE_LIMIT: Final = 8192
"""Characters of what a device wants to be told again with each request."""

_MARK: Final = "watchpostref"
"""A prefix that no device uses for something else."""

_AUTH_WORDS: Final = (
    "authoriz",
    "authoris",
    "authentic",
    "failedcheck",
    "invalidsecurity",
)
_UNSUPPORTED_WORDS: Final = (
    "notsupported",
    "notimplemented",
    "nosuchservice",
    "unknownaction",
)
_BUSY_WORDS: Final = (
    "toomany",
    "maxpullpoint",
    "maxsubscri",
    "maximumnumber",
    "resourcelimit",
    "quota",
    "busy",
)


@dataclass(frozen=True)
class Action:
    """Something that a device can be asked for."""

    name: str
    uri: str


def _action(base: str, port: str, name: str) -> Action:
    return Action(name, "/".join(filter(None, (base, port, f"{name}Request"))))


GET_TIME: Final = Action("GetSystemDateAndTime", f"{_DEVICE}/GetSystemDateAndTime")
GET_CAPABILITIES: Final = Action("GetCapabilities", f"{_DEVICE}/GetCapabilities")
GET_SERVICES: Final = Action("GetServices", f"{_DEVICE}/GetServices")
GET_PROFILES: Final = Action("GetProfiles", f"{MEDIA}/GetProfiles")
GET_STREAM_URI: Final = Action("GetStreamUri", f"{MEDIA}/GetStreamUri")
CREATE: Final = _action(EVENTS, "EventPortType", "CreatePullPointSubscription")
PULL: Final = _action(EVENTS, "PullPointSubscription", "PullMessages")
RENEW: Final = _action(f"{_OASIS}/wsn/bw-2", "SubscriptionManager", "Renew")
UNSUBSCRIBE: Final = _action(f"{_OASIS}/wsn/bw-2", "SubscriptionManager", "Unsubscribe")


class SoapRefusalError(DeviceConnectionError):
    """The device understood a request and did not carry it out."""

    default = Reason.REFUSED


@dataclass(frozen=True, kw_only=True)
class SoapAnswer:
    """The content of a body; prefixes are gone in `body` and still there in `raw`."""

    body: Node
    raw: Node

    def element(self, action: Action) -> Node:
        """Return the answer to an action.

        Raise:
            PayloadError: It is something else.
        """
        if self.body.spelling(f"{action.name}Response") is None:
            raise PayloadError
        return self.body.node(f"{action.name}Response") or Node({})


def security(login: Login, moment: datetime) -> str:
    """Return the header with which a request is signed at a moment of the device.

    The password itself is not in it (WS-Security UsernameToken, PasswordDigest).
    """
    nonce = secrets.token_bytes(16)
    created = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    plain = nonce + created.encode() + login.password.encode()
    digest = hashlib.sha1(plain, usedforsecurity=False).digest()
    return (
        f'<w:Security s:mustUnderstand="1" xmlns:w="{_WSS}-wssecurity-secext-1.0.xsd"'
        f' xmlns:u="{_WSS}-wssecurity-utility-1.0.xsd"><w:UsernameToken>'
        f"<w:Username>{escape(login.username)}</w:Username>"
        f'<w:Password Type="{_WSS}-username-token-profile-1.0#PasswordDigest">'
        f"{base64.b64encode(digest).decode()}</w:Password>"
        f'<w:Nonce EncodingType="{_WSS}-soap-message-security-1.0#Base64Binary">'
        f"{base64.b64encode(nonce).decode()}</w:Nonce>"
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )


def addressing(action: Action, to: str, reference: str = "") -> str:
    """Return the headers that say what is wanted of whom; the reference is XML."""
    return (
        f'<a:Action s:mustUnderstand="1">{action.uri}</a:Action>'
        f"<a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>"
        f'<a:To s:mustUnderstand="1">{escape(to)}</a:To>{reference}'
    )


def envelope(header: str, body: str) -> bytes:
    """Return a request; both parts are XML with the prefixes of this module."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<s:Envelope {_DECLARED}>{head}<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def read_answer(status: int, body: bytes) -> SoapAnswer:
    """Return what a device has answered.

    Raise:
        DeviceAuthError: It refuses the login.
        DeviceUnsupportedError: It does not know what was asked for.
        SoapRefusalError: It says no for another reason.
        PayloadError: It is no SOAP, or hostile.
        DeviceConnectionError: It has no time.
    """
    try:
        answer = _open(body)
    except PayloadError:
        if (err := _status_error(status)) is None:
            raise
        raise err from None
    if (fault := answer.body.node("Fault")) is not None:
        raise _fault_error(fault)
    if (failure := _status_error(status)) is not None:
        raise failure
    return answer


def _status_error(status: int) -> DeviceError | None:
    match status:
        case 401 | 403:
            return DeviceAuthError()
        case 404 | 405 | 501:
            return DeviceUnsupportedError()
        case 429 | 503:
            return DeviceConnectionError(Reason.BUSY)
    return None if 200 <= status < 300 else PayloadError()


def _open(body: bytes) -> SoapAnswer:
    try:
        root, document = parse_xml(body)
    except PayloadError:
        # Names that were typed in at the device can hold bytes of another encoding.
        if (mended := body.decode("utf-8", "replace").encode()) == body:
            raise
        root, document = parse_xml(mended)
    tree = bare(document.tree)
    if _local(root).lower() != "envelope" or "Body" not in tree:
        raise PayloadError
    return SoapAnswer(body=Node(tree).node("Body") or Node({}), raw=document)


def _fault_error(fault: Node) -> DeviceError:
    """Return our error for a fault of either version of SOAP; its text stays here."""
    words = [fault.text("faultcode"), fault.text("faultstring")]
    code = fault.node("Code")
    while code is not None:
        words.append(code.text("Value"))
        code = code.node("Subcode")
    if (reason := fault.node("Reason")) is not None:
        words.append(reason.text("Text"))
    if (detail := fault.node("Detail")) is not None:
        # The faults of notifications are named by an element.
        words.extend(detail)
    words.append(fault.text("Detail"))
    text = "".join("".join(word or "" for word in words).lower().split())
    if any(word in text for word in _AUTH_WORDS):
        return DeviceAuthError()
    if any(word in text for word in _UNSUPPORTED_WORDS):
        return DeviceUnsupportedError()
    if any(word in text for word in _BUSY_WORDS):
        return SoapRefusalError(Reason.BUSY)
    return SoapRefusalError()


def _local(name: str) -> str:
    """Return a name without its prefix; attributes keep their sign."""
    local = name.rpartition(":")[2]
    return f"@{local}" if name.startswith("@") and local[:1] != "@" else local


def bare(tree: Mapping[str, Json]) -> dict[str, Json]:
    """Return a tree without prefixes and declarations; equal names come together."""
    found: dict[str, Json] = {}
    for name, value in tree.items():
        if name.startswith("@xmlns"):
            continue
        local, values = _local(name), value if isinstance(value, list) else [value]
        clean = [bare(one) if isinstance(one, dict) else one for one in values]
        if local in found:
            earlier = found[local]
            clean = [*(earlier if isinstance(earlier, list) else [earlier]), *clean]
        found[local] = clean if len(clean) > 1 else clean[0]
    return found


def reference_parameters(raw: Node, *path: str) -> str:
    """Return what a device wants to be told again, as headers of a request.

    The path leads to its part of the document. Prefixes are declared again, because
    they may have been declared anywhere above.

    Raise:
        PayloadError: It is too long, or cannot be written again.
    """
    scope: dict[str, str] = {}
    tree: Mapping[str, Json] = raw.tree
    _declare(scope, tree)
    for step in path:
        below = next((v for k, v in tree.items() if _local(k) == step), None)
        if not isinstance(below, dict):
            return ""
        tree = below
        _declare(scope, tree)
    parts: list[str] = []
    for name, value in tree.items():
        if name[:1] in "@#":
            continue
        parts += [
            _header(name, one, scope)
            for one in (value if isinstance(value, list) else [value])
        ]
    if len(text := "".join(parts)) > _REFERENCE_LIMIT:
        raise PayloadError
    return text


def _declare(scope: dict[str, str], tree: Mapping[str, Json]) -> None:
    for name, value in tree.items():
        if name.startswith("@xmlns"):
            scope[name] = as_text(value) or ""


def _header(name: str, value: Json, scope: Mapping[str, str]) -> str:
    content = dict(value) if isinstance(value, dict) else {"#text": as_text(value)}
    try:
        text: str = xmltodict.unparse({name: content}, full_document=False)
        needed = {
            declared: uri
            for declared, uri in scope.items()
            if declared == "@xmlns" or f"{declared.rpartition(':')[2]}:" in text
        }
        mark = {f"@xmlns:{_MARK}": _NAMESPACES["a"]}
        mark[f"@{_MARK}:IsReferenceParameter"] = "true"
        full = {**needed, **mark, **content}
        again: str = xmltodict.unparse({name: full}, full_document=False)
    except ValueError:
        raise PayloadError from None
    return again


def read_time(text: str | None) -> datetime | None:
    """Return a moment; one without a zone is in UTC, as devices mean it."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None


def write_time(seconds: float) -> str:
    """Return a moment given in seconds since the epoch."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
