"""What every action does on every family, as the vocabulary of actions promises.

The columns are strobe, bview, cbt, vserver and reolink. A word is `done`, the key of
the one error, or `wrong` for what no device is asked about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.contract.houses import FAMILIES

DONE: Final = "done"
WRONG: Final = "wrong"


@dataclass(frozen=True)
class Row:
    """One call and what comes of it on each family."""

    group: str
    action: str
    domain: str | None
    """Whose entities it is aimed at; None for devices."""
    variant: str
    data: dict[str, Any]
    expected: dict[str, str]
    answer: tuple[str, ...] = ()
    """The fields that it answers, whatever the family."""
    proof: str = "changed"
    """The world is another one then; or it was `told` all the same, or only `read`."""
    pause: float = 0
    """Seconds that have to pass before."""

    @property
    def name(self) -> str:
        """Return what the row is called in the printed table."""
        return f"{self.action} {self.variant}"


@dataclass(frozen=True)
class _Maker:
    """Rows of one action."""

    group: str
    action: str
    domain: str | None
    answer: tuple[str, ...] = ()
    proof: str = "changed"

    def row(self, variant: str, expected: str, /, **data: Any) -> Row:
        """Return a row; one word stands for all families."""
        words = expected.split()
        words = words * len(FAMILIES) if len(words) == 1 else words
        return Row(
            self.group,
            self.action,
            self.domain,
            variant,
            data,
            dict(zip(FAMILIES, words, strict=True)),
            self.answer,
            self.proof,
        )


# Strobes are no cameras: whatever a camera does is refused with what they have.
_CAM: Final = "no_camera"
_ABLE: Final = "ptz_ability_unsupported"


def _moves() -> Iterator[Row]:
    """Yield ptz_move: bview has only a lens, and one motor at a time elsewhere."""
    make = _Maker("ptz", "ptz_move", "camera").row
    axis = "ptz_axis_unsupported"
    turn = f"{_CAM} {axis} done done done"
    lens = f"{_CAM} done done done done"
    short = {"duration": 0.05}
    yield make("pan", turn, pan=50, **short)
    yield make("tilt", turn, tilt=-50, **short)
    yield make("pan+tilt", turn, pan=-100, tilt=100, **short)
    yield make("zoom", lens, zoom=100, **short)
    yield make("focus", lens, focus=-100, **short)
    yield make("iris", turn, iris=30, **short)
    yield make("slowest", lens, zoom=1, **short)
    yield make("longest", lens, zoom=-10, duration=10)
    one = "ptz_one_at_a_time"
    yield make("zoom+focus", f"{_CAM} done {one} {one} {one}", zoom=1, focus=1, **short)
    yield make("pan+zoom", f"{_CAM} {axis} {one} {one} {one}", pan=1, zoom=1)
    none = "ptz_no_movement"
    yield make("nothing", f"{_CAM} {none} {none} {none} {none}")
    yield make("all 0", f"{_CAM} {none} {none} {none} {none}", pan=0, iris=0)
    for variant, data in (
        ("too fast", {"pan": 101}),
        ("too short", {"pan": 1, "duration": 0.04}),
        ("too long", {"pan": 1, "duration": 10.1}),
        ("no number", {"pan": "left"}),
    ):
        yield make(variant, WRONG, **data)
    stop = _Maker("ptz", "ptz_stop", "camera", proof="told").row
    yield stop("", lens)


def _places() -> Iterator[Row]:
    """Yield presets, home and positions: presets on all that turn."""
    turn = f"{_CAM} {_ABLE} done done done"
    store = _Maker("ptz", "ptz_store", "camera").row
    yield store("name", turn, preset=3, name="Gate")
    yield store("no name", turn, preset=3)
    outside = f"{_CAM} {_ABLE} preset_outside preset_outside preset_outside"
    yield store("outside", outside, preset=999)
    yield store("no number", WRONG, name="Gate")
    go = _Maker("ptz", "ptz_goto", "camera").row
    yield go("preset", turn, preset=3)
    yield go("preset by name", turn, preset=" gate ")
    unknown = f"{_CAM} {_ABLE} preset_unknown preset_unknown preset_unknown"
    yield go("unknown name", unknown, preset="Nowhere")
    yield go("outside", outside, preset=999)
    # Two have one speed for this, which nobody can choose.
    fixed = "ptz_speed_fixed"
    yield go(
        "preset, speed", f"{_CAM} {_ABLE} {fixed} {fixed} done", preset=3, speed=50
    )
    yield go("home", f"{_CAM} {_ABLE} {_ABLE} {_ABLE} done", home=True)
    whole = f"{_CAM} {_ABLE} {_ABLE} done ptz_position_unsupported"
    yield go("position", whole, position={"pan": 30, "tilt": 10, "zoom": 50})
    zoom = f"{_CAM} {_ABLE} {_ABLE} done done"
    yield go("zoom position", zoom, position={"zoom": 100})
    yield go(
        "position, speed",
        f"{_CAM} {_ABLE} {_ABLE} {fixed} {fixed}",
        position={"zoom": 10},
        speed=50,
    )
    one = "ptz_one_target"
    every = f"{_CAM} {one} {one} {one} {one}"
    yield go("no goal", every)
    yield go("two goals", every, preset=1, home=True)
    yield go("empty position", WRONG, position={})
    yield go("too fast", WRONG, preset=1, speed=101)
    reads = _Maker(
        "ptz", "ptz_list", "camera", ("patrols", "position", "presets"), proof="read"
    ).row
    yield reads("", turn)
    clear = _Maker("ptz", "ptz_clear", "camera").row
    # Neither cbt nor vserver has an order for it: what is stored there stays.
    only = f"{_CAM} {_ABLE} {_ABLE} {_ABLE}"
    yield clear("", f"{only} done", preset=3)
    yield clear("outside", f"{only} preset_outside", preset=999)
    yield clear("no number", WRONG)


def _rounds() -> Iterator[Row]:
    """Yield ptz_patrol: reolink and vserver."""
    make = _Maker("ptz", "ptz_patrol", "camera").row
    both = f"{_CAM} {_ABLE} {_ABLE} done done"
    yield make("default", both)
    yield make("stop", both, run=False)
    other = f"{_CAM} {_ABLE} {_ABLE} done patrol_kind_unsupported"
    for kind in ("pattern", "auto_pan", "auto_scan"):
        yield make(kind, other, kind=kind)
    yield make("stop again", both, run=False)
    outside = f"{_CAM} {_ABLE} {_ABLE} patrol_outside patrol_outside"
    yield make("outside", outside, patrol=99)
    yield make("wrong kind", WRONG, kind="walk")


_SIREN: Final = "no_siren"


def _alarms() -> Iterator[Row]:
    """Yield alarms: all of it on strobes, the sound on reolink cameras."""
    make = _Maker("alarm", "alarm_trigger", "siren").row
    no = f"{_SIREN} {_SIREN} {_SIREN}"
    both = f"done {no} done"
    yield make("siren", both)
    yield make("duration", both, duration=3)
    yield make("times", both, times=2)
    yield make("repeat once", both, repeat="once")
    yield make("endless", both, repeat="endless")
    yield make("no sound", both, sound="none")
    part = f"done {no} alarm_part_unsupported"
    yield make("sound", part, sound="<clip>")
    yield make("volume", part, volume=35)
    yield make("interval", part, times=2, interval=3)
    yield make("relay", part, relay=True)
    yield make(
        "front",
        part,
        front={
            "color": "red",
            "second_color": "blue",
            "pattern": "strobe",
            "brightness": 80,
            "period": 100,
        },
    )
    yield make("back", part, back={"color": "blue", "pattern": "chase"})
    yield make("notify", part, notify=["mail"], duration=2)
    for variant, data in (
        ("too long", {"duration": 3601}),
        ("too loud", {"volume": 101}),
        ("unknown color", {"front": {"color": "pink"}}),
        ("unknown field", {"siren": True}),
    ):
        yield make(variant, WRONG, **data)
    stop = _Maker("alarm", "alarm_stop", "siren", proof="told").row
    yield stop("", both)
    yield stop("again", both)


def _audio() -> Iterator[Row]:
    """Yield sounds on a loudspeaker: only a strobe keeps files.

    A bview camera plays what is sent to it; the others have no loudspeaker.
    """
    no = "audio_files_unsupported no_speaker no_speaker no_speaker"
    strobe = f"done {no}"
    play = _Maker("alarm", "audio_play", "media_player").row
    yield play("once", strobe, file="<clip>")
    yield play("volume", strobe, file="<clip>", volume=25)
    yield play("times", strobe, file="<clip>", times=3, interval=2)
    yield play("endless", strobe, file="<clip>", repeat="endless")
    yield play("no such file", f"file_not_found {no}", file="Gone.wav")
    yield play("no file", WRONG)
    yield play("too loud", WRONG, file="<clip>", volume=101)
    reads = _Maker("alarm", "audio_list", "media_player", ("files",), proof="read")
    yield reads.row("", strobe)
    bring = _Maker("alarm", "audio_upload", "media_player", ("bytes", "name")).row
    yield bring("path", strobe, path="sound.wav", name="Contract.wav")
    yield bring("no such path", f"media_not_found {no}", path="gone.wav")
    yield bring("path not allowed", f"path_not_allowed {no}", path="/etc/passwd")
    yield bring("nothing", WRONG)
    fetch = _Maker(
        "alarm", "audio_download", "media_player", ("bytes", "path"), proof="read"
    ).row
    yield fetch("", strobe, file="Contract.wav", path="copy.wav")
    yield fetch("no such file", f"file_not_found {no}", file="x.wav", path="x.wav")
    yield fetch("no path", WRONG, file="Contract.wav")
    delete = _Maker("alarm", "audio_delete", "media_player").row
    yield delete("", strobe, file="Contract.wav")
    yield delete("no such file", f"file_not_found {no}", file="Gone.wav")
    yield delete("no file", WRONG)


def _pictures() -> Iterator[Row]:
    """Yield the lens, texts over the picture and areas."""
    lens = _Maker("camera", "lens_calibrate", "camera").row
    cannot = "calibration_unsupported"
    # A reolink camera looks for focus by itself; only all its motors can be started.
    yield lens("default", f"{_CAM} done done {cannot} {cannot}")
    full = lens("full", f"{_CAM} done {cannot} {cannot} done", mode="full")
    # The lens of a bview camera is left alone until it has found itself.
    yield replace(full, pause=360)
    yield lens("wrong", WRONG, mode="half")
    text = _Maker("camera", "overlay_set", "camera").row
    every = f"{_CAM} done done done done"
    yield text("text", every, text="Gate")
    yield text("place", every, x=60, y=60)
    yield text("hidden", every, enabled=False)
    yield text("all", every, slot=1, text="Yard", x=50, y=50, enabled=True)
    none = "overlay_no_change"
    yield text("nothing", f"{_CAM} {none} {none} {none} {none}", slot=1)
    slot = "overlay_no_slot"
    yield text("no slot", f"{_CAM} {slot} {slot} {slot} {slot}", slot=64, text="x")
    long = "text_too_long"
    yield text("too long", f"{_CAM} {long} {long} {long} {long}", text="x" * 200)
    yield text("outside", WRONG, x=101)


_AREAS: Final = {
    "motion": "done done done done",
    "privacy": "done done no_such_areas done",
    "region": "no_such_areas done no_such_areas no_such_areas",
    "fire": "no_such_areas done no_such_areas no_such_areas",
    "person": "no_such_areas no_such_areas no_such_areas done",
    "vehicle": "no_such_areas no_such_areas no_such_areas done",
    "animal": "no_such_areas no_such_areas no_such_areas done",
    "face": "no_such_areas no_such_areas no_such_areas done",
}
"""Which areas a family has, from its card."""


def _areas() -> Iterator[Row]:
    """Yield areas in percent of the picture; a grid has to meet them."""
    reads = _Maker("camera", "areas_get", "camera", ("boxes", "kind"), proof="read")
    write = _Maker("camera", "areas_set", "camera")
    box = {"x": 25, "y": 50, "width": 50, "height": 25}
    for kind, expected in _AREAS.items():
        yield write.row(kind, f"{_CAM} {expected}", kind=kind, boxes=[box])
        yield reads.row(kind, f"{_CAM} {expected}", kind=kind)
    out = {"x": 60, "y": 0, "width": 50, "height": 10}
    far = "area_outside"
    yield write.row(
        "outside", f"{_CAM} {far} {far} {far} {far}", kind="motion", boxes=[out]
    )
    yield write.row("none", f"{_CAM} done done done done", kind="motion", boxes=[])
    yield write.row("no boxes", WRONG, kind="motion")
    yield write.row("wrong kind", WRONG, kind="dog", boxes=[])
    yield reads.row("wrong kind", WRONG, kind="dog")


def _recordings() -> Iterator[Row]:
    """Yield recordings: searched on reolink; by name from bview."""
    event = _Maker("camera", "record_event", "camera").row
    by = "record_event_by_stream"
    yield event("", f"{_CAM} done {by} {by} {by}")
    search = _Maker(
        "camera", "recordings_search", "camera", ("recordings",), proof="read"
    ).row
    # The answer of a vserver's search is written nowhere: there is none.
    none, name = "no_recordings", "recordings_by_name"
    found = f"{_CAM} {name} {none} {none} done"
    yield search("last day", found)
    yield search("sub", found, stream="sub")
    span = {"start": "2026-01-05T00:00:00+00:00", "end": "2026-01-05T12:00:00+00:00"}
    yield search("span", found, **span)
    yield search(
        "backwards",
        f"{_CAM} {name} {none} {none} start_after_end",
        start=span["end"],
        end=span["start"],
    )
    yield search("wrong stream", WRONG, stream="best")
    fetch = _Maker(
        "camera", "recording_download", "camera", ("bytes", "path"), proof="read"
    ).row
    had = f"{_CAM} done {none} {none} done"
    yield fetch("", had, id="<film>", path="film.mp4")
    lost = "recording_not_found"
    yield fetch(
        "no such film", f"{_CAM} {lost} {none} {none} {lost}", id="x", path="x.mp4"
    )
    bad = "path_not_allowed"
    yield fetch(
        "path not allowed",
        f"{_CAM} {bad} {none} {none} {bad}",
        id="<film>",
        path="/etc/x.mp4",
    )
    yield fetch("no path", WRONG, id="<film>")


_HOURS: Final = {"monday": ["08:00-18:00"], "sunday": ["08:00-18:00"]}
_SHORTER: Final = {"monday": ["09:00-17:00"], "sunday": ["09:00-17:00"]}
_SCHEDULES: Final = {
    "idle": "done no no no no",
    "alarm": "done no no done no",
    "recording": "no no done no done",
    "motion": "no done no done no",
    "snapshot": "no no done no no",
    "mail": "no done no no done",
    "push": "no no no no done",
    "ftp": "no no no no done",
    "siren": "no no no no done",
}
"""Which schedules a family keeps, from its card."""


def _schedules() -> Iterator[Row]:
    """Yield schedules: a map of weekdays to hours, in the zone of the home."""
    reads = _Maker("device", "schedule_get", None, ("schedules",), proof="read")
    write = _Maker("device", "schedule_set", None)
    for kind, words in _SCHEDULES.items():
        expected = words.replace("no", "no_such_schedule")
        yield write.row(f"{kind} week", expected, kind=kind, week=_HOURS)
        on = {"enabled": True, "week": _SHORTER}
        yield write.row(f"{kind} on, week", expected, kind=kind, **on)
        yield write.row(f"{kind} off", expected, kind=kind, enabled=False)
        yield reads.row(kind, expected, kind=kind)
        yield reads.row(
            f"{kind} 64",
            expected.replace("done", "schedule_invalid"),
            kind=kind,
            number=64,
        )
    yield write.row("nothing", WRONG, kind="motion")
    yield write.row("wrong kind", WRONG, kind="door", enabled=True)
    yield write.row("wrong hours", WRONG, kind="motion", week={"monday": ["18-8"]})
    yield write.row("wrong day", WRONG, kind="motion", week={"someday": []})
    yield reads.row("wrong number", WRONG, kind="motion", number=65)


def _lines() -> Iterator[Row]:
    """Yield the serial line: vserver, and cbt without an answer."""
    send = _Maker("device", "serial_send", None).row
    no = "serial_unsupported"
    some = f"{no} {no} done done {no}"
    yield send("data", some, data="on")
    yield send("hex", some, hex="41 42")
    one = "serial_one_form"
    yield send("both", f"{no} {no} {one} {one} {no}", data="a", hex="41")
    yield send("nothing", f"{no} {no} {one} {one} {no}")
    yield send("no hex", WRONG, hex="4")
    read = _Maker("device", "serial_send", None, ("hex", "text")).row
    yield read("read", f"{no} {no} serial_no_answer done {no}", data="?", read=True)


def _logs() -> Iterator[Row]:
    """Yield logs: alarms of strobes and bview cameras; all the rest of bview."""
    alarm = _Maker("device", "alarm_log", None, ("alarms",), proof="read").row
    none = "no_alarm_log no_alarm_log no_alarm_log"
    span = {"start": "2026-01-05 00:00:00", "end": "2026-01-05 12:00:00"}
    back = {"start": span["end"], "end": span["start"]}
    late = "start_after_end"
    yield alarm("last day", f"done done {none}")
    yield alarm("span", f"done done {none}", **span)
    yield alarm("backwards", f"{late} {late} {none}", **back)
    yield alarm("wrong time", WRONG, start="yesterday")
    log = _Maker("device", "device_log", None, ("entries",), proof="read").row
    others = "no_device_log no_device_log no_device_log"
    yield log("last day", f"alarm_log_only done {others}")
    yield log("kind", f"alarm_log_only done {others}", kind="recording", **span)
    yield log("backwards", f"alarm_log_only {late} {others}", **back)
    yield log("wrong kind", WRONG, kind="gossip")


def _devices() -> Iterator[Row]:
    """Yield explain, which all answer, and the storage, which all cameras have."""
    explain = _Maker("device", "explain", None, ("features", "vendor"), proof="read")
    yield explain.row("", DONE)
    erase = _Maker("device", "storage_format", None).row
    no, unsure, lost = "storage_format_unsupported", "not_confirmed", "no_such_storage"
    yield erase("unsure", f"{no} {unsure} {unsure} {unsure} {unsure}", storage=1)
    yield erase(
        "no such one",
        f"{no} {lost} {lost} {lost} {lost}",
        storage=99,
        confirm=True,
    )
    yield erase("no number", WRONG, confirm=True)
    yield erase("", f"{no} done done done done", storage=1, confirm=True)


ROWS: Final = tuple(
    row
    for rows in (
        _moves,
        _places,
        _rounds,
        _alarms,
        _audio,
        _recordings,
        _areas,
        _pictures,
        _schedules,
        _lines,
        _logs,
        _devices,
    )
    for row in rows()
)
GROUPS: Final = tuple(dict.fromkeys(row.group for row in ROWS))
