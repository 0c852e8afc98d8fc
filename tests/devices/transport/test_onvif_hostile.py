"""Answers that no honest device would give."""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import ClientSession, web
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
)
from custom_components.watchpost.devices.transport import onvif, onvif_http
from tests.emulators.onvif.service import Answer

from .onvif_rig import onvif_rig

CLOCK: Final = "GetSystemDateAndTime"
CAPABILITIES: Final = "GetCapabilities"
CREATE: Final = "CreatePullPointSubscription"
PULL: Final = "PullMessages"
PROFILES: Final = "GetProfiles"

DOCTYPE: Final = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    b"]><Envelope><Body>&b;&b;&b;</Body></Envelope>"
)
EXTERNAL: Final = (
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b"<Envelope><Body>&e;</Body></Envelope>"
)


def body(content: str) -> bytes:
    """Return an envelope."""
    return f"<Envelope><Body>{content}</Body></Envelope>".encode()


def created(address: str, more: str = "") -> bytes:
    """Return a subscription at an address."""
    reference = f"<Address>{address}</Address>{more}"
    return body(
        f"<{CREATE}Response><SubscriptionReference>{reference}"
        f"</SubscriptionReference></{CREATE}Response>"
    )


def fault(code: str) -> bytes:
    """Return a fault."""
    return body(
        f"<Fault><Code><Value>Sender</Value><Subcode><Value>{code}</Value></Subcode>"
        "</Code></Fault>"
    )


HOSTILE: Final[dict[str, tuple[str, bytes, type[DeviceError]]]] = {
    "empty": (CLOCK, b"", DeviceConnectionError),
    "zeros": (CLOCK, b"\x00" * 500, DeviceConnectionError),
    "text": (CLOCK, b"hello", DeviceConnectionError),
    "json": (CLOCK, b'{"Envelope": {}}', DeviceConnectionError),
    "html": (CLOCK, b"<html><body>login</body></html>", DeviceConnectionError),
    "other root": (CLOCK, b"<Envelop><Body/></Envelop>", DeviceConnectionError),
    "no body": (CLOCK, b"<Envelope><Header/></Envelope>", DeviceConnectionError),
    "other answer": (CLOCK, body("<GetUsersResponse/>"), DeviceConnectionError),
    "bomb": (CLOCK, DOCTYPE, DeviceConnectionError),
    "file": (CLOCK, EXTERNAL, DeviceConnectionError),
    "deep": (CLOCK, body("<a>" * 5000 + "</a>" * 5000), DeviceConnectionError),
    "wide": (CLOCK, body("<a/>" * 30_000), DeviceConnectionError),
    "encoding": (
        CLOCK,
        b'<?xml version="1.0" encoding="klingon"?>' + body("<a/>"),
        DeviceConnectionError,
    ),
    "utf-7": (
        CLOCK,
        b'<?xml version="1.0" encoding="utf-7"?>' + body("+ADw-a/+AD4-"),
        DeviceConnectionError,
    ),
    "half": (CAPABILITIES, body("<GetCapab")[:30], DeviceConnectionError),
    "no capabilities": (
        CAPABILITIES,
        body(f"<{CAPABILITIES}Response/>"),
        DeviceUnsupportedError,
    ),
    "text for a part": (
        CAPABILITIES,
        body(f"<{CAPABILITIES}Response>x</{CAPABILITIES}Response>"),
        DeviceUnsupportedError,
    ),
    "line ends in a path": (
        CAPABILITIES,
        body(
            f"<{CAPABILITIES}Response><Capabilities><Events><XAddr>"
            "http://h/x&#13;&#10;Host: evil</XAddr></Events></Capabilities>"
            f"</{CAPABILITIES}Response>"
        ),
        DeviceConnectionError,
    ),
    "no address": (CREATE, body(f"<{CREATE}Response/>"), DeviceConnectionError),
    "empty address": (CREATE, created(""), DeviceConnectionError),
    "blank in a path": (CREATE, created("http://h/a b"), DeviceConnectionError),
    "path in another script": (CREATE, created("http://h/é"), DeviceConnectionError),
    "bad brackets": (CREATE, created("http://[h/a"), DeviceConnectionError),
    "endless address": (
        CREATE,
        created("http://h/" + "a" * 9999),
        DeviceConnectionError,
    ),
    "endless reference": (
        CREATE,
        created(
            "http://h/a",
            f"<ReferenceParameters><a>{'b' * 9999}</a></ReferenceParameters>",
        ),
        DeviceConnectionError,
    ),
    "not authorized": (CREATE, fault("ter:NotAuthorized"), DeviceAuthError),
    "other words": (CREATE, fault("ter:SenderNotAuthorized"), DeviceAuthError),
    "check failed": (CREATE, fault("wsse:FailedCheck"), DeviceAuthError),
    "not supported": (CREATE, fault("ter:ActionNotSupported"), DeviceUnsupportedError),
    "not implemented": (
        CREATE,
        fault("ter:OptionalActionNotImplemented"),
        DeviceUnsupportedError,
    ),
    "unknown fault": (CREATE, fault("x" * 5000), DeviceConnectionError),
    "fault without words": (CREATE, body("<Fault><x/></Fault>"), DeviceConnectionError),
    "nested codes": (
        CREATE,
        body("<Fault>" + "<Code>" * 25 + "</Code>" * 25 + "</Fault>"),
        DeviceConnectionError,
    ),
    "other messages": (PULL, body("<RenewResponse/>"), DeviceConnectionError),
    "messages fault": (
        PULL,
        fault("wsrf-rw:ResourceUnknownFault"),
        DeviceConnectionError,
    ),
}


@pytest.mark.parametrize(
    ("action", "answer", "expected"), HOSTILE.values(), ids=HOSTILE
)
async def test_refused(
    session: ClientSession, action: str, answer: bytes, expected: type[DeviceError]
) -> None:
    """It ends with one of our errors, soon."""
    async with onvif_rig(session) as rig:
        rig.service.answers[action] = answer
        with pytest.raises(expected) as caught:
            await rig.next_of(rig.onvif.events())
        assert type(caught.value).__module__.startswith("custom_components")
        assert caught.value.placeholders == {}


TOLERABLE: Final = {
    "no messages": body(""),
    "an empty answer": body(f"<{PULL}Response/>"),
    "text for messages": body(
        f"<{PULL}Response><NotificationMessage>x</NotificationMessage></{PULL}Response>"
    ),
    "no topic": body(
        f"<{PULL}Response><NotificationMessage><Message/></NotificationMessage>"
        f"</{PULL}Response>"
    ),
    "an endless topic": body(
        f"<{PULL}Response><NotificationMessage><Topic>{'a/' * 500}</Topic><Message>"
        f"<Message/></Message></NotificationMessage></{PULL}Response>"
    ),
    "a topic of prefixes": body(
        f"<{PULL}Response><NotificationMessage><Topic>a:/b:/.</Topic><Message>"
        f"<Message/></Message></NotificationMessage></{PULL}Response>"
    ),
    "moments of nobody": body(
        f"<{PULL}Response><CurrentTime>yesterday</CurrentTime><TerminationTime>"
        f"99999-99-99</TerminationTime></{PULL}Response>"
    ),
    "zeros behind": body(f"<{PULL}Response/>") + b"\x00\x00\r\n",
}


@pytest.mark.parametrize("answer", TOLERABLE.values(), ids=TOLERABLE)
async def test_tolerated(session: ClientSession, answer: bytes) -> None:
    """What holds no event is no event, and the subscription goes on."""
    async with onvif_rig(session) as rig:
        rig.service.answers[PULL] = answer
        events = rig.onvif.events()
        assert await rig.next_of(events) == ()
        del rig.service.answers[PULL]
        assert len(await rig.next_of(events)) == 1
        await events.aclose()


@pytest.mark.parametrize(
    ("content", "on", "source"),
    [
        ('<Data><SimpleItem Name="State" Value=" True "/></Data>', True, None),
        ('<Data><SimpleItem Name="IsMotion" Value="0"/></Data>', False, None),
        ('<Data><SimpleItem Name="Level" Value="1"/></Data>', None, None),
        ('<Data><SimpleItem Name="Alarm" Value="false"/></Data>', False, None),
        ('<Data><SimpleItem Value="true"/></Data>', None, None),
        ("<Data>true</Data>", None, None),
        ("<Source><SimpleItem Name='Source' Value=''/></Source>", None, None),
        (
            "<Source><SimpleItem Name='Rule' Value='r'/><SimpleItem Name='InputToken'"
            " Value='7'/></Source>",
            None,
            "7",
        ),
        (
            f"<Source><SimpleItem Name='Token' Value='{'x' * 999}'/></Source>",
            None,
            None,
        ),
    ],
)
@pytest.mark.parametrize("inner", [True, False])
async def test_odd_messages(
    session: ClientSession,
    content: str,
    on: bool | None,
    source: str | None,
    inner: bool,
) -> None:
    """A message is read as far as it makes sense."""
    message = f"<Message>{content}</Message>"
    message = f"<Message>{message}</Message>" if inner else message
    async with onvif_rig(session) as rig:
        rig.service.answers[PULL] = body(
            f"<{PULL}Response><NotificationMessage><Topic>\n t:A/t:B </Topic>{message}"
            f"</NotificationMessage></{PULL}Response>"
        )
        events = rig.onvif.events()
        (event,) = await rig.next_of(events)
        assert (event.topic, event.on, event.source) == ("A/B", on, source)
        assert event.at is None
        await events.aclose()


async def test_more_messages_than_asked_for(session: ClientSession) -> None:
    """The rest of them is not looked at."""
    message = (
        "<NotificationMessage><Topic>A</Topic><Message><Message UtcTime=''/></Message>"
        "</NotificationMessage>"
    )
    async with onvif_rig(session) as rig:
        rig.service.answers[PULL] = body(
            f"<{PULL}Response>{message * 1000}</{PULL}Response>"
        )
        events = rig.onvif.events()
        assert len(await rig.next_of(events)) == 100
        await events.aclose()


async def test_other_bytes(session: ClientSession) -> None:
    """A name in another encoding does not hide the rest."""
    async with onvif_rig(session) as rig:
        rig.service.answers[PROFILES] = (
            body(
                f"<{PROFILES}Response><Profiles token='p'><Name>NAME</Name>"
                "<VideoSourceConfiguration token='v'/></Profiles>"
                f"</{PROFILES}Response>"
            )
        ).replace(b"NAME", "通道".encode("gbk"))
        (stream,) = await rig.onvif.streams()
        assert (stream.token, stream.configuration, stream.source) == ("p", "v", None)


async def test_profiles_without_sense(session: ClientSession) -> None:
    """What cannot be asked for is left out."""
    async with onvif_rig(session) as rig:
        source = "<VideoSourceConfiguration token='v'/>"
        rig.service.answers[PROFILES] = body(
            f"<{PROFILES}Response><Profiles/><Profiles>x</Profiles>"
            f"<Profiles token=''>{source}</Profiles><Profiles token='a'/>"
            f"<Profiles token='{'x' * 300}'>{source}</Profiles>"
            f"<Profiles token='p'>{source}<VideoEncoderConfiguration><Resolution>"
            "<Width>nan</Width><Height>1e999</Height></Resolution>"
            f"</VideoEncoderConfiguration></Profiles></{PROFILES}Response>"
        )
        (stream,) = await rig.onvif.streams()
        assert (stream.token, stream.width, stream.height) == ("p", None, None)


async def test_endless_answer(session: ClientSession) -> None:
    """An answer that does not end is cut off."""
    sent = 0

    async def pour(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        with suppress(ConnectionError):
            while sent < 100 * onvif_http.BODY_LIMIT:
                await answer.write(b"<a>" + b" " * 65536)
                sent += 65536
        return answer

    async with onvif_rig(session) as rig:
        rig.service.answers[PULL] = pour
        with pytest.raises(DeviceConnectionError):
            await rig.next_of(rig.onvif.events())
        assert sent < 20 * onvif_http.BODY_LIMIT


async def test_trickle(session: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte is given up at the end of its time."""
    monkeypatch.setattr(onvif, "PULL_MARGIN", -0.8)
    gone = asyncio.Event()

    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        with suppress(ConnectionError):
            while not gone.is_set():
                await answer.write(b" ")
                await asyncio.sleep(0.01)
        return answer

    async with onvif_rig(session) as rig:
        answer: Answer = drip
        rig.service.answers[PULL] = answer
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.next_of(rig.onvif.events())
        gone.set()
        assert caught.value.reason == "timeout"


async def test_elsewhere(session: ClientSession) -> None:
    """A device cannot send us to somebody else."""
    asked: list[str] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response()

    other = web.Server(serve)
    listener = await asyncio.get_running_loop().create_server(other, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        async with onvif_rig(session) as rig:
            rig.service.options.address = f"http://u:p@127.0.0.1:{port}"
            await (await rig.start()).aclose()
            await rig.onvif.streams()

            async def move(_request: web.BaseRequest) -> web.Response:
                return web.Response(
                    status=307, headers={"Location": f"http://127.0.0.1:{port}/"}
                )

            rig.service.answers[CAPABILITIES] = move
            with pytest.raises(DeviceConnectionError):
                await rig.onvif.streams()
    finally:
        listener.close()
    assert asked == []
