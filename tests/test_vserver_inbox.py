"""Motion and alarms that a unit tells by mail and over ONVIF, in a real home."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
import logging
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_events import Client, ClientMaker, serve
from tests.conftest import Time
from tests.devices.vserver.rig import dome
from tests.emulators.onvif import OnvifOptions, OnvifService
from tests.emulators.onvif.options import channels
from tests.emulators.vserver import VserverOptions
from tests.home import confirm, enter, free_port
from tests.vserver_home import VserverHome, vserver_home

SMTP: Final = "net/SMTPInfo"
BORROWED: Final = (SMTP, "alarm/MDAccessInfo", "alarm/IOAccessInfo")
OWNERS: Final[dict[str, Any]] = {
    "SMTPServerIP": "192.0.2.25",
    "SMTPPort": "465",
    "ToMail": "owner@example.org",
    "SMTPAuth": "1",
    "SMTPUsername": "owner",
    "SMTPPassword": "owners mail secret",
}


@dataclass(frozen=True)
class Told:
    """A home with a camera that can reach it."""

    home: VserverHome
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

    async def mail(self) -> None:
        """Have alarms mailed."""
        step = await self.choose(alarm_mails=True, mail_port=self.port)
        assert step == "unproven"

    def stored(self) -> list[dict[str, str]]:
        """Return what the unit holds of whom it tells what."""
        settings = self.home.server.settings
        return [
            {**settings.of(settings.group(label), number, row)}
            for label in BORROWED
            for number, _ in self.home.server.numbered
            for row in settings.group(label).rows or (0,)
        ]

    async def move(self, channel: int = 1) -> None:
        """Let something move, and its mail arrive."""
        assert self.home.server.detect_motion(channel)
        await self.home.server.settle()
        await self.home.time.settle()

    async def fetch(self, path: str) -> bytes:
        """Return what somebody gets who has the path alone."""
        async with self.client.get(path) as answer:
            assert answer.status == HTTPStatus.OK
            return await answer.read()

    async def closed(self) -> bool:
        """Return whether nobody listens for mails any more."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return True
        writer.close()
        await writer.wait_closed()
        return False


@pytest.fixture
def options() -> VserverOptions:
    """Return a server of four channels with ONVIF."""
    return VserverOptions.full(onvif=OnvifOptions(profiles=channels(4)))


@pytest.fixture
async def told(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client_no_auth: ClientMaker,
    records: list[logging.LogRecord],
    options: VserverOptions,
) -> AsyncIterator[Told]:
    """Return a home that still asks for everything."""
    client = await serve(hass, monkeypatch, hass_client_no_auth)
    async with vserver_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as home:
        hass.config.internal_url = None
        settings = home.server.settings
        for number, _ in home.server.numbered:
            settings.set("alarm/MDInfo", "MDEnable", 1, number)
        if options.io_trigger == "setting":
            # A closed contact is the alarm.
            for number in range(1, options.alarm_inputs + 1):
                settings.set("alarm/IOTrigInfo", "IOTrig", 0, 1, number)
        for name, value in OWNERS.items():
            settings.set(SMTP, name, value)
        yield Told(home, client, free_port())


def service_of(home: VserverHome) -> OnvifService:
    """Return the ONVIF side of the unit."""
    assert home.server.onvif is not None
    return home.server.onvif


@pytest.mark.parametrize("options", [dome(), VserverOptions.full()])
async def test_mails(told: Told, options: VserverOptions) -> None:
    """Motion is on and off again, an event with a picture, and an image."""
    home = told.home
    several = len(options.channels) > 1
    channel, unit = (3, "channel_3_") if several else (1, "")
    assert home.find("binary_sensor", f"{unit}motion") is None
    await told.mail()
    assert home.value("event", f"{unit}detection") == "unknown"
    assert home.value("image", f"{unit}event_picture") == "unknown"

    await told.move(channel)

    (mail,) = home.server.notices_of("mail")
    assert mail.sent
    assert mail.picture
    event = home.state("event", f"{unit}detection")
    assert event.attributes["event_type"] == "motion"
    assert await told.fetch(event.attributes["picture"]) == mail.picture
    assert home.value("binary_sensor", f"{unit}motion") == "on"
    assert home.value("sensor", "event_path") == "mail"
    assert home.value("binary_sensor", "event_delivery") == "on"
    image = home.state("image", f"{unit}event_picture").attributes["entity_picture"]
    assert await told.fetch(image) == mail.picture
    if several:
        assert home.value("binary_sensor", "channel_1_motion") == "unknown"
    await home.poll(31)
    assert home.value("binary_sensor", f"{unit}motion") == "off"


@pytest.mark.parametrize("options", [dome(), dome(io_trigger="live")])
async def test_an_input(told: Told, options: VserverOptions) -> None:
    """It is one alarm, whoever tells it first, and ends by itself."""
    home = told.home
    await told.mail()
    await home.poll(31)
    home.server.set_alarm_input(2)
    if options.io_trigger == "live":
        await home.poll(31)
    await home.server.settle()
    await home.time.settle()
    first = home.state("event", "alarm")
    assert first.attributes["event_type"] == "input"
    assert home.value("binary_sensor", "alarm_input_2") == "on"
    await home.poll(11)
    assert home.value("event", "alarm") == first.state
    home.server.set_alarm_input(2, closed=False)
    for _ in range(3):
        await home.poll(31)
    assert home.value("binary_sensor", "alarm_input_2") == "off"


@pytest.mark.parametrize("options", [dome()])
@pytest.mark.parametrize("way", ["off", "removed"])
async def test_given_back(told: Told, options: VserverOptions, way: str) -> None:
    """Everything is as it was before, and nobody listens any more."""
    home, before = told.home, told.stored()
    await told.mail()
    assert told.stored() != before
    assert not await told.closed()
    if way == "off":
        assert await told.choose(alarm_mails=False) == "None"
    else:
        entries = home.hass.config_entries
        await home.finish(entries.async_remove(home.entry.entry_id), 1.0)
    assert told.stored() == before
    assert await told.closed()
    said = " ".join(record.getMessage() for record in home.records)
    assert "owners mail secret" not in said
    assert "watchpost.local" not in said
    if way == "removed":
        # For the end of the test, which takes it away once more.
        home.entry.add_to_hass(home.hass)


async def test_onvif(told: Told) -> None:
    """Motion of each channel, and the inputs, as soon as they begin."""
    home = told.home
    await home.until(lambda: home.find("binary_sensor", "channel_4_motion") is not None)
    await home.until(lambda: home.value("sensor", "event_path") == "onvif")
    assert home.value("binary_sensor", "channel_4_motion") == "off"
    assert home.server.detect_motion(4)
    await home.until(lambda: home.value("binary_sensor", "channel_4_motion") == "on")
    event = home.state("event", "channel_4_detection")
    assert event.attributes["event_type"] == "motion"
    assert home.value("binary_sensor", "channel_2_motion") == "off"
    home.server.end_motion(4)
    await home.until(lambda: home.value("binary_sensor", "channel_4_motion") == "off")
    home.server.set_alarm_input(2)
    await home.until(lambda: home.value("binary_sensor", "alarm_input_2") == "on")
    assert home.state("event", "alarm").attributes["event_type"] == "input"
    home.server.set_alarm_input(2, closed=False)
    await home.until(lambda: home.value("binary_sensor", "alarm_input_2") == "off")
    assert home.server.writes == []


async def test_onvif_is_not_wanted(told: Told) -> None:
    """With No nothing is subscribed to."""
    home = told.home
    await home.until(lambda: home.find("binary_sensor", "channel_1_motion") is not None)
    await told.choose(onvif_events="no")
    service_of(home).requests.clear()
    await home.poll(70)
    assert service_of(home).requests == []
