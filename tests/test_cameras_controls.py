"""Everything that can be set at a camera: what is stored, shown, and refused."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
import logging
from typing import Any, Final

import pytest

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util.async_ import get_scheduled_timer_handles
from tests.camera_controls import (
    AREA,
    BUTTONS,
    CONTROLS,
    ELSEWHERE,
    NUMBERS,
    OTHERS,
    SELECTS,
    WRITABLE,
    Control,
    changes,
    stored,
)
from tests.camera_time import Owner, at_home
from tests.conftest import Time
from tests.emulators.base import RequestRecord
from tests.emulators.reolink import ReolinkOptions
from tests.home import refused


@pytest.fixture
def options() -> ReolinkOptions:
    """Return a camera that can do everything."""
    return ReolinkOptions.full()


@pytest.fixture
async def owner(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: ReolinkOptions,
) -> AsyncIterator[Owner]:
    """Return somebody at home, with every entity enabled."""
    async with at_home(hass, monkeypatch, moving_time, records, options) as person:
        person.device.settings.change("Mask", 0, area=[AREA])
        yield person


async def act(owner: Owner, control: Control) -> None:
    """Set something through Home Assistant."""
    await owner.act(control.platform, control.key, control.service, **control.data)


def test_the_table_is_complete_by_itself() -> None:
    """Nothing is in it twice."""
    names = [control.name for control in (*CONTROLS, *BUTTONS)]
    assert len(names) == len(set(names))


def is_shown(owner: Owner, control: Control) -> bool:
    """Tell whether what was set is shown."""
    shown = owner.value(control.platform, control.key)
    if control.platform == "number":
        return float(shown) == float(control.data["value"])
    return shown == control.shown


async def silence(owner: Owner) -> None:
    """Wait until nobody believes any more that a siren sounds."""
    await owner.wait(3601)


async def test_everything_that_can_be_set(owner: Owner) -> None:
    """It is stored, nothing else is, and it is shown at once and after reading."""
    device = owner.device
    registry = er.async_get(owner.home.hass)
    registered = {
        f"{entity.domain}.{entity.unique_id.partition('_')[2]}"
        for entity in er.async_entries_for_config_entry(
            registry, owner.home.entry.entry_id
        )
        if entity.domain in WRITABLE
    }
    table = {control.name for control in (*CONTROLS, *BUTTONS)}
    assert registered - ELSEWHERE == table

    for control in CONTROLS:
        before = stored(device)
        device.forget()

        await act(owner, control)

        name = control.name
        assert changes(before, device) == control.changes, name
        sent = [c.command for c in device.calls if not c.command.startswith("Get")]
        assert sent == [control.command], name
        assert is_shown(owner, control), name
        for _ in range(3):
            await owner.wait(4)
        assert is_shown(owner, control), name
        assert changes(before, device) == control.changes, name
    assert device.dangerous == []
    assert owner.told(logging.ERROR) == owner.told(logging.WARNING) == []
    await silence(owner)


async def test_everything_that_can_be_pressed(owner: Owner) -> None:
    """It is done once, the movement ends by itself, and no setting changes."""
    device = owner.device
    for control in BUTTONS:
        before = stored(device)
        device.forget()

        await act(owner, control)
        await owner.wait()

        sent = [c.command for c in device.calls if not c.command.startswith("Get")]
        assert set(sent) - {"Login", "Logout", "CheckFirmware"} == {control.command}, (
            control.name
        )
        assert changes(before, device) == {}, control.name
        assert all(move.ended is not None for move in device.cameras[0].ptz.moves)
    assert device.clock_syncs == 1
    assert device.reboots == 1
    assert device.dangerous == []


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A way in which a write fails."""

    key: str
    kind: type[HomeAssistantError] = HomeAssistantError
    code: int | None = None
    """The code of the refusal; None drops the connection."""


FAILURES: Final = {
    "param": Failure(key="invalid_value", kind=ServiceValidationError, code=-4),
    "ability": Failure(key="no_permission", kind=ServiceValidationError, code=-26),
    "not_support": Failure(key="unsupported", kind=ServiceValidationError, code=-9),
    "config": Failure(key="failed", code=-13),
    "offline": Failure(key="camera_offline", code=-99),
    "busy": Failure(key="busy", code=-31),
    "other": Failure(key="refused", code=-32),
    "dropped": Failure(key="command_uncertain"),
}


def is_about(command: str, record: RequestRecord) -> bool:
    """Tell whether a request has a command."""
    return f'"cmd":"{command}"'.encode() in record.body


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
async def test_everything_that_is_refused(owner: Owner, failure: Failure) -> None:
    """The owner is told why, nothing changes, and the state stays what it was."""
    device = owner.device
    await act(owner, next(c for c in CONTROLS if c.key == "ptz_preset"))
    for _ in range(3):
        await owner.wait(4)
    for control in (*CONTROLS, *BUTTONS):
        if control.key == "ptz_preset":
            continue
        if failure.code is not None:
            device.plans.refuse(control.command, failure.code, count=None)
        else:
            device.faults.add(
                "drop_before",
                count=None,
                match=partial(is_about, control.command),
            )
        before = stored(device)
        shown = owner.value(control.platform, control.key)
        device.forget()

        try:
            with refused(failure.key, failure.kind):
                await act(owner, control)
        except BaseException as err:
            raise AssertionError(control.name) from err

        assert changes(before, device) == {}, control.name
        assert device.commands["Login"] == 0
        if control.platform == "siren" and failure.code is None:
            # It may sound: that is what has to be shown, and can be ended.
            shown = "on"
        if control.platform != "button":
            assert owner.value(control.platform, control.key) == shown, control.name
        device.plans.clear()
        device.faults.clear()
    for _ in range(10):
        await owner.wait(4)
    assert owner.works
    assert owner.reauth == []
    assert device.dangerous == []
    await silence(owner)


async def test_values_that_are_wrong(owner: Owner) -> None:
    """They are refused before anything is sent."""
    owner.device.forget()
    for platform, key, service, data in (
        ("number", "image_brightness", "set_value", {"value": 256}),
        ("number", "zoom", "set_value", {"value": -1}),
        ("number", "main_frame_rate", "set_value", {"value": 31}),
        ("select", "infrared_light", "select_option", {"option": "bright"}),
        ("select", "ptz_preset", "select_option", {"option": "nowhere"}),
        ("text", "overlay_text_1", "set_value", {"value": "x" * 32}),
        ("text", "overlay_text_1", "set_value", {"value": "ö" * 16}),
    ):
        with pytest.raises((ServiceValidationError, ValueError)):
            await owner.act(platform, key, service, **data)
    sent = [c for c in owner.device.calls if not c.command.startswith("Get")]
    assert sent == []


async def test_a_privacy_mask_without_an_area(owner: Owner) -> None:
    """Nobody is made to believe that something is hidden."""
    owner.device.settings.change("Mask", 0, area=[], enable=0)
    for _ in range(21):
        await owner.wait(30)
    assert owner.value("switch", "privacy_mask") == "off"

    with refused("no_areas"):
        await owner.act("switch", "privacy_mask", "turn_on")

    assert owner.device.settings.fields("Mask", 0)["enable"] == 0


async def test_a_write_to_a_camera_that_was_changed_elsewhere(owner: Owner) -> None:
    """What was changed in the app meanwhile is not put back."""
    owner.device.settings.change("Image", 0, contrast=7)
    owner.device.settings.change("Isp", 0, exposure="Manual")

    await owner.act("number", "image_brightness", "set_value", value=10)
    await owner.act("switch", "mirror", "turn_on")

    image = owner.device.settings.fields("Image", 0)
    assert (image["bright"], image["contrast"]) == (10, 7)
    assert owner.device.settings.fields("Isp", 0)["exposure"] == "Manual"


async def test_secrets_are_not_written_back(owner: Owner) -> None:
    """Passwords are told masked; what is written must not hold them."""
    for key in ("email_alerts", "ftp_upload", "phone_notifications"):
        await owner.act("switch", key, "turn_off")
        await owner.act("switch", key, "turn_on")

    sent = [r.body for r in owner.device.requests if b'"Set' in r.body]
    assert len(sent) == 6
    assert not any(b"***" in body or b"password" in body.lower() for body in sent)


async def test_firmware_that_is_offered(owner: Owner) -> None:
    """It is shown within a day, installed once, and the new version is shown."""
    device = owner.device
    device.firmware.offered = "v3.1.0.900_22040100"
    for _ in range(26):
        await owner.wait(3600)
    assert owner.value("update", "firmware") == "on"
    device.forget()

    await owner.act("update", "firmware", "install")

    assert len(device.calls_of("UpgradeOnline")) == 1
    assert owner.state("update", "firmware").attributes["in_progress"]
    for _ in range(60):
        await owner.wait(5)
    assert owner.works
    assert owner.value("update", "firmware") == "off"
    version = owner.state("update", "firmware").attributes["installed_version"]
    assert version == "v3.1.0.900_22040100"
    assert len(device.firmware.installed) == 1


@pytest.mark.parametrize(
    ("code", "key", "kind"),
    [
        (-30, "already_current", ServiceValidationError),
        (-31, "busy", HomeAssistantError),
        (-102, "firmware_failed", HomeAssistantError),
        (-26, "no_permission", ServiceValidationError),
    ],
)
async def test_firmware_that_is_refused(
    owner: Owner, code: int, key: str, kind: type[HomeAssistantError]
) -> None:
    """Nothing is shown as running."""
    device = owner.device
    device.firmware.offered = "v3.1.0.900_22040100"
    for _ in range(26):
        await owner.wait(3600)
    device.plans.refuse("UpgradeOnline", code)

    with refused(key, kind):
        await owner.act("update", "firmware", "install")

    assert not owner.state("update", "firmware").attributes["in_progress"]


class TestOlderGeneration:
    """Devices that keep schedules in the older way."""

    @pytest.fixture
    def options(self) -> ReolinkOptions:
        """Return a camera with everything, of the older generation."""
        return ReolinkOptions.full(schedule_version=0)

    async def test_everything_that_can_be_set(self, owner: Owner) -> None:
        """The older commands are used, and the newer ones never."""
        device = owner.device
        for key, path in (
            ("automatic_recording", "0.Rec.schedule.enable"),
            ("email_alerts", "0.Email.schedule.enable"),
            ("ftp_upload", "0.Ftp.schedule.enable"),
            ("phone_notifications", "0.Push.schedule.enable"),
            ("siren_on_event", "0.AudioAlarm.schedule.enable"),
            ("pre_recording", "0.Rec.preRec"),
            ("recording_overwrite", "0.Rec.overwrite"),
        ):
            for on in (False, True):
                if owner.value("switch", key) == ("on" if on else "off"):
                    continue
                before = stored(device)
                await owner.act("switch", key, "turn_on" if on else "turn_off")
                assert changes(before, device) == {path: int(on)}, key
                for _ in range(3):
                    await owner.wait(4)
                assert owner.value("switch", key) == ("on" if on else "off"), key
        before = stored(device)
        await owner.act("number", "motion_sensitivity", "set_value", value=40)
        changed = changes(before, device)
        assert set(changed.values()) == {11}
        assert all(path.startswith("0.Alarm.sens.") for path in changed)
        for _ in range(3):
            await owner.wait(4)
        assert owner.value("number", "motion_sensitivity") == "40"
        await owner.act("number", "post_record_time", "set_value", value=55)
        assert device.settings.fields("Rec", 0)["postRec"] == "1 Minute"
        assert not [c for c in device.calls if "V20" in c.command]
        assert device.dangerous == []


class TestRecorder:
    """Cameras of a recorder, with switches of their own and for all."""

    @pytest.fixture
    def options(self) -> ReolinkOptions:
        """Return a recorder with two cameras that can do everything."""
        return ReolinkOptions.nvr(2, full=True)

    async def test_each_camera_by_itself(self, owner: Owner) -> None:
        """What is set at one camera does not change the other one."""
        device = owner.device
        device.settings.change("Mask", 1, area=[AREA])
        for stem, key in (
            ("RecV20", "automatic_recording"),
            ("EmailV20", "email_alerts"),
            ("FtpV20", "ftp_upload"),
            ("AudioAlarmV20", "siren_on_event"),
            ("BuzzerAlarmV20", "buzzer_on_event"),
        ):
            if owner.find("switch", key, "channel_2") is None:
                continue
            before = stored(device)
            now = owner.value("switch", key, "channel_2")
            turn = "turn_off" if now == "on" else "turn_on"
            await owner.act("switch", key, turn, "channel_2")
            wanted = {f"1.{stem}.scheduleEnable": int(now == "off")}
            assert changes(before, device) == wanted, key
            for _ in range(3):
                await owner.wait(4)
            assert owner.value("switch", key, "channel_2") == turn[5:]
        for control in (*NUMBERS, *SELECTS, *OTHERS):
            if owner.find(control.platform, control.key, "channel_2") is None:
                continue
            before = stored(device)
            await owner.act(
                control.platform,
                control.key,
                control.service,
                "channel_2",
                **control.data,
            )
            wanted = {
                path.replace("0.", "1.", 1): value
                for path, value in control.changes.items()
            }
            assert changes(before, device) == wanted, control.name
        assert device.cameras[0].ptz.moves == []
        assert device.cameras[0].siren_calls == []
        assert device.dangerous == []
        await silence(owner)

    async def test_what_concerns_all(self, owner: Owner) -> None:
        """The recorder's own switches change what its cameras share."""
        device = owner.device
        for key in (
            "automatic_recording",
            "email_alerts",
            "ftp_upload",
            "phone_notifications",
            "buzzer_on_event",
        ):
            before = stored(device)
            now = owner.value("switch", key)
            turn = "turn_off" if now == "on" else "turn_on"
            await owner.act("switch", key, turn)
            changed = changes(before, device)
            assert {path.split(".", 2)[2] for path in changed} == {"enable"}, key
            assert set(changed.values()) == {int(now == "off")}
            for _ in range(3):
                await owner.wait(4)
            assert owner.value("switch", key) == turn[5:]

    async def test_a_write_to_a_camera_that_is_gone(self, owner: Owner) -> None:
        """It says so before the next poll has noticed."""
        owner.device.set_online(1, online=False)

        with refused("camera_offline", HomeAssistantError):
            await owner.act(
                "select", "infrared_light", "select_option", "channel_2", option="on"
            )
        with refused("camera_offline", HomeAssistantError):
            await owner.act("siren", "siren", "turn_on", "channel_2")


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(ReolinkOptions, id="typical"),
        pytest.param(ReolinkOptions.full, id="full"),
        pytest.param(lambda: ReolinkOptions.full(schedule_version=0), id="older"),
        pytest.param(lambda: ReolinkOptions.nvr(4, full=True), id="recorder"),
    ],
)
async def test_nothing_is_written_at_a_start(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    unit: Any,
) -> None:
    """From the start until all was read there are questions only."""
    async with at_home(hass, monkeypatch, moving_time, records, unit()) as owner:
        before = stored(owner.device)
        await owner.reload()
        for _ in range(30):
            await owner.wait(30)

        sent = {call.command for call in owner.device.calls}
        others = {name for name in sent if not name.startswith("Get")}
        assert others <= {"Login", "Logout", "CheckFirmware"}
        assert changes(before, owner.device) == {}
        assert owner.device.dangerous == []


async def test_no_timer_outlives_the_entry(owner: Owner) -> None:
    """What was ordered for later is called off when the entry is unloaded."""
    hass, entry_id = owner.home.hass, owner.home.entry.entry_id

    def timers() -> int:
        return sum(
            "HomeAssistantClock" in repr(handle)
            for handle in get_scheduled_timer_handles(hass.loop)
            if not handle.cancelled()
        )

    await owner.act("siren", "siren", "turn_on")
    assert timers()
    await owner.until(hass.config_entries.async_unload(entry_id))
    left = timers()
    await silence(owner)
    await owner.until(hass.config_entries.async_setup(entry_id))
    assert not left


async def test_a_goal_is_shown_once(owner: Owner) -> None:
    """The number that was ordered and the one that is read look the same."""
    seen: list[str] = []
    entity_id = owner.find("number", "zoom")

    @callback
    def see(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            seen.append(state.state)

    undo = async_track_state_change_event(owner.home.hass, [str(entity_id)], see)
    await owner.act("number", "zoom", "set_value", value=12)
    for _ in range(3):
        await owner.wait(4)
    undo()

    assert len(set(seen)) == 1, seen
