"""Sensors and binary sensors: what the unit tells, and when."""

from datetime import datetime, timedelta

import pytest

from homeassistant.util import dt as dt_util
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, WIFI
from tests.emulators.strobe.routes import QUERY_LOG, WIFI_SCAN
from tests.home import Home

pytestmark = pytest.mark.usefixtures("every_entity")

POLL = 11
"""Seconds in which the log was read."""


async def test_audio_clips(later: Later, home: Home) -> None:
    """The number of files, with their names."""
    state = home.state("sensor", "audio_clips")
    assert float(state.state) == 4
    assert state.attributes["files"] == home.strobe.files.names

    home.strobe.files.discard("Welcome & Hello.wav")
    await later(301)

    state = home.state("sensor", "audio_clips")
    assert float(state.state) == 3
    assert state.attributes["files"] == home.strobe.files.names


@pytest.mark.parametrize("hours", [-2, 5])
async def test_clock_offset(later: Later, home: Home, hours: int) -> None:
    """The unit's clock is so far ahead."""
    home.strobe.clock.set_wall(home.strobe.clock.wall + timedelta(hours=hours))
    await later(3700)

    assert abs(float(home.value("sensor", "clock_offset")) - hours * 3600) < 3


@pytest.mark.parametrize(
    ("networks", "percent"),
    [
        (((0, "Warehouse"),), "0"),
        (((2, "Guests"), (3, "Warehouse")), "75"),
        (((4, "Warehouse"),), "100"),
        (((4, "Guests"),), "unknown"),
    ],
    ids=["none", "other_first", "full", "not_in_reach"],
)
async def test_wifi(
    later: Later, home: Home, networks: tuple[tuple[int, str], ...], percent: str
) -> None:
    """Bars of our own network, in percent."""
    home.strobe.options.wifi_networks = networks
    await later(3700)

    assert home.value("sensor", "wifi_signal") == percent
    assert home.value("sensor", "wifi_network") == "Warehouse"
    assert home.value("binary_sensor", "wifi_connected") == "on"


async def test_wifi_lost(later: Later, home: Home) -> None:
    """A wireless network that is set up and not connected."""
    home.set_field(WIFI, "Status", "0")
    await later(3700)

    assert home.value("binary_sensor", "wifi_connected") == "off"


async def test_response_time(later: Later, home: Home) -> None:
    """Milliseconds of the last answer."""
    home.strobe.faults.add("latency", QUERY_LOG, seconds=0.12, count=None)
    await later(POLL)

    assert 110 <= float(home.value("sensor", "response_time")) < 1000


async def test_online(later: Later, home: Home) -> None:
    """The connection itself stays available while the unit is away."""
    assert home.value("binary_sensor", "online") == "on"
    home.strobe.power_off()
    await later(POLL)

    assert home.value("binary_sensor", "online") == "off"
    assert home.value("sensor", "response_time") == "unavailable"
    assert home.value("binary_sensor", "alarm_active") == "unavailable"

    home.strobe.power_on()
    await later(POLL)
    assert home.value("binary_sensor", "online") == "on"


async def test_probe_sets_the_input_off_for_five_seconds(
    later: Later, home: Home
) -> None:
    """The level cannot be read: an alarm shows for five seconds."""
    assert home.value("binary_sensor", "alarm_input_1") == "off"
    assert await home.strobe.trigger_probe()
    await later(POLL)
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    await later(4)
    assert home.value("binary_sensor", "alarm_input_1") == "on"

    await later(2)

    assert home.value("binary_sensor", "alarm_input_1") == "off"


@pytest.mark.parametrize("seconds", [20, 90])
async def test_alarm_lasts_as_long_as_its_schedule(
    later: Later, home: Home, seconds: int
) -> None:
    """The alarm of the unit runs for what its schedule says."""
    await home.act(
        "number", "alarm_schedule_duration_1", "set_value", value=float(seconds)
    )
    assert await home.strobe.trigger_probe()
    await later(POLL)
    assert home.value("binary_sensor", "alarm_active") == "on"
    await later(seconds - 3)
    assert home.value("binary_sensor", "alarm_active") == "on"

    await later(5)

    assert home.value("binary_sensor", "alarm_active") == "off"


async def test_our_own_alarm_is_none(later: Later, home: Home) -> None:
    """What we have ordered is in the log of the unit, and is not news."""
    await home.alarm(sound="Siren.wav", duration=100)
    assert home.strobe.alarm_log
    await later(POLL)

    assert home.value("binary_sensor", "alarm_active") == "off"
    assert home.value("event", "alarm") == "unknown"


async def test_no_log(later: Later, home: Home) -> None:
    """A unit without a log keeps its other entities."""
    home.strobe.options.absent = {"/Log/QueryLog": 501}
    await later(POLL)
    await later(POLL)

    assert home.value("binary_sensor", "alarm_active") == "unavailable"
    assert home.value("light", "front_light") == "off"
    assert home.value("binary_sensor", "online") == "on"


@pytest.mark.parametrize("strobe_options", [StrobeOptions(wifi_connected=False)])
async def test_wired(home: Home) -> None:
    """Without a wireless network nothing is asked of it."""
    assert home.find("sensor", "wifi_signal") is None
    assert not home.strobe.requests_to(WIFI_SCAN)


async def test_event_delivery_and_last_event(later: Later, webhook_home: Home) -> None:
    """With push: the path is alive, and the last message has a time."""
    home = webhook_home
    await home.choose(event_path="webhook")
    assert home.value("binary_sensor", "event_delivery") == "on"
    assert home.field(ALARM, "HTTPMsgEnabled") == "1"

    assert await home.strobe.trigger_probe()
    await later(1)

    told = datetime.fromisoformat(home.value("sensor", "last_event"))
    assert abs(dt_util.utcnow() - told) < timedelta(seconds=5)
    assert home.value("binary_sensor", "alarm_input_1") == "on"

    home.strobe.power_off()
    await later(61)
    assert home.value("binary_sensor", "event_delivery") != "unavailable"
