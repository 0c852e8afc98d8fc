"""Switches: the alarm output, and what is switched in the unit's documents."""

import pytest

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.conftest import Later
from tests.emulators.strobe.documents import (
    ALARM,
    AUDIO,
    BROADCAST_LINK,
    IDLE,
    NTP,
    OSD,
    SENSOR,
)
from tests.home import Home, refused

STORED = [
    pytest.param("accept_broadcast", BROADCAST_LINK, "IsAcceptBroadcast", 1, "on"),
    pytest.param("alarm_input_detection_1", SENSOR, "Enabled", 1, "on"),
    pytest.param("alarm_schedule_1", ALARM, "ScheduleEnable", 1, "on"),
    pytest.param("alarm_schedule_4", ALARM, "ScheduleEnable", 4, "off"),
    pytest.param("email_alerts", ALARM, "EmailEnabled", 1, "off"),
    pytest.param("idle_schedule_1", IDLE, "ScheduleEnable", 1, "off"),
    pytest.param("idle_schedule_5", IDLE, "ScheduleEnable", 5, "off"),
    pytest.param("microphone", AUDIO, "DevMicEnabled", 1, "on"),
    pytest.param("network_time", NTP, "Enabled", 1, "off"),
    pytest.param("overlay_text_shown_1", OSD, "Enabled", 2, "off"),
]


@pytest.mark.usefixtures("every_entity")
class TestStored:
    """Switches that are a field of a document."""

    @pytest.mark.parametrize(("key", "path", "field", "number", "first"), STORED)
    async def test_on_and_off(
        self, home: Home, key: str, path: str, field: str, number: int, first: str
    ) -> None:
        """The field is written, and nothing else of the document changes."""
        before = home.document(path).copy()
        assert home.value("switch", key) == first
        assert "assumed_state" not in home.state("switch", key).attributes

        for service, text, state in (
            ("turn_on", "1", "on"),
            ("turn_off", "0", "off"),
            ("turn_on", "1", "on"),
        ):
            await home.act("switch", key, service)
            assert home.field(path, field, number) == text
            assert home.value("switch", key) == state

        home.set_field(path, field, {"on": "1", "off": "0"}[first], number)
        changed = [
            node.name
            for node, old in zip(home.document(path).walk(), before.walk(), strict=True)
            if node.text != old.text
        ]
        assert set(changed) <= {"EmailEnabled", "UTCDateTime"}

    @pytest.mark.parametrize(("key", "path", "field", "number", "first"), STORED)
    async def test_changed_elsewhere(
        self,
        later: Later,
        home: Home,
        key: str,
        path: str,
        field: str,
        number: int,
        first: str,
    ) -> None:
        """What somebody else has changed is shown after the next look."""
        other = {"on": "0", "off": "1"}[first]
        for one in {number, *range(1, 6 * (field == "EmailEnabled"))}:
            home.set_field(path, field, other, one)
        await later(3700)

        assert home.value("switch", key) == {"0": "off", "1": "on"}[other]

    @pytest.mark.parametrize(
        ("fault", "code", "key", "kind"),
        [
            ("app_error", 402, "invalid_value", ServiceValidationError),
            ("app_error", 501, "unsupported", ServiceValidationError),
            ("app_error", 502, "not_now", ServiceValidationError),
            ("http_status", 409, "conflict", ServiceValidationError),
            ("http_status", 503, "busy", HomeAssistantError),
            ("drop_before", 0, "command_uncertain", HomeAssistantError),
        ],
        ids=["value", "absent", "mode", "conflict", "busy", "dropped"],
    )
    async def test_refusals(
        self,
        home: Home,
        fault: str,
        code: int,
        key: str,
        kind: type[HomeAssistantError],
    ) -> None:
        """A write that the unit refuses is told; the switch stays."""
        home.strobe.faults.add(fault, AUDIO, method="PUT", count=None, code=code)

        with refused(key, kind):
            await home.act("switch", "microphone", "turn_off")

        assert home.value("switch", "microphone") == "on"
        assert home.field(AUDIO, "DevMicEnabled") == "1"

    async def test_refused_document_takes_only_its_own(
        self, later: Later, home: Home
    ) -> None:
        """A document that cannot be read makes its entities unavailable alone."""
        fault = home.strobe.faults.add("app_error", AUDIO, count=None, code=502)
        await later(301)

        assert home.value("switch", "microphone") == "unavailable"
        assert home.value("number", "speaker_volume") == "unavailable"
        assert home.value("switch", "alarm_schedule_1") == "on"
        assert home.value("light", "front_light") == "off"

        home.strobe.faults.remove(fault)
        await later(301)

        assert home.value("switch", "microphone") == "on"


async def test_email_is_on_when_every_schedule_sends_one(
    later: Later, home: Home
) -> None:
    """One schedule without a mail, and the switch is off."""
    await home.act("switch", "email_alerts", "turn_on")
    assert [home.field(ALARM, "EmailEnabled", n) for n in range(1, 6)] == ["1"] * 5

    home.set_field(ALARM, "EmailEnabled", "0", 3)
    await later(301)

    assert home.value("switch", "email_alerts") == "off"


async def test_output_opens_by_itself(later: Later, home: Home) -> None:
    """The output closes for the chosen seconds."""
    await home.act("number", "alarm_output_duration", "set_value", value=10)
    await home.act("switch", "alarm_output_1", "turn_on")
    state = home.state("switch", "alarm_output_1")
    assert (state.state, state.attributes["assumed_state"]) == ("on", True)
    assert home.strobe.outputs.relay

    await later(8)
    assert home.value("switch", "alarm_output_1") == "on"
    await later(3)

    assert home.value("switch", "alarm_output_1") == "off"
    assert not home.strobe.outputs.relay


async def test_output_off(home: Home) -> None:
    """Off opens the output and leaves a light alone."""
    await home.light("back")
    await home.act("switch", "alarm_output_1", "turn_on")
    await home.act("switch", "alarm_output_1", "turn_off")

    assert not home.strobe.outputs.relay
    assert home.strobe.outputs.back is not None
    assert home.value("switch", "alarm_output_1") == "off"


async def test_output_over_a_restart_of_home_assistant(
    later: Later, home: Home
) -> None:
    """A closed output is still known, and still ends, after a restart."""
    await home.act("switch", "alarm_output_1", "turn_on")
    await home.reload()
    assert home.value("switch", "alarm_output_1") == "on"

    await later(61)

    assert home.value("switch", "alarm_output_1") == "off"
