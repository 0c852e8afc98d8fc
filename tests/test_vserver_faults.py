"""Each fault of a video server: what is seen, logged, and how it passes."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
import logging
from typing import Final, Literal

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.conftest import Time
from tests.emulators.vserver import VserverEmulator
from tests.home import ENGLISH, refused
from tests.vserver_home import VserverHome, dome, vserver_home

MINUTE: Final = 60
MOTION: Final = "alarm_set/MDInfo"

type Act = Callable[[VserverEmulator], object]


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[VserverHome]:
    """Return a home where everything works."""
    async with vserver_home(
        hass, monkeypatch, moving_time, dome(), records=records
    ) as found:
        await found.poll()
        await found.poll()
        assert found.works
        records.clear()
        found.server.forget()
        yield found
        found.server.violations.clear()


def answer(body: bytes) -> Act:
    """Return what has the unit answer everything with the same nonsense."""
    return lambda unit: unit.plans.answer("*", body, count=None)


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A fault that takes the unit away as long as it lasts."""

    key: str
    kind: str = ""
    code: int = 500
    size: int = 0
    act: Act | None = None
    mend: Act = field(default=lambda unit: unit.faults.clear())


BILLION: Final = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Message>&c;</Message>'
)
LOSSES: Final = {
    "no_power": Loss(
        key="unreachable",
        act=VserverEmulator.power_off,
        mend=VserverEmulator.power_on,
    ),
    "drop": Loss(key="unreachable", kind="drop_before"),
    "drop_after": Loss(key="unreachable", kind="drop_after"),
    "hang": Loss(key="timeout", kind="hang"),
    "garbage": Loss(key="bad_answer", kind="garbage"),
    "html": Loss(key="bad_answer", kind="html"),
    "huge": Loss(key="bad_answer", kind="huge", size=10 * 1024 * 1024),
    "empty": Loss(key="bad_answer", kind="empty"),
    "starting": Loss(key="busy", kind="http_status", code=503),
    "failing": Loss(key="failed", kind="http_status", code=500),
    "entities": Loss(key="bad_answer", act=answer(BILLION)),
    "deep": Loss(key="bad_answer", act=answer(b"<a>" * 5000 + b"</a>" * 5000)),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_unit_that_is_lost_is_told_once_and_found_again(
    home: VserverHome, loss: Loss
) -> None:
    """All is unavailable soon, one line says why, and one that it is over."""
    unit = home.server
    if loss.act is None:
        unit.faults.add(loss.kind, count=None, code=loss.code, size=loss.size)
    else:
        loss.act(unit)

    await home.wait(31)
    await home.wait(31)
    assert home.shown == {"unavailable"}
    assert home.value("binary_sensor", "online") == "off"
    for _ in range(2):
        await home.wait(MINUTE)

    (line,) = home.told(logging.ERROR)
    reason = ENGLISH["exceptions"][loss.key]["message"].format(device="Yard")
    assert line == f"Error fetching watchpost Yard state data: {reason[:-1]}"
    assert home.told(logging.WARNING) == []
    assert home.reauth == []

    loss.mend(unit)
    unit.plans.clear()
    await unit.settle()
    for _ in range(3):
        await home.wait(31)

    assert home.works
    (back,) = home.told(logging.INFO)
    assert back == "Fetching watchpost Yard state data recovered"
    assert len(home.told(logging.ERROR)) == 1
    assert home.written == []


FLEETING: Final[dict[str, Act]] = {
    "idle_connection": VserverEmulator.close_connections,
    "one_drop": lambda unit: unit.faults.add("drop_before"),
    "busy": lambda unit: unit.faults.add("http_status", code=503),
    "one_failure": lambda unit: unit.plans.refuse("sys_get/TimeInfo", 503),
    "latency": lambda unit: unit.faults.add("latency", seconds=0.2),
}


async def test_what_passes_at_once_is_not_seen(home: VserverHome) -> None:
    """A small fault is overcome in the same breath."""
    for name, act in FLEETING.items():
        act(home.server)
        await home.wait(31)
        assert home.works, name
        assert home.told(logging.ERROR) == home.told(logging.INFO) == [], name


EXPOSURE: Final = "camera_get/ExposureInfo"
ALONE: Final[dict[str, Act]] = {
    "failed": lambda unit: unit.plans.refuse(EXPOSURE, 503, count=None),
    "wrong_mode": lambda unit: unit.plans.refuse(EXPOSURE, 502, count=None),
    "unknown": lambda unit: unit.plans.refuse(EXPOSURE, 599, count=None),
    "garbage": lambda unit: unit.plans.answer(EXPOSURE, b"<Message>", count=None),
}


@pytest.mark.parametrize("act", ALONE.values(), ids=ALONE.keys())
async def test_a_group_that_fails_alone(home: VserverHome, act: Act) -> None:
    """Only what it feeds is unavailable, the rest goes on, and it comes back."""
    act(home.server)
    for _ in range(2):
        await home.wait(301)
    assert home.value("select", "day_night_mode") == "unavailable"
    assert home.value("switch", "motion_detection") == "off"
    assert home.value("sensor", "storage_used_1") == "7.6"
    assert home.value("binary_sensor", "online") == "on"
    asked = len(home.server.requests_of(EXPOSURE))
    assert asked < 20
    home.server.plans.clear()
    for _ in range(10):
        await home.wait(301)
    assert home.works
    assert home.value("select", "day_night_mode") == "auto"
    assert home.told(logging.ERROR) == []


async def enter(home: VserverHome, password: str) -> str | None:
    """Enter a login in the dialog that asks for one; return how it ended."""
    (flow,) = home.reauth
    result = await home.hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {"username": home.server.options.username, "password": password},
    )
    await home.hass.async_block_till_done()
    return result.get("reason")


async def test_a_password_that_was_changed(home: VserverHome) -> None:
    """One dialog asks for it; with the new one all works again."""
    home.server.set_password("changed later")
    await home.wait(31)
    assert home.shown == {"unavailable"}
    refusals = home.server.gate.refused
    for _ in range(10):
        await home.wait(MINUTE)

    assert len(home.reauth) == 1
    # A unit that is asked with a wrong password again and again may lock.
    assert home.server.gate.refused - refusals <= 1
    (line,) = home.told(logging.ERROR)
    assert "Yard refuses the stored login" in line
    assert await enter(home, "changed later") == "reauth_successful"
    await home.wait(31)
    assert home.works


async def test_a_start_with_a_wrong_password_asks(home: VserverHome) -> None:
    """One dialog; nothing is tried again without the owner."""
    home.server.set_password("changed later")
    await home.reload()
    refusals = home.server.gate.refused
    assert home.entry.state is ConfigEntryState.SETUP_ERROR
    for _ in range(5):
        await home.wait(MINUTE)
    assert len(home.reauth) == 1
    assert home.server.gate.refused == refusals


async def test_a_command_finds_a_changed_password_first(home: VserverHome) -> None:
    """The owner is told, and asked once."""
    home.server.set_password("changed later")
    # Units refuse what an account may not do in the same way.
    with refused("no_permission"):
        await home.act("switch", "motion_detection", "turn_on")
    assert home.reauth == []
    await home.wait(31)
    assert len(home.reauth) == 1
    assert home.server.writes == []


async def test_the_login_becomes_a_digest(home: VserverHome) -> None:
    """Somebody switches it on at the unit: it goes on without a question."""
    home.server.set_digest(on=True)
    await home.wait(31)
    await home.act("switch", "motion_detection", "turn_on")
    before = home.server.gate.basic_to_digest
    for _ in range(12):
        await home.wait(31)
    assert home.works
    assert home.reauth == []
    # From then on the password is never sent in clear again.
    assert home.server.gate.basic_to_digest == before <= 1
    assert len(home.server.writes) == 1


@pytest.mark.parametrize(
    ("kind", "key", "done"),
    [
        ("drop_before", "command_uncertain", False),
        ("drop_after", "command_uncertain", True),
        ("hang", "timeout", False),
        ("html", "bad_answer", True),
        ("garbage", "bad_answer", True),
    ],
)
async def test_a_command_that_is_not_answered(
    home: VserverHome, kind: str, key: str, done: bool
) -> None:
    """It is sent once, the owner is told, and the truth is read afterwards."""
    home.server.faults.add(kind, "/cgi/alarm_set")
    with refused(key, HomeAssistantError):
        await home.finish(home.act("switch", "motion_detection", "turn_on"))
    assert home.written == [MOTION]
    kept = home.server.settings.get("alarm/MDInfo", "MDEnable")
    assert kept == ("1" if done else "0")
    for _ in range(3):
        await home.wait(301)
    assert home.works
    assert home.value("switch", "motion_detection") == ("on" if done else "off")
    assert home.written == [MOTION]


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "dropped"])
async def test_a_restart_by_button(home: VserverHome, answered: bool) -> None:
    """The unit is away for a minute and comes back without help."""
    home.server.options.reboot_answer = "answered" if answered else "dropped"
    if answered:
        await home.act("button", "restart", "press")
    else:
        with refused("command_uncertain", HomeAssistantError):
            await home.act("button", "restart", "press")
    assert (home.server.reboots, home.server.resets) == (1, 0)
    await home.wait(31)
    assert home.shown == {"unavailable"}
    for _ in range(6):
        await home.wait(31)
    assert home.works
    assert len(home.told(logging.ERROR)) == len(home.told(logging.INFO)) == 1
    assert home.written == ["sys_set/SystemInfo"]


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes in between."""
    return entry.state


async def test_a_start_without_power(home: VserverHome) -> None:
    """All comes back by itself."""
    home.server.power_off()
    await home.reload()
    assert state_of(home.entry) is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "unreachable"
    home.server.power_on()
    await home.server.settle()
    for _ in range(4):
        await home.wait(MINUTE)
    assert home.entry.state is ConfigEntryState.LOADED
    assert home.works


async def test_another_unit_at_a_start(home: VserverHome) -> None:
    """Nothing is made of a stranger until the right one is back."""
    mac, serial = home.server.options.mac, home.server.options.serial
    home.server.replace(mac="52:3e:42:00:00:99")
    await home.reload()
    assert state_of(home.entry) is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "wrong_device"
    home.server.replace(mac=mac, serial=serial)
    for _ in range(4):
        await home.wait(MINUTE)
    assert home.works


async def test_another_unit_after_an_outage(home: VserverHome) -> None:
    """Nothing is written to it, nothing of it is shown, and the right one returns."""
    mac, serial = home.server.options.mac, home.server.options.serial
    home.server.power_off()
    with refused("unreachable", HomeAssistantError):
        await home.act("switch", "motion_detection", "turn_on")
    home.server.replace(mac="52:3e:42:00:00:99")
    home.server.power_on()
    await home.server.settle()
    # Nobody has looked in between.
    with refused("wrong_device", HomeAssistantError):
        await home.act("switch", "motion_detection", "turn_on")
    with refused("wrong_device", HomeAssistantError):
        await home.act("button", "restart", "press")
    with refused("wrong_device", HomeAssistantError):
        await home.ask("ptz_goto", preset=1)
    with refused("wrong_device", HomeAssistantError):
        await home.tell("serial_send", data="open")
    for _ in range(3):
        await home.wait(31)
        assert home.shown == {"unavailable"}
    assert home.written == []
    assert home.reauth == []
    (line,) = home.told(logging.ERROR)
    assert "Another device answers at the address of Yard" in line

    home.server.replace(mac=mac, serial=serial)
    for _ in range(3):
        await home.wait(31)
    assert home.works
    await home.act("switch", "motion_detection", "turn_on")
    assert home.written == [MOTION]


async def test_settings_that_changed_while_it_was_away(home: VserverHome) -> None:
    """What is shown after a restart is what the unit has then."""
    home.server.power_off()
    await home.wait(31)
    home.server.settings.set("alarm/MDInfo", "MDSensitivity", 77)
    home.server.power_on()
    await home.server.settle()
    for _ in range(3):
        await home.wait(31)
    assert home.value("number", "motion_sensitivity") == "77"


@pytest.mark.parametrize("rights", ["401", "502", "503"])
async def test_an_account_that_may_only_look(
    home: VserverHome, rights: Literal["401", "502", "503"]
) -> None:
    """What it may not do is refused once, and nothing is taken for done."""
    home.server.options.low_rights = rights
    home.server.users.add("guest", "look", 1)
    home.hass.config_entries.async_update_entry(
        home.entry, data={**home.entry.data, "username": "guest", "password": "look"}
    )
    await home.reload()
    with pytest.raises(HomeAssistantError) as caught:
        await home.act("switch", "motion_detection", "turn_on")
    assert caught.value.translation_domain == "watchpost"
    assert home.server.writes == []
    assert home.value("switch", "motion_detection") == "off"
    await home.wait(31)
    assert home.works
