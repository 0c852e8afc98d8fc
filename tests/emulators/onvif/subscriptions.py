"""What is kept for those who fetch events."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import quoteattr

from ..clock import Timer
from .options import OnvifOptions
from .topics import Topic


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing that has happened."""

    topic: Topic
    token: str
    on: bool
    at: datetime
    operation: str

    def write(self, options: OnvifOptions) -> str:
        """Return it as it stands in an answer."""
        kind = self.topic.value
        state = ""
        if kind.state is not None:
            words = {
                "lower": ("false", "true"),
                "title": ("False", "True"),
                "digit": ("0", "1"),
            }
            state = (
                f'<tt:SimpleItem Name="{kind.state}" '
                f'Value="{words[options.spelling][self.on]}"/>'
            )
        else:
            state = '<tt:SimpleItem Name="ObjectId" Value="1"/>'
        moment = f' UtcTime="{self.at:%Y-%m-%dT%H:%M:%SZ}"' if options.moments else ""
        return (
            "<wsnt:NotificationMessage><wsnt:Topic Dialect="
            '"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
            f"tns1:{kind.path}</wsnt:Topic><wsnt:Message>"
            f'<tt:Message{moment} PropertyOperation="{self.operation}"><tt:Source>'
            f'<tt:SimpleItem Name="{kind.source}" Value={quoteattr(self.token)}/>'
            '<tt:SimpleItem Name="Rule" Value="MyRule"/>'
            f"</tt:Source><tt:Data>{state}</tt:Data></tt:Message></wsnt:Message>"
            "</wsnt:NotificationMessage>"
        )


@dataclass(eq=False)
class Subscription:
    """A place for messages until they are fetched."""

    name: str
    until: float
    """When it ends, in seconds of the clock."""
    asked: float
    """For how long it was asked."""
    queue: list[Message] = field(default_factory=list)
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: bool = False
    timer: Timer | None = None

    def put(self, message: Message) -> None:
        """Keep a message and wake who waits."""
        self.queue.append(message)
        self.awake.set()

    def take(self, limit: int) -> list[Message]:
        """Return the oldest messages."""
        taken, self.queue = self.queue[:limit], self.queue[limit:]
        return taken
