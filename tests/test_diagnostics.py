"""What is told to others: diagnostics, logs and states hold no secret."""

import json
import logging
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import (
    BROADCAST_LINK,
    EMAIL,
    HTTP_LINK,
    NETWORK,
    SIP,
    WIFI,
)
from tests.home import Home

PASSWORD: Final = "Sesame-open-4711"
WIFI_PASSWORD: Final = "wifi-secret-815"
EARLIER: Final = "http://192.0.2.7/hook-of-the-recorder"
EARLIER_VALUE: Final = "auth-value-0816"


@pytest.fixture
def strobe_options() -> StrobeOptions:
    """Return a unit with a password that can be searched for."""
    return StrobeOptions(password=PASSWORD, username="operator-17")


@pytest.fixture
async def _diagnostics(hass: HomeAssistant) -> None:
    """Have the page of diagnostics, before the web server runs."""
    assert await async_setup_component(hass, "diagnostics", {})


@pytest.fixture
async def secretive(_diagnostics: None, webhook_home: Home) -> Home:
    """Return a home whose unit knows every kind of secret."""
    home = webhook_home
    for path, name, value in (
        (WIFI, "Passwd", WIFI_PASSWORD),
        (EMAIL, "SmtPassword", "smtp-secret-1"),
        (SIP, "PassWord", "sip-secret-2"),
        (NETWORK, "Gateway", "192.0.2.254"),
        (HTTP_LINK, "Server", EARLIER),
        (HTTP_LINK, "AuthValue", EARLIER_VALUE),
        (HTTP_LINK, "Enabled", "1"),
        (BROADCAST_LINK, "BeginIP", "192.0.2.31"),
    ):
        if any(node.name == name for node in home.document(path).walk()):
            home.set_field(path, name, value)
    await home.choose(event_path="webhook")
    return home


def secrets(home: Home, *, wide: bool) -> list[str]:
    """Return what nobody may read; with what only identifies, if that is wide."""
    strobe = home.strobe
    server = home.field(HTTP_LINK, "Server")
    found = [
        PASSWORD,
        WIFI_PASSWORD,
        "smtp-secret-1",
        "sip-secret-2",
        EARLIER_VALUE,
        EARLIER,
        server.rsplit("/", 1)[1],
        home.field(HTTP_LINK, "AuthValue"),
        *strobe.sessions.open,
        str(strobe.options.first_session),
    ]
    mac = strobe.options.mac
    identity = [
        mac,
        mac.replace("-", ""),
        mac.replace("-", ":"),
        strobe.options.device_id,
        strobe.host,
        "operator-17",
        "192.0.2.",
    ]
    return [text.lower() for text in found + (identity if wide else [])]


async def test_diagnostics_tell_no_secret(
    hass: HomeAssistant, secretive: Home, hass_client: ClientSessionGenerator
) -> None:
    """Everything that helps is there; names, addresses and secrets are not."""
    told: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, secretive.entry
    )

    text = json.dumps(told).lower()
    assert [word for word in secrets(secretive, wide=True) if word in text] == []
    assert set(told) == {
        "entry",
        "coordinators",
        "units",
        "absent",
        "failed",
        "device",
    }
    assert told["entry"]["data"]["vendor"] == "strobe"
    assert told["entry"]["options"]["event_path"] == "webhook"
    assert told["entry"]["data"]["password"] == "**REDACTED**"
    assert told["coordinators"]["state"]["last_update_success"] is True
    assert told["units"][0]["features"]
    assert told["device"]["documents"]["/ISAPI/LED/AlarmScheduleConfig"]
    assert told["device"]["paths"]["in_use"] == "webhook"


async def test_diagnostics_of_a_unit_that_is_away(
    hass: HomeAssistant,
    secretive: Home,
    hass_client: ClientSessionGenerator,
    later: Later,
) -> None:
    """Just when they are needed most they are there."""
    secretive.strobe.power_off()
    await later(61)

    told: dict[str, Any] = await get_diagnostics_for_config_entry(
        hass, hass_client, secretive.entry
    )

    assert told["coordinators"]["state"]["last_update_success"] is False
    assert told["units"][0]["online"] is False


@pytest.mark.parametrize(
    "device_info", ["full", "example"], ids=["full", "mac_as_version"]
)
async def test_a_whole_run_logs_and_shows_no_secret(
    hass: HomeAssistant,
    secretive: Home,
    later: Later,
    records: list[logging.LogRecord],
    device_info: str,
) -> None:
    """With every logger at its most talkative, secrets stay where they are."""
    loggers = ("custom_components.watchpost", "aiohttp", "homeassistant.core")
    for name in loggers:
        logging.getLogger(name).setLevel(logging.DEBUG)
    home, strobe = secretive, secretive.strobe
    strobe.options.device_info = "full" if device_info == "full" else "example"
    words = secrets(home, wide=False)

    await home.reload()
    await home.light("front")
    await home.alarm()
    await strobe.trigger_probe()
    strobe.expire_sessions()
    await later(61)
    strobe.faults.add("garbage", count=3)
    await later(61)
    strobe.faults.add("drop_before", count=3)
    await later(61)
    strobe.set_password("another-word")
    await later(61)
    words += [session.lower() for session in strobe.sessions.open]

    lines = [
        f"{record.getMessage()} {record.exc_text or ''}".lower()
        for record in records
        # Home Assistant keeps the log of its web server silent.
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
