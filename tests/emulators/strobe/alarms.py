"""Read an alarm request, in XML or as URL parameters, and check every value."""

from collections.abc import Callable, Mapping
from typing import Final

from .files import FileStore
from .options import StrobeOptions
from .outputs import KEEP, STROBE_MODE, AlarmOrder, Keep, Light, SoundOrder
from .xmldoc import Node, RefusedError, integer

DIMMABLE: Final = frozenset({1, 2, 3, 4})

URL_NAMES: Final[Mapping[str, str]] = {
    "alarmenable": "AlarmEnable",
    "alarmoutenable": "AlarmOutEnable",
    "alarmoutduration": "AlarmOutDuration",
    "playenable": "PlayEnable",
    "playfile": "PlayFile",
    "volume": "Volume",
    "cyclemode": "CycleMode",
    "playtimes": "PlayTimes",
    "interval": "Interval",
    "flightenable": "FrontLightEnable",
    "flightcolor1": "FrontLightColor1",
    "flightcolor2": "FrontLightColor2",
    "flightdisplaymode": "FrontLightDisplayMode",
    "flightbrightness": "FrontLightBrightness",
    "flightfrequency": "FrontLightFrequency",
    "blightenable": "BackLightEnable",
    "blightcolor": "BackLightColor",
    "blightdisplaymode": "BackLightDisplayMode",
    "blightbrightness": "BackLightBrightness",
    "blightfrequency": "BackLightFrequency",
    "httpmsgenabled": "HttpMsgEnabled",
    "emailenabled": "EmailEnabled",
    "broadcastenabled": "BroadcastEnabled",
}
"""XML names by URL parameter."""

FACTORY: Final[Mapping[str, str]] = {
    "AlarmEnable": "1",
    "AlarmOutDuration": "60",
    "PlayFile": "",
    "Volume": "80",
    "CycleMode": "0",
    "PlayTimes": "1",
    "Interval": "0",
    "FrontLightColor1": "1",
    "FrontLightColor2": "0",
    "FrontLightDisplayMode": "1",
    "FrontLightBrightness": "255",
    "FrontLightFrequency": "100",
    "BackLightColor": "1",
    "BackLightDisplayMode": "1",
    "BackLightBrightness": "255",
    "BackLightFrequency": "100",
    "HttpMsgEnabled": "0",
    "EmailEnabled": "0",
    "BroadcastEnabled": "0",
}
"""What a new unit takes for a field that is left out."""

_FLAGS: Final = (
    "AlarmEnable",
    "AlarmOutEnable",
    "PlayEnable",
    "FrontLightEnable",
    "BackLightEnable",
    "HttpMsgEnabled",
    "EmailEnabled",
    "BroadcastEnabled",
)


def from_url(pairs: list[tuple[str, str]], tolerated: str | None) -> dict[str, str]:
    """Return the fields of URL parameters, under their XML names."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name == tolerated:
            continue
        if name not in URL_NAMES:
            raise RefusedError(403, f"unknown parameter {name}")
        if URL_NAMES[name] in found:
            raise RefusedError(402, f"{name} repeated")
        found[URL_NAMES[name]] = value
    return found


def from_xml(body: Node, options: StrobeOptions) -> dict[str, str]:
    """Return the fields of a body; the first one has two spellings."""
    tag = options.xml_alarm_tag
    accepted = set(URL_NAMES.values()) - {"AlarmEnable"}
    accepted |= {"AlarmEnable", "Armenable"} if tag == "both" else {tag}
    found: dict[str, str] = {}
    for child in body.children:
        if child.name not in accepted or child.children:
            raise RefusedError(403, f"unknown field {child.name}")
        name = "AlarmEnable" if child.name == "Armenable" else child.name
        if name in found:
            raise RefusedError(402, f"{child.name} repeated")
        found[name] = child.text
    return found


class AlarmReader:
    """Turn the fields of an alarm request into an order."""

    def __init__(self, options: StrobeOptions, files: FileStore) -> None:
        """Start as a new unit, with the factory's values for what is left out."""
        self._options = options
        self._files = files
        self._last: dict[str, str] = {}

    def read(self, found: Mapping[str, str]) -> AlarmOrder:
        """Check all fields and return the order."""
        self._check(found)
        order = AlarmOrder(
            enable=self._value(found, "AlarmEnable") == "1",
            duration=int(self._value(found, "AlarmOutDuration")),
            relay=self._relay(found),
            front=self._light(found, "FrontLightEnable", self._front),
            back=self._light(found, "BackLightEnable", self._back),
            sound=self._sound(found),
        )
        self._last.update(
            {name: value for name, value in found.items() if "Enable" not in name}
        )
        return order

    def _value(self, found: Mapping[str, str], name: str) -> str:
        """Return a field, or what the unit takes for it."""
        if name in found:
            return found[name]
        if self._options.missing_values == "last":
            return self._last.get(name, FACTORY[name])
        return FACTORY[name]

    def _check(self, found: Mapping[str, str]) -> None:
        """Refuse every value that is out of range, used or not."""
        options = self._options
        ranges: dict[str, tuple[int, int | None]] = {
            "AlarmOutDuration": (1, options.max_duration),
            "Volume": (0, 100),
            "CycleMode": (0, 2),
            "PlayTimes": (1, options.max_play_times),
            "Interval": (0, options.max_interval),
            "FrontLightBrightness": (0, 255),
            "FrontLightFrequency": (1, 10000),
            "BackLightBrightness": (0, 255),
            "BackLightFrequency": (1, 10000),
        }
        ranges.update(dict.fromkeys(_FLAGS, (0, 1)))
        choices: dict[str, tuple[int, ...]] = {
            "FrontLightColor1": options.front_colors,
            "FrontLightColor2": (0, *options.front_colors),
            "FrontLightDisplayMode": options.front_modes,
            "BackLightColor": options.back_colors,
            "BackLightDisplayMode": options.back_modes,
        }
        for name, text in found.items():
            if name in ranges:
                integer(text, *ranges[name], name)
            elif name in choices:
                if integer(text, 0, None, name) not in choices[name]:
                    raise RefusedError(402, f"{name} {text} is not offered")
            else:
                self._files.need(text)

    def _relay(self, found: Mapping[str, str]) -> bool | Keep:
        """Return the order for the relay."""
        enable = found.get("AlarmOutEnable")
        return KEEP if enable is None else enable == "1"

    def _light(
        self,
        found: Mapping[str, str],
        enable: str,
        read: Callable[[Mapping[str, str]], Light],
    ) -> Light | Keep | None:
        """Return the order for one light."""
        if enable not in found:
            return KEEP
        return read(found) if found[enable] == "1" else None

    def _front(self, found: Mapping[str, str]) -> Light:
        """Return what the front light is to show."""
        color1 = int(self._value(found, "FrontLightColor1"))
        color2 = int(self._value(found, "FrontLightColor2"))
        mode = int(self._value(found, "FrontLightDisplayMode"))
        colors = {color1}
        if color2 and self._options.brightness_colors == "all":
            colors.add(color2)
        strict = self._options.strict_frequency
        if "FrontLightFrequency" in found and mode != STROBE_MODE and strict:
            raise RefusedError(402, f"frequency with mode {mode}")
        frequency = int(self._value(found, "FrontLightFrequency"))
        return Light(
            color1=color1,
            color2=color2,
            mode=mode,
            brightness=self._brightness(found, "FrontLightBrightness", colors),
            frequency=frequency if mode == STROBE_MODE else None,
        )

    def _back(self, found: Mapping[str, str]) -> Light:
        """Return what the back light is to show."""
        color = int(self._value(found, "BackLightColor"))
        return Light(
            color1=color,
            mode=int(self._value(found, "BackLightDisplayMode")),
            brightness=self._brightness(found, "BackLightBrightness", {color}),
        )

    def _brightness(self, found: Mapping[str, str], name: str, colors: set[int]) -> int:
        """Return the brightness; colors 5 to 7 have none."""
        if colors <= DIMMABLE:
            return int(self._value(found, name))
        if name in found and not self._options.lenient_brightness:
            raise RefusedError(402, f"{name} with colors {sorted(colors)}")
        return 255

    def _sound(self, found: Mapping[str, str]) -> SoundOrder | Keep | None:
        """Return the order for the loudspeaker."""
        if "PlayEnable" not in found:
            return KEEP
        if found["PlayEnable"] == "0":
            return None
        name = self._value(found, "PlayFile") or self._files.names[0]
        file = self._files.need(name)
        if file.seconds is None and self._options.broken_sound == "refuse":
            raise RefusedError(402, f"{name!r} cannot be played")
        cycle = self._value(found, "CycleMode")
        times = int(self._value(found, "PlayTimes"))
        plays = {"0": 1, "1": times}.get(cycle)
        return SoundOrder(
            file=name,
            volume=int(self._value(found, "Volume")),
            plays=plays,
            interval=float(self._value(found, "Interval")),
        )
