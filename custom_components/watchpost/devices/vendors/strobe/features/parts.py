"""What the features are bound to."""

from dataclasses import dataclass

from ....kit.paths import Paths
from ....model.commands import AudioFormat
from ....transport.http import HttpTransport
from ..actors import AlarmActor, LightActor, RelayActor, SoundActor
from ..clips import Clips
from ..documents import Documents
from ..kept import Kept
from ..models import Modes, Palette
from ..settings import Settings
from ..status import Status


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the features are bound to."""

    documents: Documents
    settings: Settings
    kept: Kept
    clips: Clips
    status: Status
    transport: HttpTransport
    paths: Paths
    sound: SoundActor
    relay: RelayActor
    alarm: AlarmActor
    front: LightActor | None
    back: LightActor | None
    front_palette: Palette
    back_palette: Palette
    modes: Modes
    audio_format: AudioFormat
