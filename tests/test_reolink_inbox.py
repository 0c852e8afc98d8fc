"""What cameras tell by mail and by ONVIF, in a real home."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.vocabulary import Cadence
from custom_components.watchpost.diagnostics import (
    async_get_config_entry_diagnostics,
)
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.bview_events import Client, ClientMaker, serve
from tests.camera_home import EmulatedHome, emulated
from tests.emulators.reolink import ReolinkOptions
from tests.home import confirm, enter, free_port


@dataclass(frozen=True)
class Told:
    """A home with a device that can reach it."""

    home: EmulatedHome
    client: Client
    port: int

    async def choose(self, **options: Any) -> str:
        """Change options; return which step has told of it."""
        hass, entry = self.home.hass, self.home.entry
        flow = await hass.config_entries.options.async_init(entry.entry_id)
        shown = await enter(hass, flow, {**entry.options, **options})
        assert not shown.get("errors"), shown["errors"]
        await confirm(hass, shown)
        return str(shown.get("step_id"))

    def state(self, platform: str, own_id: str) -> State:
        """Return the state of an entity."""
        unique_id = f"{self.home.entry.unique_id}_{own_id}"
        registry = er.async_get(self.home.hass)
        entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, own_id
        found = self.home.hass.states.get(entity_id)
        assert found is not None, own_id
        return found

    def value(self, platform: str, own_id: str) -> str:
        """Return what an entity shows."""
        return self.state(platform, own_id).state

    def stored(self) -> list[dict[str, Any]]:
        """Return the settings for mail of all cameras, passwords in the clear."""
        settings = self.home.device.settings
        count = len(self.home.device.cameras)
        return deepcopy(
            [settings.fields("EmailV20", number) for number in range(count)]
        )

    async def see(self, channel: int = 0, kind: str = "motion") -> None:
        """Let a camera see something, and everything arrive that tells of it."""
        self.home.device.detect(channel, kind)
        await self.home.device.settle()
        await self.home.hass.async_block_till_done()

    async def poll(self) -> None:
        """Ask what is seen."""
        await self.home.entry.runtime_data.coordinators[Cadence.STATE].async_refresh()
        await self.home.hass.async_block_till_done()

    async def wait_for(self, reached: Callable[[], bool]) -> None:
        """Wait until something has come in."""
        async with asyncio.timeout(10):
            while not reached():
                await asyncio.wait([self._next_change()], timeout=1)

    def _next_change(self) -> asyncio.Future[None]:
        done = asyncio.get_running_loop().create_future()

        @callback
        def changed(_event: object) -> None:
            if not done.done():
                done.set_result(None)

        self.home.hass.bus.async_listen_once("state_changed", changed)
        return done


@asynccontextmanager
async def told_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    make_client: ClientMaker,
    options: ReolinkOptions,
) -> AsyncIterator[Told]:
    """Run a device in a home that it can send mails to."""
    client = await serve(hass, monkeypatch, make_client)
    hass.config.internal_url = None
    async with emulated(hass, monkeypatch, options) as home:
        yield Told(home, client, free_port())


@pytest.mark.usefixtures("every_entity")
async def test_mails_bring_motion_and_its_picture(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
) -> None:
    """Proven by a test; motion is on and off, and its picture can be seen."""
    options = ReolinkOptions()
    async with told_home(hass, monkeypatch, hass_client_no_auth, options) as told:
        step = await told.choose(alarm_mails=True, mail_port=told.port)
        assert step == "proven"
        assert told.value("event", "detection") == "unknown"
        assert told.value("image", "event_picture") == "unknown"
        # It was proven before, and is again with the first mail.
        assert told.value("sensor", "event_path") == "poll"

        await told.see()

        (mail,) = [one for one in told.home.device.mails.sent if one.picture]
        event = told.state("event", "detection")
        assert event.attributes["event_type"] == "motion"
        assert told.value("binary_sensor", "motion") == "on"
        assert told.value("sensor", "event_path") == "mail"
        assert told.value("binary_sensor", "event_delivery") == "on"
        assert told.value("sensor", "last_event") != "unknown"
        async with told.client.get(event.attributes["picture"]) as answer:
            assert answer.status == HTTPStatus.OK
            assert await answer.read() == mail.picture
        image = told.state("image", "event_picture").attributes["entity_picture"]
        async with told.client.get(image) as answer:
            assert await answer.read() == mail.picture

        await told.poll()
        told.home.device.detect(active=False)
        await told.poll()
        later = dt_util.utcnow() + timedelta(seconds=40)
        monkeypatch.setattr(dt_util, "utcnow", lambda: later)
        async_fire_time_changed(hass, later)
        await hass.async_block_till_done()
        assert told.value("binary_sensor", "motion") == "off"
        assert told.value("event", "detection") == event.state


@pytest.mark.parametrize("how", ["off", "removed"])
async def test_mails_are_given_back(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
    how: str,
) -> None:
    """All values are as before, and the port is closed."""
    options = ReolinkOptions.nvr(3)
    async with told_home(hass, monkeypatch, hass_client_no_auth, options) as told:
        settings = told.home.device.settings
        settings.change("EmailV20", 1, scheduleEnable=0, enable=0, ssl=1)
        settings.change("EmailV20", 2, schedule={"table": {"MD": "0" * 168}})
        before = told.stored()
        await told.choose(alarm_mails=True, mail_port=told.port)
        now = told.stored()
        assert [one["smtpPort"] for one in now] == [told.port] * 3
        assert {one["password"] for one in now} == {"hunter2-mail"}

        if how == "off":
            await told.choose(alarm_mails=False)
        else:
            await hass.config_entries.async_remove(told.home.entry.entry_id)
            await hass.async_block_till_done()

        assert told.stored() == before
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", told.port)
        if how == "removed":
            # The end of the test looks for it.
            told.home.entry.add_to_hass(hass)
            hass.config_entries.async_update_entry(told.home.entry, options={})
            assert await hass.config_entries.async_setup(told.home.entry.entry_id)


async def test_the_mailbox_stays_secret(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither a log nor the diagnostics tell it."""
    caplog.set_level(logging.DEBUG)
    options = ReolinkOptions()
    async with told_home(hass, monkeypatch, hass_client_no_auth, options) as told:
        await told.choose(alarm_mails=True, mail_port=told.port)
        await told.see()
        name = told.stored()[0]["addr1"].partition("@")[0]
        assert len(name) == 24
        dump = await async_get_config_entry_diagnostics(hass, told.home.entry)
        assert "'events': {'in_use': 'mail'" in str(dump)
        assert name not in str(dump)
    own = [one for one in caplog.records if one.name.startswith("custom_components")]
    assert own
    assert not any(name in record.getMessage() for record in own)


@pytest.mark.usefixtures("every_entity")
async def test_onvif_tells_at_once(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
) -> None:
    """Beside mails: it is one event; polls are slower as long as it works."""
    options = ReolinkOptions(onvif=True)
    async with told_home(hass, monkeypatch, hass_client_no_auth, options) as told:
        service = told.home.device.onvif
        assert service is not None
        await told.choose(onvif_events="auto", alarm_mails=True, mail_port=told.port)
        await service.wait_for(lambda: service.waiting > 0)
        await told.wait_for(lambda: told.value("sensor", "event_path") == "onvif")
        device = told.home.entry.runtime_data.device
        assert device.interval(Cadence.STATE) == 10

        await told.see()
        await told.wait_for(lambda: told.value("event", "detection") != "unknown")
        first = told.value("event", "detection")
        assert told.value("binary_sensor", "motion") == "on"
        await told.poll()
        assert told.value("event", "detection") == first

        service.kill()
        await told.wait_for(lambda: told.value("sensor", "event_path") != "onvif")
        assert device.interval(Cadence.STATE) < 3
        coordinator = told.home.entry.runtime_data.coordinators[Cadence.STATE]
        assert coordinator.update_interval is not None
        assert coordinator.update_interval < timedelta(seconds=3)
