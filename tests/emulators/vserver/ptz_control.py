"""The requests of PTZ (3.6)."""

from collections.abc import Mapping
from typing import Final, override

from .errors import BAD_NAME, BAD_VALUE, UNSUPPORTED, RefusedError
from .groups import Values
from .groups_alarm import DIRECTIONS
from .message import Block, Entry
from .ptz import HUNDREDTHS, Head, Place
from .request import Call
from .server import Serve, VserverServer

_LENS: Final = ("Iris", "Zoom", "Focus")
_FORMS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "Stop": (frozenset(), frozenset()),
    "Direction": (frozenset(), frozenset({"PanSpeed", "TiltSpeed"})),
    **{name: (frozenset(), frozenset(_LENS)) for name in _LENS},
    "AutoScan": (frozenset(), frozenset()),
    "Preset": (frozenset({"PresetNumber"}), frozenset({"PresetTitle"})),
    "Pattern": (frozenset({"PatternNumber"}), frozenset()),
    "AutoPan": (frozenset({"AutoPanNumber"}), frozenset()),
    "Model": (frozenset(), frozenset({"Pan", "Tilt", "ZoomPosition"})),
}
"""What must and what may come with each command."""


class VserverPtz(VserverServer):
    """A unit whose channels may move."""

    @override
    def _serve_table(self) -> Mapping[str, Serve]:
        """Return what serves the groups of PTZ."""
        return {
            "ptz_get/PTZCtrlInfo": self._position,
            "ptz_set/PTZCtrlInfo": self._control,
            "ptz_get/PresetNameInfo": self._presets,
            "ptz_set/PresetNameInfo": self._rename,
            "ptz_get/TourInfo": self._tours,
            "ptz_set/TourInfo": self._tour,
        }

    def _position(self, call: Call) -> list[Block]:
        """Print where the head looks; the document prints no answer."""
        way = self.options.position
        if way == "unsupported":
            raise RefusedError(UNSUPPORTED, "unsupported", "position")
        block = Block(call.group.name)
        if way == "fields":
            place = self.heads[call.channel].place
            block.entries += [
                Entry("Pan", str(round(place.pan * HUNDREDTHS))),
                Entry("Tilt", str(round(place.tilt * HUNDREDTHS))),
                Entry("ZoomPosition", str(round(place.zoom))),
            ]
        return [block]

    def _control(self, call: Call) -> list[Block]:
        """Carry out one command; others must not be mixed into it."""
        sent, head = call.sent, self.heads[call.channel]
        command = next((name for name in _FORMS if name in sent), None)
        if command is None:
            raise RefusedError(BAD_NAME, "missing", "no command")
        needs, may = _FORMS[command]
        if missing := needs - sent.keys():
            raise RefusedError(BAD_NAME, "missing", ", ".join(sorted(missing)))
        if mixed := sent.keys() - needs - may - {command}:
            raise RefusedError(BAD_NAME, "name", ", ".join(sorted(mixed)))
        if command in _LENS:
            self._turn(call, head)
        else:
            self._carry_out(command, call, head)
        return self.told(call)

    def _carry_out(self, command: str, call: Call, head: Head) -> None:
        """Move the head."""
        sent = call.sent
        match command:
            case "Stop":
                head.stop()
            case "Direction":
                head.move(_direction(sent["Direction"]), *self._speeds(call))
            case "AutoScan":
                head.scan()
            case "Preset":
                self._preset(sent, head)
            case "Pattern":
                number = int(sent["PatternNumber"])
                head.sweep("pattern", number, int(sent["Pattern"]))
            case "AutoPan":
                number = int(sent["AutoPanNumber"])
                head.sweep("auto_pan", number, int(sent["AutoPan"]))
            case _:
                self._look(sent, head)

    def _turn(self, call: Call, head: Head) -> None:
        """Turn the motors of the lens."""
        for name in _LENS:
            if name in call.sent:
                speed = 0
                if name != "Iris":
                    speed = int(self._speed(call, f"{name}Speed"))
                head.turn(name.lower(), int(call.sent[name]), speed)

    def _speed(self, call: Call, name: str) -> str:
        """Return a speed of SpeedInfo."""
        return self.settings.get("ptz/SpeedInfo", name, call.channel)

    def _speeds(self, call: Call) -> tuple[int, int]:
        """Return the speeds that were sent, else those of SpeedInfo."""
        pan, tilt = (
            int(call.sent.get(name) or self._speed(call, name))
            for name in ("PanSpeed", "TiltSpeed")
        )
        return pan, tilt

    def _preset(self, sent: Values, head: Head) -> None:
        """Store or call a preset."""
        number = int(sent["PresetNumber"])
        if sent["Preset"] == "0":
            head.store(number, sent.get("PresetTitle"))
            return
        if "PresetTitle" in sent:
            raise RefusedError(BAD_NAME, "name", "PresetTitle")
        head.call(number)

    def _look(self, sent: Values, head: Head) -> None:
        """Go to a position, or by a distance."""
        if not sent.keys() & {"Pan", "Tilt", "ZoomPosition"}:
            raise RefusedError(BAD_NAME, "missing", "Pan, Tilt, ZoomPosition")
        place = head.place
        if sent["Model"] == "0":
            pan = int(sent.get("Pan", place.pan * HUNDREDTHS)) / HUNDREDTHS
            tilt = int(sent.get("Tilt", place.tilt * HUNDREDTHS)) / HUNDREDTHS
            zoom = float(sent.get("ZoomPosition", place.zoom))
        else:
            pan = place.pan + self._distance(sent.get("Pan", "0"))
            tilt = place.tilt + self._distance(sent.get("Tilt", "0"))
            zoom = place.zoom + int(sent.get("ZoomPosition", "0"))
        head.look(Place(pan, tilt, zoom))

    def _distance(self, text: str) -> float:
        """Return degrees; large ones may be meant the other way."""
        degrees = int(text) / HUNDREDTHS
        wrap = self.options.relative_wrap and degrees > 180
        return degrees - 360 if wrap else degrees

    # Presets and tours

    def _presets(self, call: Call) -> list[Block]:
        """Print the stored presets."""
        presets = self.heads[call.channel].presets
        return [
            Block(
                call.group.name,
                [
                    Entry("PresetNumber", str(number)),
                    Entry("PresetTitle", presets[number].title, "string"),
                ],
            )
            for number in sorted(presets)
        ]

    def _rename(self, call: Call) -> list[Block]:
        """Give a preset a title."""
        number = int(call.sent["PresetNumber"])
        self.heads[call.channel].rename(number, call.sent["PresetTitle"])
        return self.told(call)

    def _tours(self, call: Call) -> list[Block]:
        """Print the stops of the tours."""
        head, group = self.heads[call.channel], call.group.name
        blocks: list[Block] = []
        on = self.options.tour_start
        for number in sorted(head.tours):
            runs = any((m.kind, m.value) == ("tour", number) for m in head.running)
            act = str(on if runs else 1 - on)
            blocks += [
                Block(
                    group,
                    [
                        Entry("TourNum", str(number)),
                        Entry("TourAct", act),
                        Entry("PresetNumber", str(stop)),
                    ],
                )
                for stop in head.tours[number].stops
            ]
        return blocks

    def _tour(self, call: Call) -> list[Block]:
        """Add a stop, begin or end a tour."""
        sent, head = call.sent, self.heads[call.channel]
        number = int(sent["TourNum"])
        if not sent.keys() & {"TourAct", "PresetNumber"}:
            raise RefusedError(BAD_VALUE, "missing", "TourAct, PresetNumber")
        if "PresetNumber" in sent:
            head.add_stop(number, int(sent["PresetNumber"]))
        if "TourAct" in sent:
            if int(sent["TourAct"]) == self.options.tour_start:
                head.run_tour(number)
            else:
                head.stop_tour(number)
        return self.told(call)


def _direction(text: str) -> int:
    """Return the number of a direction."""
    return DIRECTIONS.index(text) + 1 if text in DIRECTIONS else int(text)
