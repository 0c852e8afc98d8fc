"""The loudspeaker of a camera (section 9.8)."""

from collections.abc import Iterator

from ....model.device import Absent
from ....model.features import Speaker
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Key
from ..parts import Offer
from ..talk import FORMAT, TalkDriver


def sound(driver: TalkDriver | None) -> Iterator[Offer]:
    """Yield the loudspeaker, or that there is none."""
    if driver is None:
        reason = AbsenceReason.UNSUPPORTED
        yield Absent(key=Key.SPEAKER, reason=reason, detail="TwoWayAudio")
        return
    yield Speaker(
        key=Key.SPEAKER,
        source=NO_REQUEST,
        read=driver.state,
        stop=driver.stop,
        format=FORMAT,
        announce=driver.announce,
    )
