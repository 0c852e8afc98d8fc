"""The live side of one channel: what it sees, what it sounds, where it looks."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ..clock import Timer, VirtualClock
from .checks import Checker, is_integer, need_text, prune
from .documents_alarm import AI_ALARM, AI_ALARM_LIMITS
from .errors import NOT_SUPPORTED, PARAM_ERROR, RefusedError
from .options import AI_KINDS, ChannelOptions, ReolinkOptions
from .ptz import Ptz
from .setting import Json

MOTION: Final = "motion"


@dataclass
class SirenCall:
    """One order to the siren."""

    mode: str
    times: int
    switch: int
    time: float


class Camera:
    """The live side of one channel."""

    def __init__(
        self, clock: VirtualClock, options: ReolinkOptions, number: int
    ) -> None:
        """See nothing, make no sound."""
        self._clock = clock
        self._options = options
        self.number = number
        self.online = self.options.online
        self.hangs = False
        """Whether every request that concerns this channel hangs."""
        self.ptz = Ptz(clock, options, number)
        self.seen: set[str] = set()
        """What is detected now: motion and kinds of objects."""
        self.changed: Callable[[int, str, bool], None] = lambda number, kind, on: None
        """Called when something begins or ends to be seen."""
        self._timers: dict[str, Timer] = {}
        self.siren_calls: list[SirenCall] = []
        self._siren_until: float | None = 0.0
        self.ai_alarms: dict[str, Json] = {}
        self.snapshots = 0
        self.reset()

    @property
    def options(self) -> ChannelOptions:
        """Return what the channel can do."""
        return self._options.channels[self.number]

    def reset(self) -> None:
        """Return to the factory's settings."""
        self.ptz.reset()
        kinds = dict.fromkeys((*AI_KINDS, *self.options.ai))
        self.ai_alarms = {
            kind: {**deepcopy(AI_ALARM), "ai_type": kind, "channel": self.number}
            for kind in kinds
        }

    def restart(self) -> None:
        """Stand still and be quiet."""
        self.ptz.stop()
        self._siren_until = 0.0

    # Detection

    def detect(
        self, kind: str = MOTION, *, active: bool = True, seconds: float | None = None
    ) -> None:
        """Begin or end a detection; it ends by itself after some virtual seconds."""
        if kind != MOTION and kind not in self.options.ai:
            raise ValueError(f"Channel {self.number} cannot detect {kind}")
        timer = self._timers.pop(kind, None)
        if timer is not None:
            timer.cancel()
        self._see(kind, active=active)
        if active and seconds is not None:
            self._timers[kind] = self._clock.call_later(
                seconds, lambda: self._see(kind, active=False)
            )

    def _see(self, kind: str, *, active: bool) -> None:
        """See something, or see it no more."""
        if active == (kind in self.seen):
            return
        self.seen ^= {kind}
        self.changed(self.number, kind, active)

    @property
    def md_state(self) -> Json:
        """Return what GetMdState answers."""
        return {"state": int(MOTION in self.seen)}

    @property
    def ai_state(self) -> Json:
        """Return what GetAiState answers."""
        answer: Json = {"channel": self.number}
        for kind in dict.fromkeys((*AI_KINDS, *self.options.ai)):
            active, support = int(kind in self.seen), int(kind in self.options.ai)
            if self._options.ai_state == "numbers":
                if support:
                    answer[kind] = active
            else:
                answer[kind] = {"alarm_state": active, "support": support}
        return answer

    # Objects

    def read_ai_alarm(self, param: Json) -> Json:
        """Return what GetAiAlarm answers."""
        fields = self._ai_alarm(need_text(param, "ai_type"))
        if self._options.ai_alarm == "nested":
            return {"AiAlarm": deepcopy(fields)}
        flat = deepcopy(fields)
        flat["ai_detect_type"] = flat.pop("ai_type")
        return flat

    def write_ai_alarm(self, param: Json) -> None:
        """Carry out SetAiAlarm, nested or flat."""
        fields = param.get("AiAlarm", param)
        if not isinstance(fields, dict):
            raise RefusedError(PARAM_ERROR, "AiAlarm must be an object")
        fields = dict(fields)
        if "ai_detect_type" in fields:
            fields["ai_type"] = fields.pop("ai_detect_type")
        known = self._ai_alarm(need_text(fields, "ai_type"))
        strict = self._options.unknown_fields == "refuse"
        Checker(strict=strict).check(fields, known, AI_ALARM_LIMITS, "AiAlarm")
        scope = fields.get("scope", {})
        if "area" in scope:
            self._check_area(fields, scope["area"])
        known.update(prune(fields, known))

    def write_area(self, param: Json) -> None:
        """Carry out SetAlarmArea."""
        fields = {**param, "ai_type": need_text(param, "ai_type")}
        area = need_text(fields, "area", 100_000)
        known = self._ai_alarm(fields["ai_type"])
        self._check_area(fields, area)
        known["scope"] = {"area": area}

    def _ai_alarm(self, kind: str) -> Json:
        """Return the settings of one kind of object."""
        if kind not in self.ai_alarms:
            raise RefusedError(PARAM_ERROR, f"no kind {kind!r}")
        if kind not in self.options.ai:
            raise RefusedError(NOT_SUPPORTED, kind)
        return self.ai_alarms[kind]

    def _check_area(self, fields: Json, area: str) -> None:
        """Refuse an area that has not the size of the grid."""
        width, height = fields.get("width", 80), fields.get("height", 60)
        if not is_integer(width) or not is_integer(height):
            raise RefusedError(PARAM_ERROR, "width and height must be integers")
        if (width, height) != (80, 60) or len(area) != width * height:
            raise RefusedError(PARAM_ERROR, "the area does not have its size")
        if set(area) - set("01"):
            raise RefusedError(PARAM_ERROR, "the area has more than 0 and 1")

    # Siren

    @property
    def siren_sounds(self) -> bool:
        """Tell whether the siren can be heard now."""
        until = self._siren_until
        return until is None or until > self._clock.monotonic

    def play_siren(self, param: Json) -> None:
        """Carry out AudioAlarmPlay."""
        mode = param.get("alarm_mode", "times")
        words = {"manu", "manul"}
        if self._options.siren_word != "both":
            words = {self._options.siren_word}
        times = param.get("times", 1)
        switch = param.get("manual_switch", 0)
        if mode not in {"times", *words}:
            raise RefusedError(PARAM_ERROR, f"alarm_mode {mode!r}")
        if not is_integer(times) or not is_integer(switch) or switch not in (0, 1):
            raise RefusedError(PARAM_ERROR, "times and manual_switch")
        if mode == "times" and times < 1:
            raise RefusedError(PARAM_ERROR, f"times {times}")
        now = self._clock.monotonic
        self.siren_calls.append(SirenCall(mode, times, switch, now))
        if mode == "times":
            self._siren_until = now + times * self._options.siren_seconds
        else:
            self._siren_until = None if switch else now


def printed_status(camera: Camera, *, uids: bool) -> dict[str, Any]:
    """Return one entry of Getchannelstatus; a free channel has no name."""
    up = camera.online
    entry: dict[str, Any] = {
        "channel": camera.number,
        "name": camera.options.name if up else "",
        "online": int(up),
        "typeInfo": camera.options.model if up else "",
    }
    if uids:
        entry["uid"] = camera.options.uid if up else ""
        entry["sleep"] = 0
    return entry
