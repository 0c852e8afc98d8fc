"""Each fault: what the owner sees, what is logged, and that it passes by itself."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import itertools
import logging
from pathlib import Path
from typing import Any, Final
import wave

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.device import Discovered
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
from tests.conftest import Time
from tests.emulators.base import RequestRecord
from tests.emulators.strobe import StrobeEmulator
from tests.home import ENGLISH, Home, refused

LOG: Final = "*/QueryLog"
ALARM: Final = "/ISAPI/Event/*"
LOGIN: Final = "POST /ISAPI/Security/Login"
OTHER_MAC: Final = "8C-1F-64-A3-00-01"
NOT_SHOWN: Final = {"unavailable"}

type Act = Callable[[StrobeEmulator], None]


@dataclass(frozen=True)
class Owner:
    """Somebody who looks at a home while time passes."""

    home: Home
    time: Time
    records: list[logging.LogRecord]

    async def wait(self, seconds: float = 11) -> None:
        """Let time pass, however long the unit keeps somebody waiting."""
        self.time.leap(seconds)
        await self.until(self.time.settle())

    async def until(self, work: Any) -> None:
        """Let time pass until something is done, or was refused."""
        task = asyncio.ensure_future(work)
        while not (await asyncio.wait({task}, timeout=0.3))[0]:
            self.time.leap(11)
        await task

    @property
    def shown(self) -> set[str]:
        """Return the states of everything but the sign of life itself."""
        own = self.home.entity_id("binary_sensor", "online")
        return {
            state.state
            for state in self.home.hass.states.async_all()
            if state.entity_id != own
        }

    @property
    def online(self) -> str:
        """Return the state of the sign of life."""
        return self.home.value("binary_sensor", "online")

    @property
    def works(self) -> bool:
        """Tell whether everything is shown."""
        return self.online == "on" and "unavailable" not in self.shown

    def told(self, level: int) -> list[str]:
        """Return what was logged at a level."""
        return [
            record.getMessage()
            for record in self.records
            if record.name.startswith("custom_components") and record.levelno == level
        ]

    @property
    def reauth(self) -> list[ConfigFlowResult]:
        """Return the dialogs that ask for a new login."""
        return list(
            self.home.hass.config_entries.flow.async_progress_by_handler(
                DOMAIN, match_context={"source": SOURCE_REAUTH}
            )
        )


@pytest.fixture(autouse=True)
def _no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody search the network meanwhile."""

    async def nobody(
        _targets: Iterable[str], _session: ClientSession
    ) -> tuple[Discovered, ...]:
        return ()

    for vendor in VENDORS.values():
        monkeypatch.setattr(vendor, "discover", nobody)


@pytest.fixture
async def owner(
    home: Home, moving_time: Time, records: list[logging.LogRecord]
) -> Owner:
    """Return somebody at home; everything works."""
    moving_time.follow(home.strobe.clock)
    person = Owner(home, moving_time, records)
    await person.wait()
    assert person.works
    records.clear()
    home.strobe.forget()
    return person


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A fault that takes the unit away as long as it lasts."""

    key: str
    kind: str = ""
    code: int = 500
    act: Act | None = None
    mend: Act = field(default=lambda strobe: strobe.faults.clear())


LOSSES: Final = {
    "no_power": Loss(
        key="unreachable",
        act=StrobeEmulator.power_off,
        mend=StrobeEmulator.power_on,
    ),
    "unplugged": Loss(
        key="unreachable", act=StrobeEmulator.shutdown, mend=StrobeEmulator.boot
    ),
    "drop": Loss(key="unreachable", kind="drop_before"),
    "drop_after": Loss(key="unreachable", kind="drop_after"),
    "hang": Loss(key="timeout", kind="hang"),
    "hang_after": Loss(key="timeout", kind="hang_after"),
    "truncated": Loss(key="unreachable", kind="truncated"),
    "clipped": Loss(key="bad_answer", kind="clipped"),
    "garbage": Loss(key="bad_answer", kind="garbage"),
    "html": Loss(key="bad_answer", kind="html"),
    "huge": Loss(key="bad_answer", kind="huge"),
    "empty": Loss(key="bad_answer", kind="empty"),
    "overloaded": Loss(key="busy", kind="http_status", code=503),
    "replaced": Loss(
        key="wrong_device",
        act=lambda strobe: strobe.replace(mac=OTHER_MAC),
        mend=lambda strobe: strobe.replace(mac="8C-1F-64-A3-6B-A9"),
    ),
    "sessions_full": Loss(
        key="sessions_full",
        act=lambda strobe: fill(strobe),
        mend=StrobeEmulator.expire_sessions,
    ),
}


def fill(strobe: StrobeEmulator) -> None:
    """Restart the table of sessions and take all of them."""
    strobe.expire_sessions()
    for _ in range(strobe.options.max_links):
        strobe.sessions.create()


def inflict(strobe: StrobeEmulator, loss: Loss) -> None:
    """Make it happen."""
    if loss.act is None:
        strobe.faults.add(loss.kind, count=None, code=loss.code)
    else:
        loss.act(strobe)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_unit_that_is_lost_is_told_once_and_found_again(
    owner: Owner, loss: Loss
) -> None:
    """All is unavailable at once, one line says why, and one that it is over."""
    strobe = owner.home.strobe
    inflict(strobe, loss)

    await owner.wait()
    assert owner.shown == NOT_SHOWN
    assert owner.online == "off"
    for _ in range(4):
        await owner.wait(100)

    assert owner.shown == NOT_SHOWN
    (line,) = owner.told(logging.ERROR)
    reason = ENGLISH["exceptions"][loss.key]["message"].format(device="Porch")
    assert line == f"Error fetching watchpost Porch state data: {reason[:-1]}"
    assert not owner.told(logging.WARNING)
    assert owner.reauth == []
    assert not [r for r in strobe.requests if r.method != "POST"]

    loss.mend(strobe)
    await strobe.settle()
    await owner.wait(11)
    await owner.wait(1)

    assert owner.works
    (back,) = owner.told(logging.INFO)
    assert back == "Fetching watchpost Porch state data recovered"
    assert len(owner.told(logging.ERROR)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda s: s.expire_sessions(), id="expired_session"),
        pytest.param(lambda s: s.close_connections(), id="idle_connection"),
        pytest.param(lambda s: s.faults.add("drop_before", LOG), id="one_drop"),
        pytest.param(lambda s: s.faults.add("latency", seconds=0.2), id="latency"),
        pytest.param(
            lambda s: s.faults.add("http_status", LOG, code=503, count=2), id="busy"
        ),
        pytest.param(lambda s: s.faults.add("http_status", LOG, code=500), id="hiccup"),
    ],
)
async def test_what_passes_at_once_is_not_seen(owner: Owner, fault: Act) -> None:
    """A small fault is overcome in the same breath."""
    fault(owner.home.strobe)

    await owner.wait(11)

    assert owner.works
    assert owner.told(logging.ERROR) == owner.told(logging.INFO) == []
    assert len(owner.home.strobe.sessions.open) == 1


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A command that fails."""

    key: str
    kind: str
    code: int = 0
    error: type[HomeAssistantError] = HomeAssistantError


FAILURES: Final = {
    "drop": Failure(key="command_uncertain", kind="drop_before"),
    "drop_after": Failure(key="command_uncertain", kind="drop_after"),
    "hang": Failure(key="timeout", kind="hang"),
    "failed": Failure(key="failed", kind="http_status", code=500),
    "busy": Failure(key="busy", kind="http_status", code=503),
    "conflict": Failure(
        key="conflict", kind="http_status", code=409, error=ServiceValidationError
    ),
    "bad_value": Failure(
        key="invalid_value", kind="app_error", code=402, error=ServiceValidationError
    ),
    "not_now": Failure(
        key="not_now", kind="app_error", code=502, error=ServiceValidationError
    ),
    "unsupported": Failure(
        key="unsupported", kind="app_error", code=501, error=ServiceValidationError
    ),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
async def test_a_command_that_fails_says_why(owner: Owner, failure: Failure) -> None:
    """The error has a text, the light is not shown as on, the next one works."""
    home = owner.home
    home.strobe.faults.add(failure.kind, ALARM, count=None, code=failure.code)

    with refused(failure.key, failure.error):
        await owner.until(home.light("front"))

    assert home.value("light", "front_light") == "off"
    home.strobe.faults.clear()
    await owner.wait(0)
    await owner.wait(11)
    await owner.until(home.light("front"))
    assert home.value("light", "front_light") == "on"
    assert home.strobe.outputs.front is not None
    assert owner.works
    assert owner.reauth == []


async def test_a_command_to_a_unit_without_power(owner: Owner) -> None:
    """A unit that is away is said to be so before the next poll has noticed."""
    owner.home.strobe.power_off()

    with refused("unreachable", HomeAssistantError):
        await owner.until(owner.home.light("front"))


async def enter(owner: Owner, password: str) -> ConfigFlowResult:
    """Enter a login in the dialog that asks for one."""
    (flow,) = owner.reauth
    result = await owner.home.hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": "admin", "password": password}
    )
    await owner.home.hass.async_block_till_done()
    return result


async def test_a_password_that_was_changed(owner: Owner) -> None:
    """One dialog asks for it, the account is not tried again and again."""
    strobe = owner.home.strobe
    strobe.set_password("changed later")

    await owner.wait()
    assert owner.shown == NOT_SHOWN
    assert len(owner.reauth) == 1
    logins = strobe.counts[LOGIN]
    assert logins <= 2
    for _ in range(10):
        await owner.wait(60)

    assert strobe.counts[LOGIN] == logins
    assert len(owner.told(logging.ERROR)) == 1
    assert len(owner.reauth) == 1
    assert (await enter(owner, "changed later"))["reason"] == "reauth_successful"
    await owner.wait()
    assert owner.works


async def test_a_password_that_was_changed_while_a_session_lives(
    owner: Owner,
) -> None:
    """The first command finds out, and asks for the new one."""
    home = owner.home
    home.strobe.set_password("changed later", keep_sessions=True)
    await owner.wait()
    assert owner.works

    with pytest.raises(HomeAssistantError) as caught:
        await owner.until(home.light("front"))

    assert caught.value.translation_key in ("invalid_auth", "alarm_refused")
    assert len(owner.reauth) == 1
    assert home.strobe.outputs.front is None
    assert (await enter(owner, "changed later"))["reason"] == "reauth_successful"
    await owner.until(home.light("front"))
    assert home.strobe.outputs.front is not None


async def test_a_unit_that_was_replaced_by_one_with_another_login(
    owner: Owner,
) -> None:
    """The dialog that comes up does not take the stranger for the unit."""
    owner.home.strobe.replace(mac=OTHER_MAC)
    owner.home.strobe.set_password("of another")

    await owner.wait()

    assert owner.shown == NOT_SHOWN
    assert (await enter(owner, "of another"))["reason"] == "another_device"


async def test_no_command_reaches_a_stranger(owner: Owner) -> None:
    """A unit that took the address is not set off."""
    strobe = owner.home.strobe
    strobe.replace(mac=OTHER_MAC)
    await owner.wait()
    strobe.forget()

    # It may be back by now: it is asked who it is, and the caller is told.
    with pytest.raises(HomeAssistantError, match="Another device answers"):
        await owner.until(owner.home.alarm())

    asked = {record.path.rpartition("/")[2] for record in strobe.requests}
    assert asked <= {"Login", "DeviceInfo", "Logout"}
    assert not strobe.alarm_calls
    assert strobe.sessions.open == []


async def test_a_unit_that_moved(owner: Owner, hass: HomeAssistant) -> None:
    """Its own search finds it at the new port, and it goes on there."""
    home = owner.home
    home.strobe.power_off()
    await owner.wait()
    assert owner.shown == NOT_SHOWN

    async with StrobeEmulator() as moved:
        await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "integration_discovery"},
            data={
                "vendor": "strobe",
                "host": moved.host,
                "port": moved.port,
                "mac": "8c:1f:64:a3:6b:a9",
                "name": "StrobeSpeaker",
            },
        )
        await hass.async_block_till_done()

        assert owner.works
        await home.light("front")
        assert moved.outputs.front is not None
        await hass.config_entries.async_unload(home.entry.entry_id)


async def test_a_restart_of_the_unit(owner: Owner) -> None:
    """It is away for a minute, comes back dark, and is shown dark."""
    home = owner.home
    await owner.until(home.light("front"))
    home.strobe.reboot()

    await owner.wait()
    assert owner.shown == NOT_SHOWN
    await owner.wait(60)
    await owner.wait(11)

    assert owner.works
    assert home.value("light", "front_light") == "off"
    assert home.strobe.outputs.front is None
    assert owner.reauth == []


def reboot_at(strobe: StrobeEmulator, path: str, count: int) -> None:
    """Have the unit restart while it is served a request, without an answer."""
    served = itertools.count(1)

    def strike(_: RequestRecord) -> bool:
        if next(served) != count:
            return False
        loop = asyncio.get_running_loop()
        loop.call_soon(strobe.reboot)
        loop.call_soon(strobe.faults.release)
        return True

    strobe.faults.add("hang", path, match=strike)


async def test_a_restart_in_the_middle_of_a_command(owner: Owner) -> None:
    """The owner is told to look; after the restart all is off and works."""
    home = owner.home
    reboot_at(home.strobe, ALARM, 1)

    with refused("command_uncertain", HomeAssistantError):
        await owner.until(home.light("front"))

    await owner.wait()
    assert owner.shown == NOT_SHOWN
    await owner.wait(60)
    await owner.wait(11)
    assert owner.works
    assert home.value("light", "front_light") == "off"
    await owner.until(home.light("front"))
    assert home.strobe.outputs.front is not None


@pytest.mark.usefixtures("every_entity")
async def test_a_setting_that_cannot_be_read_takes_nothing_else_along(
    owner: Owner,
) -> None:
    """Only what it feeds is unavailable, and comes back with it."""
    home = owner.home
    fault = home.strobe.faults.add("http_status", "*/AudioConfig", code=500, count=None)

    await owner.wait(301)

    assert home.value("number", "speaker_volume") == "unavailable"
    assert home.value("light", "front_light") != "unavailable"
    assert owner.online == "on"

    home.strobe.faults.remove(fault)
    await owner.wait(301)
    assert owner.works


async def test_settings_that_hang_are_told_once(owner: Owner) -> None:
    """A document that never comes has a line of its own, and does not stay away."""
    home = owner.home
    fault = home.strobe.faults.add("hang", "*/AudioConfig", count=None)

    await owner.wait(301)
    await owner.wait(301)

    assert home.value("light", "front_light") != "unavailable"
    assert len(owner.told(logging.ERROR)) == 1
    home.strobe.faults.remove(fault)
    home.strobe.faults.release()
    await owner.wait(301)
    assert owner.works
    assert len(owner.told(logging.INFO)) == 1


async def test_settings_notice_first_that_the_unit_is_gone(owner: Owner) -> None:
    """Who notices first does not matter: all is unavailable, and told once."""
    strobe = owner.home.strobe
    gone = False

    def from_settings_on(record: RequestRecord) -> bool:
        nonlocal gone
        gone = gone or record.path.endswith("/AudioConfig")
        return gone

    strobe.faults.add("drop_before", count=None, match=from_settings_on)

    await owner.wait(301)
    assert owner.shown == NOT_SHOWN
    await owner.wait(301)

    (line,) = owner.told(logging.ERROR)
    assert "state data" in line
    strobe.faults.clear()
    await owner.wait()
    await owner.wait()
    assert owner.works
    assert len(owner.told(logging.INFO)) == 1


@pytest.fixture
async def voice(hass: HomeAssistant, tmp_path: Path) -> str:
    """Return an announcement that takes several packets to bring to the unit."""
    with wave.open(str(tmp_path / "voice.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(256)) * 400)
    hass.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(hass, "media_source", {})
    return "media-source://media_source/local/voice.wav"


async def test_a_restart_in_the_middle_of_an_announcement(
    voice: str, owner: Owner
) -> None:
    """Half a file is not played; after the restart the announcement comes whole."""
    home = owner.home
    speak = {"media_content_id": voice, "media_content_type": "music", "announce": True}
    before = list(home.strobe.files.names)
    reboot_at(home.strobe, "*/UploadFile/AudioFile", 3)

    with pytest.raises(HomeAssistantError) as caught:
        await home.act("media_player", "speaker", "play_media", **speak)
    assert caught.value.translation_key in ("command_uncertain", "unreachable")

    await owner.wait()
    assert owner.shown == NOT_SHOWN
    await owner.wait(60)
    await owner.wait(11)
    assert owner.works
    assert list(home.strobe.files.names) == before
    assert home.strobe.outputs.sound is None

    await home.act("media_player", "speaker", "play_media", **speak)
    sound = home.strobe.outputs.sound
    assert sound is not None
    assert sound.file not in before
    assert owner.reauth == []
