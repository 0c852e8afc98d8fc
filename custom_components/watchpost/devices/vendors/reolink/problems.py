"""What the owner should put right at the device."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final

from ...model.device import Problem
from . import kinds
from .documents import Documents
from .streams import Ports
from .wallclock import clock_offset

_CLOCK_TOLERANCE: Final = 300
"""Seconds by which a clock may be wrong before recordings are hard to find."""


def find_problems(
    documents: Documents,
    cameras: Iterable[int],
    ports: Ports,
    *,
    admin: bool,
    silent: bool,
    set_clock: Callable[[], Awaitable[None]],
) -> Iterator[Problem]:
    """Yield a guest's login, closed ports, lost events and a wrong clock."""
    if not admin:
        yield Problem(key="guest_login")
    if not _streams_play(documents, cameras, ports):
        yield Problem(key="streams_closed")
    if silent:
        yield Problem(key="events_not_delivered")
    offset = clock_offset(documents.get(kinds.TIME))
    if admin and offset is not None and abs(offset) > _CLOCK_TOLERANCE:
        yield Problem(
            key="clock_wrong",
            placeholders={"seconds": str(round(abs(offset)))},
            fix=set_clock,
        )


def _streams_play(documents: Documents, cameras: Iterable[int], ports: Ports) -> bool:
    """Return whether every stream can be played through an open port."""
    if ports.rtsp_on or not ports.rtmp_on:
        return ports.rtsp_on
    encoders = (documents.get(kinds.ENC, number) for number in cameras)
    codecs = [one.at("mainStream").text("vType") or "" for one in encoders]
    # H.265 is sent over RTSP alone.
    return "h265" not in map(str.lower, codecs)
