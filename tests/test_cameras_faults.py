"""Each fault of a camera or recorder: what is seen, logged, and how it passes."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
import logging
from typing import Final

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.camera_time import Owner, at_home, names
from tests.conftest import Time
from tests.emulators.reolink import ChannelOptions, ReolinkEmulator, ReolinkOptions
from tests.emulators.reolink.errors import RefusedError
from tests.emulators.reolink.options import DEMO_PASSWORD, DEMO_USERNAME
from tests.home import ENGLISH, refused

LOGIN: Final = "Login"
MINUTE: Final = 60

type Act = Callable[[ReolinkEmulator], object]


@pytest.fixture
def options() -> ReolinkOptions:
    """Return a camera as the document prints it."""
    return ReolinkOptions()


@pytest.fixture
async def owner(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: ReolinkOptions,
) -> AsyncIterator[Owner]:
    """Return somebody at home; everything works."""
    async with at_home(hass, monkeypatch, moving_time, records, options) as person:
        yield person


def fill(device: ReolinkEmulator) -> None:
    """Forget the logins and let others take all places."""
    device.forget_sessions()
    for _ in range(device.options.max_sessions):
        device.sessions.login(DEMO_USERNAME, DEMO_PASSWORD)


def lock(device: ReolinkEmulator) -> None:
    """Forget the logins and lock them after a wrong password of somebody else."""
    device.forget_sessions()
    device.sessions.lock.enabled = True
    device.sessions.lock.tries = 1
    with suppress(RefusedError):
        device.sessions.login(DEMO_USERNAME, "wrong")


def limit(device: ReolinkEmulator) -> None:
    """Forget the logins and find all of them too frequent."""
    device.forget_sessions()
    device.options.frequent_logins = (0, 60.0)


def unlimit(device: ReolinkEmulator) -> None:
    """Take logins again."""
    device.options.frequent_logins = None


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A fault that takes the device away as long as it lasts."""

    key: str
    kind: str = ""
    code: int = 500
    act: Act | None = None
    mend: Act = field(default=lambda device: device.faults.clear())
    back: int = 1
    """Minutes at most after its end until all works again."""
    logins: int = 1
    """Logins at most until it works again."""


LOSSES: Final = {
    "no_power": Loss(
        key="unreachable",
        act=ReolinkEmulator.power_off,
        mend=ReolinkEmulator.power_on,
    ),
    "drop": Loss(key="unreachable", kind="drop_before"),
    "drop_after": Loss(key="unreachable", kind="drop_after"),
    "truncated": Loss(key="unreachable", kind="truncated"),
    "hang": Loss(key="timeout", kind="hang"),
    "hang_after": Loss(key="timeout", kind="hang_after"),
    "garbage": Loss(key="bad_answer", kind="garbage"),
    "clipped": Loss(key="bad_answer", kind="clipped"),
    "html": Loss(key="bad_answer", kind="html"),
    "huge": Loss(key="bad_answer", kind="huge"),
    "empty": Loss(key="bad_answer", kind="empty"),
    "web_server_starts": Loss(
        key="busy", kind="http_status", code=502, logins=1_000_000
    ),
    "page_is_gone": Loss(key="busy", kind="http_status", code=404, logins=1_000_000),
    "failing": Loss(key="bad_answer", kind="http_status", code=500),
    "sessions_full": Loss(
        key="sessions_full",
        act=fill,
        mend=ReolinkEmulator.forget_sessions,
        back=3,
        logins=6,
    ),
    "locked": Loss(key="login_locked", act=lock, mend=lambda d: None, back=6, logins=3),
    "frequent": Loss(key="login_locked", act=limit, mend=unlimit, back=2, logins=9),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_device_that_is_lost_is_told_once_and_found_again(
    owner: Owner, loss: Loss
) -> None:
    """All is unavailable at once, one line says why, and one that it is over."""
    device = owner.device
    if loss.act is None:
        device.faults.add(loss.kind, count=None, code=loss.code)
    else:
        loss.act(device)

    await owner.wait()
    assert owner.shown() == {"unavailable"}
    assert owner.online == "off"
    for _ in range(4):
        await owner.wait(MINUTE)

    (line,) = owner.told(logging.ERROR)
    reason = ENGLISH["exceptions"][loss.key]["message"].format(device="Porch")
    assert line == f"Error fetching watchpost Porch state data: {reason[:-1]}"
    assert not owner.told(logging.WARNING)
    assert owner.reauth == []
    assert device.dangerous == []

    loss.mend(device)
    await device.settle()
    for _ in range(loss.back * 6 + 1):
        await owner.wait(10)

    assert owner.works
    (back,) = owner.told(logging.INFO)
    assert back == "Fetching watchpost Porch state data recovered"
    assert len(owner.told(logging.ERROR)) == 1
    assert owner.reauth == []
    assert device.commands[LOGIN] <= loss.logins
    # A login that could not be given back ends by itself.
    assert len(device.sessions.open) <= 2


FLEETING: Final[dict[str, Act]] = {
    "idle_connection": ReolinkEmulator.close_connections,
    "one_drop": lambda d: d.faults.add("drop_before"),
    "one_drop_after": lambda d: d.faults.add("drop_after"),
    "one_bad_gateway": lambda d: d.faults.add("http_status", code=502),
    "latency": lambda d: d.faults.add("latency", seconds=0.2),
    "session_lost": ReolinkEmulator.forget_sessions,
    "collapsed": lambda d: d.plans.collapse(-16),
    "collapsed_twice": lambda d: d.plans.collapse(-16, count=2),
    "timed_out": lambda d: d.plans.collapse(-8),
    "short": lambda d: d.plans.shorten(1),
    "one_refused": lambda d: d.plans.refuse("GetMdState", -12),
}


@pytest.mark.parametrize("act", FLEETING.values(), ids=FLEETING.keys())
async def test_what_passes_at_once_is_not_seen(owner: Owner, act: Act) -> None:
    """A small fault is overcome in the same breath."""
    act(owner.device)

    await owner.wait()

    assert owner.works
    assert owner.told(logging.ERROR) == owner.told(logging.INFO) == []
    assert owner.device.commands[LOGIN] <= 1
    assert len(owner.device.sessions.open) == 1


@pytest.mark.parametrize("code", [-6, -21])
async def test_a_lost_session_costs_one_login(owner: Owner, code: int) -> None:
    """Both codes mean the same; each loss is made good by one login."""
    device = owner.device
    device.options.lost_token = -6 if code == -6 else -21
    for number in range(1, 4):
        device.forget_sessions()
        await owner.wait()
        assert owner.works
        assert device.commands[LOGIN] == number
    assert owner.told(logging.ERROR) == []


async def test_sessions_that_are_lost_again_and_again(owner: Owner) -> None:
    """A second loss in a row is told, and is not answered with more logins."""
    device = owner.device
    device.faults.add(
        "app_error",
        code=-6,
        count=None,
        match=lambda record: names(record, "GetMdState"),
    )

    await owner.wait()
    assert owner.shown() == {"unavailable"}
    assert device.commands[LOGIN] == 1
    (line,) = owner.told(logging.ERROR)
    assert "ended the login twice" in line
    assert owner.reauth == []
    assert len(device.sessions.open) == 1

    device.faults.clear()
    await owner.wait()
    assert owner.works


async def test_a_login_lasts_as_long_as_it_is_lent(owner: Owner) -> None:
    """One login for each lease, and the old one is given back first."""
    device = owner.device
    for _ in range(60 * 3):
        await owner.wait(MINUTE)

    assert device.sessions.most_open == 1
    assert 3 <= device.commands[LOGIN] <= 4
    assert device.commands["Logout"] == device.commands[LOGIN]


async def enter(owner: Owner, password: str) -> str | None:
    """Enter a login in the dialog that asks for one; return how it ended."""
    (flow,) = owner.reauth
    result = await owner.home.hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": DEMO_USERNAME, "password": password}
    )
    await owner.home.hass.async_block_till_done()
    return result.get("reason")


async def test_a_password_that_was_changed(owner: Owner) -> None:
    """One dialog asks for it; the wrong one is tried once, so that nothing locks."""
    device = owner.device
    device.sessions.users[DEMO_USERNAME].password = "changed later"
    await owner.wait()
    assert owner.works
    device.forget_sessions()

    await owner.wait()
    assert owner.shown() == {"unavailable"}
    for _ in range(10):
        await owner.wait(MINUTE)

    assert len(owner.reauth) == 1
    assert device.sessions.failed == 1
    (line,) = owner.told(logging.ERROR)
    assert "Porch refuses the stored login" in line
    assert await enter(owner, "changed later") == "reauth_successful"
    await owner.wait()
    assert owner.works
    assert len(device.sessions.open) == 1
    assert device.sessions.failed == 1


async def test_a_command_finds_a_changed_password_first(owner: Owner) -> None:
    """The owner is told, and asked once."""
    device = owner.device
    device.sessions.users[DEMO_USERNAME].password = "changed later"
    device.forget_sessions()

    with refused("invalid_auth", HomeAssistantError):
        await owner.act("light", "floodlight", "turn_on")
    await owner.wait()

    assert len(owner.reauth) == 1
    assert device.sessions.failed == 1


async def test_a_restart(owner: Owner) -> None:
    """It is away for a minute, its web server stumbles, one login is enough."""
    device = owner.device
    device.reboot()
    await owner.wait()
    assert owner.shown() == {"unavailable"}
    device.faults.add("http_status", code=502, count=6)

    for _ in range(10):
        await owner.wait(10)

    assert owner.works
    assert len(owner.told(logging.ERROR)) == len(owner.told(logging.INFO)) == 1
    assert device.sessions.opened == 2
    assert owner.reauth == []


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes in between."""
    return entry.state


async def test_a_set_up_that_fails_is_tried_again(owner: Owner) -> None:
    """Without power at a start all comes back by itself, and no login is lost."""
    device, entry = owner.device, owner.home.entry
    device.power_off()
    await owner.reload()
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable"

    device.power_on()
    await device.settle()
    for _ in range(4):
        await owner.wait(MINUTE)

    assert entry.state is ConfigEntryState.LOADED
    assert owner.works
    # One could not be given back without power.
    assert device.commands[LOGIN] == 1


@pytest.mark.parametrize(
    ("code", "key"),
    [(-5, "sessions_full"), (-506, "login_locked"), (-105, "login_locked")],
)
async def test_a_set_up_without_a_login_waits(
    owner: Owner, code: int, key: str
) -> None:
    """Full or locked is no wrong password."""
    device, entry = owner.device, owner.home.entry
    device.faults.add(
        "app_error",
        code=code,
        count=None,
        match=lambda record: record.query.get("cmd") == LOGIN,
    )
    await owner.reload()

    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == key
    assert owner.reauth == []
    device.faults.clear()
    for _ in range(4):
        await owner.wait(MINUTE)
    assert entry.state is ConfigEntryState.LOADED
    assert owner.works


async def test_a_set_up_with_a_wrong_password_asks(owner: Owner) -> None:
    """One dialog; nothing is tried again without the owner."""
    device, entry = owner.device, owner.home.entry
    device.sessions.users[DEMO_USERNAME].password = "changed later"
    await owner.reload()

    assert entry.state is ConfigEntryState.SETUP_ERROR
    for _ in range(5):
        await owner.wait(MINUTE)
    assert len(owner.reauth) == 1
    assert device.sessions.failed == 1


async def test_another_camera_at_the_address(owner: Owner) -> None:
    """At a start nothing is asked of a stranger, until the right one is back."""
    device, entry = owner.device, owner.home.entry
    device.settings.change("LocalLink", mac="ec:71:db:00:00:01")
    await owner.reload()

    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "wrong_device"
    assert device.sessions.open == []
    device.settings.change("LocalLink", mac=device.options.mac)
    for _ in range(4):
        await owner.wait(MINUTE)
    assert owner.works


async def test_another_camera_takes_the_address_while_running(owner: Owner) -> None:
    """Cameras with one password for all change places: nobody is mistaken."""
    device = owner.device
    device.reboot()
    device.settings.change("LocalLink", mac="ec:71:db:00:00:01")
    for _ in range(10):
        await owner.wait(10)

    assert owner.shown() == {"unavailable"}


SETTINGS: Final = ("GetIrLights", "GetIsp", "GetTime")


class TestSettings:
    """What happens to settings alone."""

    @pytest.fixture
    def options(self) -> ReolinkOptions:
        """Return a camera of which nothing is read often but what it sees."""
        return ReolinkOptions(channels=[ChannelOptions(floodlight=False)])

    async def test_a_reading_that_fails_once_is_made_good_soon(
        self, owner: Owner
    ) -> None:
        """Settings do not stay away until they would be due anyway."""
        fault = owner.device.faults.add(
            "drop_before", count=None, match=lambda record: names(record, *SETTINGS)
        )
        await owner.wait(601)
        await owner.wait()
        assert fault.hits
        # What was read last is shown for a while; the device itself is there.
        assert owner.value("select", "infrared_light") == "auto"
        for _ in range(20):
            await owner.wait(10)
        assert owner.value("select", "infrared_light") == "unavailable"
        assert owner.value("binary_sensor", "motion") == "off"
        owner.device.faults.clear()

        for _ in range(18):
            await owner.wait(10)

        assert owner.works
        assert owner.told(logging.ERROR) == owner.told(logging.INFO) == []

    async def test_readings_that_fail_are_not_repeated_without_end(
        self, owner: Owner
    ) -> None:
        """A device that does not answer to something is left in peace."""
        fault = owner.device.faults.add(
            "drop_before", count=None, match=lambda record: names(record, *SETTINGS)
        )
        await owner.wait(601)
        for _ in range(30):
            await owner.wait(10)

        assert 2 <= fault.hits <= 30
        assert owner.told(logging.ERROR) == []

    async def test_one_refused_document_takes_nothing_else_along(
        self, owner: Owner
    ) -> None:
        """Only what it feeds is unavailable, and it comes back."""
        owner.device.plans.refuse("GetIrLights", -25, count=None)
        for _ in range(30):
            await owner.wait(30)
        assert owner.value("select", "infrared_light") == "unavailable"
        assert owner.value("select", "day_night_mode") == "auto"
        assert owner.online == "on"

        owner.device.plans.clear()
        for _ in range(30):
            await owner.wait(30)
        assert owner.works
        assert owner.told(logging.ERROR) == []


class TestRecorder:
    """What happens to single cameras of a recorder."""

    @pytest.fixture
    def options(self) -> ReolinkOptions:
        """Return a recorder with four cameras."""
        return ReolinkOptions.nvr(4)

    async def test_a_camera_that_hangs_leaves_the_others_alone(
        self, owner: Owner
    ) -> None:
        """Only that one is unavailable; the others go on seeing."""
        device = owner.device
        device.hang_channel(1)
        for _ in range(4):
            await owner.wait(5)

        assert owner.shown("channel_2") == {"unavailable"}
        assert owner.value("binary_sensor", "online", "channel_2") == "off"
        assert owner.online == "on"
        for unit, number in (("channel_1", 0), ("channel_3", 2), ("channel_4", 3)):
            assert "unavailable" not in owner.shown(unit)
            device.detect(number)
            for _ in range(40):
                await owner.wait()
            assert owner.value("binary_sensor", "motion", unit) == "on"
        assert owner.told(logging.ERROR) == []
        await owner.act(
            "select", "infrared_light", "select_option", "channel_1", option="on"
        )
        assert device.settings.fields("IrLights", 0)["state"] == "On"

        device.hang_channel(1, hangs=False)
        for _ in range(20):
            await owner.wait(30)
        assert owner.works
        assert owner.told(logging.ERROR) == []
        assert device.commands[LOGIN] <= 1

    @pytest.mark.parametrize("told", ["at_once", "later"])
    async def test_a_camera_that_goes_offline_leaves_the_others_alone(
        self, owner: Owner, told: str
    ) -> None:
        """It is unavailable until it is back; nobody has to do anything."""
        device = owner.device
        device.detect(2)
        await owner.wait()
        assert owner.value("binary_sensor", "motion", "channel_3") == "on"
        device.set_online(2, online=False)
        for _ in range(1 if told == "at_once" else 14):
            await owner.wait(3)

        assert owner.value("binary_sensor", "motion", "channel_3") == "unavailable"
        for unit in ("channel_1", "channel_2", "channel_4"):
            assert "unavailable" not in owner.shown(unit)
        if told == "later":
            assert owner.shown("channel_3") == {"unavailable"}
            assert owner.value("binary_sensor", "online", "channel_3") == "off"
            device.forget()
            for _ in range(10):
                await owner.wait()
            assert not [c for c in device.calls if c.channel == 2]

        device.detect(2, active=False)
        device.set_online(2)
        for _ in range(20):
            await owner.wait(3)
        assert owner.works
        assert owner.value("binary_sensor", "motion", "channel_3") == "off"
        assert owner.told(logging.ERROR) == []

    async def test_all_cameras_are_asked_in_one_request(self, owner: Owner) -> None:
        """And nothing else is in it."""
        await owner.wait()
        polls = [r for r in owner.device.requests if names(r, "GetMdState")]
        commands = [call.command for call in owner.device.calls]
        assert len(polls) == 1
        assert commands.count("GetMdState") == commands.count("GetAiState") == 4
