"""Alarms of the strobe that come in by our own port and by mail, in a real home."""

import asyncio
from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.conftest import Later
from tests.emulators.strobe.documents import ALARM, EMAIL, HTTP_LINK
from tests.emulators.strobe.xmldoc import render
from tests.home import Home, free_port

LOG: Final = "/ISAPI/Log/QueryLog"


@pytest.fixture
def port() -> int:
    """Return a port that is free, of a home that the strobe can reach."""
    return free_port()


async def is_open(port: int) -> bool:
    """Tell whether somebody listens at a port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def stored(home: Home) -> list[bytes]:
    """Return what the unit holds of whom it tells its alarms."""
    return [render(home.document(path)) for path in (EMAIL, ALARM, HTTP_LINK)]


async def alarm(home: Home) -> None:
    """Set off the input of the unit."""
    assert await home.strobe.trigger_probe()
    await home.hass.async_block_till_done()


async def test_mails_are_proven_and_tell_of_an_alarm(
    every_entity: None, home: Home, port: int, later: Later
) -> None:
    """A test mail shows that it works; an alarm is on, told once, and ends."""
    told = await home.choose(alarm_mails=True, mail_port=port)

    assert told["step_id"] == "proven"
    placeholders = told["description_placeholders"]
    assert placeholders is not None
    assert int(placeholders["milliseconds"]) < 5000
    (mail,) = home.strobe.mails
    # Its last word is not heard: the port is opened anew for the entry.
    assert mail.server == f"127.0.0.1:{port}"
    assert home.entry.options["alarm_mails"] is True
    assert home.value("event", "alarm") == "unknown"
    await later(11)

    await alarm(home)

    event = home.state("event", "alarm")
    first = event.state
    assert event.attributes["event_type"] == "input"
    assert "picture" not in event.attributes
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    assert home.value("binary_sensor", "event_delivery") == "on"
    assert home.value("sensor", "event_path") == "mail"
    assert home.value("sensor", "event_delay") != "unknown"
    for _ in range(2):
        await later(61)
    assert home.value("binary_sensor", "alarm_input_1") == "off"
    assert home.value("event", "alarm") == first


async def test_mails_are_given_back(home: Home, port: int) -> None:
    """Off is as it was before, and nobody listens any more."""
    before = stored(home)
    await home.choose(alarm_mails=True, mail_port=port)
    assert await is_open(port)

    await home.choose(alarm_mails=False)

    assert stored(home) == before
    assert not await is_open(port)


@pytest.mark.parametrize("moment", ["loaded", "unloaded"])
async def test_removal_gives_everything_back(
    hass: HomeAssistant, home: Home, port: int, moment: str
) -> None:
    """Server, schedules and address are as before; both ports are closed."""
    before, other = stored(home), free_port()
    await home.choose(
        alarm_mails=True, mail_port=port, event_path="listener", listener_port=other
    )
    assert stored(home)[0] != before[0]
    assert stored(home)[2] != before[2]
    while moment == "unloaded" and home.entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(home.entry.entry_id)

    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()

    assert stored(home) == before
    assert not await is_open(port)
    assert not await is_open(other)


async def test_the_port_of_our_own(
    every_entity: None, home: Home, port: int, later: Later
) -> None:
    """Messages come in as at the webhook, with the token, and tell how late."""
    told = await home.choose(event_path="listener", listener_port=port)

    assert told["step_id"] == "proven"
    (push,) = home.strobe.pushes
    assert push.url.startswith(f"http://127.0.0.1:{port}/")
    assert push.status == 200
    await later(11)
    home.strobe.forget()

    await alarm(home)

    assert home.state("event", "alarm").attributes["event_type"] == "input"
    assert home.value("sensor", "event_path") == "listener"
    assert home.value("sensor", "event_delay") == "0"
    assert not home.strobe.requests
    for _ in range(3):
        await later(61)
    assert home.strobe.counts[f"POST {LOG}"] == 3


async def test_all_ways_tell_of_one_alarm(
    every_entity: None, home: Home, port: int, later: Later
) -> None:
    """Message, mail and log: one event, and the quickest way is shown."""
    told = await home.choose(
        alarm_mails=True,
        mail_port=port,
        event_path="listener",
        listener_port=free_port(),
    )
    assert told["step_id"] == "proven"
    await later(11)
    seen: list[Any] = []
    home.hass.bus.async_listen(
        "state_changed",
        lambda event: (
            seen.append(event.data["new_state"].state)
            if event.data["entity_id"] == home.entity_id("event", "alarm")
            else None
        ),
    )

    await alarm(home)
    await later(61)

    assert (len(home.strobe.mails), len(home.strobe.pushes)) == (2, 2)
    assert len(seen) == 1
    assert home.value("sensor", "event_path") == "listener"


async def test_a_port_that_is_taken(home: Home, port: int) -> None:
    """The form says so, and the unit is as before."""
    before = stored(home)
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", port)

    with pytest.raises(AssertionError, match="port_in_use"):
        await home.choose(alarm_mails=True, mail_port=port)

    server.close()
    assert stored(home) == before


async def test_a_secret_address_stays_secret(
    home: Home, port: int, records: list[Any]
) -> None:
    """No log tells the mailbox; whoever knows it could report alarms."""
    await home.choose(alarm_mails=True, mail_port=port)
    await alarm(home)
    name = home.field(EMAIL, "Receiver_1").partition("@")[0]
    assert len(name) == 24
    lines = [r.getMessage() for r in records if r.name.startswith("custom_")]
    assert not [line for line in lines if name in line]
