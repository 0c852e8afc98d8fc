"""The siren as a feature."""

from collections.abc import Iterator

from ....model.features import Siren
from ....model.vocabulary import NO_REQUEST, Key
from ..parts import Offer, Parts
from ..siren import SirenDriver


def siren(parts: Parts, driver: SirenDriver) -> Iterator[Offer]:
    """Yield the siren (ability alarmAudio)."""
    if not parts.channel.has("alarmAudio"):
        yield parts.lacks(Key.SIREN, "alarmAudio")
        return
    yield Siren(
        key=Key.SIREN,
        source=NO_REQUEST,
        read=driver.read,
        start=driver.start,
        stop=driver.stop,
        stop_all=driver.stop,
        parts=frozenset({"duration", "sound"}),
        duration=True,
        assumed=True,
    )
