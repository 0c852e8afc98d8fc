"""What is made of a B-VIEW camera, what is not, and why; printed with -s."""

from collections import Counter
import sys
from typing import Any, Final

import pytest

from custom_components.watchpost.devices.model.vocabulary import AbsenceReason
from homeassistant.core import HomeAssistant
from tests.bview_home import PASSWORD, BviewHome, Figures, bview_home, figures
from tests.conftest import Time
from tests.emulators.bview import ALIASES, BviewOptions
from tests.test_bview_platforms import ALL

type Feature = dict[str, Any]

WHY: Final = {reason.value for reason in AbsenceReason}
CASES: Final = {
    "as in the document": BviewOptions(password=PASSWORD),
    "with everything": BviewOptions.full(password=PASSWORD),
    "other spellings": BviewOptions.full(password=PASSWORD, spelling=ALIASES),
    "two streams": BviewOptions(password=PASSWORD, second_sub=False),
    "few settings": BviewOptions(
        password=PASSWORD,
        disks=[],
        not_supported=frozenset({"Scene", "BLC", "FlipMode", "Color"}),
    ),
    "hardly anything": BviewOptions(
        password=PASSWORD,
        disks=[],
        absent={
            "/Images*": -3,
            "/Pictures/1*": -3,
            "/Network/EMail": -10,
            "/Network/Email": -10,
            "/Network/FTP": 404,
            "/Record*": -3,
            "/Streams/1*": -4,
            "/System/NTP": -8,
            "/System/Time": 403,
            "/System/DeviceAutoMaintenance": 501,
        },
    ),
    "no large answers": BviewOptions.full(
        password=PASSWORD,
        absent={"/Images/1": -9, "/Pictures/1": -9, "/Streams/1": -9},
    ),
}
EXPECTED: Final = {
    "as in the document": Figures(made=79, enabled=18, absent=11),
    "with everything": Figures(made=89, enabled=24, absent=5),
    "other spellings": Figures(made=89, enabled=24, absent=5),
}


async def explained(home: BviewHome) -> list[Feature]:
    """Return what the action tells."""
    answer = await home.device("explain")
    assert answer["vendor"] == "bview"
    found: list[Feature] = answer["features"]
    return found


def say(title: str, home: BviewHome, features: list[Feature]) -> None:
    """Print the figures, and why something is not there."""
    counts = Counter(one["status"] for one in features)
    requests = len(home.sent)
    sys.stdout.write(f"\n{title}: {figures(home)} {dict(counts)}, {requests} asked\n")
    for one in features:
        if one["status"] in WHY:
            sys.stdout.write(f"  - {one['key']:24} {one['status']}: {one['source']}\n")


@pytest.mark.parametrize("case", CASES)
async def test_everything_has_a_reason(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    case: str,
) -> None:
    """Each word of the family is an entity, or absent for a reason that is told."""
    async with bview_home(hass, monkeypatch, moving_time, CASES[case]) as home:
        features = await explained(home)
        say(case, home, features)
        there = {one["key"] for one in features if one["status"] not in WHY}
        away = {one["key"] for one in features if one["status"] in WHY}
        assert there & away == set()
        assert there | away == ALL
        made = [one for one in features if one["status"] == "made"]
        assert all(hass.states.get(one["entity_id"]) for one in made)
        assert all(one["source"] for one in features if one["status"] in WHY)
        assert figures(home) == EXPECTED.get(case, figures(home))
        assert home.written == []


def reasons(features: list[Feature]) -> dict[str, tuple[str, str]]:
    """Return why keys are absent."""
    return {
        one["key"]: (one["status"], one["source"])
        for one in features
        if one["status"] in WHY
    }


async def test_each_reason_is_the_right_one(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """What the camera has said is what is told."""
    options = CASES["hardly anything"]
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        found = reasons(await explained(home))
        for key, told in {
            "email_alerts": ("unsupported", "/Network/EMail unsupported"),
            "test_email": ("unsupported", "/Network/EMail unsupported"),
            "ftp_upload": ("unsupported", "/Network/FTP unsupported"),
            "network_time": ("refused", "/System/NTP failed"),
            "clock_offset": ("no_permission", "/System/Time no_permission"),
            "sync_clock": ("no_permission", "/System/Time no_permission"),
            "main_bitrate": ("unsupported", "/Streams/1/1 unsupported"),
            "storage_used": ("unsupported", "/Disk Disk"),
            "speaker": ("unsupported", "TwoWayAudio"),
            "alarm_input": ("unsupported", "AlarmInputChannels"),
            "event_delivery": ("not_configured", "/Record/Notify/URL"),
            "event_picture": ("unsupported", "/Network/EMail unsupported"),
        }.items():
            assert found[key] == told, key
        # The picture itself is always tried.
        assert home.value("camera", "main_stream") == "idle"


async def test_what_is_missing_is_not_asked_for_again(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """A reload asks only for what there is, or may be."""
    options = CASES["hardly anything"]
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        first = set(home.sent)
        home.camera.forget()
        await home.reload()
        again = set(home.sent)
        gone = {label.removeprefix("GET ") for label in first - again}
        assert {"/Images/1", "/Pictures/1", "/Network/FTP", "/Record"} <= gone
        assert "/System/NTP" not in gone
        assert again <= first


async def test_new_software_may_have_more(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """What was missing is asked for again after an update."""
    options = BviewOptions(password=PASSWORD, absent={"/Network/FTP": -3})
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        assert home.find("switch", "ftp_upload") is None
        home.camera.options.absent = {}
        await home.reload()
        assert home.find("switch", "ftp_upload") is None
        home.camera.settings.set("/System/DeviceInfo", "SoftWareVersion", "2.2.0")
        await home.reload()
        assert home.find("switch", "ftp_upload") is not None


async def test_a_fixed_lens_is_ruled_out(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Who knows that there are no motors says so, and nothing is shown of them."""
    options = BviewOptions(password=PASSWORD)
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        await home.choose(motor_lens="no")
        found = reasons(await explained(home))
        assert found["zoom_in"] == ("not_configured", "motor_lens")
        await home.choose(motor_lens="yes")
        assert "zoom_in" not in reasons(await explained(home))
        assert home.written == []


async def test_what_cannot_be_read_is_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Entities that wait for a request say for which, and why."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        home.camera.plans.refuse("/Disk", -8, count=None)
        await home.wait(301)
        failed = {one["key"]: one["failed"] for one in await explained(home)}
        assert failed["storage_used"] == "failed"
        assert failed["day_night_mode"] is None
