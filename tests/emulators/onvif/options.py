"""How an emulated service behaves."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class OnvifProfile:
    """A picture of the device."""

    token: str
    configuration: str = "VideoSourceConfig_1"
    source: str = "VideoSource_1"
    width: int = 1920
    height: int = 1080
    encoding: str = "H264"
    uri: str | None = None
    """The whole address; None makes one up, with a login and a wrong host."""


def channels(count: int) -> tuple[OnvifProfile, ...]:
    """Return a large and a small picture of so many cameras."""
    return tuple(
        OnvifProfile(
            token=f"Profile_{channel}_{size}",
            configuration=f"VideoSourceConfig_{channel}",
            source=f"VideoSource_{channel}",
            width=width,
            height=height,
        )
        for channel in range(1, count + 1)
        for size, width, height in (("main", 1920, 1080), ("sub", 640, 360))
    )


@dataclass(kw_only=True)
class OnvifOptions:
    """What can be different from device to device."""

    profiles: tuple[OnvifProfile, ...] = field(default_factory=lambda: channels(1))
    auth: Literal["token", "digest", "basic", "both", "none"] = "token"
    """Signed requests (token), or what HTTP offers; both sends Basic first."""
    tolerance: float = 30.0
    """Seconds by which the moment of a signature may differ from the clock."""
    nonce_uses: int = 1000
    """Requests after which the nonce of an HTTP digest is stale."""
    clock: Literal["open", "protected", "local", "absurd"] = "open"
    """How the clock is told; local leaves out UTC."""
    soap: Literal["1.2", "1.1"] = "1.2"
    prefixes: Literal["usual", "odd", "none"] = "usual"
    spelling: Literal["lower", "title", "digit"] = "lower"
    """How true is written: true, True or 1."""
    fault_status: int = 400
    """HTTP status of a fault; 200 and 500 are used, too."""
    address: str | None = None
    """Start of the addresses that it tells; None is the right one."""
    reference: bool = False
    """The subscription is named by reference parameters, not by its path."""
    discovery: Literal["capabilities", "services", "neither"] = "capabilities"
    terms: Literal["both", "relative", "absolute", "neither"] = "both"
    """Ways to write the end of a subscription that are understood."""
    renew: Literal["yes", "no", "fault"] = "yes"
    """No is: the action is not supported."""
    lifetime: float = 600.0
    """Seconds that are granted at most."""
    tell_lifetime: bool = True
    extends: bool = False
    """A request for messages prolongs the subscription by what was asked first."""
    places: int = 10
    """Subscriptions at a time."""
    long_poll: bool = True
    """A request for messages is kept until there are some."""
    longest_wait: float | None = None
    """Real seconds after which a request for messages is answered in any case."""
    moments: bool = True
    """Messages tell when."""
    initial: bool = True
    """A subscription begins with the present states."""
