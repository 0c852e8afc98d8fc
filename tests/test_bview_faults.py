"""Each fault of a B-VIEW camera: what is seen, logged, and how it passes."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
import logging
from typing import Final

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bview_controls import BASIC, FTP, IMAGES, IR_CUT
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.bview.users import NORMAL
from tests.home import ENGLISH, refused
from tests.test_repairs import issues

MINUTE: Final = 60

type Act = Callable[[BviewEmulator], object]


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[BviewHome]:
    """Return a home where everything works."""
    options = BviewOptions.full(password=PASSWORD)
    async with bview_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        await found.poll()
        assert found.works
        records.clear()
        found.camera.forget()
        yield found


def answer(body: bytes) -> Act:
    """Return what has the camera answer everything with the same nonsense."""
    return lambda camera: camera.plans.answer("*", body, count=None)


def deep(levels: int) -> bytes:
    """Return a document that goes deeper than any."""
    return b"<a>" * levels + b"</a>" * levels


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A fault that takes the camera away as long as it lasts."""

    key: str
    kind: str = ""
    code: int = 500
    size: int = 0
    act: Act | None = None
    mend: Act = field(default=lambda camera: camera.faults.clear())


BILLION: Final = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><DeviceStatus>&c;</DeviceStatus>'
)
LOSSES: Final = {
    "no_power": Loss(
        key="unreachable",
        act=BviewEmulator.power_off,
        mend=BviewEmulator.power_on,
    ),
    "drop": Loss(key="unreachable", kind="drop_before"),
    "drop_after": Loss(key="unreachable", kind="drop_after"),
    "truncated": Loss(key="unreachable", kind="truncated"),
    "hang": Loss(key="timeout", kind="hang"),
    "hang_after": Loss(key="timeout", kind="hang_after"),
    "garbage": Loss(key="bad_answer", kind="garbage"),
    "clipped": Loss(key="bad_answer", kind="clipped"),
    "html": Loss(key="bad_answer", kind="html"),
    "huge": Loss(key="bad_answer", kind="huge", size=10 * 1024 * 1024),
    "empty": Loss(key="bad_answer", kind="empty"),
    "starting": Loss(key="busy", kind="http_status", code=503),
    "failing": Loss(key="failed", kind="http_status", code=500),
    "entities": Loss(key="bad_answer", act=answer(BILLION)),
    "deep": Loss(key="bad_answer", act=answer(deep(5000))),
    "another_document": Loss(
        key="bad_answer", act=answer(b"<NTP><Enable>true</Enable></NTP>")
    ),
    "done": Loss(
        key="bad_answer",
        act=answer(b"<ResponseStatus><statusCode>0</statusCode></ResponseStatus>"),
    ),
    "no_code": Loss(
        key="bad_answer",
        act=answer(b"<ResponseStatus><statusCode>x</statusCode></ResponseStatus>"),
    ),
    "redirect": Loss(
        key="bad_answer",
        act=lambda camera: camera.redirects.update(
            {
                "/System/DeviceStatus/1": (302, "http://192.0.2.1/System/Time"),
                "/System/DeviceInfo": (302, "http://192.0.2.1/System/Time"),
            }
        ),
        mend=lambda camera: camera.redirects.clear(),
    ),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_camera_that_is_lost_is_told_once_and_found_again(
    home: BviewHome, loss: Loss
) -> None:
    """All is unavailable at once, one line says why, and one that it is over."""
    camera = home.camera
    if loss.act is None:
        camera.faults.add(loss.kind, count=None, code=loss.code, size=loss.size)
    else:
        loss.act(camera)

    await home.wait(6)
    assert home.shown == {"unavailable"}
    assert home.value("binary_sensor", "online") == "off"
    for _ in range(2):
        await home.wait(MINUTE)

    (line,) = home.told(logging.ERROR)
    reason = ENGLISH["exceptions"][loss.key]["message"].format(device="Workshop")
    assert line == f"Error fetching watchpost Workshop state data: {reason[:-1]}"
    assert home.told(logging.WARNING) == []
    assert home.reauth == []

    loss.mend(camera)
    camera.plans.clear()
    await camera.settle()
    for _ in range(3):
        await home.wait(10)

    assert home.works
    (back,) = home.told(logging.INFO)
    assert back == "Fetching watchpost Workshop state data recovered"
    assert len(home.told(logging.ERROR)) == 1
    assert home.written == []


FLEETING: Final[dict[str, Act]] = {
    "idle_connection": BviewEmulator.close_connections,
    "one_drop": lambda camera: camera.faults.add("drop_before"),
    "one_drop_after": lambda camera: camera.faults.add("drop_after"),
    "latency": lambda camera: camera.faults.add("latency", seconds=0.2),
}


async def test_what_passes_at_once_is_not_seen(home: BviewHome) -> None:
    """A small fault is overcome in the same breath."""
    for name, act in FLEETING.items():
        act(home.camera)
        await home.wait(6)
        assert home.works, name
        assert home.told(logging.ERROR) == home.told(logging.INFO) == [], name


ALONE: Final[dict[str, Act]] = {
    "code": lambda camera: camera.plans.refuse(IMAGES, -8, count=None),
    "users_full": lambda camera: camera.plans.refuse(IMAGES, -11, count=None),
    "forbidden": lambda camera: camera.faults.add(
        "http_status", IMAGES, code=403, count=None
    ),
    "failing": lambda camera: camera.faults.add(
        "http_status", IMAGES, code=500, count=None
    ),
    "html": lambda camera: camera.faults.add("html", IMAGES, count=None),
    "huge": lambda camera: camera.faults.add("huge", IMAGES, count=None),
    "deep": lambda camera: camera.plans.answer(IMAGES, deep(2000), count=None),
    "drop": lambda camera: camera.faults.add("drop_before", IMAGES, count=None),
    "hang": lambda camera: camera.faults.add("hang", IMAGES, count=None),
}


@pytest.mark.parametrize("act", ALONE.values(), ids=ALONE.keys())
async def test_a_block_that_fails_alone(home: BviewHome, act: Act) -> None:
    """Only what it feeds is unavailable, the rest goes on, and it comes back."""
    act(home.camera)
    for _ in range(2):
        await home.wait(301)
    for _ in range(6):
        await home.wait(21)
        assert home.value("binary_sensor", "motion") == "off"
    assert home.value("select", "day_night_mode") == "unavailable"
    assert home.value("switch", "motion_detection") == "on"
    assert home.value("sensor", "storage_used_1") == "7.6"
    home.camera.settings.set("/Pictures/1/Motion", "Enable", "false")
    for _ in range(12):
        await home.wait(31)
    assert home.value("switch", "motion_detection") == "off"
    asked = len(home.camera.requests_of(IMAGES))
    assert asked <= 60

    home.camera.faults.clear()
    home.camera.plans.clear()
    for _ in range(30):
        await home.wait(31)
    assert home.works
    assert home.value("select", "day_night_mode") == "auto"
    # Where it seems for a moment that the camera itself is lost.
    assert len(home.told(logging.ERROR)) == len(home.told(logging.INFO)) <= 1


async def enter(home: BviewHome, password: str) -> str | None:
    """Enter a login in the dialog that asks for one; return how it ended."""
    (flow,) = home.reauth
    result = await home.hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {"username": home.camera.options.username, "password": password},
    )
    await home.hass.async_block_till_done()
    return result.get("reason")


async def test_a_password_that_was_changed(home: BviewHome) -> None:
    """One dialog asks for it; with the new one all works again."""
    home.camera.set_password("changed later")
    await home.wait(6)
    assert home.shown == {"unavailable"}
    refusals = home.camera.gate.refused
    for _ in range(10):
        await home.wait(MINUTE)

    assert len(home.reauth) == 1
    # A camera that is asked with a wrong password again and again may lock.
    assert home.camera.gate.refused - refusals <= 1
    (line,) = home.told(logging.ERROR)
    assert "Workshop refuses the stored login" in line
    assert await enter(home, "changed later") == "reauth_successful"
    await home.wait(6)
    assert home.works


async def test_a_command_finds_a_changed_password_first(home: BviewHome) -> None:
    """The owner is told, and asked once."""
    home.camera.set_password("changed later")
    with refused("invalid_auth", HomeAssistantError):
        await home.act("switch", "motion_detection", "turn_off")
    await home.wait(6)
    assert len(home.reauth) == 1
    assert home.kept("/Pictures/1/Motion", "Enable") == "true"


async def test_a_start_with_a_wrong_password_asks(home: BviewHome) -> None:
    """One dialog; nothing is tried again without the owner."""
    home.camera.set_password("changed later")
    await home.reload()
    refusals = home.camera.gate.refused
    assert home.entry.state is ConfigEntryState.SETUP_ERROR
    for _ in range(5):
        await home.wait(MINUTE)
    assert len(home.reauth) == 1
    assert home.camera.gate.refused == refusals


async def test_an_account_that_may_only_look(home: BviewHome) -> None:
    """What it may not do says so, and what it may not see is told to the owner."""
    home.camera.users.add("guest", "look", NORMAL)
    home.camera.faults.add("http_status", FTP, code=403, count=None)
    home.hass.config_entries.async_update_entry(
        home.entry, data={**home.entry.data, "username": "guest", "password": "look"}
    )
    await home.reload()
    await home.poll()
    assert set(issues(home.hass)) == {"guest_login"}
    assert home.value("switch", "automatic_recording") == "on"
    with refused("no_permission"):
        await home.act("switch", "automatic_recording", "turn_off")
    assert home.kept("/Record/HttpEvent/Config", "Enable") == "true"
    assert home.value("switch", "automatic_recording") == "on"
    assert home.reauth == []
    explained = await home.device("explain")
    (upload,) = [one for one in explained["features"] if one["key"] == "ftp_upload"]
    assert upload["status"] == "no_permission"

    home.camera.faults.clear()
    await home.reload()
    assert issues(home.hass) == {}


@pytest.mark.parametrize(
    ("kind", "key", "done"),
    [
        ("drop_before", "command_uncertain", False),
        ("drop_after", "command_uncertain", True),
        ("hang", "timeout", False),
        ("truncated", "command_uncertain", True),
        ("html", "bad_answer", True),
        ("garbage", "bad_answer", True),
    ],
)
async def test_a_command_that_is_not_answered(
    home: BviewHome, kind: str, key: str, done: bool
) -> None:
    """It is sent once, the owner is told, and the truth is read afterwards."""
    home.camera.faults.add(kind, IR_CUT, method="PUT")
    with refused(key, HomeAssistantError):
        await home.finish(
            home.act("select", "day_night_mode", "select_option", option="night")
        )
    assert home.written == [f"PUT {IR_CUT}"]
    assert (home.kept(IR_CUT, "Mode") == "night") is done
    assert home.value("select", "day_night_mode") == "auto"
    for seconds in (10, 10, 301, 10):
        await home.wait(seconds)

    assert home.works
    assert home.value("select", "day_night_mode") == ("night" if done else "auto")
    assert home.written == [f"PUT {IR_CUT}"]


@pytest.mark.parametrize("own_id", ["record_event", "restart"])
async def test_a_button_whose_answer_is_lost(home: BviewHome, own_id: str) -> None:
    """What must not happen twice is ordered once."""
    path = {"record_event": "/Record/HttpEvent/Call", "restart": "/System/Reboot"}
    home.camera.faults.add("drop_after", path[own_id])
    with refused("command_uncertain", HomeAssistantError):
        await home.act("button", own_id, "press")
    assert home.written == [f"PUT {path[own_id]}"]


@pytest.mark.parametrize("answer_first", ["answered", "dropped"])
async def test_a_restart_by_button(home: BviewHome, answer_first: str) -> None:
    """The camera is away for a minute and comes back without help."""
    home.camera.options.reboot_answer = (
        "answered" if answer_first == "answered" else "dropped"
    )
    if answer_first == "answered":
        await home.act("button", "restart", "press")
    else:
        with refused("command_uncertain", HomeAssistantError):
            await home.act("button", "restart", "press")
    assert home.camera.reboots == 1
    await home.wait(6)
    assert home.shown == {"unavailable"}
    home.camera.faults.add("http_status", code=503, count=3)
    for _ in range(12):
        await home.wait(10)
    assert home.works
    assert len(home.told(logging.ERROR)) == len(home.told(logging.INFO)) == 1
    assert home.written == ["PUT /System/Reboot"]


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes in between."""
    return entry.state


async def test_a_start_without_power(home: BviewHome) -> None:
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


async def test_another_camera_at_a_start(home: BviewHome) -> None:
    """Nothing is made of a stranger until the right one is back."""
    mac, serial = home.camera.options.mac, home.camera.options.serial
    home.camera.replace(mac="02:BB:1E:00:00:99")
    await home.reload()
    assert state_of(home.entry) is ConfigEntryState.SETUP_RETRY
    assert home.entry.error_reason_translation_key == "wrong_device"
    home.camera.replace(mac=mac, serial=serial)
    for _ in range(4):
        await home.wait(MINUTE)
    assert home.works


async def test_another_camera_after_an_outage(home: BviewHome) -> None:
    """Nothing is written to it, nothing of it is shown, and the right one returns."""
    mac, serial = home.camera.options.mac, home.camera.options.serial
    home.camera.power_off()
    with refused("unreachable", HomeAssistantError):
        await home.act("switch", "motion_detection", "turn_off")
    home.camera.replace(mac="02:BB:1E:00:00:99")
    home.camera.power_on()
    await home.camera.settle()
    # Nobody has looked in between.
    for key, action in (("motion_detection", "turn_off"), ("email_alerts", "turn_on")):
        with refused("wrong_device", HomeAssistantError):
            await home.act("switch", key, action)
    with refused("wrong_device", HomeAssistantError):
        await home.act("button", "restart", "press")
    for _ in range(5):
        await home.wait(10)
        assert home.shown == {"unavailable"}
    assert home.written == []
    assert home.reauth == []
    (line,) = home.told(logging.ERROR)
    assert "Another device answers at the address of Workshop" in line

    home.camera.replace(mac=mac, serial=serial)
    for _ in range(3):
        await home.wait(10)
    assert home.works
    assert len(home.told(logging.ERROR)) == len(home.told(logging.INFO)) == 1
    await home.act("switch", "motion_detection", "turn_off")
    assert home.written == ["PUT /Pictures/1/Motion"]


async def test_software_that_was_updated(home: BviewHome) -> None:
    """What the new one can do besides turns up without anybody's doing."""
    camera = home.camera
    camera.options.absent = {"/Disk": -3}
    await home.reload()
    await home.poll()
    camera.reboot()
    await home.wait(6)
    camera.options.absent = {}
    camera.settings.set("/System/DeviceInfo", "SoftWareVersion", "2.2.0")
    for _ in range(12):
        await home.wait(10)
    for _ in range(3):
        await home.wait(301)
    assert home.value("sensor", "storage_used_1") == "7.6"
    assert home.kept(BASIC, "FlipMode") == "close"
