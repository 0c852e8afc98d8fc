"""Motion and alarms that a camera tells by mail and over ONVIF, in a real home."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
import logging
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_events import Client, ClientMaker, serve
from tests.cbt_home import PASSWORD, CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtOptions
from tests.emulators.onvif import OnvifOptions, OnvifService
from tests.home import confirm, enter, free_port

BORROWED: Final = (
    "MailConf",
    "MotionDetConf",
    "AlarmInConf",
    "ODAlarmConf",
    "RegInvConf",
)
OWNERS: Final[dict[str, Any]] = {
    "smtp_addr": "192.0.2.25",
    "smtp_user": "owner",
    "smtp_passw": "owners mail secret",
    "to_addr": "camera@example.org",
    "from_user": "owner@example.org",
}


@dataclass(frozen=True)
class Told:
    """A home with a camera that can reach it."""

    home: CbtHome
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

    def stored(self) -> dict[str, dict[str, Any]]:
        """Return what the camera holds of whom it tells what."""
        settings = self.home.camera.settings
        return {name: {**settings.values(name)} for name in BORROWED}

    async def move(self) -> None:
        """Let something move, and its mails arrive."""
        assert self.home.camera.detect_motion()
        await self.home.camera.settle()
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
def options() -> CbtOptions:
    """Return a camera with ONVIF."""
    return CbtOptions.full(password=PASSWORD, onvif=OnvifOptions())


@pytest.fixture
async def told(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client_no_auth: ClientMaker,
    records: list[logging.LogRecord],
    options: CbtOptions,
) -> AsyncIterator[Told]:
    """Return a home that still asks for everything."""
    client = await serve(hass, monkeypatch, hass_client_no_auth)
    async with cbt_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as home:
        hass.config.internal_url = None
        home.camera.settings.set("MotionDetConf", md_enable=1)
        home.camera.settings.set("MailConf", **OWNERS)
        yield Told(home, client, free_port())


def plain() -> CbtOptions:
    """Return a camera without ONVIF."""
    return CbtOptions.full(password=PASSWORD)


def service_of(home: CbtHome) -> OnvifService:
    """Return the ONVIF side of the camera."""
    assert home.camera.onvif is not None
    return home.camera.onvif


@pytest.mark.parametrize("options", [plain()])
async def test_mails(told: Told, options: CbtOptions) -> None:
    """Motion is on and off again, an event with a picture, and an image."""
    home = told.home
    assert home.find("binary_sensor", "motion") is None
    await told.mail()
    assert home.value("event", "detection") == "unknown"
    assert home.value("image", "event_picture") == "unknown"

    await told.move()

    assert [mail.delivered for mail in home.camera.mails] == [True, True]
    (picture,) = [mail.picture for mail in home.camera.mails if mail.picture]
    event = home.state("event", "detection")
    assert event.attributes["event_type"] == "motion"
    assert home.value("binary_sensor", "motion") == "on"
    assert home.value("sensor", "event_path") == "mail"
    assert home.value("binary_sensor", "event_delivery") == "on"
    image = home.state("image", "event_picture").attributes["entity_picture"]
    assert await told.fetch(image) == picture
    await home.poll(31)
    assert home.value("binary_sensor", "motion") == "off"

    home.camera.end_motion()
    home.camera.settings.set("MotionDetConf", alarm_handle_email=0)
    await home.poll(61)
    await told.move()
    # The only mail of this one has the picture.
    shown = home.state("event", "detection").attributes["picture"]
    assert await told.fetch(shown) == home.camera.mails[-1].picture


@pytest.mark.parametrize("options", [plain()])
async def test_an_input_by_mail_and_by_looking(told: Told, options: CbtOptions) -> None:
    """It is one alarm, whoever tells it first."""
    home = told.home
    await told.mail()
    await home.poll(4)
    home.camera.set_alarm_input(on=True)
    await home.camera.settle()
    await home.time.settle()
    first = home.state("event", "alarm")
    assert first.attributes["event_type"] == "input"
    await home.poll(4)
    assert home.value("event", "alarm") == first.state
    assert home.value("binary_sensor", "alarm_input_1") == "on"
    home.camera.set_alarm_input(on=False)
    await home.poll(35)
    assert home.value("binary_sensor", "alarm_input_1") == "off"


@pytest.mark.parametrize("options", [plain()])
@pytest.mark.parametrize("way", ["off", "removed"])
async def test_given_back(told: Told, options: CbtOptions, way: str) -> None:
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
    """Motion, and the input without looking for it, as soon as they begin."""
    home = told.home
    await home.until(lambda: home.find("binary_sensor", "motion") is not None)
    await home.until(lambda: home.value("sensor", "event_path") == "onvif")
    assert home.value("binary_sensor", "motion") == "off"
    assert home.find("image", "event_picture") is None
    assert home.camera.detect_motion()
    await home.until(lambda: home.value("binary_sensor", "motion") == "on")
    assert home.state("event", "detection").attributes["event_type"] == "motion"
    home.camera.end_motion()
    await home.until(lambda: home.value("binary_sensor", "motion") == "off")

    home.camera.set_alarm_input(on=True)
    await home.until(lambda: home.value("binary_sensor", "alarm_input_1") == "on")
    assert home.state("event", "alarm").attributes["event_type"] == "input"
    home.camera.set_alarm_input(on=False)
    await home.until(lambda: home.value("binary_sensor", "alarm_input_1") == "off")
    assert home.camera.writes == []

    # What is told is looked at ten times less often.
    await home.poll(31)
    home.camera.forget()
    for _ in range(10):
        await home.poll(3)
    assert home.asked["getIOAlarmIn"] <= 2
    service_of(home).kill()
    await home.until(lambda: home.value("sensor", "event_path") == "poll")
    home.camera.forget()
    for _ in range(5):
        # A timer of Home Assistant is due up to a second later.
        await home.poll(4.5)
    assert home.asked["getIOAlarmIn"] >= 4
    await service_of(home).revive()


async def test_onvif_is_not_wanted(told: Told) -> None:
    """With No nothing is subscribed to, and explain tells why."""
    home = told.home
    await home.until(lambda: home.find("binary_sensor", "motion") is not None)
    await told.choose(onvif_events="no")
    service_of(home).requests.clear()
    await home.poll(70)
    assert service_of(home).requests == []
    device = home.entry.runtime_data.device
    (absent,) = [one for one in device.absent if one.key == "motion"]
    assert absent.detail == "onvif_events no"


async def test_unloading_ends_the_subscription(told: Told) -> None:
    """The camera has few places for them."""
    home = told.home
    # Its answer has to be here: what nobody knows of cannot be given back.
    await home.until(lambda: home.value("sensor", "event_path") == "onvif")
    await home.reload()
    await home.until(lambda: len(service_of(home).live) == 1)
    assert len(service_of(home).left) == 1
