"""What is told to others about a cgi_action camera: never a secret."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
import json
import logging
from typing import Any, Final, Literal
from urllib.parse import quote

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.cbt_home import CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtOptions, digest
from tests.test_repairs import issues, text_of

USERNAME: Final = "operator-17"
SECRET: Final = "p@ss:w/ö rd#%&+"
LOGGERS: Final = (
    "custom_components",
    "custom_components.watchpost",
    "aiohttp",
    "aiohttp.client",
    "homeassistant",
    "homeassistant.core",
)
AUTHS: Final[tuple[Literal["digest", "basic", "url"], ...]] = (
    "digest",
    "basic",
    "url",
)
SECRETS: Final = (
    SECRET,
    quote(SECRET, safe=""),
    digest(SECRET),
    digest(SECRET).upper(),
    f"user={USERNAME}",
)
"""The digest opens the door as well as the password itself."""


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[CbtHome]:
    """Return a home with every entity enabled, and many secrets."""
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    options = CbtOptions.full(username=USERNAME, password=SECRET, extra_keys=True)
    async with cbt_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        settings = found.camera.settings
        settings.set("RtmpConf", RtmpServerAddr="rtmp://secret.example/live")
        settings.set("DeviceTime", ntpServer="ntp.secret.example")
        settings.set("WifiConfig", enable=1, ssid="secret-net")
        await found.reload()
        await found.wait(3601)
        yield found


async def download(home: CbtHome, client: ClientSessionGenerator) -> dict[str, Any]:
    """Return what can be downloaded."""
    answer = await get_diagnostics_for_config_entry(home.hass, client, home.entry)
    assert isinstance(answer, dict)
    return dict(answer)


@pytest.mark.parametrize("away", [False, True], ids=["there", "away"])
async def test_diagnostics(
    home: CbtHome, hass_client: ClientSessionGenerator, away: bool
) -> None:
    """Everything that helps is there; names, addresses and secrets are not."""
    if away:
        home.camera.power_off()
        await home.wait(31)
    found = await download(home, hass_client)

    text = json.dumps(found, ensure_ascii=False).lower()
    options = home.camera.options
    words = [
        *SECRETS,
        "secret",
        options.mac,
        options.mac.replace("-", ":"),
        options.mac.replace("-", ""),
        options.device_id,
        options.ip_address,
        options.sign,
        "88:07:cb:00:02:bf",
        "rtsp://",
        "127.0.0.1",
    ]
    assert [word for word in words if word.lower() in text] == []
    assert found["entry"]["data"]["vendor"] == "cbt"
    assert found["entry"]["data"]["password"] == "**REDACTED**"
    sections = found["device"]["sections"]
    assert sections["ImageAdjustmentEx"]["lamp_type"] == 0
    assert found["coordinators"]["state"]["last_update_success"] is not away
    assert found["absent"]
    assert len(text) < 60_000


@pytest.fixture
def talkative() -> Iterator[None]:
    """Have every logger say all it knows."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def misbehave(home: CbtHome) -> list[str]:
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
        camera.fail(kind, count=3)
        await attempt("switch", "mirror", "turn_on")
        await attempt("button", "open_door", "press")
        await home.wait(4)
        camera.faults.clear()
        await home.wait(31)
    for answer in (-1, 42, 205, -122, "error json", "something else"):
        camera.plans.refuse("*", answer, count=4)
        await attempt("switch", "flip", "toggle")
        await attempt("text", "overlay_text_1", "set_value", value="Gate")
        await home.wait(4)
        camera.plans.clear()
        await home.wait(31)
    camera.power_off()
    await attempt("button", "open_door", "press")
    await home.wait(31)
    camera.power_on()
    await camera.settle()
    await home.wait(31)
    for auth in AUTHS:
        camera.options.auth = auth
        await home.finish(home.reload(), 1.0)
        await home.wait(4)
    camera.set_password("another-word")
    await attempt("switch", "mirror", "toggle")
    await home.wait(4)
    return raised


async def test_a_whole_run_tells_no_secret(
    home: CbtHome, talkative: None, records: list[logging.LogRecord]
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

    lines = [
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in records
    ]
    assert len(lines) > 200
    assert len(raised) > 20
    shown = [
        f"{state.state} {dict(state.attributes)}"
        for state in home.hass.states.async_all()
    ]
    everything = (*lines, *raised, *shown, repr(home.entry.runtime_data.device))
    assert [one for one in everything if any(word in one for word in SECRETS)] == []
    assert not any("rtsp://" in one for one in everything)
    assert len(home.reauth) == 1


async def test_a_healthy_camera_has_no_issues(home: CbtHome) -> None:
    """No complaint without a reason."""
    assert home.value("binary_sensor", "online") == "on"
    assert issues(home.hass) == {}


async def test_the_login_of_the_document(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Who keeps it is told so."""
    async with cbt_home(hass, monkeypatch, moving_time, CbtOptions()):
        issue = issues(hass)["default_password"]
        assert text_of(issue) == "Workshop still has the password of its manual"
