"""Events that the unit delivers by itself, over real sockets into a real webhook."""

import asyncio
from typing import Final

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from tests.conftest import Later
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.documents import ALARM, HTTP_LINK
from tests.home import Home

LOG: Final = "/ISAPI/Log/QueryLog"
TOKEN: Final = "X-Watchpost-Token"


@pytest.fixture
async def pushed_home(webhook_home: Home) -> Home:
    """Return a home to which the strobe delivers its events."""
    await webhook_home.choose(event_path="webhook")
    webhook_home.strobe.forget()
    return webhook_home


def message(strobe: StrobeEmulator, kind: int = 0, mac: str | None = None) -> bytes:
    """Return a message as a unit sends it."""
    return (
        f"<AlarmLinkMsg><DeviceID></DeviceID><SoftwareVer>V1.4.0</SoftwareVer>"
        f"<MACAddress>{mac or strobe.options.mac}</MACAddress>"
        f"<IPAddress>192.0.2.1</IPAddress><AlarmType>{kind}</AlarmType>"
        f"<AlarmTime>2026-11-20T12:00:00Z</AlarmTime></AlarmLinkMsg>"
    ).encode()


def address(home: Home) -> str:
    """Return the address to which the unit reports."""
    return home.field(HTTP_LINK, "Server")


async def post(home: Home, body: bytes, token: str | None = None) -> int:
    """Send a message as anybody in the network could."""
    session: ClientSession = async_get_clientsession(home.hass)
    headers = {} if token is None else {TOKEN: token}
    async with session.post(address(home), data=body, headers=headers) as answer:
        status = answer.status
    await home.hass.async_block_till_done()
    return status


def issue(home: Home) -> ir.IssueEntry | None:
    """Return the complaint that events do not arrive."""
    return ir.async_get(home.hass).async_get_issue(
        "watchpost", f"events_not_delivered_{home.entry.entry_id}"
    )


def alarms(home: Home) -> str:
    """Return when the last alarm was told of."""
    return home.value("event", "alarm")


async def test_a_unit_that_appends_its_own_path(webhook_home: Home) -> None:
    """A unit may add the path of the message to the address it was given."""
    webhook_home.strobe.options.append_push_path = True

    await webhook_home.choose(event_path="webhook")
    assert await webhook_home.strobe.trigger_probe()
    await webhook_home.hass.async_block_till_done()

    event = webhook_home.state("event", "alarm")
    assert event.attributes["event_type"] == "input"
    assert webhook_home.value("binary_sensor", "event_delivery") == "on"


async def test_an_alarm_is_told_at_once(pushed_home: Home) -> None:
    """A pushed alarm shows everywhere without a single question."""
    home = pushed_home
    assert alarms(home) == "unknown"

    assert await home.strobe.trigger_probe()
    await home.hass.async_block_till_done()

    event = home.state("event", "alarm")
    assert event.attributes["event_type"] == "input"
    assert home.value("binary_sensor", "alarm_active") == "on"
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    assert home.value("binary_sensor", "event_delivery") == "on"
    assert home.strobe.pushes[-1].status == 200
    assert not home.strobe.requests


async def test_the_log_does_not_tell_it_again(pushed_home: Home, later: Later) -> None:
    """One alarm is one event, though the log speaks of it too."""
    home = pushed_home
    await home.strobe.trigger_probe()
    await home.hass.async_block_till_done()
    first = alarms(home)

    await later(61)

    assert home.strobe.counts[f"POST {LOG}"] == 1
    assert alarms(home) == first
    assert issue(home) is None


async def test_a_proven_push_is_seldom_doubted(pushed_home: Home, later: Later) -> None:
    """The log is read once a minute."""
    home = pushed_home
    await later(61)
    home.strobe.forget()

    for _ in range(5):
        await later(61)

    assert home.strobe.counts[f"POST {LOG}"] == 5


async def test_an_alarm_that_was_not_pushed_ends_the_trust(
    pushed_home: Home, later: Later
) -> None:
    """The owner is told, the log is read often again, and the push can win back."""
    home = pushed_home
    home.strobe.faults.clear()
    server = address(home)
    home.set_field(HTTP_LINK, "Server", "http://127.0.0.1:9/lost")

    await home.strobe.trigger_probe()
    await later(61)

    assert home.state("event", "alarm").attributes["event_type"] == "input"
    assert home.value("binary_sensor", "event_delivery") == "off"
    complaint = issue(home)
    assert complaint is not None
    assert complaint.translation_placeholders == {"device": "Porch"}
    home.strobe.forget()
    for _ in range(6):
        await later(11)
    assert home.strobe.counts[f"POST {LOG}"] == 6

    home.set_field(HTTP_LINK, "Server", server)
    await home.strobe.trigger_probe()
    await home.hass.async_block_till_done()
    assert home.value("binary_sensor", "event_delivery") == "on"
    assert issue(home) is None


@pytest.mark.parametrize(
    ("body", "token", "status"),
    [
        pytest.param(None, "wrong", 401, id="wrong_token"),
        pytest.param(b"x" * (16 * 1024 + 1), None, 413, id="too_large"),
        pytest.param(b"x" * 200_000, None, 413, id="much_too_large"),
        pytest.param(b"\x00\xff<<", None, 200, id="garbage"),
        pytest.param(b"", None, 200, id="empty"),
        pytest.param(b"<AlarmLinkMsg/>", None, 200, id="nobody"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", None, 200, id="dtd"),
    ],
)
async def test_what_is_no_message_changes_nothing(
    pushed_home: Home, body: bytes | None, token: str | None, status: int
) -> None:
    """The webhook is careful with whatever comes in."""
    home = pushed_home

    assert (
        await post(home, message(home.strobe) if body is None else body, token)
        == status
    )

    assert alarms(home) == "unknown"
    assert home.value("binary_sensor", "alarm_active") == "off"


async def test_a_token_that_is_no_text_is_refused(pushed_home: Home) -> None:
    """Bytes that no text can hold are a wrong token and no failure."""
    url = URL(address(pushed_home))
    assert url.host is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        f"POST {url.raw_path} HTTP/1.1\r\nHost: home\r\n{TOKEN}: ".encode()
        + b"\xff\xfe\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    status = await reader.readline()
    writer.close()

    assert status.split()[1] == b"401"


async def test_the_message_of_another_unit_is_nothing(pushed_home: Home) -> None:
    """Only the own unit is believed."""
    home = pushed_home

    body = message(home.strobe, mac="8C-1F-64-A3-00-01")
    assert await post(home, body) == 200

    assert alarms(home) == "unknown"


@pytest.mark.parametrize(
    ("kind", "told"), [(0, "input"), (1, "remote"), (2, "broadcast")]
)
async def test_a_unit_may_leave_the_token_out(
    pushed_home: Home, kind: int, told: str
) -> None:
    """The address itself is the secret; every kind of alarm has its word."""
    home = pushed_home

    assert await post(home, message(home.strobe, kind)) == 200

    assert home.state("event", "alarm").attributes["event_type"] == told


async def test_messages_from_elsewhere_are_not_taken(
    pushed_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only addresses of the own network may report."""
    monkeypatch.setattr(
        "homeassistant.components.webhook.network_util.is_local", lambda _: False
    )

    assert await post(pushed_home, message(pushed_home.strobe)) == 200

    assert alarms(pushed_home) == "unknown"


async def test_the_test_message_is_no_alarm(pushed_home: Home, later: Later) -> None:
    """What was sent to prove the way is not shown, not even from the log."""
    await later(61)

    assert pushed_home.strobe.alarm_log
    assert alarms(pushed_home) == "unknown"


async def test_nothing_is_written_when_it_is_set_up_again(
    pushed_home: Home,
) -> None:
    """A reload believes what the unit says and takes messages as before."""
    home = pushed_home

    await home.reload()

    assert not [r for r in home.strobe.requests if r.method != "POST"]
    assert home.strobe.requests_to(HTTP_LINK)
    assert len(home.strobe.alarm_calls) == 1
    assert home.value("binary_sensor", "event_delivery") == "on"
    await home.strobe.trigger_probe()
    await home.hass.async_block_till_done()
    assert home.state("event", "alarm").attributes["event_type"] == "input"


async def test_a_unit_that_was_pointed_elsewhere_is_told_of(
    pushed_home: Home,
) -> None:
    """At set-up the target is compared, and nothing is put right behind the owner."""
    home = pushed_home
    home.set_field(HTTP_LINK, "Server", "http://192.0.2.9/other")

    await home.reload()

    assert home.value("binary_sensor", "event_delivery") == "off"
    assert issue(home) is not None
    assert not [r for r in home.strobe.requests if r.method != "POST"]
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert issue(home) is None


async def test_a_check_that_fails_does_not_hold_up_the_rest(
    pushed_home: Home,
) -> None:
    """Where the target cannot be read the log is read often."""
    home = pushed_home
    home.strobe.faults.add("http_status", HTTP_LINK, code=500, count=None)

    await home.reload()

    assert home.value("binary_sensor", "event_delivery") == "off"
    assert home.value("binary_sensor", "online") == "on"


async def test_an_address_that_got_lost(pushed_home: Home) -> None:
    """Home Assistant may come to have no address of its own."""
    home = pushed_home
    home.hass.config.internal_url = "https://home.example"

    await home.reload()

    assert home.value("binary_sensor", "event_delivery") == "off"
    assert await post(home, message(home.strobe)) == 200
    assert home.state("event", "alarm").attributes["event_type"] == "input"


async def test_after_polling_was_chosen_nothing_comes_in(pushed_home: Home) -> None:
    """The webhook is gone, and its id is not used again."""
    home = pushed_home
    url = address(home)
    await home.choose(event_path="poll")
    assert address(home) != url
    home.set_field(HTTP_LINK, "Server", url)

    await post(home, message(home.strobe))
    assert alarms(home) == "unknown"

    home.set_field(HTTP_LINK, "Server", "")
    await home.choose(event_path="webhook")
    assert address(home) != url


async def test_after_unloading_nothing_comes_in(
    hass: HomeAssistant, pushed_home: Home, loaded_strobe: MockConfigEntry
) -> None:
    """A message for an entry that is not loaded is nothing."""
    await hass.config_entries.async_unload(loaded_strobe.entry_id)

    assert await post(pushed_home, message(pushed_home.strobe)) == 200


async def test_schedules_that_report_already_stay(
    webhook_home: Home,
) -> None:
    """What reports anyway is neither switched on nor off again."""
    home = webhook_home
    home.set_field(ALARM, "HTTPMsgEnabled", "1")

    await home.choose(event_path="webhook")
    await home.choose(event_path="poll")

    assert home.field(ALARM, "HTTPMsgEnabled") == "1"
