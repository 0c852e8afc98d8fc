"""How long an event takes from the last byte of its message to the entity's state.

Run: .venv/bin/python -m pytest tests/bench/events.py -s -q -p no:logging
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP
import logging
import statistics
import time
from typing import Any, Final

import pytest

from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from tests.bview_events import ClientMaker, reachable_home
from tests.bview_home import PASSWORD, BviewHome
from tests.cbt_home import PASSWORD as CBT_PASSWORD, CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.emulators.cbt import CbtOptions
from tests.emulators.onvif import OnvifOptions, Topic
from tests.home import confirm, enter, free_port

COUNT: Final = 1_000
PICTURE: Final = b"\xff\xd8\xff\xe0" + bytes(200_000) + b"\xff\xd9"
NOW: Final[tuple[Callable[[], float]]] = (time.perf_counter,)
"""The real clock, in a tuple, where nothing that stops the time replaces it."""


class Meter:
    """When an entity's state was written last."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Watch an entity."""
        self.seen = asyncio.Event()
        self.at = 0.0
        async_track_state_change_event(hass, [entity_id], self._take)

    @callback
    def _take(self, _event: Event[EventStateChangedData]) -> None:
        (now,) = NOW
        self.at = now()
        self.seen.set()

    async def run(
        self, name: str, once: Callable[[int], Awaitable[float]], pause: float = 0.0
    ) -> list[float]:
        """Let something happen again and again; print what it took."""
        took: list[float] = []
        for number in range(COUNT):
            self.seen.clear()
            sent = await once(number)
            async with asyncio.timeout(10):
                await self.seen.wait()
            took.append((self.at - sent) * 1000)
            await asyncio.sleep(pause)
        cuts = statistics.quantiles(took, n=100)
        print(  # noqa: T201
            f"{name:<28}{COUNT} events: p50 {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms"
            f"   p99 {cuts[98]:6.2f} ms   most {max(took):6.2f} ms"
        )
        return took


async def choose(home: BviewHome | CbtHome, **options: Any) -> None:
    """Change the options."""
    flow = await home.hass.config_entries.options.async_init(home.entry.entry_id)
    chosen = {**home.entry.options, **options}
    shown = await home.finish(enter(home.hass, flow, chosen), 1.0)
    assert not shown.get("errors"), shown["errors"]
    await home.finish(confirm(home.hass, shown), 1.0)


@pytest.fixture
async def bview(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client_no_auth: ClientMaker,
    records: list[logging.LogRecord],
) -> AsyncIterator[BviewHome]:
    """Return a camera that can call and mail."""
    options = BviewOptions.full(password=PASSWORD)
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client_no_auth, options, records=records
    ) as (home, _):
        yield home


@pytest.mark.parametrize("path", ["webhook", "listener"])
async def test_messages(bview: BviewHome, moving_time: Time, path: str) -> None:
    """A finished recording, told on a connection of its own each time."""
    print()  # noqa: T201
    own = {} if path == "webhook" else {"listener_port": free_port()}
    await choose(bview, event_path=path, **own)
    node = bview.camera.settings.node("/Record/Notify/URL")
    host, port, target = (node.get(name) for name in ("Host", "Port", "Path"))
    meter = Meter(bview.hass, bview.state("event", "recording_saved").entity_id)
    (now,) = NOW

    async def once(number: int) -> float:
        # The port takes four messages a second from one address in the long run.
        moving_time.leap(0.3)
        reader, writer = await asyncio.open_connection(host, int(port))
        line = f"GET /{target.lstrip('/')}?eventfile=H_{number}.avi HTTP/1.1"
        writer.write(f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        sent = now()
        assert b" 200 " in await reader.readline()
        writer.close()
        return sent

    took = await meter.run(path, once)
    assert statistics.quantiles(took, n=20)[18] < 50


async def test_mails_with_a_picture(bview: BviewHome, moving_time: Time) -> None:
    """Each mail brings another picture; the state of the image is when it came."""
    print()  # noqa: T201
    port = free_port()
    await choose(bview, alarm_mails=True, mail_port=port)
    rows = bview.camera.settings.node("/Network/EMail").find("ReceiverList")
    mailbox = rows.all("Receiver")[0].get("EmailAddress")
    mail = EmailMessage()
    mail["Subject"] = "Motion detected"
    mail.set_content("Motion detected")
    mail.add_attachment(PICTURE, maintype="image", subtype="jpeg")
    content = mail.as_bytes(policy=SMTP) + b"\r\n.\r\n"
    meter = Meter(bview.hass, bview.state("image", "event_picture").entity_id)
    (now,) = NOW

    async def once(_number: int) -> float:
        moving_time.leap(0.3)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        for line in (
            "HELO ipcamera",
            "MAIL FROM:<camera@example.com>",
            f"RCPT TO:<{mailbox}>",
            "DATA",
        ):
            writer.write(f"{line}\r\n".encode())
            assert (await reader.readline())[:1] in b"23"
        writer.write(content)
        await writer.drain()
        sent = now()
        assert (await reader.readline()).startswith(b"250")
        writer.close()
        return sent

    took = await meter.run("mail, 200 KB, from its end", once)
    assert statistics.quantiles(took, n=20)[18] < 500


async def test_onvif(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    records: list[logging.LogRecord],
) -> None:
    """Motion that begins and ends."""
    print()  # noqa: T201
    options = CbtOptions.full(password=CBT_PASSWORD, onvif=OnvifOptions())
    async with cbt_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as home:
        await home.until(lambda: home.find("binary_sensor", "motion") is not None)
        service = home.camera.onvif
        assert service is not None
        await home.until(lambda: home.value("sensor", "event_path") == "onvif")
        meter = Meter(hass, home.state("binary_sensor", "motion").entity_id)
        (now,) = NOW

        async def once(number: int) -> float:
            await service.wait_for(lambda: service.waiting > 0)
            sent = now()
            service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", number % 2 == 0)
            return sent

        took = await meter.run("ONVIF", once)
        assert statistics.quantiles(took, n=20)[18] < 50
