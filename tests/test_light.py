"""Front and back light: colors, brightness, effects, and what the unit shows."""

from typing import Any

import pytest

from homeassistant.components.light import EFFECT_OFF
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.conftest import Later
from tests.emulators.strobe import Light, StrobeOptions
from tests.emulators.strobe.routes import URL_ALARM
from tests.home import Home, refused

RED, GREEN, BLUE, WHITE, YELLOW, VIOLET, CYAN = range(1, 8)


@pytest.mark.parametrize("side", ["front", "back"])
async def test_on_and_off(home: Home, side: str) -> None:
    """A light that was never on is white and steady; the other side stays dark."""
    await home.light(side)

    state = home.state("light", f"{side}_light")
    outputs = home.strobe.outputs
    assert getattr(outputs, side) == Light(color1=WHITE)
    assert [outputs.front, outputs.back].count(None) == 1
    assert state.state == "on"
    assert state.attributes["assumed_state"] is True
    assert state.attributes["effect"] == EFFECT_OFF
    assert (state.attributes["brightness"], state.attributes["hs_color"]) == (
        255,
        (0.0, 0.0),
    )

    await home.act("light", f"{side}_light", "turn_off")

    assert getattr(home.strobe.outputs, side) is None
    assert home.value("light", f"{side}_light") == "off"


@pytest.mark.parametrize(
    ("color", "code", "shown"),
    [
        pytest.param({"hs_color": (0, 100)}, RED, (0, 100), id="red"),
        pytest.param({"hs_color": (31, 100)}, YELLOW, (60, 100), id="amber_is_yellow"),
        pytest.param({"hs_color": (29, 100)}, RED, (0, 100), id="orange_is_red"),
        pytest.param({"hs_color": (120, 60)}, GREEN, (120, 100), id="green"),
        pytest.param({"hs_color": (180, 100)}, CYAN, (180, 100), id="cyan"),
        pytest.param({"hs_color": (240, 26)}, BLUE, (240, 100), id="pale_blue"),
        pytest.param({"hs_color": (240, 24)}, WHITE, (0, 0), id="paler_is_white"),
        pytest.param({"hs_color": (359, 100)}, RED, (0, 100), id="around_the_circle"),
        pytest.param({"rgb_color": (255, 0, 255)}, VIOLET, (300, 100), id="violet"),
        pytest.param({"color_name": "white"}, WHITE, (0, 0), id="by_name"),
    ],
)
async def test_nearest_color(
    home: Home, color: dict[str, Any], code: int, shown: tuple[float, float]
) -> None:
    """The nearest color is sent, and that one is shown."""
    await home.light("front", **color)

    assert home.strobe.outputs.front == Light(color1=code)
    assert home.state("light", "front_light").attributes["hs_color"] == shown


@pytest.mark.parametrize(
    ("data", "code", "sent", "shown"),
    [
        pytest.param({"brightness": 100}, WHITE, 100, 100, id="white"),
        pytest.param({"brightness": 1}, WHITE, 1, 1, id="lowest"),
        pytest.param({"brightness_pct": 50}, WHITE, 128, 128, id="percent"),
        pytest.param(
            {"brightness": 20, "hs_color": (60, 100)},
            YELLOW,
            255,
            255,
            id="yellow_cannot_be_dimmed",
        ),
        pytest.param(
            {"brightness": 20, "hs_color": (0, 100)}, RED, 20, 20, id="red_can"
        ),
    ],
)
async def test_brightness(
    home: Home, data: dict[str, Any], code: int, sent: int, shown: int
) -> None:
    """Brightness is sent only with the colors that have one."""
    await home.light("back", **data)

    assert home.strobe.outputs.back == Light(color1=code, brightness=sent)
    assert home.state("light", "back_light").attributes["brightness"] == shown


async def test_brightness_is_remembered_behind_a_color_without_one(home: Home) -> None:
    """Red at 40, then cyan, then red again: 40."""
    await home.light("front", hs_color=(0, 100), brightness=40)
    await home.light("front", hs_color=(180, 100))
    assert home.state("light", "front_light").attributes["brightness"] == 255

    await home.light("front", hs_color=(0, 100))

    assert home.strobe.outputs.front == Light(color1=RED, brightness=40)


async def test_brightness_zero_is_off(home: Home) -> None:
    """Home Assistant turns a brightness of nothing into off."""
    await home.light("front")
    await home.light("front", brightness=0)

    assert home.strobe.outputs.front is None


@pytest.mark.parametrize(
    ("side", "effect", "mode", "frequency"),
    [
        ("front", EFFECT_OFF, 1, None),
        ("front", "blink_1s", 2, None),
        ("front", "blink_2s", 3, None),
        ("front", "blink_5s", 4, None),
        ("front", "breathe", 5, None),
        ("front", "strobe", 6, 100),
        ("back", EFFECT_OFF, 1, None),
        ("back", "chase", 2, None),
    ],
)
async def test_effect(
    home: Home, side: str, effect: str, mode: int, frequency: int | None
) -> None:
    """Each effect is one mode of the unit."""
    await home.light(side, effect=effect)

    assert getattr(home.strobe.outputs, side) == Light(
        color1=WHITE, mode=mode, frequency=frequency
    )
    assert home.state("light", f"{side}_light").attributes["effect"] == effect


async def test_effect_ends_with_effect_off(home: Home) -> None:
    """EFFECT_OFF makes the light steady and leaves its color."""
    await home.light("front", effect="strobe", hs_color=(240, 100), brightness=90)
    await home.light("front", effect=EFFECT_OFF)

    assert home.strobe.outputs.front == Light(color1=BLUE, brightness=90)


@pytest.mark.parametrize(
    ("side", "effects"),
    [
        (
            "front",
            [EFFECT_OFF, "blink_1s", "blink_2s", "blink_5s", "breathe", "strobe"],
        ),
        ("back", [EFFECT_OFF, "chase"]),
    ],
)
async def test_effect_list(home: Home, side: str, effects: list[str]) -> None:
    """A light offers the patterns it has, and no pattern means steady."""
    assert home.state("light", f"{side}_light").attributes["effect_list"] == effects


@pytest.mark.parametrize(
    ("side", "effect"), [("back", "strobe"), ("front", "chase"), ("front", "disco")]
)
async def test_unknown_effect(home: Home, side: str, effect: str) -> None:
    """A pattern that this light does not have is refused; nothing is sent."""
    home.strobe.forget()

    with refused("effect_unsupported"):
        await home.light(side, effect=effect)

    assert home.strobe.requests == []


@pytest.mark.parametrize(
    ("effect", "seconds"), [("blink_1s", 20), ("blink_2s", 40), ("blink_5s", 50)]
)
async def test_blink_goes_off_by_itself(
    later: Later, home: Home, effect: str, seconds: int
) -> None:
    """A counted blink is over after its last time, here and on the unit."""
    await home.light("front", effect=effect)
    await later(seconds - 2)
    assert home.value("light", "front_light") == "on"

    await later(3)

    assert home.value("light", "front_light") == "off"
    assert home.strobe.outputs.front is None


async def test_steady_light_stays_on(later: Later, home: Home) -> None:
    """A light without an end is renewed before the unit lets it go out."""
    home.strobe.options.duration_bounds = "all"
    await home.light("front")
    for _ in range(3):
        await later(3000)

    assert home.strobe.outputs.front == Light(color1=WHITE)
    assert home.value("light", "front_light") == "on"


async def test_turning_on_again_brings_back_the_last(home: Home) -> None:
    """Color, brightness and effect survive being off, and a restart."""
    await home.light("front", hs_color=(0, 100), brightness=77, effect="breathe")
    await home.act("light", "front_light", "turn_off")
    await home.reload()
    await home.light("front")

    assert home.strobe.outputs.front == Light(color1=RED, mode=5, brightness=77)


async def test_state_survives_a_reload_without_a_request(home: Home) -> None:
    """What was on is still shown; nothing is sent for it."""
    await home.light("back", hs_color=(240, 100), brightness=10)
    home.strobe.forget()
    await home.reload()

    state = home.state("light", "back_light")
    assert (state.state, state.attributes["brightness"]) == ("on", 10)
    assert not home.strobe.requests_to(URL_ALARM)


@pytest.mark.parametrize(
    ("strobe_options", "wanted", "shown"),
    [
        pytest.param(
            StrobeOptions(front_colors=(1, 3)),
            {"hs_color": (180, 100), "brightness": 9},
            {
                "supported_color_modes": ["hs"],
                "hs_color": (240, 100),
                "brightness": 9,
            },
            id="two_colors",
        ),
        pytest.param(
            StrobeOptions(front_colors=(3,)),
            {"brightness": 9},
            {"supported_color_modes": ["brightness"], "brightness": 9},
            id="one_color",
        ),
        pytest.param(
            StrobeOptions(front_colors=(7,)),
            {},
            {"supported_color_modes": ["onoff"], "color_mode": "onoff"},
            id="one_color_without_brightness",
        ),
        pytest.param(
            StrobeOptions(front_modes=(1, 6)),
            {"effect": "strobe"},
            {"effect_list": [EFFECT_OFF, "strobe"], "effect": "strobe"},
            id="two_effects",
        ),
    ],
)
async def test_fewer_abilities(
    home: Home, wanted: dict[str, Any], shown: dict[str, Any]
) -> None:
    """A lamp has the color modes that its colors allow."""
    await home.light("front", **wanted)

    state = home.state("light", "front_light")
    assert {name: state.attributes.get(name) for name in shown} == shown
    assert home.strobe.outputs.front is not None


REFUSALS = [
    pytest.param("app_error", 402, "invalid_value", ServiceValidationError, id="value"),
    pytest.param("app_error", 501, "unsupported", ServiceValidationError, id="absent"),
    pytest.param("app_error", 502, "not_now", ServiceValidationError, id="mode"),
    pytest.param("http_status", 409, "conflict", ServiceValidationError, id="conflict"),
    pytest.param("http_status", 503, "busy", HomeAssistantError, id="busy"),
    pytest.param("app_error", 503, "busy", HomeAssistantError, id="server"),
    pytest.param(
        "drop_before", 0, "command_uncertain", HomeAssistantError, id="dropped"
    ),
    pytest.param(
        "http_status", 401, "alarm_refused", HomeAssistantError, id="forbidden"
    ),
]


@pytest.mark.parametrize(("fault", "code", "key", "kind"), REFUSALS)
async def test_refusals(
    home: Home, fault: str, code: int, key: str, kind: type[HomeAssistantError]
) -> None:
    """A command that is not carried out is told; the light stays as it was."""
    await home.light("front", hs_color=(0, 100))
    home.strobe.faults.add(fault, "*Alarm", count=None, code=code)

    with refused(key, kind):
        await home.light("front", hs_color=(120, 100))

    home.strobe.faults.clear()
    assert home.state("light", "front_light").attributes["hs_color"] == (0, 100)
    await home.light("back")
    assert home.strobe.outputs.front == Light(color1=RED)


async def test_unavailable_while_the_unit_is_away(later: Later, home: Home) -> None:
    """Everything but the connection itself is unavailable, then comes back."""
    home.strobe.power_off()
    await later(5)
    with refused("unreachable", HomeAssistantError):
        await home.light("front")
    await later(11)
    assert home.value("light", "front_light") == "unavailable"

    home.strobe.power_on()
    await later(11)

    assert home.value("light", "front_light") == "off"
