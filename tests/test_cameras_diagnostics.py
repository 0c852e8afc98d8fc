"""What is told to others about cameras, and what their owner should put right."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import json
import logging
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.camera_time import Owner, at_home
from tests.conftest import Time
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.reolink.sessions import User
from tests.test_repairs import fix, issues, text_of

PASSWORD: Final = "p@ss:w/ö rd#%&+"
USERNAME: Final = "operator-17"
WRONG: Final = timedelta(hours=2)


@pytest.fixture
def options() -> ReolinkOptions:
    """Return a camera with a login that can be searched for."""
    return ReolinkOptions.full(username=USERNAME, password=PASSWORD)


@pytest.fixture
async def owner(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: ReolinkOptions,
) -> AsyncIterator[Owner]:
    """Return somebody at home, with every entity enabled."""
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    async with at_home(hass, monkeypatch, moving_time, records, options) as person:
        hide(person.device)
        for _ in range(30):
            await person.wait(60)
        yield person


def hide(device: ReolinkEmulator) -> None:
    """Store every kind of secret in a device."""
    device.settings.change(
        "EmailV20",
        0,
        smtpServer="smtp.secret-host.example",
        userName="sender@secret.example",
        password="mail-secret",
        nickName="Nick Secret",
        addr1="first@secret.example",
        addr2="second@secret.example",
        addr3="third@secret.example",
    )
    device.settings.change(
        "FtpV20",
        0,
        server="ftp.secret-host.example",
        userName="ftp-secret-user",
        password="ftp-secret",
        remoteDir="secret-folder",
    )
    device.settings.change("Ntp", server="ntp.secret-host.example")


def secrets(device: ReolinkEmulator, *, wide: bool) -> list[str]:
    """Return what nobody may read; with what only identifies, if that is wide."""
    options = device.options
    words = [
        PASSWORD,
        "p%40ss",
        "mail-secret",
        "ftp-secret",
        *(session.token for session in device.sessions.open),
    ]
    identity = [
        "secret",
        USERNAME,
        options.mac,
        options.mac.replace(":", ""),
        options.uid,
        *(channel.uid for channel in options.channels),
        "127.0.0.1",
    ]
    return [word.lower() for word in words + (identity if wide else [])]


async def told(
    hass: HomeAssistant, client: ClientSessionGenerator, owner: Owner
) -> dict[str, Any]:
    """Return what can be downloaded."""
    answer = await get_diagnostics_for_config_entry(hass, client, owner.home.entry)
    assert isinstance(answer, dict)
    return dict(answer)


async def test_diagnostics_tell_no_secret(
    hass: HomeAssistant, owner: Owner, hass_client: ClientSessionGenerator
) -> None:
    """Everything that helps is there; names, addresses and secrets are not."""
    found = await told(hass, hass_client, owner)

    text = json.dumps(found, ensure_ascii=False).lower()
    words = secrets(owner.device, wide=True)
    assert [word for word in words if word in text] == []
    assert found["entry"]["data"]["vendor"] == "reolink"
    assert found["entry"]["data"]["password"] == "**REDACTED**"
    documents = found["device"]["documents"]
    for source in ("0.EmailV20", "0.FtpV20", "0.Isp", "0.Osd", "Ntp", "HddInfo"):
        assert documents[source], source
    assert documents["0.Isp"]["dayNight"] == "Auto"
    assert len(text) < 200_000
    assert "0" * 200 not in text
    assert "1" * 160 not in text


class TestRecorder:
    """The same of a recorder."""

    @pytest.fixture
    def options(self) -> ReolinkOptions:
        """Return a recorder that tells the ids of its cameras as well."""
        return ReolinkOptions.nvr(
            3,
            online=2,
            full=True,
            username=USERNAME,
            password=PASSWORD,
            channel_uids=True,
        )

    async def test_diagnostics_tell_no_secret(
        self, hass: HomeAssistant, owner: Owner, hass_client: ClientSessionGenerator
    ) -> None:
        """Nothing of any camera slips through."""
        found = await told(hass, hass_client, owner)

        text = json.dumps(found, ensure_ascii=False).lower()
        words = secrets(owner.device, wide=True)
        assert [word for word in words if word in text] == []
        assert [unit["online"] for unit in found["units"]] == [True] * 3

    async def test_diagnostics_of_a_recorder_that_is_away(
        self, hass: HomeAssistant, owner: Owner, hass_client: ClientSessionGenerator
    ) -> None:
        """Just when they are needed most they are there."""
        owner.device.power_off()
        await owner.wait()

        found = await told(hass, hass_client, owner)

        assert found["coordinators"]["state"]["last_update_success"] is False
        assert {unit["online"] for unit in found["units"][1:]} == {False}
        owner.device.power_on()
        await owner.device.settle()


async def test_a_whole_run_logs_and_shows_no_secret(
    hass: HomeAssistant, owner: Owner, records: list[logging.LogRecord]
) -> None:
    """With every logger at its most talkative, secrets stay where they are."""
    loggers = ("custom_components.watchpost", "aiohttp", "homeassistant.core")
    for name in loggers:
        logging.getLogger(name).setLevel(logging.DEBUG)
    device = owner.device
    words = secrets(device, wide=False)
    await owner.reload()
    await owner.act("light", "floodlight", "turn_on")
    await owner.act("switch", "email_alerts", "turn_off")
    device.detect(0)
    for act in (
        device.forget_sessions,
        lambda: device.faults.add("garbage", count=3),
        lambda: device.faults.add("drop_before", count=3),
        lambda: device.faults.add("http_status", code=502, count=3),
        lambda: device.plans.collapse(-16, count=3),
    ):
        act()
        await owner.wait(31)
        words += secrets(device, wide=False)
    device.sessions.users[USERNAME].password = "another-word"
    device.forget_sessions()
    await owner.wait(31)

    lines = [
        f"{record.getMessage()} {record.exc_text or ''}".lower()
        for record in records
        if record.name != "aiohttp.access"
    ]
    assert len(lines) > 50
    assert {line for line in lines for word in words if word in line} == set()
    shown = [
        f"{state.state} {dict(state.attributes)}".lower()
        for state in hass.states.async_all()
    ]
    assert {line for line in shown for word in words if word in line} == set()
    for name in loggers:
        logging.getLogger(name).setLevel(logging.NOTSET)


async def test_a_healthy_camera_has_no_issues(
    hass: HomeAssistant, owner: Owner
) -> None:
    """No complaint without a reason."""
    assert owner.works
    assert issues(hass) == {}


async def relogin(owner: Owner, level: str) -> None:
    """Go on with another account."""
    device, entry = owner.device, owner.home.entry
    device.sessions.users["other"] = User("other", "other", level)
    owner.home.hass.config_entries.async_update_entry(
        entry, data={**entry.data, "username": "other", "password": "other"}
    )
    await owner.reload()


async def test_a_guest_is_told_so(hass: HomeAssistant, owner: Owner) -> None:
    """Until there is an administrator's account; the entities come back."""
    await relogin(owner, "guest")
    issue = issues(hass)["guest_login"]
    assert text_of(issue) == "The account on Porch may only look"
    assert not issue.is_fixable
    assert issue.severity is ir.IssueSeverity.WARNING
    assert owner.value("binary_sensor", "motion") == "off"
    assert owner.value("switch", "status_led") == "unavailable"

    await relogin(owner, "admin")
    assert issues(hass) == {}
    assert owner.works


async def test_closed_ports(hass: HomeAssistant, owner: Owner) -> None:
    """Without an open port there are stills only; opened, the complaint goes."""
    ports = {"rtspEnable": 0, "rtmpEnable": 0}
    owner.device.settings.change("NetPort", **ports)
    await owner.reload()
    issue = issues(hass)["streams_closed"]
    assert text_of(issue) == "Porch cannot send all live video"
    assert not issue.is_fixable

    owner.device.settings.change("NetPort", rtspEnable=1)
    await owner.reload()
    assert issues(hass) == {}


async def test_a_wrong_clock_is_set(
    hass: HomeAssistant, owner: Owner, hass_client: ClientSessionGenerator
) -> None:
    """The complaint comes by itself, is fixed from here, and stays away."""
    device = owner.device
    device.clock.set_wall(device.clock.wall - WRONG)
    for _ in range(13):
        await owner.wait(60)
    issue = issues(hass)["clock_wrong"]
    assert issue.is_fixable
    assert 7100 < int((issue.translation_placeholders or {})["seconds"]) < 7300

    answer = await fix(hass, hass_client, issue)

    assert answer["type"] == "create_entry"
    assert abs(device.clock.wall - datetime.now(UTC)) < timedelta(seconds=5)
    assert issues(hass) == {}
    (sent,) = device.calls_of("SetTime")
    assert sent.param["Time"]["timeZone"] == 0
    assert device.dangerous == []
    await owner.reload()
    assert issues(hass) == {}


@pytest.mark.parametrize(
    ("code", "error"),
    [(-4, "wrong_family"), (-13, "wrong_family"), (-26, "wrong_family")],
)
async def test_a_clock_that_is_not_taken(
    hass: HomeAssistant,
    owner: Owner,
    hass_client: ClientSessionGenerator,
    code: int,
    error: str,
) -> None:
    """The dialog says so, and can be sent again."""
    device = owner.device
    device.clock.set_wall(device.clock.wall - WRONG)
    await owner.reload()
    device.plans.refuse("SetTime", code)

    answer = await fix(hass, hass_client, issues(hass)["clock_wrong"])

    assert (answer["type"], answer["errors"]) == ("form", {"base": error})
    again = await fix(hass, hass_client, issues(hass)["clock_wrong"])
    assert again["type"] == "create_entry"
    assert issues(hass) == {}


async def test_a_clock_that_a_guest_sees(hass: HomeAssistant, owner: Owner) -> None:
    """Who may not set it is not asked to."""
    device = owner.device
    device.clock.set_wall(device.clock.wall - WRONG)
    await relogin(owner, "guest")
    assert set(issues(hass)) == {"guest_login"}
    await relogin(owner, "admin")
    assert set(issues(hass)) == {"clock_wrong"}
