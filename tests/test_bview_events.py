"""What happens in front of a B-VIEW camera, as the looks at it show."""

from collections.abc import AsyncIterator

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions

STATUS = "/System/DeviceStatus/1"


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


async def test_motion(home: BviewHome) -> None:
    """It begins, is told once, records, and ends."""
    assert home.value("event", "detection") == "unknown"
    home.camera.detect_motion()
    await home.poll()
    assert home.value("binary_sensor", "motion") == "on"
    assert home.value("binary_sensor", "recording") == "on"
    told = home.state("event", "detection")
    assert told.attributes["event_type"] == "motion"
    for _ in range(3):
        await home.poll()
    assert home.state("event", "detection").state == told.state

    home.camera.end_motion()
    await home.poll(11)
    await home.poll()
    assert home.value("binary_sensor", "motion") == "off"
    assert home.value("binary_sensor", "recording") == "off"
    home.camera.detect_motion()
    await home.poll()
    assert home.state("event", "detection").state > told.state
    home.camera.end_motion()


async def test_motion_that_nobody_looks_for(home: BviewHome) -> None:
    """Disarmed, the camera sees nothing."""
    await home.act("switch", "motion_detection", "turn_off")
    assert not home.camera.detect_motion()
    await home.poll()
    assert home.value("binary_sensor", "motion") == "off"
    assert home.value("event", "detection") == "unknown"


async def test_terminals(home: BviewHome) -> None:
    """What is closed at the terminals is shown, and told when it closes."""
    home.camera.set_alarm_input()
    home.camera.set_alarm_output()
    await home.poll()
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    assert home.value("binary_sensor", "alarm_output_active_1") == "on"
    assert home.state("event", "alarm").attributes["event_type"] == "input"
    home.camera.set_alarm_input(on=False)
    home.camera.set_alarm_output(on=False)
    await home.poll(11)
    await home.poll()
    assert home.value("binary_sensor", "alarm_input_1") == "off"
    assert home.value("binary_sensor", "alarm_output_active_1") == "off"


async def test_a_signal_that_is_lost(home: BviewHome) -> None:
    """The sensor of the camera fails, and works again."""
    home.camera.lose_video()
    await home.poll()
    assert home.value("binary_sensor", "video_loss") == "on"
    home.camera.restore_video()
    await home.poll()
    assert home.value("binary_sensor", "video_loss") == "off"


async def test_what_went_on_at_a_start(home: BviewHome) -> None:
    """It is shown, but it is no news."""
    home.camera.detect_motion()
    home.camera.set_alarm_input()
    await home.reload()
    await home.poll()
    assert home.value("binary_sensor", "motion") == "on"
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    assert home.value("event", "detection") == "unknown"
    assert home.value("event", "alarm") == "unknown"
    home.camera.end_motion()


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD, absent={STATUS: -10}),
        BviewOptions.full(
            password=PASSWORD,
            absent={STATUS: 404},
            spelling={"DeviceStatusList": "DevicestatusList"},
        ),
    ],
    ids=["list", "other_spelling"],
)
async def test_a_camera_that_tells_a_list(home: BviewHome) -> None:
    """Its status is found there, with one request for each look."""
    home.camera.detect_motion()
    await home.poll()
    assert home.value("binary_sensor", "motion") == "on"
    assert home.sent == ["GET /System/DeviceStatus"]
    home.camera.end_motion()


async def test_data_rates(home: BviewHome) -> None:
    """They are numbers with a unit."""
    for key in ("main_data_rate", "sub_data_rate"):
        state = home.state("sensor", key)
        assert float(state.state) > 0
        assert state.attributes["unit_of_measurement"] == "kbit/s"
    assert float(home.value("sensor", "response_time")) >= 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<MotionState>false", b"<MotionState>perhaps"),
        (b"<MotionState>false</MotionState>", b""),
    ],
    ids=["nonsense", "missing"],
)
async def test_a_state_that_is_not_told(
    home: BviewHome, old: bytes, new: bytes
) -> None:
    """It is not taken for no motion; all else is shown."""
    home.camera.plans.change(STATUS, lambda body: body.replace(old, new), count=None)
    await home.poll()
    await home.poll(11)
    assert home.value("binary_sensor", "motion") == "unknown"
    assert home.value("binary_sensor", "video_loss") == "off"
    assert home.value("event", "detection") == "unknown"
