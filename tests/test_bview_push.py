"""Events that a camera sends by itself, over real sockets into a real webhook."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
import logging
from typing import Any, Final

import pytest
from yarl import URL

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from tests.bview_events import Client, ClientMaker, begin, choose, reachable_home
from tests.bview_home import PASSWORD, BviewHome
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.emulators.bview.events import Subscription

AMS: Final = "/Alarm/AMS/2"
TRIGGER: Final = "/Pictures/1/Motion/Trigger"
NOTIFY: Final = "/Record/Notify/URL"
STATUS: Final = "/System/DeviceStatus/1"
OFTEN: Final = (10, 11, 12)
SELDOM: Final = (3, 4)
"""Looks in a minute, every 5 or 15 s; some wait for the next step of the clock."""
TARGET: Final = ("Protocol", "Host", "Port", "Path")


@dataclass(frozen=True)
class Pushed:
    """A home that a camera tells its events to."""

    home: BviewHome
    client: Client
    """Sends what anybody in the network could."""

    @property
    def path(self) -> str:
        """Return the path to which the camera reports."""
        target = self.home.camera.motion_target()
        assert target is not None
        return URL(target).raw_path

    async def call(self, target: str, method: str = "GET", body: bytes = b"") -> int:
        """Send something as anybody could who knows where to."""
        url = URL(target, encoded=True)
        async with self.client.request(method, url, data=body or None) as answer:
            status = answer.status
        await self.home.hass.async_block_till_done()
        return status

    async def told(self) -> None:
        """Wait until the camera has told everything, and it is shown."""
        await self.home.camera.settle()
        await self.home.hass.async_block_till_done()


@pytest.fixture
def options() -> BviewOptions:
    """Return how the camera behaves; override it in a test."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def polled(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client_no_auth: ClientMaker,
    records: list[logging.LogRecord],
    options: BviewOptions,
) -> AsyncIterator[Pushed]:
    """Return a home that still asks for everything."""
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client_no_auth, options, records=records
    ) as (home, client):
        yield Pushed(home, client)


@pytest.fixture
async def pushed(polled: Pushed) -> Pushed:
    """Return a home that the camera was pointed at."""
    await choose(polled.home, "webhook")
    return polled


def happened(home: BviewHome, key: str) -> list[dict[str, Any]]:
    """Return a list that grows with what an event entity tells."""
    seen: list[dict[str, Any]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is not None and old is not None and old.state != new.state:
            seen.append(dict(new.attributes))

    async_track_state_change_event(home.hass, home.entity_id("event", key), note)
    return seen


def arrangement(home: BviewHome) -> dict[str, Any]:
    """Return what the camera can be asked of whom it tells what."""
    return {
        "ams": home.kept(TRIGGER, "NotifyAMS/Enable"),
        "notify": [home.kept(NOTIFY, name) for name in TARGET],
        "events": [one.kind for one in home.camera.events.subscriptions],
    }


def complaint(home: BviewHome) -> ir.IssueEntry | None:
    """Return the complaint that events do not arrive."""
    return ir.async_get(home.hass).async_get_issue(
        "watchpost", f"events_not_delivered_{home.entry.entry_id}"
    )


async def looks(home: BviewHome, seconds: int = 60) -> int:
    """Return how often the status is read in some time."""
    before = len(home.camera.requests_of(STATUS))
    for _ in range(seconds):
        await home.poll(1)
    return len(home.camera.requests_of(STATUS)) - before


async def test_chosen(polled: Pushed) -> None:
    """Its owner reads first that nothing is proven, then the entry starts anew."""
    home = polled.home
    own = ("recording_saved", "event_delivery", "last_event")
    assert not [one for one in home.entities if one.translation_key in own]
    home.camera.forget()

    shown = await begin(home, "webhook")
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "unproven")
    assert shown["description_placeholders"] == {
        "device": "Workshop",
        "milliseconds": "",
    }
    assert home.kept(AMS, "Enable") == "true"
    assert "GET /System/DeviceInfo" not in home.sent
    result = await home.hass.config_entries.options.async_configure(
        shown["flow_id"], {}
    )
    await home.hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.state is ConfigEntryState.LOADED
    assert home.entry.options["event_path"] == "webhook"
    assert "GET /System/DeviceInfo" in home.sent
    assert home.value("binary_sensor", "event_delivery") == "unknown"
    assert home.value("sensor", "last_event") == "unknown"
    assert home.value("event", "recording_saved") == "unknown"
    # One write of each, none of them by the entry that has started anew.
    assert sorted(home.written) == [
        "PUT /Alarm/AMS/2",
        "PUT /Alarm/EventCfgList/2",
        "PUT /EventsNotification/SubscribedEventTypeList",
        "PUT /Pictures/1/Motion/Trigger",
        "PUT /Record/Notify/URL",
    ]
    assert home.camera.pushes == []


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD),
        BviewOptions.full(password=PASSWORD, push_method="POST", push_body=b"<Alarm/>"),
    ],
    ids=["get", "post"],
)
async def test_motion_is_told_at_once_and_once(pushed: Pushed) -> None:
    """A message shows motion without a question; looks and lists add nothing."""
    home = pushed.home
    events = happened(home, "detection")
    home.camera.forget()

    assert home.camera.detect_motion()
    await pushed.told()

    assert [one.status for one in home.camera.pushes] == [200]
    assert home.sent == []
    assert home.value("binary_sensor", "motion") == "on"
    assert home.value("binary_sensor", "event_delivery") == "on"
    shown = dt_util.parse_datetime(home.value("sensor", "last_event"))
    assert shown == dt_util.utcnow()
    assert [one["event_type"] for one in events] == ["motion"]

    # The list of events tells the same motion, and so does the status.
    for _ in range(8):
        await home.poll()
    assert home.camera.events.entries
    assert home.camera.requests_of("/EventsNotification/EventList")
    assert home.value("binary_sensor", "motion") == "on"
    assert len(events) == 1
    home.camera.end_motion()
    await home.poll(16)
    assert home.value("binary_sensor", "motion") == "off"

    home.camera.detect_motion()
    await pushed.told()
    assert len(events) == 2
    home.camera.end_motion()


async def test_a_look_comes_first(pushed: Pushed) -> None:
    """A message that is late speaks of what was seen already."""
    home = pushed.home
    events = happened(home, "detection")
    path = pushed.path
    target = home.kept(AMS, "ServerURL")
    home.camera.settings.set(AMS, "ServerURL", "")
    home.camera.detect_motion()
    await home.poll()
    assert home.value("binary_sensor", "motion") == "on"
    assert home.camera.pushes == []
    home.camera.settings.set(AMS, "ServerURL", target)

    assert await pushed.call(path) == 200

    assert home.value("binary_sensor", "event_delivery") == "on"
    assert len(events) == 1
    home.camera.end_motion()


async def test_a_finished_recording(pushed: Pushed) -> None:
    """Its file is told once, in words that fit the action that loads it."""
    home = pushed.home
    events = happened(home, "recording_saved")
    motions = happened(home, "detection")
    await home.device("record_event")
    await home.poll(60)
    await pushed.told()

    (recording,) = home.camera.recorder.recordings
    assert [one.status for one in home.camera.pushes] == [200]
    (event,) = events
    assert (event["event_type"], event["file"]) == ("saved", recording.name)
    assert home.value("binary_sensor", "event_delivery") == "on"
    assert motions == []
    assert home.value("binary_sensor", "motion") == "off"

    again = URL(home.camera.pushes[0].url).raw_path_qs
    assert await pushed.call(again) == 200
    assert len(events) == 1


async def test_looks_are_rarer_while_motion_is_told(pushed: Pushed) -> None:
    """Every 5 s until the first message of motion, every 15 s from then on."""
    home = pushed.home
    assert await looks(home) in OFTEN

    home.camera.detect_motion(3)
    await pushed.told()
    await home.poll(15)

    assert await looks(home) in SELDOM


async def test_motion_that_is_not_told_any_more(pushed: Pushed) -> None:
    """Its owner hears of it, looks are frequent again, and a message mends it."""
    home = pushed.home
    home.camera.detect_motion(3)
    await pushed.told()
    await home.poll(16)
    for _ in range(21):
        await home.poll(15)
    target = home.kept(AMS, "ServerURL")
    home.camera.settings.set(AMS, "ServerURL", "")

    home.camera.detect_motion(30)
    await home.poll(16)
    await home.poll(21)
    # Settings tell of problems.
    await home.poll(301)

    assert home.value("binary_sensor", "event_delivery") == "off"
    assert await looks(home) in OFTEN
    issue = complaint(home)
    assert issue is not None
    assert issue.translation_placeholders == {"device": "Workshop"}

    home.camera.settings.set(AMS, "ServerURL", target)
    home.camera.detect_motion(3)
    await pushed.told()
    assert home.value("binary_sensor", "event_delivery") == "on"
    await home.poll(301)
    assert complaint(home) is None


async def poll_again(home: BviewHome) -> None:
    """Choose to ask for everything again."""
    await choose(home, "poll")


async def remove(home: BviewHome) -> None:
    """Take the camera away from Home Assistant."""
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    await home.hass.async_block_till_done()


@pytest.mark.parametrize("end", [poll_again, remove])
@pytest.mark.parametrize("before", ["nothing", "others"])
async def test_given_back(
    polled: Pushed, end: Callable[[BviewHome], Any], before: str
) -> None:
    """Whoever was told before is told again; only our own subscriptions go."""
    home = polled.home
    if before == "others":
        for name, value in zip(
            TARGET, ("HTTP", "192.0.2.7", "8080", "/other"), strict=True
        ):
            home.camera.settings.set(NOTIFY, name, value)
        home.camera.settings.set(TRIGGER, "NotifyAMS/Enable", "true")
        home.camera.events.subscriptions.append(Subscription(1, "VMD", "Motion"))
    found = arrangement(home)
    await choose(home, "webhook")
    path = polled.path
    assert arrangement(home) != found
    assert home.kept(AMS, "Enable") == "true"

    await end(home)

    assert arrangement(home) == found
    assert home.kept(AMS, "Enable") == "false"
    assert home.camera.motion_target() is None
    if end is remove:
        home.entry.add_to_hass(home.hass)
        assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    # What comes in now is for nobody.
    assert await polled.call(path) == 200
    assert home.value("binary_sensor", "motion") == "off"


@pytest.mark.parametrize(
    "options", [BviewOptions.full(password=PASSWORD, alarm_survives=False)]
)
async def test_a_camera_that_forgets_in_a_restart(pushed: Pushed) -> None:
    """It is pointed here again once it has come back."""
    home = pushed.home
    home.camera.reboot(600)
    assert home.kept(AMS, "Enable") != "true"
    for _ in range(3):
        await home.poll()
    assert home.value("binary_sensor", "online") == "off"

    home.camera.boot()
    for _ in range(4):
        await home.poll(16)
    await home.until(lambda: home.kept(AMS, "Enable") == "true")

    home.camera.detect_motion()
    await pushed.told()
    assert [one.status for one in home.camera.pushes] == [200]
    assert home.value("binary_sensor", "motion") == "on"
    home.camera.end_motion()


async def test_set_up_again(pushed: Pushed) -> None:
    """A reload writes nothing, and what comes in is taken as before."""
    home = pushed.home
    home.camera.forget()

    await home.reload()

    assert home.written == []
    assert home.value("binary_sensor", "event_delivery") == "unknown"
    home.camera.detect_motion()
    await pushed.told()
    assert home.value("binary_sensor", "motion") == "on"
    home.camera.end_motion()


@pytest.mark.parametrize(
    "options",
    [BviewOptions.full(password=PASSWORD, server_port="refuse")],
    ids=["no_port"],
)
async def test_a_camera_that_takes_no_port(pushed: Pushed) -> None:
    """Recordings are told all the same; nothing is left of the alarm server."""
    home = pushed.home
    assert home.camera.motion_target() is None
    events = happened(home, "recording_saved")

    await home.device("record_event")
    await home.poll(60)
    await pushed.told()

    assert len(events) == 1


async def test_a_camera_that_takes_nothing(polled: Pushed) -> None:
    """The form says so and nothing has changed."""
    home = polled.home
    found = arrangement(home)
    for path in ("/Alarm/*", NOTIFY):
        home.camera.plans.refuse(path, -3, method="PUT", count=None)

    shown = await begin(home, "webhook")

    assert shown["errors"] == {"event_path": "event_target_refused"}
    assert "event_path" not in home.entry.options
    assert arrangement(home) == found


@pytest.mark.parametrize(
    ("name", "status"),
    [
        # Home Assistant itself takes these for attacks.
        ("../../etc/passwd", 400),
        ("..%2F..%2Fetc%2Fpasswd", 400),
        ("%3Cscript%3E.avi", 400),
        ("H_20261121.avi%00.txt", 200),
        ("..%5C..%5Ca.avi", 200),
        ("%2Fetc%2Fpasswd", 200),
        ("a%5Cb.avi", 200),
        ("x" * 3000 + ".avi", 200),
        ("", 200),
        ("%ff%fe", 200),
    ],
    ids=lambda one: str(one)[:20] or "empty",
)
async def test_what_is_no_file(pushed: Pushed, name: str, status: int) -> None:
    """A name that leads elsewhere is told to nobody."""
    home = pushed.home
    events = happened(home, "recording_saved")
    home.camera.forget()

    target = f"{pushed.path}?eventfile={name}&camip=x"
    assert await pushed.call(target) == status

    assert events == []
    assert home.value("binary_sensor", "motion") == "off"
    assert home.sent == []
    await home.poll()
    assert home.value("binary_sensor", "online") == "on"


async def test_what_comes_from_strangers(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever does not know the address, or sends too much, changes nothing."""
    home, path = pushed.home, pushed.path
    wrong = path[:-4] + ("0000" if path[-4:] != "0000" else "1111")
    calls: list[tuple[str, str, bytes, int]] = [
        (wrong, "GET", b"", 200),
        (f"{wrong}/more", "GET", b"", 200),
        (path.removesuffix(path[-1]), "GET", b"", 200),
        (path, "POST", b"x" * 1_000_000, 413),
        (path, "PUT", b"<a>" * 6000, 413),
        (path, "DELETE", b"", 405),
        (path, "PATCH", b"", 405),
    ]
    for target, method, body, status in calls:
        assert (method, await pushed.call(target, method, body)) == (method, status)
    monkeypatch.setattr(
        "homeassistant.components.webhook.network_util.is_local", lambda _: False
    )
    assert await pushed.call(path) == 200

    assert home.value("binary_sensor", "event_delivery") == "unknown"
    assert home.value("sensor", "last_event") == "unknown"
    assert home.value("binary_sensor", "motion") == "off"
    await home.poll()
    assert home.value("binary_sensor", "online") == "on"


async def test_the_address_is_a_secret(pushed: Pushed) -> None:
    """It is in no log of ours and in no state."""
    home = pushed.home
    secret = pushed.path.rpartition("/")[2]
    assert len(secret) == 64
    home.camera.detect_motion(3)
    await pushed.told()
    await choose(home, "poll")

    ours = [one for one in home.records if one.name.startswith("custom_components")]
    assert not [one for one in ours if secret in one.getMessage()]
    states = [str(one.as_dict()) for one in home.hass.states.async_all()]
    assert not [one for one in states if secret in one]
