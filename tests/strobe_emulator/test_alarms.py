"""What the emulated strobe takes for an alarm request."""

import pytest

from tests.emulators.strobe import Light, StrobeOptions
from tests.emulators.strobe.routes import API_ALARM, COLORS, URL_ALARM

from .bench import Bench, with_options


async def test_xml_alarm_takes_no_parameters(bench: Bench) -> None:
    """The XML form and the URL form do not mix."""
    answer = await bench.caller.call(
        "POST",
        API_ALARM,
        "<ApiAlarm/>",
        query="alarmenable=1",
        headers=bench.caller.basic,
    )

    assert answer.code == 403


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"flightEnable": 1}, 403),
        ({"ID": 1}, 403),
        ({"alarmenable": 2}, 402),
        ({"alarmenable": "on"}, 402),
        ({"alarmoutduration": 0}, 402),
        ({"volume": 101}, 402),
        ({"cyclemode": 3}, 402),
        ({"playtimes": 0}, 402),
        ({"interval": -1}, 402),
        ({"playfile": "Missing.wav"}, 402),
        ({"playfile": ""}, 402),
        ({"flightenable": 1, "flightcolor1": 0}, 402),
        ({"flightenable": 1, "flightcolor1": 8}, 402),
        ({"flightenable": 1, "flightcolor2": 8}, 402),
        ({"flightenable": 1, "flightdisplaymode": 7}, 402),
        ({"flightenable": 1, "flightbrightness": 256}, 402),
        ({"flightenable": 1, "flightcolor1": 5, "flightbrightness": 9}, 402),
        ({"flightenable": 1, "flightdisplaymode": 1, "flightfrequency": 100}, 402),
        ({"blightenable": 1, "blightdisplaymode": 3}, 402),
        ({"blightenable": 1, "blightcolor": 7, "blightbrightness": 9}, 402),
        ({"flightenable": 1, "flightcolor1": 5}, 200),
        ({"blightenable": 1, "blightfrequency": 100}, 200),
        ({"flightenable": 1, "flightcolor2": 0}, 200),
    ],
    ids=lambda value: str(value),
)
async def test_alarm_values(
    bench: Bench, fields: dict[str, str | int], code: int
) -> None:
    """Every value is checked, and a refused request changes nothing."""
    answer = await bench.caller.alarm(**fields)

    assert answer.code == code
    assert bool(bench.unit.alarm_calls) == (code == 200)
    assert bool(bench.unit.timeline) == (code == 200)


async def test_plus_is_no_blank(bench: Bench) -> None:
    """A file name with plus signs is another file."""
    query = "playenable=1&playfile=You+are+not+Alone.wav"

    answer = await bench.caller.call(
        "POST", URL_ALARM, query=query, headers=bench.caller.basic
    )

    assert answer.code == 402


async def test_repeated_parameter(bench: Bench) -> None:
    """A parameter that comes twice is refused."""
    answer = await bench.caller.call(
        "POST", URL_ALARM, query="volume=1&volume=2", headers=bench.caller.basic
    )

    assert answer.code == 402


@pytest.mark.parametrize("tag", ["AlarmEnable", "Armenable"])
@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        (StrobeOptions(), {"AlarmEnable", "Armenable"}),
        (StrobeOptions(xml_alarm_tag="AlarmEnable"), {"AlarmEnable"}),
        (StrobeOptions(xml_alarm_tag="Armenable"), {"Armenable"}),
    ],
    ids=["both", "table", "example"],
)
async def test_two_spellings(bench: Bench, accepted: set[str], tag: str) -> None:
    """The XML form has two spellings of its first field."""
    body = f"<ApiAlarm><{tag}>1</{tag}></ApiAlarm>"

    answer = await bench.caller.call(
        "POST", API_ALARM, body, query="", headers=bench.caller.basic
    )

    assert answer.code == (200 if tag in accepted else 403)


@with_options(StrobeOptions(lenient_brightness=True))
async def test_lenient_brightness(bench: Bench) -> None:
    """A firmware may ignore what it cannot dim."""
    answer = await bench.caller.alarm(
        flightenable=1, flightcolor1=6, flightbrightness=9
    )

    assert answer.code == 200
    assert bench.unit.outputs.front == Light(color1=6)


@with_options(StrobeOptions(brightness_colors="all"))
async def test_brightness_of_two_colors(bench: Bench) -> None:
    """A firmware may ask for both colors to be dimmable."""
    fields = {"flightenable": 1, "flightcolor1": 1, "flightbrightness": 9}

    assert (await bench.caller.alarm(**fields, flightcolor2=2)).code == 200
    assert (await bench.caller.alarm(**fields, flightcolor2=5)).code == 402


@with_options(StrobeOptions(front_colors=(1, 4), back_colors=(), front_modes=(1,)))
async def test_a_smaller_unit(bench: Bench) -> None:
    """A unit offers, and takes, only what it has."""
    body = "<ColorConfig><FrontBackLight>{}</FrontBackLight></ColorConfig>"
    front = await bench.caller.call("POST", COLORS, body.format(0))
    back = await bench.caller.call("POST", COLORS, body.format(1))

    assert [node.tag for node in front.xml] == [
        "FrontBackLight",
        "colorCount",
        "colorType_1",
        "ColorType_2",
    ]
    assert back.xml.findtext("colorCount") == "0"
    assert (await bench.caller.alarm(flightenable=1, flightcolor1=2)).code == 402
    assert (await bench.caller.alarm(flightenable=1, flightdisplaymode=6)).code == 402
