"""Everything that can be set at a B-VIEW camera: what is stored and shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import logging
from typing import Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_controls import (
    BASIC,
    BUTTONS,
    COLOR,
    CONTROLS,
    ELSEWHERE,
    FTP,
    MAIN,
    SEVERAL,
    SUB,
    WRITABLE,
    Control,
)
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions

UNSEEN: Final = {"button.motor_calibration"}
"""Buttons that have a test of their own."""


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera with everything."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled."""
    async with bview_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        found.camera.forget()
        yield found


def is_shown(home: BviewHome, control: Control, value: str) -> bool:
    """Tell whether a value is shown."""
    shown = home.value(control.platform, control.own_id)
    if control.platform == "number":
        return float(shown) == float(value)
    return shown == value


def test_nothing_is_in_the_table_twice() -> None:
    """Each control is set once."""
    names = [control.name for control in CONTROLS]
    assert len(names) == len(set(names))


async def test_everything_that_can_be_set(home: BviewHome) -> None:
    """It is stored, nothing else is, and it is shown at once and after reading."""
    registered = {
        f"{one.domain}.{one.unique_id.removeprefix(f'{home.entry.unique_id}_')}"
        for one in home.entities
        if one.domain in WRITABLE
    }
    table = {control.name for control in CONTROLS}
    buttons = {f"button.{own_id}" for own_id in BUTTONS}
    assert registered == table | buttons | SEVERAL | ELSEWHERE | UNSEEN

    camera = home.camera
    for control in CONTROLS:
        name = control.name
        assert is_shown(home, control, control.before), name
        camera.forget()
        await home.act(
            control.platform, control.own_id, control.service, **control.data
        )

        assert home.written == [f"PUT {control.path}"], name
        assert is_shown(home, control, control.shown), name
        await home.poll(6)
        # It is stored by now, also what is stored behind everybody's back.
        (write,) = camera.writes
        assert write.changes == control.changes, name
        assert (write.dropped, write.secrets) == ((), ()), name
        assert home.sent[-1].startswith("GET "), name
        assert is_shown(home, control, control.shown), name
    assert camera.violations == []
    assert home.told(logging.ERROR) == home.told(logging.WARNING) == []


async def test_everything_that_is_set_to_what_it_is(home: BviewHome) -> None:
    """Nothing is written where nothing changes."""
    for control in (one for one in CONTROLS if one.platform == "switch"):
        same = "turn_off" if control.service == "turn_on" else "turn_on"
        if control.own_id != "flip":
            await home.act("switch", control.own_id, same)
            assert is_shown(home, control, control.before), control.name
    assert home.written == []


async def test_everything_that_can_be_pressed(home: BviewHome) -> None:
    """It is done once; a movement of the lens ends by itself."""
    camera = home.camera
    camera.clock.set_wall(camera.clock.wall - timedelta(minutes=1))
    for own_id, commands in BUTTONS.items():
        camera.forget()
        await home.act("button", own_id, "press")
        assert tuple(home.written) == commands, own_id
        assert camera.lens.running == []
    assert [move.released for move in camera.lens.moves] == [True] * 4
    assert camera.reboots == 1
    assert camera.emails == ["test"]
    assert camera.recorder.busy is False
    assert [way for _, way in camera.lens.calibrations] == ["85"]


async def test_both_halves_of_one_field(home: BviewHome) -> None:
    """Two switches share a field; turned together each does its part."""
    await asyncio.gather(
        home.act("switch", "mirror", "turn_on"),
        home.act("switch", "flip", "turn_on"),
    )
    assert home.kept(BASIC, "FlipMode") == "center"
    assert home.written == [f"PUT {BASIC}"]
    await asyncio.gather(
        home.act("switch", "flip", "turn_off"),
        home.act("switch", "mirror", "turn_on"),
    )
    assert home.kept(BASIC, "FlipMode") == "leftright"
    assert home.value("switch", "mirror") == "on"
    assert home.value("switch", "flip") == "off"
    await home.poll(6)
    assert home.value("switch", "mirror") == "on"
    assert home.value("switch", "flip") == "off"


async def test_a_scene_is_one_request_for_each_block(home: BviewHome) -> None:
    """What is set together and kept together is sent together."""
    await asyncio.gather(
        home.act("number", "image_contrast", "set_value", value=20),
        home.act("number", "image_hue", "set_value", value=30),
        home.act("number", "image_sharpness", "set_value", value=40),
        home.act("number", "wdr_level", "set_value", value=2),
        home.act("switch", "backlight_compensation", "turn_on"),
        home.act("switch", "mirror", "turn_on"),
    )
    assert sorted(home.written) == [f"PUT {BASIC}", f"PUT {COLOR}"]
    fields = {"Contrast": "20", "Hue": "30", "Sharpness": "40"}
    assert {name: home.kept(COLOR, name) for name in fields} == fields
    fields = {"WDR": "normal", "BLC": "open", "FlipMode": "leftright"}
    assert {name: home.kept(BASIC, name) for name in fields} == fields


async def test_one_bad_value_takes_nothing_along(home: BviewHome) -> None:
    """Of a scene with something impossible the rest is set."""
    home.camera.options.missing_tags = "keep"
    home.camera.settings.remove(BASIC, "WDR")
    results = await asyncio.gather(
        home.act("number", "wdr_level", "set_value", value=2),
        home.act("switch", "mirror", "turn_on"),
        return_exceptions=True,
    )
    assert [getattr(one, "translation_key", None) for one in results] == [
        "unsupported",
        None,
    ]
    assert home.kept(BASIC, "FlipMode") == "leftright"


async def test_what_was_changed_elsewhere_stays(home: BviewHome) -> None:
    """What somebody has set in the camera's own page meanwhile is not put back."""
    home.camera.settings.set(COLOR, "Contrast", "7")
    home.camera.settings.set(BASIC, "FlipMode", "updown")

    await home.act("number", "image_hue", "set_value", value=10)
    await home.act("switch", "mirror", "turn_on")

    assert home.kept(COLOR, "Contrast") == "7"
    assert home.kept(BASIC, "FlipMode") == "center"
    assert home.value("number", "image_contrast") == "7"
    assert home.value("switch", "flip") == "on"


async def test_uploads_are_what_they_were(home: BviewHome) -> None:
    """Off and on again keeps whether pictures or films are uploaded."""
    home.camera.settings.set(FTP, "TransferContentTypeMask", "01")
    home.camera.settings.set(FTP, "Enable", "true")
    await home.wait(3601)
    assert home.value("switch", "ftp_upload") == "on"

    await home.finish(home.act("switch", "ftp_upload", "turn_off"), 1)
    await home.wait(6)
    assert home.kept(FTP, "TransferContentTypeMask") == "00"
    assert home.value("switch", "ftp_upload") == "off"
    await home.reload()
    await home.finish(home.act("switch", "ftp_upload", "turn_on"), 1)
    await home.wait(6)

    assert home.kept(FTP, "TransferContentTypeMask") == "01"
    assert home.value("switch", "ftp_upload") == "on"
    assert [write.secrets for write in home.camera.writes] == [(), ()]


async def test_resolutions(home: BviewHome) -> None:
    """A size of the main stream brings sizes of the others along."""
    state = home.state("select", "main_resolution")
    assert state.attributes["options"] == ["1920x1080", "1024x768", "640x512"]
    state = home.state("select", "sub_resolution")
    assert state.attributes["options"] == ["704x576", "640x360", "320x240"]
    await home.act("select", "sub_resolution", "select_option", option="704x576")
    assert home.written == [f"PUT {SUB}"]

    await home.act("select", "main_resolution", "select_option", option="640x512")
    await home.poll(6)

    assert home.kept(MAIN, "ResolutionWidth") == "640"
    assert home.kept(SUB, "ResolutionWidth") == "320"
    assert home.value("select", "main_resolution") == "640x512"
    state = home.state("select", "sub_resolution")
    assert state.state == "320x240"
    assert state.attributes["options"] == ["320x240"]


async def test_full_rate_is_a_number(home: BviewHome) -> None:
    """What the camera writes for as fast as it can is not 255 pictures a second."""
    home.camera.settings.set(MAIN, "FrameRate", "25500")
    await home.wait(301)
    state = home.state("number", "main_frame_rate")
    assert (float(state.state), state.attributes["max"]) == (25, 25)
