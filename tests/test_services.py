"""Actions on alarms and devices: each field, each refusal, each answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.watchpost.const import DOMAIN
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.conftest import Later, strobe_data
from tests.emulators.strobe import Light, StrobeEmulator, StrobeOptions
from tests.emulators.strobe.routes import QUERY_LOG, URL_ALARM
from tests.home import Home, device_of, refused

ON = {"alarmenable": "1"}


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        pytest.param({}, {"playfile": "Siren.wav", "volume": "80"}, id="nothing"),
        pytest.param(
            {"sound": "Doorbell.wav", "volume": 30},
            {"playfile": "Doorbell.wav", "volume": "30"},
            id="sound",
        ),
        pytest.param({"volume": 0}, {"playenable": "1", "volume": "0"}, id="volume"),
        pytest.param(
            {"repeat": "once"}, {"cyclemode": "0", "playenable": "1"}, id="once"
        ),
        pytest.param({"times": 4}, {"cyclemode": "1", "playtimes": "4"}, id="times"),
        pytest.param(
            {"repeat": "times", "times": 3, "interval": 7},
            {"cyclemode": "1", "playtimes": "3", "interval": "7"},
            id="interval",
        ),
        pytest.param({"repeat": "endless"}, {"cyclemode": "2"}, id="endless"),
        pytest.param(
            {"relay": True, "duration": 12},
            {"alarmoutenable": "1", "playenable": "0", "flightenable": "0"},
            id="relay",
        ),
        pytest.param(
            {"sound": "none", "relay": True},
            {"playenable": "0", "alarmoutenable": "1"},
            id="silent",
        ),
        pytest.param(
            {"front": {"color": "green", "brightness": 50, "pattern": "breathe"}},
            {
                "flightenable": "1",
                "flightcolor1": "2",
                "flightbrightness": "128",
                "flightdisplaymode": "5",
                "playenable": "0",
            },
            id="front",
        ),
        pytest.param(
            {
                "front": {
                    "color": "red",
                    "second_color": "blue",
                    "pattern": "strobe",
                    "period": 250,
                }
            },
            {
                "flightcolor1": "1",
                "flightcolor2": "3",
                "flightdisplaymode": "6",
                "flightfrequency": "250",
            },
            id="front_strobe",
        ),
        pytest.param(
            {"back": {"color": "white", "pattern": "chase", "brightness": 100}},
            {"blightcolor": "4", "blightdisplaymode": "2", "blightbrightness": "255"},
            id="back",
        ),
        pytest.param(
            {"front": {}}, {"flightcolor1": "4", "playenable": "0"}, id="front_as_is"
        ),
        pytest.param(
            {"relay": True, "notify": ["http", "mail"]},
            {"httpmsgenabled": "1", "emailenabled": "1", "broadcastenabled": "0"},
            id="notify",
        ),
        pytest.param(
            {"relay": True, "notify": "broadcast"},
            {"httpmsgenabled": "0", "emailenabled": "0", "broadcastenabled": "1"},
            id="notify_one",
        ),
    ],
)
async def test_alarm_trigger(
    home: Home, data: dict[str, Any], sent: dict[str, str]
) -> None:
    """Each field arrives at the unit, in one request."""
    home.strobe.forget()
    await home.alarm(**data)

    (request,) = home.strobe.requests_to(URL_ALARM)
    assert sent.items() <= request.query.items()
    assert ON.items() <= request.query.items()


async def test_alarm_trigger_leaves_what_is_not_named(home: Home) -> None:
    """Lights, output and siren that are not named go on as they were."""
    await home.alarm(
        front={"color": "red", "pattern": "strobe"},
        back={"color": "blue"},
        relay=True,
        sound="Siren.wav",
        repeat="endless",
    )
    before = home.strobe.outputs
    await home.alarm(back={"brightness": 10})

    after = home.strobe.outputs
    assert after.back == Light(color1=3, brightness=26)
    assert (after.front, after.relay) == (before.front, True)
    assert after.sound is not None

    await home.alarm(relay=False)

    after = home.strobe.outputs
    assert after.relay is False
    assert (after.front, after.back) == (before.front, Light(color1=3, brightness=26))
    assert home.value("siren", "siren") == "on"


async def test_alarm_trigger_without_sound_silences(home: Home) -> None:
    """None as the sound is an answer too: no sound."""
    await home.alarm(sound="Siren.wav", relay=True)
    await home.alarm(sound="none")

    assert home.strobe.outputs.sound is None
    assert home.strobe.outputs.relay


async def test_alarm_ends_after_its_duration(later: Later, home: Home) -> None:
    """All named parts go off together; a light from before stays."""
    await home.light("back", hs_color=(0, 100))
    await home.alarm(duration=15, sound="Siren.wav", relay=True, front={})
    await later(13)
    assert home.value("switch", "alarm_output_1") == "on"

    await later(3)

    outputs = home.strobe.outputs
    assert (outputs.front, outputs.sound, outputs.relay) == (None, None, False)
    assert outputs.back == Light(color1=1)
    assert home.value("siren", "siren") == "off"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"duration": 0}, id="duration_low"),
        pytest.param({"duration": 3601}, id="duration_high"),
        pytest.param({"volume": 101}, id="volume"),
        pytest.param({"repeat": "twice"}, id="repeat"),
        pytest.param({"times": 0}, id="times"),
        pytest.param({"interval": -1}, id="interval"),
        pytest.param({"relay": "maybe"}, id="relay"),
        pytest.param({"front": {"color": "pink"}}, id="color"),
        pytest.param({"front": {"pattern": "chase"}}, id="front_pattern"),
        pytest.param({"back": {"pattern": "strobe"}}, id="back_pattern"),
        pytest.param({"back": {"second_color": "red"}}, id="back_second_color"),
        pytest.param({"front": {"brightness": 0}}, id="brightness"),
        pytest.param({"front": {"period": 49}}, id="period"),
        pytest.param({"notify": ["pigeon"]}, id="notify"),
        pytest.param({"loud": True}, id="unknown_field"),
    ],
)
async def test_alarm_trigger_wrong_input(home: Home, data: dict[str, Any]) -> None:
    """What no unit could do is refused before anything is sent."""
    home.strobe.forget()
    with pytest.raises(vol.Invalid):
        await home.alarm(**data)

    assert home.strobe.requests == []


@pytest.mark.parametrize(
    ("strobe_options", "data", "key"),
    [
        pytest.param(StrobeOptions(), {"sound": "No.wav"}, "file_not_found", id="file"),
        pytest.param(
            StrobeOptions(back_colors=()),
            {"back": {"color": "red"}},
            "alarm_part_unsupported",
            id="no_back_light",
        ),
        pytest.param(
            StrobeOptions(front_colors=(1, 4)),
            {"front": {"color": "blue"}},
            "invalid_value",
            id="no_such_color",
        ),
        pytest.param(
            StrobeOptions(front_colors=(1, 4)),
            {"front": {"second_color": "blue"}},
            "invalid_value",
            id="no_such_second_color",
        ),
    ],
)
async def test_alarm_trigger_unsupported(
    home: Home, data: dict[str, Any], key: str
) -> None:
    """What this unit cannot do is told with its name; nothing lights or sounds."""
    home.strobe.forget()
    with refused(key):
        await home.alarm(**data)

    assert not home.strobe.requests_to(URL_ALARM)


async def test_alarm_stop(home: Home) -> None:
    """Everything goes off; sent even when nothing is believed on."""
    await home.alarm(front={}, back={}, relay=True, sound="Siren.wav")
    await home.own("alarm_stop", "siren", "siren")

    outputs = home.strobe.outputs
    assert (outputs.front, outputs.back, outputs.sound, outputs.relay) == (
        None,
        None,
        None,
        False,
    )
    home.strobe.forget()
    await home.own("alarm_stop", "siren", "siren")
    assert home.strobe.requests_to(URL_ALARM)


async def test_alarm_log(later: Later, home: Home) -> None:
    """The log, in words: time as the unit writes it, and what it was."""
    assert await home.strobe.trigger_probe()
    await later(5)
    home.strobe.add_log(1)
    home.strobe.add_log(2)

    answer = await home.device("alarm_log")

    assert set(answer) == {"alarms"}
    assert [alarm["source"] for alarm in answer["alarms"]] == [
        "input",
        "remote",
        "broadcast",
    ]
    assert all(set(alarm) == {"time", "source"} for alarm in answer["alarms"])
    assert str(home.strobe.clock.wall.year) in answer["alarms"][0]["time"]


async def test_alarm_log_between_two_times(home: Home) -> None:
    """Only the asked time is asked for."""
    home.strobe.add_log(0)
    answer = await home.device(
        "alarm_log", start="2024-01-01 00:00:00", end="2024-01-02 00:00:00"
    )

    assert answer == {"alarms": []}
    request = home.strobe.requests_to(QUERY_LOG)[-1]
    assert b"2024" in request.body


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-02 00:00:00", "2026-01-01 00:00:00"),
        ("2026-01-01 00:00:00", "2026-01-01 00:00:00"),
    ],
)
async def test_alarm_log_backwards(home: Home, start: str, end: str) -> None:
    """A time that ends before it starts is refused."""
    home.strobe.forget()
    with refused("start_after_end"):
        await home.device("alarm_log", start=start, end=end)

    assert home.strobe.requests == []


async def test_alarm_log_of_a_unit_without(home: Home) -> None:
    """The unit's refusal is told."""
    home.strobe.options.absent = {"/Log/QueryLog": 501}
    with refused("unsupported"):
        await home.device("alarm_log")


async def test_explain(home: Home) -> None:
    """Every feature: made, disabled, or why not."""
    answer = await home.device("explain")

    assert answer["vendor"] == "strobe"
    features = {(one["key"], one["slot"]): one for one in answer["features"]}
    assert all(
        set(one) == {"unit", "key", "slot", "status", "entity_id", "source", "failed"}
        for one in answer["features"]
    )
    assert features["front_light", None]["status"] == "made"
    assert features["front_light", None]["entity_id"] == "light.porch_front_light"
    assert features["idle_schedule", "2"]["status"] == "disabled"
    assert features["event_delivery", None]["status"] == "not_configured"
    assert len({key for key, _ in features}) == 50


@pytest.mark.parametrize(
    ("strobe_options", "key", "status"),
    [
        (
            StrobeOptions(absent={"/OSD/OSDInfo": 404}),
            "overlay_text",
            "unsupported",
        ),
        (
            StrobeOptions(absent={"/AudioInfo/AudioConfig": 501}),
            "microphone",
            "unsupported",
        ),
        (StrobeOptions(wifi_connected=False), "wifi_signal", "not_configured"),
        (
            StrobeOptions(unavailable=frozenset({"/OSD/OSDInfo"})),
            "overlay_text",
            "refused",
        ),
    ],
    ids=["404", "501", "wired", "mode"],
)
async def test_explain_absent(home: Home, key: str, status: str) -> None:
    """What a unit does not have is listed with its reason."""
    answer = await home.device("explain")

    (one,) = (one for one in answer["features"] if one["key"] == key)
    assert one["status"] == status


@pytest.fixture
async def barn(hass: HomeAssistant, home: Home) -> AsyncIterator[Home]:
    """Run a second unit in the same home."""
    async with StrobeEmulator(StrobeOptions(mac="8C-1F-64-A3-6B-AA")) as other:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Barn",
            unique_id="8c:1f:64:a3:6b:aa",
            data=strobe_data(other),
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield Home(hass, entry, other)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_several_units_at_once(home: Home, barn: Home) -> None:
    """One action, two units, both alarmed; the answers are by entity."""
    units = (home, barn)
    await home.hass.services.async_call(
        DOMAIN,
        "alarm_trigger",
        {
            ATTR_ENTITY_ID: [unit.entity_id("siren", "siren") for unit in units],
            "front": {"color": "red"},
        },
        blocking=True,
    )
    speakers = [unit.entity_id("media_player", "speaker") for unit in units]
    answer = await home.hass.services.async_call(
        DOMAIN,
        "audio_list",
        {ATTR_ENTITY_ID: speakers},
        blocking=True,
        return_response=True,
    )

    assert [unit.strobe.outputs.front for unit in units] == [Light(color1=1)] * 2
    assert set(answer or {}) == set(speakers)


async def test_by_device(home: Home) -> None:
    """An alarm may be aimed at the device instead of its siren."""
    await home.hass.services.async_call(
        DOMAIN,
        "alarm_trigger",
        {"device_id": home.device_id, "back": {}},
        blocking=True,
    )

    assert home.strobe.outputs.back is not None


@pytest.mark.parametrize("wrap", [str, lambda one: [one]], ids=["text", "list"])
@pytest.mark.parametrize("service", ["explain", "alarm_log"])
async def test_device_alone_or_in_a_list(home: Home, wrap: Any, service: str) -> None:
    """A target of one device comes as a text or as a list."""
    answer = await home.hass.services.async_call(
        DOMAIN,
        service,
        {"device_id": wrap(home.device_id)},
        blocking=True,
        return_response=True,
    )
    assert answer


async def test_wrong_devices(home: Home, barn: Home) -> None:
    """No device, an unknown one, or two of them."""
    call = home.hass.services.async_call
    for devices in ([], [home.device_id, barn.device_id], {"a": 1}):
        with pytest.raises(vol.Invalid):
            await call(
                DOMAIN,
                "explain",
                {"device_id": devices},
                blocking=True,
                return_response=True,
            )
    with pytest.raises(ServiceValidationError):
        await call(
            DOMAIN,
            "explain",
            {"device_id": "0" * 32},
            blocking=True,
            return_response=True,
        )


async def test_entry_that_is_not_loaded(home: Home) -> None:
    """A device whose entry is not loaded says so."""
    device_id = device_of(home.hass, home.entry)
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await home.hass.services.async_call(
            DOMAIN,
            "explain",
            {"device_id": device_id},
            blocking=True,
            return_response=True,
        )


async def test_unit_away(later: Later, home: Home) -> None:
    """An action on a device that is away tells that it is."""
    home.strobe.power_off()
    await later(11)
    with refused("unreachable", HomeAssistantError):
        await home.device("alarm_log")
