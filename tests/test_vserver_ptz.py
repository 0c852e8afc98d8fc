"""What a dome can be asked to do: motors, places, rounds, and the line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

import pytest
import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bview_home import told
from tests.conftest import Time
from tests.emulators.vserver import VserverOptions
from tests.emulators.vserver.ptz import Tour
from tests.home import refused
from tests.vserver_home import VserverHome, dome, server, vserver_home

CONTROL: Final = "ptz_set/PTZCtrlInfo"


@pytest.fixture
def options() -> VserverOptions:
    """Return a camera that can do everything; override it in a test."""
    return dome()


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: VserverOptions,
) -> AsyncIterator[VserverHome]:
    """Return a home with every entity enabled."""
    async with vserver_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.server.forget()
        yield found


MOVES: Final[tuple[tuple[dict[str, int], tuple[str, int, int, int]], ...]] = (
    ({"pan": 100}, ("move", 4, 8, 8)),
    ({"pan": -50}, ("move", 3, 4, 4)),
    ({"tilt": 100}, ("move", 1, 8, 8)),
    ({"tilt": -1}, ("move", 2, 1, 1)),
    ({"pan": 100, "tilt": 25}, ("move", 7, 8, 2)),
    ({"pan": -25, "tilt": -100}, ("move", 6, 2, 8)),
    ({"zoom": 100}, ("zoom", 1, 2, 2)),
    ({"zoom": -50}, ("zoom", 0, 1, 1)),
    ({"focus": 100}, ("focus", 1, 2, 2)),
    ({"iris": -30}, ("iris", 0, 0, 0)),
)


async def test_move(home: VserverHome) -> None:
    """It moves that way, and stands still before the action ends."""
    head = home.server.head
    for data, expected in MOVES:
        head.moves.clear()
        stops = head.stops
        await home.ask("ptz_move", duration=0.05, **data)
        (move,) = head.moves
        found = (move.kind, move.value, move.pan_speed, move.tilt_speed)
        assert found == expected, data
        assert move.by_stop
        assert head.running == []
        assert head.stops == stops + 1


async def test_a_newer_move_replaces_an_older_one(home: VserverHome) -> None:
    """Another motor stops first, and a stop ends everything early."""
    head = home.server.head
    first = asyncio.ensure_future(home.ask("ptz_move", pan=10, duration=10))
    await home.until(lambda: [move.kind for move in head.running] == ["move"])
    second = asyncio.ensure_future(home.ask("ptz_move", zoom=-100, duration=10))
    await home.until(lambda: [move.kind for move in head.running] == ["zoom"])
    await home.ask("ptz_stop")
    assert head.running == []
    await asyncio.gather(first, second)
    assert [move.by_stop for move in head.moves] == [True, True]


async def test_stop_is_sent_though_nothing_seems_to_move(home: VserverHome) -> None:
    """Somebody else may have set it in motion."""
    home.server.head.move(4, 5, 5)
    await home.ask("ptz_stop")
    assert home.server.head.running == []
    assert home.written == [CONTROL]


async def test_a_move_ends_with_the_entry(home: VserverHome) -> None:
    """Nobody leaves a motor running."""
    head = home.server.head
    moving = asyncio.ensure_future(home.ask("ptz_move", pan=10, duration=10))
    await home.until(lambda: bool(head.running))
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert head.running == []
    await asyncio.gather(moving, return_exceptions=True)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "garbage"])
async def test_a_stop_that_is_lost(home: VserverHome, kind: str) -> None:
    """It is sent again until it has stopped."""
    head = home.server.head
    moving = asyncio.ensure_future(home.ask("ptz_move", pan=10, duration=0.3))
    await home.until(lambda: bool(head.running))
    home.server.faults.add(kind, "/cgi/ptz_set")
    with suppress(HomeAssistantError):
        await home.finish(moving, 1)
    await home.finish(home.until(lambda: not head.running), 1)
    assert head.stops >= 1


async def test_moves_that_cannot_be(home: VserverHome) -> None:
    """Only one motor of the lens at a time, and nothing beyond its speeds."""
    for data in ({"pan": 10, "zoom": 10}, {"zoom": 10, "focus": 10}):
        with refused("ptz_one_at_a_time"):
            await home.ask("ptz_move", **data)
    for wrong in ({}, {"pan": 101}, {"pan": 1, "duration": 11}):
        with pytest.raises((vol.Invalid, HomeAssistantError)):
            await home.ask("ptz_move", **wrong)
    assert home.sent == []


@pytest.mark.parametrize("options", [server()], ids=["server"])
async def test_channels(home: VserverHome) -> None:
    """Each moves by itself; a lens does not turn, a fixed camera does nothing."""
    heads = home.server.heads
    await home.ask("ptz_move", "channel_1", pan=100, duration=0.05)
    await home.ask("ptz_move", "channel_2", zoom=100, duration=0.05)
    assert [len(head.moves) for head in heads.values()] == [1, 1]
    with told("ptz_axis_unsupported") as placeholders:
        await home.ask("ptz_move", "channel_2", pan=10)
    assert placeholders["able"] == "focus, iris, zoom"
    with told("ptz_ability_unsupported"):
        await home.ask("ptz_goto", "channel_2", preset=1)
    with refused("ptz_not_supported"):
        await home.ask("ptz_move", "channel_3", pan=10)
    assert [len(head.moves) for head in heads.values()] == [1, 1]


# Places


async def test_presets(home: VserverHome) -> None:
    """Stored with a name, told, gone to by number, by name, and from the list."""
    head = home.server.head
    await home.ask("ptz_goto", position={"pan": 90, "tilt": 45, "zoom": 50})
    await home.ask("ptz_store", preset=3, name="Gate")
    await home.ask("ptz_goto", position={"pan": 350.5, "tilt": 0, "zoom": 0})
    await home.ask("ptz_store", preset=12)
    assert (head.presets[3].title, head.presets[12].title) == ("Gate", "")
    assert (head.presets[3].place.pan, head.presets[3].place.tilt) == (90, 45)
    answer = await home.ask("ptz_list")
    assert answer["presets"] == [
        {"number": 3, "name": "Gate"},
        {"number": 12, "name": "Preset 12"},
    ]
    assert answer["position"] == {"pan": 350.5, "tilt": 0.0, "zoom": 0.0}

    await home.ask("ptz_goto", preset=3)
    assert (head.pan, head.tilt) == (90, 45)
    await home.ask("ptz_goto", preset=12)
    assert head.pan == 350.5
    await home.ask("ptz_goto", preset="Gate")
    assert head.pan == 90
    await home.poll(301)
    state = home.state("select", "ptz_preset")
    assert state.state == "Gate"
    assert state.attributes["options"] == ["Gate", "Preset 12"]
    await home.act("select", "ptz_preset", "select_option", option="Preset 12")
    assert head.calls[-1] == 12
    assert home.value("select", "ptz_preset") == "Preset 12"
    await home.ask("ptz_move", pan=10, duration=0.05)
    await home.poll(11)
    assert home.value("select", "ptz_preset") == "unknown"


async def test_a_name_stays(home: VserverHome) -> None:
    """Storing another place without a name keeps the one it had."""
    head = home.server.head
    await home.ask("ptz_store", preset=1, name="Tür")
    await home.ask("ptz_goto", position={"pan": 10})
    await home.ask("ptz_store", preset=1)
    assert (head.presets[1].title, head.presets[1].place.pan) == ("Tür", 10)


async def test_position(home: VserverHome) -> None:
    """Degrees and percent, turned around where there is only one way."""
    head = home.server.head
    for pan, found in ((45, 45), (-90, 270), (360, 0)):
        await home.ask("ptz_goto", position={"pan": pan})
        assert head.pan == found
    await home.ask("ptz_goto", position={"zoom": 100})
    assert head.zoom == 65535
    await home.ask("ptz_goto", position={"pan": 12.34, "tilt": 20})
    await home.poll(11)
    assert home.value("sensor", "pan_position") == "12.34"
    assert home.value("sensor", "tilt_position") == "20.0"
    assert home.value("sensor", "zoom_position") == "100.0"


NOWHERE: Final[tuple[dict[str, Any], ...]] = (
    {"preset": 0},
    {"preset": 256},
    {"preset": "Nowhere"},
    {"position": {"tilt": -5}},
)
UNABLE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("ptz_goto", {"home": True}),
    ("ptz_clear", {"preset": 1}),
)


async def test_places_that_are_none(home: VserverHome) -> None:
    """They are refused before anything is sent."""
    for place in NOWHERE:
        with pytest.raises(HomeAssistantError):
            await home.ask("ptz_goto", **place)
    for service, data in UNABLE:
        with told("ptz_ability_unsupported") as placeholders:
            await home.ask(service, **data)
        assert "preset" in placeholders["abilities"]
    assert home.written == []


async def test_a_preset_that_nobody_stored(home: VserverHome) -> None:
    """The unit says so, and it is not taken for reached."""
    with refused("not_now"):
        await home.ask("ptz_goto", preset=9)
    assert home.value("select", "ptz_preset") == "unknown"


# Rounds


PATROLS: Final = {
    "patrol": ("tour", 2),
    "pattern": ("pattern", 2),
    "auto_pan": ("auto_pan", 2),
    "auto_scan": ("scan", 1),
}


@pytest.mark.parametrize("kind", PATROLS)
async def test_patrols(home: VserverHome, kind: str) -> None:
    """Each goes on until it is stopped, by any order to stop."""
    head = home.server.head
    head.store(1, "A")
    head.store(2, "B")
    head.tours[2] = Tour([1, 2])
    for name in ("pattern", "auto_pan"):
        head.sweep(name, 2, 0)
        head.sweep(name, 2, 1)
    stops: tuple[tuple[str, dict[str, Any]], ...] = (
        ("ptz_patrol", {"kind": kind, "patrol": 2, "run": False}),
        ("ptz_stop", {}),
        ("ptz_move", {"pan": 10, "duration": 0.05}),
    )
    for service, data in stops:
        await home.ask("ptz_patrol", kind=kind, patrol=2)
        assert [(one.kind, one.value) for one in head.running] == [PATROLS[kind]]
        await home.ask(service, **data)
        assert head.running == []


async def test_patrols_that_are_none(home: VserverHome) -> None:
    """A unit has four of each."""
    for kind in ("patrol", "pattern", "auto_pan"):
        for number in (0, 5):
            with pytest.raises(HomeAssistantError):
                await home.ask("ptz_patrol", kind=kind, patrol=number)
    assert home.written == []


async def test_list_of_patrols(home: VserverHome) -> None:
    """Tours are told; patterns and pans cannot be asked for."""
    home.server.head.store(1, "A")
    home.server.head.tours[3] = Tour([1])
    await home.reload()
    answer = await home.ask("ptz_list")
    assert [(one["number"], one["kind"]) for one in answer["patrols"]] == [
        (3, "patrol")
    ]


# The serial line


async def test_serial(home: VserverHome) -> None:
    """Text or bytes go out once; what comes back is told."""
    line = home.server.serial_ports[1]
    assert await home.tell("serial_send", data="on\r") == {}
    assert await home.tell("serial_send", hex="FF 01 00") == {}
    line.answers[b"?"] = b"\x4f\x4b"
    assert await home.tell("serial_send", data="?", read=True) == {
        "hex": "4F 4B",
        "text": "OK",
    }
    assert await home.tell("serial_send", data="!", read=True) == {
        "hex": "",
        "text": "",
    }
    assert line.sent == [b"on\r", b"\xff\x01\x00", b"?", b"!"]


@pytest.mark.parametrize(
    ("read", "path"),
    [(False, "/cgi/rs485_set"), (True, "/cgi/rs485_get")],
    ids=["sent", "read"],
)
@pytest.mark.parametrize(("kind", "count"), [("drop_before", 0), ("drop_after", 1)])
async def test_serial_once(
    home: VserverHome, read: bool, path: str, kind: str, count: int
) -> None:
    """A dropped connection does not make a machine do something twice."""
    home.server.faults.add(kind, path)
    with refused("command_uncertain", HomeAssistantError):
        await home.tell("serial_send", data="open", read=read)
    assert home.server.serial_ports[1].sent == [b"open"] * count
    assert len([one for one in home.sent if one.startswith("rs485")]) == 1


@pytest.mark.parametrize("options", [server()], ids=["server"])
async def test_serial_of_channels(home: VserverHome) -> None:
    """The line is that of the channel that is named; others have none."""
    await home.tell("serial_send", "channel_3", hex="03")
    await home.tell("serial_send", "channel_1", hex="01")
    sent = {number: one.sent for number, one in home.server.serial_ports.items()}
    assert sent == {1: [b"\x01"], 3: [b"\x03"]}
    for unit in ("", "channel_2", "channel_4"):
        with refused("serial_unsupported"):
            await home.tell("serial_send", unit, hex="02")


async def test_serial_that_is_too_long(home: VserverHome) -> None:
    """It stands in an address, which has an end."""
    with refused("invalid_value"):
        await home.tell("serial_send", hex="00" * 257)
    assert home.sent == []
