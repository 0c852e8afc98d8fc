"""What a mode of a B-VIEW camera makes meaningless, and words that nobody knows."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from tests.bview_controls import BASIC, COLOR, IR_CUT, MOTION
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera with everything; override it in a test."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled."""
    async with bview_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.camera.forget()
        yield found


async def test_automatic_brightness(home: BviewHome) -> None:
    """It cannot be set, and is there again at once when it can."""
    home.camera.settings.set(COLOR, "Mode", "auto")
    await home.wait(301)
    assert home.value("select", "brightness_mode") == "auto"
    assert home.value("number", "image_brightness") == "unavailable"
    assert home.value("number", "image_contrast") == "50"

    await home.act("select", "brightness_mode", "select_option", option="manual")

    assert home.value("number", "image_brightness") == "50"
    await home.act("number", "image_brightness", "set_value", value=70)
    assert home.kept(COLOR, "Brightness") == "70"


LIGHT = ("day_night_threshold", "day_night_delay")
HOURS = ("day_start", "night_start")
FORMS = {
    "always_told": BviewOptions.full(password=PASSWORD),
    "told_while_valid": BviewOptions.full(
        password=PASSWORD, dependent_fields="when_valid"
    ),
}


@pytest.mark.parametrize("options", FORMS.values(), ids=FORMS.keys())
async def test_day_and_night(home: BviewHome) -> None:
    """Thresholds go with light, hours with the clock, and nothing with the rest."""
    for option, word, light, hours in (
        ("schedule", "time", False, True),
        ("day", "day", False, False),
        ("sensor", "passivity", True, False),
        ("night", "night", False, False),
        ("auto", "initiative", True, False),
    ):
        await home.act("select", "day_night_mode", "select_option", option=option)
        assert home.kept(IR_CUT, "Mode") == word
        for _ in range(2):
            assert home.value("select", "day_night_mode") == option
            for key in LIGHT:
                assert (home.value("number", key) != "unavailable") is light, option
            for key in HOURS:
                assert (home.value("time", key) != "unavailable") is hours, option
            await home.poll(6)
        if light:
            assert home.value("number", "day_night_threshold") == "50"
        if hours:
            assert home.value("time", "day_start") == "07:00:00"


@pytest.mark.parametrize("options", FORMS.values(), ids=FORMS.keys())
async def test_hours_are_set_in_their_mode(home: BviewHome) -> None:
    """A camera that hides what means nothing takes it as soon as it does."""
    await home.act("select", "day_night_mode", "select_option", option="schedule")
    await home.poll(6)
    await home.act("time", "night_start", "set_value", time="20:15:00")
    assert home.kept(IR_CUT, "DayEndTime") == "20:15:00"
    assert home.value("time", "night_start") == "20:15:00"


async def test_a_mode_of_another_label(home: BviewHome) -> None:
    """A word that the document does not know is shown, and can be returned to."""
    home.camera.settings.set(IR_CUT, "Mode", "variableWhiteLight")
    await home.wait(301)
    state = home.state("select", "day_night_mode")
    assert state.state == "variablewhitelight"
    assert state.attributes["options"] == [
        "auto",
        "sensor",
        "schedule",
        "day",
        "night",
        "variablewhitelight",
    ]
    assert home.value("number", "day_night_threshold") == "unavailable"

    await home.act("select", "day_night_mode", "select_option", option="day")
    assert home.kept(IR_CUT, "Mode") == "day"
    assert home.written == [f"PUT {IR_CUT}"]


async def test_a_word_of_another_label_is_kept(home: BviewHome) -> None:
    """What nobody understands is sent back as it came."""
    home.camera.settings.set(BASIC, "NoiseReduce", "3D")
    await home.wait(301)
    assert home.value("number", "noise_reduction") == "unknown"

    # The emulated camera would not take its own word.
    with pytest.raises(ServiceValidationError):
        await home.act("switch", "mirror", "turn_on")

    (request,) = home.camera.requests_of(BASIC, "PUT")
    assert b"<NoiseReduce>3D</NoiseReduce>" in request.body


async def test_a_flip_that_nobody_knows(home: BviewHome) -> None:
    """It is not called on or off, and can be set to something known."""
    home.camera.settings.set(BASIC, "FlipMode", "rotate90")
    await home.wait(301)
    assert home.value("switch", "mirror") == "unknown"
    assert home.value("switch", "flip") == "unknown"

    await home.act("switch", "flip", "turn_on")

    assert home.kept(BASIC, "FlipMode") == "updown"
    assert home.value("switch", "mirror") == "off"


@pytest.mark.parametrize("word", ["", "extreme"])
async def test_a_sensitivity_that_nobody_knows(home: BviewHome, word: str) -> None:
    """An empty word is a value as well, and no number."""
    home.camera.settings.set(MOTION, "Sensitive", word)
    await home.wait(301)
    assert home.value("number", "motion_sensitivity") == "unknown"
    assert home.value("switch", "motion_detection") == "on"


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(
            password=PASSWORD,
            not_supported=frozenset({"Scene", "BLC", "FlipMode", "Color"}),
        )
    ],
    ids=["less"],
)
async def test_what_is_not_supported(home: BviewHome) -> None:
    """It is not made, whatever else its block holds."""
    absent = {one.key: one for one in home.entry.runtime_data.device.absent}
    for platform, key, detail in (
        ("select", "picture_style", "/Images/1 Support"),
        ("switch", "backlight_compensation", "/Images/1 BLC"),
        ("switch", "mirror", "/Images/1 FlipMode"),
        ("switch", "flip", "/Images/1 FlipMode"),
        ("select", "brightness_mode", "/Images/1 Mode"),
    ):
        assert home.find(platform, key) is None
        assert (absent[key].reason, absent[key].detail) == ("unsupported", detail)
    assert home.value("number", "wdr_level") == "0"
    assert home.value("number", "image_brightness") == "50"

    await home.act("number", "wdr_level", "set_value", value=1)
    await home.act("number", "image_brightness", "set_value", value=51)

    assert home.kept(BASIC, "BLC") == home.kept(BASIC, "FlipMode") == "notsupport"
    assert home.kept(COLOR, "Mode") == "notsupport"


WRONG: Final = (
    ("number", "image_contrast", 101),
    ("number", "image_contrast", -1),
    ("number", "motion_sensitivity", 0),
    ("number", "motion_sensitivity", 4),
    ("number", "wdr_level", 4),
    ("number", "day_night_delay", 2),
    ("number", "main_frame_rate", 26),
    ("number", "main_bitrate", 511),
    ("number", "sub_bitrate", 2049),
    ("number", "pre_record_time", 121),
    ("select", "day_night_mode", "infrared"),
    ("select", "shutter", "1/25"),
    ("select", "main_resolution", "1x1"),
    ("select", "sub_resolution", "1920x1080"),
    ("text", "overlay_text_1", "x" * 33),
    ("text", "overlay_text_1", "ö" * 17),
    ("text", "overlay_text_1", "x" * 10_000),
)


async def test_values_that_are_wrong(home: BviewHome) -> None:
    """They are refused before anything is sent."""
    for platform, key, value in WRONG:
        before = home.value(platform, key)
        service, field = "set_value", "value"
        if platform == "select":
            service, field = "select_option", "option"
        with pytest.raises((ServiceValidationError, ValueError)):
            await home.act(platform, key, service, **{field: value})
        assert home.value(platform, key) == before, key
    assert home.written == []


async def test_a_text_as_long_as_it_may_be(home: BviewHome) -> None:
    """Bytes count, not letters."""
    await home.act("text", "overlay_text_1", "set_value", value="ö" * 16)
    assert home.kept("/Pictures/1/OSD", "DisplayName/Name") == "ö" * 16


async def test_a_privacy_mask_without_an_area(home: BviewHome) -> None:
    """Nobody is made to believe that something is hidden."""
    mosaic = home.camera.settings.node("/Pictures/1/Mosaic")
    mosaic.find("MosaicRegionList").children.clear()
    home.camera.settings.set("/Pictures/1/Mosaic", "Enable", "true")
    await home.wait(301)
    assert home.value("switch", "privacy_mask") == "off"

    with pytest.raises(ServiceValidationError) as caught:
        await home.act("switch", "privacy_mask", "turn_on")

    assert caught.value.translation_key == "no_areas"
    assert home.written == []
    await home.act("switch", "privacy_mask", "turn_off")
    assert home.kept("/Pictures/1/Mosaic", "Enable") == "false"
