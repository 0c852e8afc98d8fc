"""What is told to others about a B-VIEW camera: never a secret."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import json
import logging
from typing import Any, Final
from urllib.parse import quote

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.bview_controls import EMAIL, FTP
from tests.bview_home import BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.test_repairs import issues, text_of

USERNAME: Final = "operator-17"
SECRET: Final = "p@ss:w/ö rd#%&+"
BASIC_LOGIN: Final = b64encode(f"{USERNAME}:{SECRET}".encode()).decode()
MAIL_HOST: Final = "smtp.secret-host.example"
LOGGERS: Final = (
    "custom_components",
    "custom_components.watchpost",
    "aiohttp",
    "homeassistant",
    "homeassistant.core",
)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled, and many secrets."""
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    options = BviewOptions.full(username=USERNAME, password=SECRET, extra_tags=True)
    async with bview_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        hide(found)
        for _ in range(3):
            await found.wait(3601)
        yield found


def hide(home: BviewHome) -> None:
    """Store every kind of secret in the camera."""
    settings = home.camera.settings
    settings.set(EMAIL, "SMTPServer", MAIL_HOST)
    settings.set(EMAIL, "SenderEmailAddress", "sender@secret.example")
    settings.set(EMAIL, "ReceiverList/Receiver/EmailAddress", "guard@secret.example")
    settings.set(FTP, "UserName", "ftp-secret-user")
    settings.set(FTP, "IPAddress", "ftp.secret-host.example")
    settings.set(FTP, "StorageDirectory", "/secret-folder")
    settings.set("/System/NTP", "ServerName", "ntp.secret-host.example")


def secrets() -> list[str]:
    """Return what nobody may read anywhere."""
    return [SECRET, quote(SECRET, safe=""), BASIC_LOGIN, f"{USERNAME}:"]


def identity(home: BviewHome) -> list[str]:
    """Return what only those may know who live there."""
    options = home.camera.options
    return [
        "secret",
        options.mac.lower(),
        options.mac.replace(":", "").lower(),
        options.serial.lower(),
        options.uid.lower(),
        options.ip_address,
        "rtsp://",
        "127.0.0.1",
        "authorization",
    ]


async def download(home: BviewHome, client: ClientSessionGenerator) -> dict[str, Any]:
    """Return what can be downloaded."""
    answer = await get_diagnostics_for_config_entry(home.hass, client, home.entry)
    assert isinstance(answer, dict)
    return dict(answer)


async def test_diagnostics(
    home: BviewHome, hass_client: ClientSessionGenerator
) -> None:
    """Everything that helps is there; names, addresses and secrets are not."""
    found = await download(home, hass_client)

    text = json.dumps(found, ensure_ascii=False).lower()
    words = [word.lower() for word in (*secrets(), *identity(home))]
    assert [word for word in words if word in text] == []
    assert found["entry"]["data"]["vendor"] == "bview"
    assert found["entry"]["data"]["password"] == "**REDACTED**"
    documents = found["device"]["documents"]
    assert documents["/Images/1/IrCutFilter"]["Mode"] == "initiative"
    assert documents[FTP]["TransferContentTypeMask"] == "00"
    assert documents[EMAIL]["SMTPServer"] == "**REDACTED**"
    assert found["device"]["requests"] > 16
    assert found["absent"]
    assert len(text) < 60_000


async def test_diagnostics_of_a_camera_that_is_away(
    home: BviewHome, hass_client: ClientSessionGenerator
) -> None:
    """Just when they are needed most they are there."""
    home.camera.plans.refuse("/Disk", -9, count=None)
    await home.wait(301)
    home.camera.power_off()
    await home.wait(6)

    found = await download(home, hass_client)

    assert found["coordinators"]["state"]["last_update_success"] is False
    assert found["failed"] == {"/Disk": "refused"}
    assert found["device"]["documents"]["/Images/1/Basic"]["WDR"] == "close"


@pytest.fixture
def talkative() -> Iterator[None]:
    """Have every logger say all it knows."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def misbehave(home: BviewHome) -> list[str]:
    """Let everything go wrong that can; return what was raised."""
    camera, raised = home.camera, []

    async def attempt(platform: str, own_id: str, service: str, **data: Any) -> None:
        try:
            await home.finish(home.act(platform, own_id, service, **data))
        except HomeAssistantError as err:
            chain: BaseException | None = err
            while chain is not None:
                raised.append(f"{chain!r} {chain}")
                chain = chain.__cause__ or chain.__context__

    for kind in (
        "garbage",
        "html",
        "huge",
        "truncated",
        "clipped",
        "empty",
        "drop_before",
        "drop_after",
        "http_status",
        "hang",
    ):
        camera.faults.add(kind, count=3)
        await attempt("switch", "mirror", "turn_on")
        await attempt("switch", "email_alerts", "toggle")
        await home.wait(6)
        camera.faults.clear()
        await home.wait(6)
    for code in (-1, -8, -12, -99):
        camera.plans.refuse("*", code, count=None)
        await attempt("button", "record_event", "press")
        await attempt("text", "overlay_text_1", "set_value", value="Gate")
        await home.wait(6)
        camera.plans.clear()
        await home.wait(6)
    camera.power_off()
    await home.wait(6)
    camera.power_on()
    await camera.settle()
    await home.wait(6)
    await home.reload()
    camera.options.auth = "digest"
    await home.wait(6)
    await home.wait(6)
    camera.options.auth = "basic"
    await home.reload()
    camera.set_password("another-word")
    await attempt("switch", "mirror", "turn_off")
    await home.wait(6)
    return raised


async def test_a_whole_run_tells_no_secret(
    home: BviewHome, talkative: None, records: list[logging.LogRecord]
) -> None:
    """With every logger at its most talkative, secrets stay where they are."""
    await home.reload()
    with suppress(HomeAssistantError):
        await home.hass.services.async_call(
            "camera",
            "snapshot",
            {
                "entity_id": home.entity_id("camera", "main_stream"),
                "filename": "/nowhere/picture.jpg",
            },
            blocking=True,
        )
    raised = await misbehave(home)

    words = secrets()
    lines = [
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in records
    ]
    assert len(lines) > 200
    assert len(raised) > 20
    assert [line for line in (*lines, *raised) if any(w in line for w in words)] == []
    shown = [
        f"{state.state} {dict(state.attributes)}"
        for state in home.hass.states.async_all()
    ]
    assert [line for line in shown if any(word in line for word in words)] == []
    assert not any("rtsp://" in line for line in (*lines, *raised, *shown))
    assert repr(home.entry.runtime_data.device).find(SECRET) == -1
    assert len(home.reauth) == 1


# What the owner should put right


async def test_a_healthy_camera_has_no_issues(home: BviewHome) -> None:
    """No complaint without a reason."""
    assert home.value("binary_sensor", "online") == "on"
    assert issues(home.hass) == {}


async def test_the_login_of_the_document(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Who keeps it is told so."""
    async with bview_home(hass, monkeypatch, moving_time, BviewOptions()) as home:
        issue = issues(hass)["default_password"]
        assert text_of(issue) == "Workshop still has the password of its manual"
        home.camera.set_password("better")
        entry = home.entry
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, "password": "better"}
        )
        await home.reload()
        assert issues(hass) == {}


async def test_a_wrong_clock(
    home: BviewHome, hass_client: ClientSessionGenerator
) -> None:
    """The complaint comes by itself, is fixed from here, and stays away."""
    camera = home.camera
    camera.clock.set_wall(camera.clock.wall - timedelta(hours=2))
    await home.wait(3601)
    issue = issues(home.hass)["clock_wrong"]
    assert issue.is_fixable
    assert 7100 < int((issue.translation_placeholders or {})["seconds"]) < 7300
    assert float(home.value("sensor", "clock_offset")) == pytest.approx(-7200, abs=20)

    await home.act("button", "sync_clock", "press")
    await home.wait(6)

    assert abs(camera.clock.wall - datetime.now(UTC)) < timedelta(seconds=20)
    assert issues(home.hass) == {}
    assert abs(float(home.value("sensor", "clock_offset"))) < 20
