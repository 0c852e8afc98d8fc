"""What happens at the camera now, as far as it can be asked."""

from collections.abc import Iterator

from ....model.device import Absent
from ....model.features import Detector, Happening
from ....model.vocabulary import AbsenceReason, AlarmKind, Key
from ..parts import FIRST, Offer
from ..watch import SOURCE, Watch


def state(watch: Watch) -> Iterator[Offer]:
    """Yield the alarm input and its event."""
    if watch.missing:
        for key in (Key.ALARM_INPUT, Key.ALARM):
            reason = AbsenceReason.UNSUPPORTED
            yield Absent(key=key, reason=reason, detail=SOURCE)
        return
    yield Detector(
        key=Key.ALARM_INPUT,
        source=SOURCE,
        slot=FIRST,
        placeholders={"number": FIRST},
        read=lambda: watch.active,
    )
    yield Happening(key=Key.ALARM, source=SOURCE, kinds=(AlarmKind.INPUT,))
