"""Writes below /Network, which a B-VIEW camera stores behind everybody's back."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from tests.bview_controls import EMAIL, FTP
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.home import refused

MASK = "TransferContentTypeMask"


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera whose network settings take their time; override it."""
    return BviewOptions.full(password=PASSWORD, store_seconds=4.5)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled, and mail and uploads off."""
    async with bview_home(hass, monkeypatch, moving_time, options) as found:
        found.camera.settings.secrets[EMAIL, "SenderEmailPassword"] = "kept"
        await found.poll()
        found.camera.forget()
        yield found


class Seen:
    """Every state that an entity shows."""

    def __init__(self, home: BviewHome, *keys: str) -> None:
        """Look from now on."""
        ids = [home.entity_id("switch", key) for key in keys]
        self.states: list[str] = []

        @callback
        def note(event: Event[EventStateChangedData]) -> None:
            new = event.data["new_state"]
            self.states.append("" if new is None else new.state)

        self.stop = async_track_state_change_event(home.hass, ids, note)


async def test_two_blocks_right_after_each_other(home: BviewHome) -> None:
    """They are five seconds apart, none is lost, and no switch flips back."""
    seen = Seen(home, "email_alerts", "ftp_upload")
    await home.finish(
        asyncio.gather(
            home.act("switch", "email_alerts", "turn_on"),
            home.act("switch", "ftp_upload", "turn_on"),
        )
    )
    for _ in range(40):
        await home.poll(0.5)
    seen.stop()

    one, two = home.camera.writes
    assert (one.path, two.path) == (EMAIL, FTP)
    assert two.time - one.time >= 5
    assert home.camera.violations_of("network_pace") == []
    assert home.kept(EMAIL, "Enable") == "true"
    assert home.kept(FTP, MASK) == "11"
    assert seen.states == ["on", "on"]
    assert one.secrets == two.secrets == ()
    assert home.camera.settings.secrets[EMAIL, "SenderEmailPassword"] == "kept"


async def test_one_switch_again_and_again(home: BviewHome) -> None:
    """What was meant last holds, and is all that is shown in the end."""
    seen = Seen(home, "email_alerts")
    for action in ("turn_on", "turn_off", "turn_on"):
        await home.finish(home.act("switch", "email_alerts", action))
    for _ in range(40):
        await home.poll(0.5)
    seen.stop()

    assert home.kept(EMAIL, "Enable") == "true"
    assert seen.states == ["on", "off", "on"]
    assert home.camera.violations_of("network_pace") == []
    times = [write.time for write in home.camera.writes]
    assert len(times) == 3
    assert min(b - a for a, b in pairwise(times)) >= 5


async def test_presses_that_come_together_are_one(home: BviewHome) -> None:
    """Whoever presses three times in a row waits once."""
    await home.finish(
        asyncio.gather(
            home.act("switch", "email_alerts", "turn_on"),
            home.act("switch", "email_alerts", "turn_off"),
            home.act("switch", "email_alerts", "turn_on"),
        )
    )
    assert home.written == [f"PUT {EMAIL}"]
    await home.wait(6)
    assert home.kept(EMAIL, "Enable") == "true"


async def test_other_settings_do_not_wait(home: BviewHome) -> None:
    """While mail waits for its turn, the rest of the camera is set."""
    await home.act("switch", "ftp_upload", "turn_on")
    waiting = asyncio.ensure_future(home.act("switch", "email_alerts", "turn_on"))
    await home.act("number", "image_contrast", "set_value", value=1)
    await home.act("switch", "motion_detection", "turn_off")

    assert not waiting.done()
    assert home.kept("/Images/1/Color", "Contrast") == "1"
    assert home.kept("/Pictures/1/Motion", "Enable") == "false"
    await home.finish(waiting)
    await home.wait(6)
    assert home.kept(EMAIL, "Enable") == "true"
    assert home.camera.violations == []


async def test_a_refused_write_is_not_shown(home: BviewHome) -> None:
    """And the next one waits all the same: nobody knows what the camera does."""
    home.camera.plans.refuse(EMAIL, -8, method="PUT")
    with refused("failed", HomeAssistantError):
        await home.act("switch", "email_alerts", "turn_on")
    assert home.value("switch", "email_alerts") == "off"
    (refusal,) = [one for one in home.camera.requests if one.method == "PUT"]

    await home.finish(home.act("switch", "email_alerts", "turn_on"))

    assert home.value("switch", "email_alerts") == "on"
    last = [one for one in home.camera.requests if one.method == "PUT"][-1]
    assert last.virtual_time - refusal.virtual_time >= 5


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD, email_paths="note"),
        BviewOptions.full(password=PASSWORD, email_paths="both"),
        BviewOptions.full(password=PASSWORD, empty_password="erase"),
        BviewOptions.full(
            password=PASSWORD, extra_tags=True, spelling={"/Email": "EMail"}
        ),
        BviewOptions.full(password=PASSWORD, write_answer="none"),
    ],
    ids=["other_path", "both_paths", "erases", "more_tags", "no_body"],
)
async def test_mail_of_other_cameras(home: BviewHome) -> None:
    """The password that is never told is never sent, and stays."""
    await home.act("switch", "email_alerts", "turn_on")
    await home.wait(6)

    assert home.kept(EMAIL, "Enable") == "true"
    (write,) = home.camera.writes
    assert (write.secrets, write.dropped) == ((), ())
    assert home.camera.settings.secrets[EMAIL, "SenderEmailPassword"] == "kept"
    bodies = [one.body for one in home.camera.requests if one.method == "PUT"]
    assert not any(b"Password" in body for body in bodies)


async def test_a_password_that_is_told(home: BviewHome) -> None:
    """Even a camera that prints an empty one does not get it back."""

    def with_password(body: bytes) -> bytes:
        return body.replace(b"<ReceiverList>", b"<SenderEmailPassword/><ReceiverList>")

    home.camera.plans.change(EMAIL, with_password, method="GET", count=None)
    await home.act("switch", "email_alerts", "turn_on")
    await home.wait(6)
    assert home.kept(EMAIL, "Enable") == "true"
    assert home.camera.settings.secrets[EMAIL, "SenderEmailPassword"] == "kept"


async def test_the_entry_is_unloaded_while_something_waits(home: BviewHome) -> None:
    """What was ordered is still written, or whoever ordered it is told."""
    await home.act("switch", "ftp_upload", "turn_on")
    waiting = asyncio.ensure_future(home.act("switch", "email_alerts", "turn_on"))
    await asyncio.sleep(0.1)
    unload = home.hass.config_entries.async_unload(home.entry.entry_id)
    assert await home.finish(unload)
    (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
    await home.wait(6)

    assert (home.kept(EMAIL, "Enable") == "true") is (outcome is None)
    assert home.camera.violations == []
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
