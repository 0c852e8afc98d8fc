"""Every setting: what is written arrives, alone, and is read back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Level,
    Text,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from tests.devices.vserver.rig import Bench, bench, dome
from tests.emulators.base import FaultKind


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return one camera that can do everything."""
    async with bench(session) as made:
        yield made


@dataclass(frozen=True)
class Case:
    """A feature, what is chosen, and what the unit is set to then."""

    key: Key
    value: bool | float | str
    label: str
    sent: str
    raw: str
    slot: str | None = None
    row: int = 0
    read: bool | float | str | None = None
    """What is read back, where it is not what was chosen."""


IMAGE, BASIC, EXPOSURE = "image/ImageInfo", "camera/BasicInfo", "camera/ExposureInfo"
OSD, MAIN, SUB = "image/OSDInfo", "major_stream/StreamInfo", "minor_stream/StreamInfo"
AUDIO, RECORD = "audio/AudioInfo", "record/RecordControl"
MOTION, LINKS = "alarm/MDInfo", "alarm/MDAccessInfo"
INPUTS, INPUT_LINKS = "alarm/IOTrigInfo", "alarm/IOAccessInfo"

CASES = [
    Case(Key.IMAGE_BRIGHTNESS, 200, IMAGE, "Brightness", "200"),
    Case(Key.IMAGE_CONTRAST, 0, IMAGE, "Contrast", "0"),
    Case(Key.IMAGE_SATURATION, 255, IMAGE, "Saturation", "255"),
    Case(Key.IMAGE_SHARPNESS, 7, IMAGE, "Sharpness", "7"),
    Case(Key.IMAGE_HUE, 99, IMAGE, "Hue", "99"),
    Case(Key.NOISE_REDUCTION, 1, IMAGE, "Denoise", "1"),
    Case(Key.WDR, True, BASIC, "WDRSwitch", "1"),
    Case(Key.WDR_LEVEL, 12, BASIC, "WDRLevel", "12"),
    Case(Key.DEFOG, True, BASIC, "AFGSwitch", "1"),
    Case(Key.IMAGE_STABILIZATION, True, BASIC, "DISSwitch", "1"),
    Case(Key.MIRROR, True, BASIC, "MirrorHor", "1"),
    Case(Key.FLIP, True, BASIC, "MirrorVer", "1"),
    Case(Key.WHITE_BALANCE, "manual", BASIC, "WBMode", "1"),
    Case(Key.EXPOSURE_MODE, "manual", EXPOSURE, "ExposureMode", "2"),
    Case(Key.SHUTTER, "1_250", EXPOSURE, "ShutterManual", "250"),
    Case(Key.LONGEST_EXPOSURE, "1_50", EXPOSURE, "ShutterMax", "50"),
    Case(Key.GAIN, "18_db", EXPOSURE, "AGCManual", "8"),
    Case(Key.PICTURE_STYLE, "cold", EXPOSURE, "ColorMode", "2"),
    Case(Key.BACKLIGHT_COMPENSATION, True, EXPOSURE, "BLCSwitch", "1"),
    Case(Key.BACKLIGHT_LEVEL, 240, EXPOSURE, "BLCLLevel", "240"),
    Case(Key.DAY_NIGHT_MODE, "night", EXPOSURE, "ICRSwitch", "1"),
    Case(Key.DAY_NIGHT_MODE, "sensor", EXPOSURE, "ICRSwitch", "0"),
    Case(Key.DAY_NIGHT_DELAY, 9, EXPOSURE, "ICRTimer", "10", read=10),
    Case(Key.NIGHT_THRESHOLD, 3, EXPOSURE, "ICRC2BThr", "3"),
    Case(Key.DAY_THRESHOLD, 4, EXPOSURE, "ICRB2CThr", "4"),
    Case(Key.INFRARED_LIGHT, "off", EXPOSURE, "ICREnable", "0"),
    *(
        Case(
            Key.OVERLAY_TEXT, f"Dör {n} & 1", OSD, f"TextOSDTitle{s}", f"Dör {n} & 1", n
        )
        for n, s in zip("12345", ("", *"1234"), strict=True)
    ),
    Case(Key.OVERLAY_TEXT_SHOWN, True, OSD, "TextOSDStatus", "1", "1"),
    Case(Key.OVERLAY_TEXT_SHOWN, True, OSD, "TextOSDStatus4", "1", "5"),
    Case(Key.OVERLAY_DATE, True, OSD, "DateOSDStatus", "1"),
    Case(Key.OVERLAY_TIME, True, OSD, "TimeOSDStatus", "1"),
    Case(Key.MAIN_RESOLUTION, "1280x720", MAIN, "Resolution", "1280x720"),
    Case(Key.MAIN_CODEC, "h265", MAIN, "Payload", "1"),
    Case(Key.MAIN_BITRATE_MODE, "constant", MAIN, "BitType", "1"),
    Case(Key.MAIN_FRAME_RATE, 11, MAIN, "FrameRate", "10", read=10),
    Case(Key.MAIN_BITRATE, 4321, MAIN, "BitRate", "4321"),
    Case(Key.MAIN_KEYFRAME_INTERVAL, 90, MAIN, "IPRate", "100", read=100),
    Case(Key.SUB_RESOLUTION, "720x576", SUB, "Resolution", "720x576"),
    Case(Key.SUB_CODEC, "h265", SUB, "Payload", "1"),
    Case(Key.SUB_BITRATE_MODE, "constant", SUB, "BitType", "1"),
    Case(Key.SUB_FRAME_RATE, 3, SUB, "FrameRate", "3"),
    Case(Key.SUB_BITRATE, 256, SUB, "BitRate", "256"),
    Case(Key.SUB_KEYFRAME_INTERVAL, 120, SUB, "IPRate", "120"),
    Case(Key.MICROPHONE, True, AUDIO, "AudioEnable", "1"),
    Case(Key.MICROPHONE_VOLUME, 50, AUDIO, "AudioVolume", "4", read=44),
    Case(Key.MICROPHONE_VOLUME, 100, AUDIO, "AudioVolume", "9"),
    Case(Key.AUDIO_CODEC, "aac", AUDIO, "AudioCodec", "AAC"),
    Case(Key.MANUAL_RECORDING, False, RECORD, "Mode", "0"),
    Case(Key.AUTOMATIC_RECORDING, True, RECORD, "Event", "1"),
    Case(Key.RECORDING_STREAM, "main", RECORD, "StreamType", "0"),
    Case(Key.RECORDING_OVERWRITE, False, RECORD, "Loop", "0"),
    Case(Key.RECORDING_FILE_LENGTH, 60, RECORD, "Lenght", "60"),
    Case(Key.MOTION_DETECTION, True, MOTION, "MDEnable", "1"),
    Case(Key.MOTION_SENSITIVITY, 100, MOTION, "MDSensitivity", "100"),
    Case(Key.MOTION_RECORDING, True, LINKS, "MS", "1", row=1),
    Case(Key.MOTION_EMAIL, True, LINKS, "MM", "1", row=1),
    Case(Key.MOTION_FTP, True, LINKS, "MF", "1", row=1),
    Case(Key.MOTION_ALARM_OUTPUT, True, LINKS, "MO1", "1", "1", row=1),
    Case(Key.MOTION_ALARM_OUTPUT, True, LINKS, "MO2", "1", "2", row=1),
    Case(Key.ALARM_INPUT_TYPE, "normally_open", INPUTS, "IOTrig", "0", "1", row=1),
    Case(Key.ALARM_INPUT_TYPE, "normally_open", INPUTS, "IOTrig", "0", "2", row=2),
    Case(Key.ALARM_INPUT_RECORDING, True, INPUT_LINKS, "IS2", "1", "2", row=2),
    Case(Key.ALARM_INPUT_EMAIL, True, INPUT_LINKS, "IM", "1", "2", row=2),
    Case(Key.ALARM_INPUT_FTP, True, INPUT_LINKS, "IF1", "1", "1", row=1),
    Case(Key.ALARM_INPUT_ALARM_OUTPUT, True, INPUT_LINKS, "IO2", "1", "1_2", row=1),
    Case(Key.NETWORK_TIME, True, "sys/TimeInfo", "TimeMethod", "1"),
]


async def choose(one: Bench, case: Case) -> None:
    """Write a value as Home Assistant does."""
    feature = one.features()[case.key, case.slot]
    match feature, case.value:
        case Toggle(), bool():
            await feature.write(case.value)
        case Level(), int() | float():
            await feature.write(float(case.value))
        case Choice() | Text(), str():
            await feature.write(case.value)
        case _:
            raise AssertionError(feature)


def shown(one: Bench, case: Case) -> bool | float | str | None:
    """Return what a feature shows."""
    feature = one.features()[case.key, case.slot]
    assert isinstance(feature, Toggle | Level | Choice | Text)
    return feature.read()


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.key}-{case.slot}-{case.value}"
)
async def test_round_trip(one: Bench, case: Case) -> None:
    """The value arrives alone, is shown at once, and is read back later."""
    expected = case.value if case.read is None else case.read
    before = one.unit.settings.get(case.label, case.sent, 1, case.row)
    assert before != case.raw
    await choose(one, case)
    assert shown(one, case) == expected
    (write,) = one.unit.writes_of(case.label)
    assert set(write.changes) == {case.sent}
    assert write.row == case.row
    assert one.unit.settings.get(case.label, case.sent, 1, case.row) == case.raw
    one.unit.clock.advance(3)
    for cadence in Cadence:
        await one.device.refresh(cadence, None)
    assert shown(one, case) == expected
    assert one.device.failed == {}


ANSWERS: dict[str, dict[str, Any]] = {
    "echo": {},
    "all": {"set_answer": "all"},
    "result_only": {"set_answer": "result"},
    "no_content": {"set_answer": "204"},
    "unclosed": {"unclosed_sets": True},
    "untyped": {"typed": False, "channel_field": "always"},
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_answer(session: ClientSession, name: str) -> None:
    """Whatever a unit says to a write, what was set is shown."""
    async with bench(session, dome(**ANSWERS[name])) as one:
        level = one.get(Level, Key.IMAGE_BRIGHTNESS)
        await level.write(3)
        assert level.read() == 3
        assert one.get(Level, Key.IMAGE_CONTRAST).read() == 128
        link = one.get(Toggle, Key.ALARM_INPUT_EMAIL, "2")
        await link.write(True)
        assert link.read() is True
        assert one.get(Toggle, Key.ALARM_INPUT_EMAIL, "1").read() is False


async def test_together(one: Bench) -> None:
    """What stands in one bracket is sent together, as it is in the unit now."""
    one.unit.settings.set("image/OSDInfo", "TextOSDTitle", "Changed elsewhere")
    await one.get(Toggle, Key.OVERLAY_TEXT_SHOWN, "1").write(True)
    (write,) = one.unit.writes
    assert write.sent == {
        "TextOSDStatus": "1",
        "TextOSDTitle": "Changed elsewhere",
        "TextOSDX": "1",
        "TextOSDY": "1",
    }


async def test_scene(one: Bench) -> None:
    """Changes that come together become one request."""
    await asyncio.gather(
        one.get(Level, Key.IMAGE_BRIGHTNESS).write(1),
        one.get(Level, Key.IMAGE_CONTRAST).write(2),
        one.get(Choice, Key.DAY_NIGHT_MODE).write("day"),
        one.get(Level, Key.DAY_NIGHT_DELAY).write(3),
    )
    image, exposure = one.unit.writes
    assert image.sent == {"Brightness": "1", "Contrast": "2"}
    assert exposure.sent == {"ICRSwitch": "2", "ICRTimer": "3"}


async def test_modes(one: Bench) -> None:
    """What has no meaning in the chosen mode is not usable."""
    usable = {
        key: one.features()[key, None].usable
        for key in (Key.SHUTTER, Key.GAIN, Key.LONGEST_EXPOSURE, Key.DAY_THRESHOLD)
    }
    assert {key: bool(call and call()) for key, call in usable.items()} == {
        Key.SHUTTER: False,
        Key.GAIN: False,
        Key.LONGEST_EXPOSURE: True,
        Key.DAY_THRESHOLD: True,
    }
    await one.get(Choice, Key.EXPOSURE_MODE).write("manual")
    await one.get(Choice, Key.DAY_NIGHT_MODE).write("day")
    assert {key: bool(call and call()) for key, call in usable.items()} == {
        Key.SHUTTER: True,
        Key.GAIN: True,
        Key.LONGEST_EXPOSURE: False,
        Key.DAY_THRESHOLD: False,
    }


REFUSALS = {
    402: (DeviceRequestError, Reason.INVALID_VALUE),
    403: (DeviceRequestError, Reason.INVALID_VALUE),
    502: (DeviceRequestError, Reason.NOT_NOW),
    503: (DeviceConnectionError, Reason.FAILED),
}


@pytest.mark.parametrize("code", REFUSALS)
async def test_refused(one: Bench, code: int) -> None:
    """A refusal reaches the caller, and what is shown stays."""
    kind, reason = REFUSALS[code]
    level = one.get(Level, Key.IMAGE_BRIGHTNESS)
    one.unit.plans.refuse("image_set/ImageInfo", code, count=None)
    with pytest.raises(kind) as caught:
        await level.write(1)
    assert caught.value.reason is reason
    assert level.read() == 128
    assert len(one.unit.requests_of("image_set/*")) == 1


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_uncertain(one: Bench, kind: FaultKind) -> None:
    """A write without an answer is sent once and not taken for done."""
    one.unit.faults.add(kind, "/cgi/image_set")
    with pytest.raises(DeviceConnectionError) as caught:
        await one.get(Level, Key.IMAGE_BRIGHTNESS).write(1)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert len(one.unit.requests_of("image_set/*")) == 1


@pytest.mark.parametrize(
    "text", ["x" * 32, "ü" * 16, "a\nb", "\ud83d"], ids=["long", "wide", "line", "half"]
)
async def test_bad_texts(one: Bench, text: str) -> None:
    """What cannot be shown is not sent."""
    with pytest.raises(DeviceRequestError):
        await one.get(Text, Key.OVERLAY_TEXT, "1").write(text)
    assert one.unit.requests_of("image_set/*") == []
