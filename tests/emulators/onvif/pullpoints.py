"""Subscriptions whose messages are fetched."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
import re
from typing import Final
from xml.etree.ElementTree import Element

from ..base import RequestRecord
from ..clock import VirtualClock
from .options import OnvifOptions
from .subscriptions import Message, Subscription
from .topics import Topic
from .writing import SoapFaultError, qualified

_DURATION: Final = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_PULL_POINT: Final = "/onvif/PullPoint"


def _seconds(text: str) -> float | None:
    """Return the length of a span; None if it is none."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600.0 + minutes * 60.0 + seconds


class PullPoints:
    """All subscriptions of a device, and what they are told."""

    def __init__(
        self,
        options: OnvifOptions,
        clock: VirtualClock,
        base: Callable[[], str],
        notify: Callable[[], None],
    ) -> None:
        """Start with nobody listening."""
        self._options = options
        self._clock = clock
        self._base = base
        self._notify = notify
        self._numbers = 0
        self.subscriptions: dict[str, Subscription] = {}
        self.states: dict[tuple[Topic, str], bool] = {}
        self.left: list[str] = []
        self.strange: list[str] = []

    def trigger(self, topic: Topic, token: str, on: bool) -> None:
        """Let something happen, or end."""
        self.states[topic, token] = on
        self._tell(topic, token, on, "Changed")

    def remove(self, topic: Topic, token: str) -> None:
        """Let something not be there any more."""
        on = self.states.pop((topic, token), False)
        self._tell(topic, token, on, "Deleted")

    def cut(self) -> None:
        """Answer the requests that wait for messages now."""
        for held in self.subscriptions.values():
            held.awake.set()

    def end_all(self) -> None:
        """Forget all subscriptions without a word."""
        for held in tuple(self.subscriptions.values()):
            self._end(held)

    async def carry_out(
        self, action: str, record: RequestRecord, header: Element | None, body: Element
    ) -> str:
        """Answer a request to a subscription."""
        self._addressed(header, f"{action}Request")
        held = self._find(record, header)
        if held is None:
            raise SoapFaultError("Sender", "ter:InvalidArgVal", "Unknown resource")
        match action:
            case "PullMessages":
                return await self._pull(held, body)
            case "Renew":
                return self._renew(held, body)
            case "SetSynchronizationPoint":
                self._put_states(held)
                held.awake.set()
                return "<tev:SetSynchronizationPointResponse/>"
            case "Unsubscribe":
                self.left.append(held.name)
                self._end(held)
                return "<wsnt:UnsubscribeResponse/>"
        self.strange.append(f"{action} of a subscription")
        raise SoapFaultError("Sender", "ter:ActionNotSupported", "Unknown action")

    def create(self, header: Element | None, body: Element) -> str:
        """Answer a subscriber."""
        self._addressed(header, "CreatePullPointSubscriptionRequest")
        term = body.findtext(qualified("tev", "InitialTerminationTime"))
        asked = self._term(term)
        if len(self.subscriptions) >= self._options.places:
            reason = "Maximum number of pull points reached: too many subscriptions"
            raise SoapFaultError("Receiver", "ter:MaxPullPoints", reason)
        self._numbers += 1
        name = f"sub{self._numbers}"
        held = Subscription(name=name, until=0, asked=asked)
        self.subscriptions[name] = held
        self._prolong(held, asked)
        if self._options.initial:
            self._put_states(held)
        address, reference = f"{self._base()}{_PULL_POINT}?name={name}", ""
        if self._options.reference:
            address = f"{self._base()}{_PULL_POINT}"
            reference = (
                "<wsa:ReferenceParameters>"
                f'<own:Name kind="pull">{name}</own:Name>'
                "</wsa:ReferenceParameters>"
            )
        return (
            "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
            f"<wsa:Address>{address}</wsa:Address>{reference}"
            f"</tev:SubscriptionReference>{self._times(held, 'wsnt')}"
            "</tev:CreatePullPointSubscriptionResponse>"
        )

    def _term(self, text: str | None) -> float:
        """Return for how long a subscription is asked, or refuse the way of asking."""
        terms = self._options.terms
        if text is None:
            return self._options.lifetime
        if (span := _seconds(text)) is not None and terms in ("both", "relative"):
            return span
        if span is None and terms in ("both", "absolute"):
            until = datetime.fromisoformat(text)
            return (until - self._clock.wall).total_seconds()
        reason = "The termination time is not acceptable"
        raise SoapFaultError("Sender", "ter:InvalidArgVal", reason)

    def _prolong(self, held: Subscription, seconds: float) -> None:
        """Let a subscription live from now on for what is asked, or allowed."""
        if held.timer is not None:
            held.timer.cancel()
        granted = min(seconds, self._options.lifetime)
        held.until = self._clock.monotonic + granted
        held.timer = self._clock.call_at(held.until, lambda: self._end(held))

    def _end(self, held: Subscription) -> None:
        """Forget a subscription and let go who waits."""
        if held.timer is not None:
            held.timer.cancel()
        self.subscriptions.pop(held.name, None)
        held.awake.set()
        self._notify()

    def _times(self, held: Subscription, prefix: str) -> str:
        if not self._options.tell_lifetime:
            return ""
        left = held.until - self._clock.monotonic
        now = self._clock.wall
        until = datetime.fromtimestamp(now.timestamp() + left, UTC)
        return (
            f"<{prefix}:CurrentTime>{now:%Y-%m-%dT%H:%M:%SZ}</{prefix}:CurrentTime>"
            f"<{prefix}:TerminationTime>{until:%Y-%m-%dT%H:%M:%SZ}"
            f"</{prefix}:TerminationTime>"
        )

    def _put_states(self, held: Subscription) -> None:
        for (topic, token), on in self.states.items():
            if topic.value.state is not None:
                held.put(
                    Message(
                        topic=topic,
                        token=token,
                        on=on,
                        at=self._clock.wall,
                        operation="Initialized",
                    )
                )

    def _tell(self, topic: Topic, token: str, on: bool, operation: str) -> None:
        message = Message(
            topic=topic, token=token, on=on, at=self._clock.wall, operation=operation
        )
        for held in self.subscriptions.values():
            held.put(message)

    def _find(
        self, record: RequestRecord, header: Element | None
    ) -> Subscription | None:
        """Return the subscription that a request is about."""
        if not self._options.reference:
            return self.subscriptions.get(record.query.get("name", ""))
        element = None if header is None else header.find(qualified("own", "Name"))
        if element is None:
            self.strange.append("no reference parameter")
            return None
        marked = element.get(qualified("wsa", "IsReferenceParameter"))
        if marked != "true" or element.get("kind") != "pull":
            self.strange.append("altered reference parameter")
            return None
        return self.subscriptions.get(element.text or "")

    def _addressed(self, header: Element | None, ending: str) -> None:
        """Write down a request that does not say what it is or whom it is for."""
        found = Element("none") if header is None else header
        action = found.findtext(qualified("wsa", "Action"), "")
        to = found.findtext(qualified("wsa", "To"), "")
        if not action.endswith(f"/{ending}"):
            self.strange.append(f"wsa:Action of {ending}")
        if ending.startswith("Create"):
            return
        if not to.startswith(f"{self._base()}{_PULL_POINT}"):
            self.strange.append(f"wsa:To of {ending}")

    async def _pull(self, held: Subscription, body: Element) -> str:
        span = _seconds(body.findtext(qualified("tev", "Timeout"), ""))
        limit = body.findtext(qualified("tev", "MessageLimit"), "")
        if span is None or not limit.isdecimal() or int(limit) < 1:
            raise SoapFaultError("Sender", "ter:InvalidArgVal", "Timeout or limit")
        if self._options.extends:
            self._prolong(held, held.asked)
        if not held.queue and self._options.long_poll:
            await self._wait(held, span)
        if held.name not in self.subscriptions:
            raise SoapFaultError("Sender", "ter:InvalidArgVal", "It has ended")
        written = "".join(m.write(self._options) for m in held.take(int(limit)))
        times = self._times(held, "tev")
        return f"<tev:PullMessagesResponse>{times}{written}</tev:PullMessagesResponse>"

    async def _wait(self, held: Subscription, span: float) -> None:
        """Wait for messages, in real time and in that of the clock."""
        longest = self._options.longest_wait
        real = span if longest is None else min(span, longest)
        timer = self._clock.call_later(span, held.awake.set)
        held.awake.clear()
        held.waiting = True
        try:
            self._notify()
            async with asyncio.timeout(real):
                await held.awake.wait()
        except TimeoutError:
            pass
        finally:
            held.waiting = False
            timer.cancel()

    def _renew(self, held: Subscription, body: Element) -> str:
        if self._options.renew == "no":
            raise SoapFaultError("Receiver", "ter:ActionNotSupported", "No renewals")
        if self._options.renew == "fault":
            raise SoapFaultError("Receiver", "ter:Action", "Cannot renew")
        term = body.findtext(qualified("wsnt", "TerminationTime"))
        self._prolong(held, self._term(term))
        times = self._times(held, "wsnt")
        return f"<wsnt:RenewResponse>{times}</wsnt:RenewResponse>"
