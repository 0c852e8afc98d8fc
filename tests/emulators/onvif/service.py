"""The services behind one port: device, media, events."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Final, override
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from aiohttp import web

from ..base import Emulator, Fault, FaultKind, RequestRecord
from ..clock import VirtualClock
from .options import OnvifOptions
from .pullpoints import PullPoints
from .security import ChallengeError, Gate, NotAuthorizedError
from .topics import Topic
from .writing import NAMESPACES, SOAP_12, SoapFaultError, document, fault, qualified

_PATHS: Final = {
    "device": "/onvif/device_service",
    "media": "/onvif/Media",
    "events": "/onvif/Events",
}
_OPEN: Final = frozenset({"GetSystemDateAndTime"})

type Answer = bytes | Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class OnvifService(Emulator):
    """A device's ONVIF port."""

    SERVER = "gSOAP/2.8"

    def __init__(
        self,
        username: str = "admin",
        password: str = "",
        clock: VirtualClock | None = None,
        options: OnvifOptions | None = None,
        *,
        port: int = 0,
    ) -> None:
        """Prepare a device on which nothing happens."""
        super().__init__(port=port, clock=clock)
        self.options = options or OnvifOptions()
        self.gate = Gate(username, password, self.options, lambda: self.clock.wall)
        self.events = PullPoints(self.options, self.clock, self._base, self._notify)
        self.actions: list[str] = []
        """What was asked for, in order."""
        self.answers: dict[str, Answer] = {}
        """What is answered to an action instead, whoever asks."""
        self._pulse = asyncio.Event()

    # What a test does

    def trigger(self, topic: Topic, token: str, on: bool) -> None:
        """Let something happen, or end."""
        self.events.trigger(topic, token, on)

    def remove(self, topic: Topic, token: str) -> None:
        """Let something not be there any more."""
        self.events.remove(topic, token)

    def kill(self) -> None:
        """Refuse connections and forget the subscriptions, as a restart does."""
        self.events.end_all()
        self.power_off()

    async def revive(self) -> None:
        """Take connections again."""
        self.power_on()
        await self.settle()

    def cut(self) -> None:
        """Answer the requests that wait for messages now."""
        self.events.cut()

    @property
    def live(self) -> tuple[str, ...]:
        """Return the subscriptions that have not ended."""
        return tuple(self.events.subscriptions)

    @property
    def waiting(self) -> int:
        """Return how many requests wait for messages."""
        held = self.events.subscriptions.values()
        return sum(one.waiting and not one.awake.is_set() for one in held)

    @property
    def left(self) -> list[str]:
        """Return the subscriptions that were given back."""
        return self.events.left

    @property
    def strange(self) -> list[str]:
        """Return what no client should send: wrong headers, unknown actions."""
        return self.events.strange

    def fail(self, action: str, kind: FaultKind, **how: int | None) -> Fault:
        """Plan a fault for an action."""
        return self.faults.add(
            kind,
            match=lambda record: action.encode() in record.body,
            count=how.get("count", 1),
            skip=how.get("skip") or 0,
            code=how.get("code") or 503,
        )

    async def wait_for(self, reached: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until something is so that only a request can change."""
        async with asyncio.timeout(seconds):
            while not reached():
                await self._pulse.wait()

    def _notify(self) -> None:
        """Let those look again who wait for something."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    # Serving

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        try:
            envelope = ET.fromstring(record.body)
        except ET.ParseError:
            return web.Response(status=400)
        header = envelope.find(f"{{{SOAP_12}}}Header")
        body = envelope.find(f"{{{SOAP_12}}}Body")
        content = next(iter(body), None) if body is not None else None
        if record.method != "POST" or content is None:
            return web.Response(status=400)
        action = content.tag.rpartition("}")[2]
        self.actions.append(action)
        self._notify()
        if (instead := self.answers.get(action)) is not None:
            return await self._instead(instead, request)
        try:
            if action not in _OPEN or self.options.clock == "protected":
                self.gate.check(record, header)
            text = await self._carry_out(action, record, header, content)
        except NotAuthorizedError:
            reason = "The action requested requires authorization"
            return self._fault("Sender", "ter:NotAuthorized", reason)
        except ChallengeError:
            answer = web.Response(status=401, headers={"Server": self.SERVER})
            for challenge in self.gate.challenges():
                answer.headers.add("WWW-Authenticate", challenge)
            return answer
        except SoapFaultError as err:
            return self._fault(*err.parts)
        return self._answer_with(text)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return a fault."""
        return self._fault("Receiver", "ter:Action", "Something went wrong")

    async def _instead(
        self, instead: Answer, request: web.BaseRequest
    ) -> web.StreamResponse:
        if isinstance(instead, bytes):
            return web.Response(body=instead, content_type="application/soap+xml")
        return await instead(request)

    def _answer_with(self, text: str, status: int = 200) -> web.Response:
        return web.Response(
            status=status,
            body=document(self.options, text),
            headers={
                "Server": self.SERVER,
                "Content-Type": "application/soap+xml; charset=utf-8",
            },
        )

    def _fault(self, code: str, subcode: str, reason: str) -> web.Response:
        text = fault(self.options, code, subcode, reason)
        return self._answer_with(text, self.options.fault_status)

    async def _carry_out(
        self, action: str, record: RequestRecord, header: Element | None, body: Element
    ) -> str:
        """Do what is asked; return the content of the answer."""
        match action, record.path:
            case "GetSystemDateAndTime", "/onvif/device_service":
                return self._tell_time()
            case "GetCapabilities", "/onvif/device_service":
                return self._capabilities()
            case "GetServices", "/onvif/device_service":
                return self._services()
            case "GetProfiles", "/onvif/Media":
                return self._profiles()
            case "GetStreamUri", "/onvif/Media":
                return self._stream_uri(body)
            case "CreatePullPointSubscription", "/onvif/Events":
                return self.events.create(header, body)
            case _, "/onvif/PullPoint":
                return await self.events.carry_out(action, record, header, body)
        self.strange.append(f"{action} {record.path}")
        raise SoapFaultError("Sender", "ter:ActionNotSupported", "Unknown action")

    # Device and media

    def _base(self) -> str:
        return self.options.address or self.url

    def _tell_time(self) -> str:
        now = self.clock.wall.astimezone(UTC)
        kind, year = "UTCDateTime", now.year
        if self.options.clock == "local":
            kind = "LocalDateTime"
        if self.options.clock == "absurd":
            year = 0
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
            "<tt:DateTimeType>Manual</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings>"
            f"<tt:{kind}><tt:Time><tt:Hour>{now.hour}</tt:Hour>"
            f"<tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
            f"</tt:Time><tt:Date><tt:Year>{year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
            f"</tt:{kind}></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _capabilities(self) -> str:
        if self.options.discovery != "capabilities":
            raise SoapFaultError("Receiver", "ter:ActionNotSupported", "Not here")
        base = self._base()
        return (
            "<tds:GetCapabilitiesResponse><tds:Capabilities>"
            f"<tt:Events><tt:XAddr>{base}{_PATHS['events']}</tt:XAddr>"
            "<tt:WSSubscriptionPolicySupport>true</tt:WSSubscriptionPolicySupport>"
            "<tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
            "<tt:WSPausableSubscriptionManagerInterfaceSupport>false"
            "</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>"
            f"<tt:Media><tt:XAddr>{base}{_PATHS['media']}</tt:XAddr>"
            "<tt:StreamingCapabilities/></tt:Media>"
            "</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def _services(self) -> str:
        names = {"device": "tds", "media": "trt", "events": "tev"}
        if self.options.discovery == "capabilities":
            raise SoapFaultError("Receiver", "ter:ActionNotSupported", "Not here")
        if self.options.discovery == "neither":
            names.popitem()
        listed = "".join(
            f"<tds:Service><tds:Namespace>{NAMESPACES[prefix]}</tds:Namespace>"
            f"<tds:XAddr>{self._base()}{_PATHS[part]}</tds:XAddr><tds:Version>"
            "<tt:Major>2</tt:Major><tt:Minor>42</tt:Minor></tds:Version></tds:Service>"
            for part, prefix in names.items()
        )
        return f"<tds:GetServicesResponse>{listed}</tds:GetServicesResponse>"

    def _profiles(self) -> str:
        listed = "".join(
            f'<trt:Profiles token="{one.token}" fixed="true"><tt:Name>{one.token}'
            f'</tt:Name><tt:VideoSourceConfiguration token="{one.configuration}">'
            "<tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>"
            f"<tt:SourceToken>{one.source}</tt:SourceToken>"
            '<tt:Bounds x="0" y="0" width="1920" height="1080"/>'
            "</tt:VideoSourceConfiguration>"
            f'<tt:VideoEncoderConfiguration token="Encoder_{one.token}">'
            "<tt:Name>encoder</tt:Name><tt:UseCount>1</tt:UseCount>"
            f"<tt:Encoding>{one.encoding}</tt:Encoding><tt:Resolution>"
            f"<tt:Width>{one.width}</tt:Width><tt:Height>{one.height}</tt:Height>"
            "</tt:Resolution><tt:Quality>5</tt:Quality>"
            "</tt:VideoEncoderConfiguration></trt:Profiles>"
            for one in self.options.profiles
        )
        return f"<trt:GetProfilesResponse>{listed}</trt:GetProfilesResponse>"

    def _stream_uri(self, body: Element) -> str:
        wanted = body.findtext(qualified("trt", "ProfileToken"))
        setup = body.find(qualified("trt", "StreamSetup"))
        kind = "" if setup is None else "".join(setup.itertext()).strip()
        profile = next((p for p in self.options.profiles if p.token == wanted), None)
        if profile is None or kind != "RTP-UnicastRTSP":
            raise SoapFaultError("Sender", "ter:InvalidArgVal", "No such profile")
        uri = profile.uri
        if uri is None:
            login = f"{self.gate.username}:{self.gate.password}"
            uri = f"rtsp://{login}@192.0.2.7:8554/live/{profile.token}?transport=tcp"
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>"
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
            "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
            "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>"
        )
