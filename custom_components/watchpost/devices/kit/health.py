"""Whether a device answers, and how fast: what every family can tell."""

from collections.abc import Callable, Iterator

from ..model.features import Detector, Feature, Reading
from ..model.vocabulary import NO_REQUEST, Key
from ..transport.http import HttpTransport


def health(transport: HttpTransport, online: Callable[[], bool]) -> Iterator[Feature]:
    """Yield whether the device answers, how fast, and how much it is asked."""

    def response_time() -> float | None:
        seconds = transport.last_round_trip
        return None if seconds is None else round(seconds * 1000)

    yield Detector(key=Key.ONLINE, source=NO_REQUEST, read=online, independent=True)
    yield Reading(key=Key.RESPONSE_TIME, source=NO_REQUEST, read=response_time)
    yield Reading(key=Key.REQUEST_RATE, source=NO_REQUEST, read=lambda: transport.rate)
    yield Reading(
        key=Key.FAILED_REQUESTS, source=NO_REQUEST, read=lambda: transport.failed
    )
