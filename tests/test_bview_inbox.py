"""Motion that a camera tells by our own port and by mail, in a real home."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
import logging
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_events import Client, ClientMaker, reachable_home
from tests.bview_home import PASSWORD, BviewHome
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.home import confirm, enter, free_port

EMAIL: Final = "/Network/EMail"
TRIGGER: Final = "/Pictures/1/Motion/Trigger"
MINE: Final = (EMAIL, TRIGGER, "/Record/Notify/URL")


@dataclass(frozen=True)
class Told:
    """A home with a camera that can reach it."""

    home: BviewHome
    client: Client
    port: int

    async def choose(self, **options: Any) -> str:
        """Change options; return which step has told of it."""
        home, flows = self.home, self.home.hass.config_entries.options
        flow = await flows.async_init(home.entry.entry_id)
        chosen = {**home.entry.options, **options}
        shown = await home.finish(enter(home.hass, flow, chosen), 1.0)
        assert not shown.get("errors"), shown["errors"]
        await home.finish(confirm(home.hass, shown), 1.0)
        return str(shown.get("step_id"))

    async def remove(self) -> None:
        """Remove the entry."""
        entries, entry = self.home.hass.config_entries, self.home.entry
        await self.home.finish(entries.async_remove(entry.entry_id), 1.0)

    def stored(self) -> list[list[tuple[str, str]]]:
        """Return what the camera holds of whom it tells what."""
        self.home.time.leap(3)
        settings = self.home.camera.settings
        return [list(settings.node(path).flat()) for path in MINE]

    async def move(self, seconds: float = 3) -> None:
        """Let something move, and everything arrive that is told of it."""
        assert self.home.camera.detect_motion(seconds)
        await self.home.camera.settle()
        await self.home.time.settle()


@pytest.fixture
async def told(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client_no_auth: ClientMaker,
    records: list[logging.LogRecord],
) -> AsyncIterator[Told]:
    """Return a home that still asks for everything."""
    options = BviewOptions.full(password=PASSWORD)
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client_no_auth, options, records=records
    ) as (home, client):
        hass.config.internal_url = None
        yield Told(home, client, free_port())


async def test_mails_bring_motion_and_its_picture(told: Told) -> None:
    """Proven by a test; motion is on and off, and its picture can be seen."""
    home = told.home
    step = await told.choose(alarm_mails=True, mail_port=told.port)
    assert step == "proven"
    assert home.value("event", "detection") == "unknown"
    assert home.value("image", "event_picture") == "unknown"

    await told.move()

    mail = home.camera.mails[-1]
    assert (mail.cause, mail.error) == ("motion", None)
    event = home.state("event", "detection")
    assert event.attributes["event_type"] == "motion"
    assert home.value("binary_sensor", "motion") == "on"
    assert home.value("sensor", "event_path") == "mail"
    assert home.value("binary_sensor", "event_delivery") == "on"
    async with told.client.get(event.attributes["picture"]) as answer:
        assert answer.status == HTTPStatus.OK
        assert await answer.read() == mail.picture
    image = home.state("image", "event_picture").attributes["entity_picture"]
    async with told.client.get(image) as answer:
        assert await answer.read() == mail.picture
    path = event.attributes["picture"].partition("?")[0]
    async with told.client.get(path) as answer:
        assert answer.status == HTTPStatus.UNAUTHORIZED

    for _ in range(3):
        await home.poll(16)
    assert home.value("binary_sensor", "motion") == "off"
    assert home.value("event", "detection") == event.state


@pytest.mark.parametrize("how", ["off", "removed"])
async def test_mails_are_given_back(told: Told, how: str) -> None:
    """All values are as before, and the port is closed."""
    before = told.stored()
    await told.choose(alarm_mails=True, mail_port=told.port)
    assert told.stored() != before

    if how == "off":
        await told.choose(alarm_mails=False)
    else:
        await told.remove()

    assert told.stored() == before
    if how == "removed":
        # The end of the test looks for it.
        told.home.entry.add_to_hass(told.home.hass)
        entries = told.home.hass.config_entries
        entries.async_update_entry(told.home.entry, options={})
        assert await entries.async_setup(told.home.entry.entry_id)
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", told.port)


async def test_the_port_of_our_own(told: Told) -> None:
    """Motion comes in at once; mails and the status tell of the same."""
    home = told.home
    step = await told.choose(
        event_path="listener",
        listener_port=free_port(),
        alarm_mails=True,
        mail_port=told.port,
    )
    assert step == "partly_proven"

    await told.move(20)
    first = home.value("event", "detection")
    assert first != "unknown"
    assert home.value("sensor", "event_path") == "listener"
    assert home.camera.pushes[-1].status == HTTPStatus.OK
    assert home.camera.mails[-1].error is None
    await home.poll(16)

    assert home.value("event", "detection") == first
    assert home.value("sensor", "last_event") != "unknown"


async def test_a_secret_address_stays_secret(told: Told) -> None:
    """Neither a log nor the diagnostics tell the mailbox."""
    await told.choose(alarm_mails=True, mail_port=told.port)
    await told.move()
    rows = told.home.camera.settings.node(EMAIL).find("ReceiverList").all("Receiver")
    name = rows[0].get("EmailAddress").partition("@")[0]
    assert len(name) == 24
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        assert not [line for line in told.home.told(level) if name in line]
