"""Each fault of a cgi_action camera: what is seen, logged, and how it passes."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
import logging
from typing import Final

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.cbt_home import PASSWORD, CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.home import ENGLISH, refused
from tests.test_repairs import issues

MINUTE: Final = 60
STRANGER: Final = "88-07-cb-00-00-99"

type Act = Callable[[CbtEmulator], object]


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[CbtHome]:
    """Return a home where everything works."""
    options = CbtOptions.full(password=PASSWORD)
    async with cbt_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        assert found.works
        records.clear()
        found.camera.forget()
        yield found


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A fault that takes the camera away as long as it lasts."""

    key: str
    act: Act
    mend: Act = field(default=lambda camera: camera.faults.clear())


def fault(kind: str, code: int = 500) -> Act:
    """Return what has the camera fail in one way."""
    return lambda camera: camera.fail(kind, count=None, code=code)


LOSSES: Final = {
    "no_power": Loss(
        key="unreachable", act=CbtEmulator.power_off, mend=CbtEmulator.power_on
    ),
    "drop": Loss(key="unreachable", act=fault("drop_before")),
    "drop_after": Loss(key="unreachable", act=fault("drop_after")),
    "truncated": Loss(key="unreachable", act=fault("truncated")),
    "hang": Loss(key="timeout", act=fault("hang")),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_camera_that_is_lost_is_told_once_and_found_again(
    home: CbtHome, loss: Loss
) -> None:
    """All is unavailable, one line says why, and one that it is over."""
    camera = home.camera
    loss.act(camera)
    for _ in range(3):
        await home.wait(MINUTE)
    assert home.shown == {"unavailable"}
    assert home.value("binary_sensor", "online") == "off"
    (line,) = home.told(logging.ERROR)
    reason = ENGLISH["exceptions"][loss.key]["message"].format(device="Workshop")
    assert line == f"Error fetching watchpost Workshop state data: {reason[:-1]}"
    assert home.told(logging.WARNING) == []
    assert home.reauth == []

    loss.mend(camera)
    await camera.settle()
    for _ in range(4):
        await home.wait(31)
    assert home.works
    (back,) = home.told(logging.INFO)
    assert back == "Fetching watchpost Workshop state data recovered"
    assert len(home.told(logging.ERROR)) == 1
    assert home.written == []


@pytest.mark.parametrize("kind", ["garbage", "html", "clipped", "empty", "huge"])
async def test_answers_that_make_no_sense(home: CbtHome, kind: str) -> None:
    """Nothing is invented from them, nothing is written, and all comes back."""
    home.camera.fail(kind, count=None)
    for _ in range(3):
        await home.wait(MINUTE)
    assert home.value("binary_sensor", "alarm_input_1") == "unavailable"
    assert home.value("light", "floodlight") == "unavailable"
    assert len(home.told(logging.ERROR)) <= 1
    home.camera.faults.clear()
    for _ in range(20):
        await home.wait(31)
    assert home.works
    assert home.written == []
    assert home.reauth == []


FLEETING: Final[dict[str, Act]] = {
    "idle_connection": CbtEmulator.close_connections,
    "one_drop": lambda camera: camera.fail("drop_before"),
    "one_drop_after": lambda camera: camera.fail("drop_after"),
    "busy": lambda camera: camera.plans.refuse("*", 204),
    "busy_with_faces": lambda camera: camera.plans.refuse("*", -117, count=2),
    "one_refused_login": lambda camera: camera.plans.refuse("*", "error user/pwd"),
}


@pytest.mark.parametrize("act", FLEETING.values(), ids=FLEETING.keys())
async def test_what_passes_at_once_is_not_seen(home: CbtHome, act: Act) -> None:
    """A small fault is overcome in the same breath."""
    act(home.camera)
    await home.wait(4)
    await home.wait(31)
    assert home.works
    assert home.told(logging.ERROR) == home.told(logging.INFO) == []
    assert home.reauth == []


@pytest.mark.parametrize("answer", [-122, 201, 205, 209, -1, 42, "error json"])
async def test_a_section_that_is_refused_alone(
    home: CbtHome, answer: int | str
) -> None:
    """The rest goes on, and it comes back."""
    home.camera.plans.refuse("getMotionDetConf", answer, count=None)
    for _ in range(3):
        await home.wait(301)
    assert home.value("binary_sensor", "online") == "on"
    assert home.value("switch", "microphone") == "on"
    assert home.value("light", "floodlight") == "off"
    assert home.reauth == []
    home.camera.plans.clear()
    await home.reload()
    for _ in range(4):
        await home.wait(301)
    assert home.value("switch", "motion_detection") == "off"


CODES: Final = {
    -1: ("unsupported", "unsupported"),
    1: ("refused", "refused"),
    42: ("refused", "refused"),
    201: ("refused", "refused"),
    205: ("invalid_value", "invalid_value"),
    -104: ("invalid_value", "invalid_value"),
    209: ("unsupported", "unsupported"),
    "error json": ("unsupported", "unsupported"),
}


@pytest.mark.parametrize("code", CODES)
async def test_a_command_that_is_refused(home: CbtHome, code: int | str) -> None:
    """The reason is told, it is asked for once, and nothing pretends."""
    home.camera.plans.refuse("setMotionDetConf", code, count=None)
    with pytest.raises(HomeAssistantError) as caught:
        await home.finish(home.act("switch", "motion_detection", "turn_on"))
    assert caught.value.translation_key in CODES[code]
    assert home.written == ["setMotionDetConf"]
    assert home.value("switch", "motion_detection") == "off"
    assert home.camera.settings.get("MotionDetConf", "md_enable") == 0
    home.camera.plans.clear()
    await home.act("switch", "motion_detection", "turn_on")
    assert home.value("switch", "motion_detection") == "on"


async def test_a_refusal_although_it_was_done(home: CbtHome) -> None:
    """Some tell an error of another server although the setting is kept."""
    home.camera.plans.refuse("setMotionDetConf", 7, carried_out=True)
    await home.act("switch", "motion_detection", "turn_on")
    assert home.camera.settings.get("MotionDetConf", "md_enable") == 1
    assert home.value("switch", "motion_detection") == "on"


@pytest.mark.parametrize(
    ("kind", "key", "done"),
    [
        ("drop_before", "command_uncertain", False),
        ("drop_after", "command_uncertain", True),
        ("html", "bad_answer", True),
        ("hang", "timeout", False),
    ],
)
async def test_a_command_that_is_not_answered(
    home: CbtHome, kind: str, key: str, done: bool
) -> None:
    """It is sent once, the owner is told, and the truth is read afterwards."""
    home.camera.fail(kind, "setMotionDetConf")
    with refused(key, HomeAssistantError):
        await home.finish(home.act("switch", "motion_detection", "turn_on"))
    assert home.written == ["setMotionDetConf"]
    assert home.value("switch", "motion_detection") == "off"
    for seconds in (31, 301, 31):
        await home.wait(seconds)
    assert home.works
    assert home.value("switch", "motion_detection") == ("on" if done else "off")
    assert home.written == ["setMotionDetConf"]


# Logins


async def enter(home: CbtHome, password: str) -> str | None:
    """Enter a login in the dialog that asks for one; return how it ended."""
    (flow,) = home.reauth
    result = await home.hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {"username": home.camera.options.username, "password": password},
    )
    await home.hass.async_block_till_done()
    return result.get("reason")


async def test_a_password_that_was_changed(home: CbtHome) -> None:
    """Two refusals, not one, ask the owner; with the new one all works again."""
    home.camera.set_password("changed later")
    before = home.camera.gate.refused
    await home.wait(4, 1.0)
    await home.wait(4, 1.0)
    assert home.camera.gate.refused - before == 2
    assert home.shown == {"unavailable"}
    for _ in range(10):
        await home.wait(MINUTE)
    assert len(home.reauth) == 1
    # A camera that is asked with a wrong password again and again may lock.
    assert home.camera.gate.refused - before <= 4
    (line,) = home.told(logging.ERROR)
    assert "Workshop refuses the stored login" in line
    assert await enter(home, "changed later") == "reauth_successful"
    await home.wait(31)
    assert home.works


async def test_a_start_with_a_wrong_password_asks(home: CbtHome) -> None:
    """One dialog; nothing is tried again without the owner."""
    home.camera.set_password("changed later")
    before = home.camera.gate.refused
    await home.finish(home.reload(), 1.0)
    assert home.camera.gate.refused - before == 2
    assert home.entry.state is ConfigEntryState.SETUP_ERROR
    for _ in range(5):
        await home.wait(MINUTE)
    assert len(home.reauth) == 1
    assert home.camera.gate.refused - before == 2


async def test_a_command_finds_a_changed_password_first(home: CbtHome) -> None:
    """The owner is told, and asked once."""
    home.camera.set_password("changed later")
    with refused("invalid_auth", HomeAssistantError):
        await home.finish(home.act("switch", "motion_detection", "turn_on"), 1.0)
    for _ in range(3):
        await home.wait(4, 1.0)
    assert len(home.reauth) == 1
    assert home.camera.settings.get("MotionDetConf", "md_enable") == 0


async def test_an_account_that_may_only_look(home: CbtHome) -> None:
    """What it may not do says so, without a dialog for another login."""
    home.camera.options.rights = "reads"
    home.camera.gate.add("guest", "look")
    home.hass.config_entries.async_update_entry(
        home.entry, data={**home.entry.data, "username": "guest", "password": "look"}
    )
    await home.reload()
    with refused("no_permission"):
        await home.finish(home.act("switch", "motion_detection", "turn_on"), 1.0)
    await home.wait(31)
    assert home.works
    assert set(issues(home.hass)) == {"guest_login"}
    assert home.reauth == []


# Restarts and strangers


@pytest.mark.parametrize("dropped", [False, True], ids=["answered", "dropped"])
async def test_a_restart_by_button(home: CbtHome, dropped: bool) -> None:
    """The camera is away for a minute and comes back without help."""
    if dropped:
        home.camera.options.restart_answer = "dropped"
        with refused("command_uncertain", HomeAssistantError):
            await home.act("button", "restart", "press")
    else:
        await home.act("button", "restart", "press")
    assert home.camera.reboots == 1
    await home.wait(4)
    assert home.shown == {"unavailable"}
    for _ in range(12):
        await home.wait(10)
        await home.camera.settle()
    for _ in range(3):
        await home.wait(31)
    assert home.works
    assert home.written == ["restart"]
    assert home.reauth == []


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes in between."""
    return entry.state


async def test_a_start_without_power(home: CbtHome) -> None:
    """All comes back by itself."""
    home.camera.power_off()
    await home.reload()
    assert state_of(home.entry) is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "unreachable"
    home.camera.power_on()
    await home.camera.settle()
    for _ in range(4):
        await home.wait(MINUTE)
    assert home.entry.state is ConfigEntryState.LOADED
    assert home.works


async def test_another_camera_at_a_start(home: CbtHome) -> None:
    """Nothing is made of a stranger until the right one is back."""
    mac = home.camera.options.mac
    home.camera.replace(mac=STRANGER)
    await home.reload()
    assert state_of(home.entry) is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "wrong_device"
    home.camera.replace(mac=mac, device_id="CBT000114010100010238")
    for _ in range(4):
        await home.wait(MINUTE)
    assert home.works
    assert home.written == []


@pytest.mark.parametrize("outage", [False, True], ids=["at_once", "after_an_outage"])
async def test_another_camera_in_between(home: CbtHome, outage: bool) -> None:
    """Nothing is written to it, nothing of it is shown, and the right one returns."""
    mac = home.camera.options.mac
    if outage:
        home.camera.power_off()
        with refused("unreachable", HomeAssistantError):
            await home.finish(home.act("switch", "motion_detection", "turn_on"))
    home.camera.replace(mac=STRANGER)
    if outage:
        home.camera.power_on()
        await home.camera.settle()
    else:
        await home.wait(11)
    # Nobody may have looked in between.
    for platform, key, action in (
        ("switch", "motion_detection", "turn_on"),
        ("light", "floodlight", "turn_on"),
        ("button", "restart", "press"),
        ("button", "open_door", "press"),
    ):
        if home.value(platform, key) != "unavailable":
            with refused("wrong_device", HomeAssistantError):
                await home.finish(home.act(platform, key, action))
    for _ in range(5):
        await home.wait(10)
        assert home.shown == {"unavailable"}
    assert home.written == []
    assert home.reauth == []
    assert home.camera.door_openings == []
    (line,) = home.told(logging.ERROR)
    assert "Another device answers at the address of Workshop" in line

    home.camera.replace(mac=mac, device_id="CBT000114010100010238")
    for _ in range(4):
        await home.wait(31)
    assert home.works
    await home.act("switch", "motion_detection", "turn_on")
    assert home.written == ["setMotionDetConf"]


# What happens at the camera


async def test_the_alarm_input(home: CbtHome) -> None:
    """It is seen within three seconds, once for each time, and ends."""
    for _ in range(2):
        home.camera.set_alarm_input()
        await home.wait(4)
        assert home.value("binary_sensor", "alarm_input_1") == "on"
        alarm = home.state("event", "alarm")
        assert alarm.attributes["event_type"] == "input"
        moment = alarm.state
        await home.wait(4)
        assert home.value("event", "alarm") == moment
        home.camera.set_alarm_input(on=False)
        await home.wait(4)
        assert home.value("binary_sensor", "alarm_input_1") == "off"
