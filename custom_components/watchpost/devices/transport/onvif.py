"""Events and stream addresses of a network video device (ONVIF).

Only what we need of the standard: the clock, where the services are, profiles with
their addresses, and one subscription whose messages are fetched (a pull point).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import logging
from typing import Final
from xml.sax.saxutils import escape

from aiohttp import ClientSession

from ..model.device import Clock, Login
from ..model.errors import (
    DeviceAuthError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from .onvif_http import SoapPost
from .onvif_messages import (
    MESSAGE_LIMIT,
    OnvifEvent,
    OnvifStream,
    read_clock,
    read_events,
    read_lifetime,
    read_profiles,
    read_stream_address,
    read_target,
)
from .onvif_soap import (
    CREATE,
    EVENTS,
    GET_CAPABILITIES,
    GET_PROFILES,
    GET_SERVICES,
    GET_STREAM_URI,
    GET_TIME,
    MEDIA,
    PULL,
    RENEW,
    UNSUBSCRIBE,
    Action,
    SoapAnswer,
    SoapRefusalError,
    addressing,
    envelope,
    read_answer,
    reference_parameters,
    security,
    write_time,
)
from .pacing import Spawn

__all__ = ["Onvif", "OnvifEvent", "OnvifStream"]

_LOGGER = logging.getLogger(__name__)

DEVICE_PATH: Final = "/onvif/device_service"
"""Where every device answers (ONVIF core specification, 5.1)."""
TIMEOUT: Final = 10
"""Seconds for a request that is answered at once."""
LIFETIME: Final = 600
"""Seconds for which a subscription is asked for."""
PULL_SECONDS: Final = 30
"""Seconds that a device keeps a request until something happens."""
PULL_MARGIN: Final = 15
"""Seconds after these until a request that is not answered counts as lost."""
_FIRST_PULL: Final = 1
"""Seconds for the states that a new subscription begins with."""
_DEFAULT_LIFETIME: Final = 60.0
"""Seconds until a subscription is renewed whose end is not told, or told wrongly."""
_SHORTEST: Final = 3.0
"""Seconds of the shortest subscription that can be believed."""
_LEAVE: Final = 3.0
"""Seconds for saying goodbye; the device forgets us anyway."""
_EMPTY_REST: Final = 1.0
"""Seconds between two requests of a device that does not keep them."""
_BUSY_REST: Final = 0.2
"""Seconds between two answers full of events."""
_SKEW: Final = 2.0
"""Seconds by which a clock must differ from what was read to explain a refusal."""
_STREAM_LIMIT: Final = 128
"""Profiles whose addresses are asked for: two for each of 64 channels."""


@dataclass(eq=False)
class _Subscription:
    """What a device has granted."""

    path: str
    to: str
    """The address as the device writes it; it may compare."""
    reference: str
    lifetime: float
    until: float
    """When it ends, in seconds since the epoch by our clock."""
    renewable: bool = True

    @property
    def wait(self) -> int:
        """Seconds that a request may be kept, so that there is time to renew."""
        return max(1, min(PULL_SECONDS, int(self.lifetime / 3)))


class Onvif:
    """The standard's side of one device."""

    def __init__(
        self,
        session: ClientSession,
        login: Login,
        port: int,
        clock: Clock,
        spawn: Spawn,
        *,
        ssl: bool = False,
    ) -> None:
        """Store how to reach the device; its own idea of its address is not used.

        The port is that of the standard's services; ssl says whether that one
        speaks TLS. Spawn starts the goodbye, which outlives who listened.
        """
        self._login = replace(login, port=port, ssl=ssl)
        self._clock = clock
        self._spawn = spawn
        self._post = SoapPost(session, self._login)
        self._absolute = False
        self.clock_offset: float | None = None
        """Seconds by which the clock of the device is ahead; None if not known."""

    # Streams

    async def streams(self) -> tuple[OnvifStream, ...]:
        """Read all profiles and where their pictures are, in the device's order.

        Raise:
            DeviceAuthError: The login is refused.
            DeviceUnsupportedError: There is no such service.
            DeviceConnectionError: There is no usable answer.
        """
        await self._read_clock()
        path = await self._service("Media", MEDIA)
        answer = await self._call(path, GET_PROFILES, "<m:GetProfiles/>")
        profiles = read_profiles(answer.element(GET_PROFILES))[:_STREAM_LIMIT]
        return tuple([await self._located(path, profile) for profile in profiles])

    async def _located(self, path: str, stream: OnvifStream) -> OnvifStream:
        """Return a stream with its address, if the device tells it."""
        body = (
            "<m:GetStreamUri><m:StreamSetup><t:Stream>RTP-Unicast</t:Stream>"
            "<t:Transport><t:Protocol>RTSP</t:Protocol></t:Transport></m:StreamSetup>"
            f"<m:ProfileToken>{escape(stream.token)}</m:ProfileToken></m:GetStreamUri>"
        )
        try:
            answer = await self._call(path, GET_STREAM_URI, body)
        except SoapRefusalError, DeviceUnsupportedError:
            return stream
        found = read_stream_address(answer.element(GET_STREAM_URI))
        if found is None:
            return stream
        return replace(stream, path=found[0], port=found[1])

    # Events

    async def events(self) -> AsyncGenerator[tuple[OnvifEvent, ...]]:
        """Subscribe and yield what happens, until something fails.

        The first tuple is how everything is now, or empty: the subscription works.
        A later one that is empty says that another subscription has taken its place,
        and how everything is now follows, if the device tells it. The subscription is
        given back when the generator is closed.

        Raise:
            DeviceAuthError: The login is refused.
            DeviceUnsupportedError: The device has no events to fetch.
            DeviceConnectionError: It is not reachable any more, has ended the
                subscription or answers with nonsense; subscribe again later.
        """
        await self._read_clock()
        path = await self._service("Events", EVENTS)
        held = await self._subscribe(path)
        try:
            yield await self._pull(held, _FIRST_PULL)
            loop = asyncio.get_running_loop()
            while True:
                if held.until - self._clock.now() < 2 * held.wait:
                    before, held = held, await self._prolong(path, held)
                    if held is not before:
                        yield ()
                asked = loop.time()
                events = await self._pull(held, held.wait)
                if events:
                    yield events
                rest = _BUSY_REST if events else _EMPTY_REST
                if (rest := asked + rest - loop.time()) > 0:
                    await self._clock.sleep(rest)
        finally:
            await self._leave(held)

    async def _subscribe(self, path: str) -> _Subscription:
        """Subscribe, with the end written in the way that the device takes."""
        asked = self._clock.now()
        refusal: SoapRefusalError | None = None
        for absolute, term in (*self._terms(), (self._absolute, None)):
            end = "e:InitialTerminationTime"
            body = "" if term is None else f"<{end}>{term}</{end}>"
            body = (
                f"<e:CreatePullPointSubscription>{body}</e:CreatePullPointSubscription>"
            )
            try:
                answer = await self._call(path, CREATE, body, to=self._post.root + path)
            except SoapRefusalError as err:
                if err.reason is not Reason.REFUSED:
                    raise
                refusal = err
                continue
            self._absolute = absolute
            return self._granted(answer, asked)
        raise refusal or SoapRefusalError

    def _granted(self, answer: SoapAnswer, asked: float) -> _Subscription:
        content = answer.element(CREATE)
        address = (content.node("SubscriptionReference") or content).text("Address")
        target = read_target(address)
        to = (address or "").strip()
        steps = ("Body", f"{CREATE.name}Response", "SubscriptionReference")
        held = _Subscription(
            path=target,
            to=to if "://" in to else self._post.root + target,
            reference=reference_parameters(answer.raw, *steps, "ReferenceParameters"),
            lifetime=_DEFAULT_LIFETIME,
            until=asked + _DEFAULT_LIFETIME,
        )
        lifetime = read_lifetime(content, self._device_time())
        if lifetime is not None and lifetime < _SHORTEST:
            # It has counted from another clock: a moment cannot be misunderstood.
            self._absolute = True
            held.until = asked
        elif lifetime is not None:
            held.lifetime = min(lifetime, LIFETIME)
            held.until = asked + held.lifetime
        return held

    async def _pull(self, held: _Subscription, seconds: int) -> tuple[OnvifEvent, ...]:
        """Wait for events so many seconds, beside all other requests."""
        body = (
            f"<e:PullMessages><e:Timeout>PT{seconds}S</e:Timeout>"
            f"<e:MessageLimit>{MESSAGE_LIMIT}</e:MessageLimit></e:PullMessages>"
        )
        answer = await self._call(
            held.path,
            PULL,
            body,
            to=held.to,
            reference=held.reference,
            seconds=seconds + PULL_MARGIN,
            beside=True,
        )
        if not answer.body.tree:
            return ()
        content = answer.element(PULL)
        lifetime = read_lifetime(content, self._device_time())
        if lifetime is not None and lifetime >= _SHORTEST:
            # Some prolong with each request, some tell here that they have not.
            held.until = self._clock.now() + min(lifetime, LIFETIME)
        return read_events(content)

    async def _prolong(self, path: str, held: _Subscription) -> _Subscription:
        """Renew a subscription, or take a new one if the device does not do that.

        Messages gather at the device until then. What happens between two
        subscriptions is told by the states that the new one begins with, if it does.
        """
        for absolute, term in self._terms() if held.renewable else ():
            asked = self._clock.now()
            try:
                answer = await self._call(
                    held.path,
                    RENEW,
                    f"<n:Renew><n:TerminationTime>{term}</n:TerminationTime></n:Renew>",
                    to=held.to,
                    reference=held.reference,
                )
            except SoapRefusalError, DeviceUnsupportedError:
                continue
            self._absolute = absolute
            lifetime = read_lifetime(answer.element(RENEW), self._device_time())
            if lifetime is None or lifetime < _SHORTEST:
                lifetime = _DEFAULT_LIFETIME
            held.lifetime = min(lifetime, LIFETIME)
            held.until = asked + held.lifetime
            return held
        _LOGGER.debug("Subscribing again instead of a renewal")
        # First give the old one back: small devices have one place.
        await self._unsubscribe(held)
        fresh = await self._subscribe(path)
        fresh.renewable = False
        return fresh

    async def _leave(self, held: _Subscription) -> None:
        """Give a subscription back, even while the caller is being cancelled."""
        task = self._spawn(self._unsubscribe(held), "watchpost onvif goodbye")
        await asyncio.wait((task,), timeout=_LEAVE + 1)

    async def _unsubscribe(self, held: _Subscription) -> None:
        try:
            async with asyncio.timeout(_LEAVE):
                await self._call(
                    held.path,
                    UNSUBSCRIBE,
                    "<n:Unsubscribe/>",
                    to=held.to,
                    reference=held.reference,
                )
        except (DeviceError, TimeoutError) as err:
            _LOGGER.debug("%s: %s", UNSUBSCRIBE.name, type(err).__name__)

    def _terms(self) -> tuple[tuple[bool, str], ...]:
        """Return the ways to write when a subscription ends, and which is a moment."""
        moment = (True, write_time(self._device_time() + LIFETIME))
        return (moment,) if self._absolute else ((False, f"PT{LIFETIME}S"), moment)

    # Requests

    async def _service(self, part: str, namespace: str) -> str:
        """Return the path of a service.

        Raise:
            DeviceUnsupportedError: The device has none.
        """
        body = "<d:GetCapabilities><d:Category>All</d:Category></d:GetCapabilities>"
        try:
            answer = await self._call(DEVICE_PATH, GET_CAPABILITIES, body)
        except SoapRefusalError, DeviceUnsupportedError:
            _LOGGER.debug("%s: refused", GET_CAPABILITIES.name)
        else:
            found = answer.element(GET_CAPABILITIES).node("Capabilities")
            service = None if found is None else found.node(part)
            if service is not None and (address := service.text("XAddr")):
                return read_target(address)
        body = (
            "<d:GetServices><d:IncludeCapability>false</d:IncludeCapability>"
            "</d:GetServices>"
        )
        try:
            answer = await self._call(DEVICE_PATH, GET_SERVICES, body)
        except SoapRefusalError:
            raise DeviceUnsupportedError from None
        for one in answer.element(GET_SERVICES).nodes("Service"):
            if one.text("Namespace") == namespace:
                return read_target(one.text("XAddr"))
        raise DeviceUnsupportedError

    async def _read_clock(self) -> None:
        """Learn how the clock of the device stands; it need not tell."""
        started = self._clock.now()
        body = "<d:GetSystemDateAndTime/>"
        try:
            answer = await self._ask(DEVICE_PATH, GET_TIME, lambda: envelope("", body))
        except DeviceAuthError, SoapRefusalError:
            self.clock_offset = None
            return
        time = read_clock(answer.element(GET_TIME))
        middle = (started + self._clock.now()) / 2
        self.clock_offset = None if time is None else time - middle

    def _device_time(self) -> float:
        return self._clock.now() + (self.clock_offset or 0.0)

    async def _call(
        self,
        path: str,
        action: Action,
        body: str,
        *,
        to: str | None = None,
        reference: str = "",
        seconds: float = TIMEOUT,
        beside: bool = False,
    ) -> SoapAnswer:
        """Send a signed request; once more if the device has set its clock.

        Raise:
            DeviceError: It is refused, or there is no usable answer.
        """
        addressed = "" if to is None else addressing(action, to, reference)

        def make() -> bytes:
            return envelope(addressed + self._signed(), body)

        try:
            return await self._ask(path, action, make, seconds, beside=beside)
        except DeviceAuthError:
            before = self.clock_offset or 0.0
            await self._read_clock()
            if abs((self.clock_offset or 0.0) - before) < _SKEW:
                raise
        _LOGGER.debug("%s: again, the clock was set", action.name)
        return await self._ask(path, action, make, seconds, beside=beside)

    def _signed(self) -> str:
        if not self._login.username:
            return ""
        moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=self._device_time())
        return security(self._login, moment)

    async def _ask(
        self,
        path: str,
        action: Action,
        make: Callable[[], bytes],
        seconds: float = TIMEOUT,
        *,
        beside: bool = False,
    ) -> SoapAnswer:
        answer = await self._post.send(
            path, action, make, seconds=seconds, beside=beside
        )
        return read_answer(answer.status, answer.body)
