"""What the owner of a device can put right."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.conftest import Later
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.home import ENGLISH, Home

WRONG: Final = timedelta(hours=2)


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return our issues by the key of their text."""
    return {
        issue.translation_key or "": issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


def text_of(issue: ir.IssueEntry) -> str:
    """Return the title as the owner reads it; every placeholder is there."""
    words: str = ENGLISH["issues"][issue.translation_key]["title"]
    return words.format(**(issue.translation_placeholders or {}))


@pytest.fixture
def strobe_options() -> StrobeOptions:
    """Return a unit with a password of its own."""
    return StrobeOptions(password="of its own")


@pytest.fixture
async def slow_home(
    strobe: StrobeEmulator, strobe_entry: MockConfigEntry, hass: HomeAssistant
) -> Home:
    """Return a home whose strobe has a wrong clock."""
    assert await async_setup_component(hass, "repairs", {})
    strobe.clock.set_wall(datetime.now(UTC) - WRONG)
    await hass.config_entries.async_setup(strobe_entry.entry_id)
    await hass.async_block_till_done()
    return Home(hass, strobe_entry, strobe)


async def test_a_healthy_unit_has_no_issues(hass: HomeAssistant, home: Home) -> None:
    """No complaint without a reason."""
    assert home.entry.entry_id
    assert issues(hass) == {}


@pytest.mark.parametrize("gone_by", ["unload", "remove", "reconfigure"])
async def test_the_login_of_the_manual(
    hass: HomeAssistant, strobe: StrobeEmulator, home: Home, gone_by: str
) -> None:
    """Who keeps it is told so, until it is changed."""
    strobe.set_password("admin123456")
    entry = home.entry
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "password": "admin123456"}
    )
    await home.reload()
    issue = issues(hass)["default_password"]
    assert text_of(issue) == "Porch still has the password of its manual"
    assert not issue.is_fixable
    assert issue.severity is ir.IssueSeverity.WARNING

    match gone_by:
        case "unload":
            await hass.config_entries.async_unload(entry.entry_id)
        case "remove":
            await hass.config_entries.async_remove(entry.entry_id)
        case _:
            strobe.set_password("better")
            shown = await entry.start_reconfigure_flow(hass)
            login = {"host": strobe.host, "username": "admin", "password": "better"}
            await hass.config_entries.flow.async_configure(shown["flow_id"], login)
            await hass.async_block_till_done()

    assert issues(hass) == {}


async def fix(
    hass: HomeAssistant, client: ClientSessionGenerator, issue: ir.IssueEntry
) -> Any:
    """Open the dialog that fixes an issue and agree; return its answer."""
    http = await client()
    path = "/api/repairs/issues/fix"
    started = await http.post(
        path, json={"handler": DOMAIN, "issue_id": issue.issue_id}
    )
    form = await started.json()
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == {"device": "Porch"}
    done = await http.post(f"{path}/{form['flow_id']}", json={})
    answer = await done.json()
    await hass.async_block_till_done()
    return answer


async def test_a_wrong_clock_is_set(
    hass: HomeAssistant, slow_home: Home, hass_client: ClientSessionGenerator
) -> None:
    """Home Assistant offers to set it, and does."""
    issue = issues(hass)["clock_wrong"]
    assert text_of(issue) == "The clock of Porch is wrong"
    assert issue.is_fixable

    answer = await fix(hass, hass_client, issue)

    assert answer["type"] == "create_entry"
    wrong_by = slow_home.strobe.clock.wall - datetime.now(UTC)
    assert abs(wrong_by) < timedelta(seconds=5)
    assert issues(hass) == {}
    await slow_home.reload()
    assert issues(hass) == {}
    await hass.config_entries.async_unload(slow_home.entry.entry_id)


async def test_a_clock_that_cannot_be_set_now(
    hass: HomeAssistant, slow_home: Home, hass_client: ClientSessionGenerator
) -> None:
    """The dialog says why, and can be sent again."""
    slow_home.strobe.power_off()

    answer = await fix(hass, hass_client, issues(hass)["clock_wrong"])

    assert (answer["type"], answer["errors"]) == ("form", {"base": "cannot_connect"})
    assert "clock_wrong" in issues(hass)
    slow_home.strobe.power_on()
    await slow_home.strobe.settle()
    again = await fix(hass, hass_client, issues(hass)["clock_wrong"])
    assert again["type"] == "create_entry"
    assert issues(hass) == {}
    await hass.config_entries.async_unload(slow_home.entry.entry_id)


@pytest.mark.parametrize("gone_by", ["unload", "remove"])
async def test_a_dialog_that_stays_open_too_long(
    hass: HomeAssistant,
    slow_home: Home,
    hass_client: ClientSessionGenerator,
    gone_by: str,
) -> None:
    """Nothing is done for a device that is not there any more."""
    http = await hass_client()
    path = "/api/repairs/issues/fix"
    issue = issues(hass)["clock_wrong"]
    started = await http.post(
        path, json={"handler": DOMAIN, "issue_id": issue.issue_id}
    )
    form = await started.json()
    if gone_by == "unload":
        await hass.config_entries.async_unload(slow_home.entry.entry_id)
    else:
        await hass.config_entries.async_remove(slow_home.entry.entry_id)

    done = await http.post(f"{path}/{form['flow_id']}", json={})

    answer = await done.json()
    assert (answer["type"], answer["reason"]) == ("abort", "not_loaded")
    assert issues(hass) == {}


@pytest.mark.usefixtures("every_entity")
async def test_a_clock_that_comes_right_by_itself(
    hass: HomeAssistant, home: Home, later: Later
) -> None:
    """The complaint comes and goes with what the unit tells."""
    strobe = home.strobe
    right = strobe.clock.wall
    strobe.clock.set_wall(right - WRONG)
    for _ in range(13):
        await later(300)
    issue = issues(hass)["clock_wrong"]
    placeholders = issue.translation_placeholders or {}
    assert 7100 < int(placeholders["seconds"]) < 7300

    strobe.clock.set_wall(strobe.clock.wall + WRONG)
    for _ in range(13):
        await later(300)
    assert issues(hass) == {}


async def test_a_complaint_about_nothing_cannot_be_fixed(
    hass: HomeAssistant, slow_home: Home, hass_client: ClientSessionGenerator
) -> None:
    """An issue whose entry is gone has no dialog."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        "clock_wrong_gone",
        data={"entry_id": "gone", "key": "clock_wrong"},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="clock_wrong",
    )
    http = await hass_client()

    started = await http.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": "clock_wrong_gone"},
    )

    assert started.status == 404
    await hass.config_entries.async_unload(slow_home.entry.entry_id)
