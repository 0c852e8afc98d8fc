"""What is told to others about a video server: never a secret."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
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
from tests.conftest import Time
from tests.emulators.vserver import VserverOptions
from tests.test_repairs import issues, text_of
from tests.vserver_home import VserverHome, dome, vserver_home

USERNAME: Final = "operator-17"
SECRET: Final = "p@ss:w/ö rd#%&+"
WIRELESS: Final = "wifi-word-53T0A"
BASIC_LOGIN: Final = b64encode(f"{USERNAME}:{SECRET}".encode()).decode()
LOGGERS: Final = (
    "custom_components",
    "custom_components.watchpost",
    "aiohttp",
    "homeassistant",
    "homeassistant.core",
)


@pytest.fixture
def options() -> VserverOptions:
    """Return how the unit behaves; override it in a test."""
    return dome(
        username=USERNAME, password=SECRET, extra_fields=True, secrets_in_get=True
    )


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: VserverOptions,
) -> AsyncIterator[VserverHome]:
    """Return a home with every entity enabled, and many secrets."""
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    async with vserver_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        settings = found.server.settings
        settings.set("wifi/WifiInfo", "enable", 1)
        settings.set("wifi/WifiInfo", "SSID", "secret-network")
        settings.set("wifi/WifiInfo", "password", WIRELESS)
        settings.set("net/SMTPInfo", "SMTPPassword", "mail-secret")
        settings.set("net/FTPInfo", "FTPPassword", "ftp-secret")
        settings.set("sys/TimeInfo", "NTPServerIP", "10.9.8.7")
        for _ in range(3):
            await found.wait(3601)
        yield found
        found.server.violations.clear()


def secrets() -> list[str]:
    """Return what nobody may read anywhere."""
    return [
        SECRET,
        quote(SECRET, safe=""),
        BASIC_LOGIN,
        f"{USERNAME}:",
        WIRELESS,
        "secret-network",
        "mail-secret",
        "ftp-secret",
        "Digest username",
    ]


def identity(home: VserverHome) -> list[str]:
    """Return what only those may know who live there."""
    options = home.server.options
    return [
        "secret",
        options.mac.lower(),
        options.mac.replace(":", "").lower(),
        options.serial.lower(),
        "10.9.8.7",
        "rtsp://",
        "127.0.0.1",
        "authorization",
        USERNAME,
    ]


async def download(home: VserverHome, client: ClientSessionGenerator) -> dict[str, Any]:
    """Return what can be downloaded."""
    answer = await get_diagnostics_for_config_entry(home.hass, client, home.entry)
    assert isinstance(answer, dict)
    return dict(answer)


async def test_diagnostics(
    home: VserverHome, hass_client: ClientSessionGenerator
) -> None:
    """Everything that helps is there; names, addresses and secrets are not."""
    found = await download(home, hass_client)
    text = json.dumps(found, ensure_ascii=False).lower()
    words = [word.lower() for word in (*secrets(), *identity(home))]
    assert [word for word in words if word in text] == []
    assert found["entry"]["data"]["vendor"] == "vserver"
    assert found["entry"]["data"]["password"] == "**REDACTED**"
    sections = found["device"]["sections"]
    assert sections["1.ExposureInfo"]["ICRSwitch"] == "3"
    assert sections["WifiInfo"].keys() <= {"enable", "signal"}
    assert sections["TimeInfo"]["NTPServerIP"] == "**REDACTED**"
    assert found["device"]["channels"] == 1
    assert found["device"]["queries"]["camera"]
    assert found["device"]["requests"] > 36
    assert found["absent"]
    assert len(text) < 60_000


async def test_diagnostics_of_a_unit_that_is_away(
    home: VserverHome, hass_client: ClientSessionGenerator
) -> None:
    """Just when they are needed most they are there."""
    home.server.plans.refuse("image_get/ImageInfo", 599, count=None)
    await home.wait(301)
    home.server.power_off()
    await home.wait(31)
    found = await download(home, hass_client)
    assert found["coordinators"]["state"]["last_update_success"] is False
    assert found["failed"] == {"1.ImageInfo": "refused"}
    assert found["device"]["sections"]["1.MDInfo"]["MDEnable"] == "0"


@pytest.fixture
def talkative() -> Iterator[None]:
    """Have every logger say all it knows."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def misbehave(home: VserverHome) -> list[str]:
    """Let everything go wrong that can; return what was raised."""
    unit, raised = home.server, []

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
        unit.faults.add(kind, count=3)
        await attempt("switch", "mirror", "turn_on")
        await attempt("button", "ptz_stop", "press")
        await home.wait(31)
        unit.faults.clear()
        await home.wait(31)
    for code in (401, 402, 501, 502, 503, 599):
        unit.plans.refuse("*", code, count=None)
        await attempt("text", "overlay_text_1", "set_value", value="Gate")
        await home.wait(31)
        unit.plans.clear()
        await home.wait(31)
    unit.power_off()
    await home.wait(31)
    unit.power_on()
    await unit.settle()
    await home.wait(31)
    await home.reload()
    unit.set_digest(on=True)
    unit.options.nonce_uses = 2
    await home.wait(301)
    await attempt("switch", "mirror", "turn_on")
    await home.reload()
    unit.set_password("another-word")
    await attempt("switch", "mirror", "turn_off")
    await home.wait(31)
    return raised


async def test_a_whole_run_tells_no_secret(
    home: VserverHome, talkative: None, records: list[logging.LogRecord]
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
    stored = json.dumps(home.entry.runtime_data.memory.get("queries"))
    assert not any(word in stored for word in words)


# What the owner should put right


async def test_a_healthy_unit_has_no_issues(home: VserverHome) -> None:
    """No complaint without a reason."""
    assert home.value("binary_sensor", "online") == "on"
    assert issues(home.hass) == {}


async def test_the_password_of_the_factory(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Who keeps it is told so."""
    options = dome(username="admin", password="admin")
    async with vserver_home(hass, monkeypatch, moving_time, options) as home:
        issue = issues(hass)["default_password"]
        assert text_of(issue) == "Yard still has the password of its manual"
        home.server.set_password("better")
        hass.config_entries.async_update_entry(
            home.entry, data={**home.entry.data, "password": "better"}
        )
        await home.reload()
        assert issues(hass) == {}


@pytest.mark.parametrize("options", [dome(clock_error=-7200)], ids=["late"])
async def test_a_wrong_clock(home: VserverHome) -> None:
    """The complaint comes by itself, is fixed from here, and stays away."""
    issue = issues(home.hass)["clock_wrong"]
    assert issue.is_fixable
    assert 7100 < int((issue.translation_placeholders or {})["seconds"]) < 7300
    await home.act("button", "sync_clock", "press")
    await home.wait(31)
    assert issues(home.hass) == {}
    assert abs(float(home.value("sensor", "clock_offset"))) < 20
