"""Actions: one vocabulary for every family."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA_DOMAIN
from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.components.siren import DOMAIN as SIREN_DOMAIN
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import entity_registry as er, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from . import schemas
from .camera_actions import CameraActions, listed, refusal
from .const import DOMAIN
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import BOX, ScheduleChange, ScheduleStore, Unit
from .devices.model.vocabulary import NO_REQUEST, Cadence, Key, ScheduleKind
from .entity import unique_id
from .errors import command_errors
from .media_player import WatchpostSpeaker
from .siren import WatchpostSiren
from .targets import Action, EntityAction, async_register

ALARM_LOG: Final = "alarm_log"
DEVICE_LOG: Final = "device_log"
EXPLAIN: Final = "explain"
SCHEDULE_GET: Final = "schedule_get"
SCHEDULE_SET: Final = "schedule_set"
SERIAL_SEND: Final = "serial_send"
STORAGE_FORMAT: Final = "storage_format"

_LOG_DEFAULT: Final = timedelta(days=1)
_STORAGE: Final = frozenset({Key.STORAGE_PROBLEM, Key.STORAGE_STATUS, Key.STORAGE_USED})
"""What every disk or card of a device tells; their slots are its numbers."""

_NONE, _OPTIONAL, _ONLY = (
    SupportsResponse.NONE,
    SupportsResponse.OPTIONAL,
    SupportsResponse.ONLY,
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions."""
    _async_setup_alarms(hass)
    _async_setup_cameras(hass)
    _async_setup_devices(hass)


@callback
def _async_setup_alarms(hass: HomeAssistant) -> None:
    """Register the actions of sirens and loudspeakers."""
    for name, schema, alarm in (
        ("alarm_stop", None, WatchpostSiren.async_alarm_stop),
        ("alarm_trigger", schemas.ALARM_TRIGGER, WatchpostSiren.async_alarm_trigger),
    ):
        async_register(
            hass,
            EntityAction(
                name=name,
                domain=SIREN_DOMAIN,
                kind=WatchpostSiren,
                run=alarm,
                schema=schema,
            ),
        )
    speaker = WatchpostSpeaker
    audio: tuple[tuple[str, Any, SupportsResponse, Action[WatchpostSpeaker]], ...] = (
        ("audio_delete", schemas.AUDIO_DELETE, _NONE, speaker.async_audio_delete),
        (
            "audio_download",
            schemas.AUDIO_DOWNLOAD,
            _OPTIONAL,
            speaker.async_audio_download,
        ),
        ("audio_list", None, _ONLY, speaker.async_audio_list),
        ("audio_play", schemas.AUDIO_PLAY, _NONE, speaker.async_audio_play),
        ("audio_upload", schemas.AUDIO_UPLOAD, _OPTIONAL, speaker.async_audio_upload),
    )
    for name, schema, responds, run in audio:
        async_register(
            hass,
            EntityAction(
                name=name,
                domain=MEDIA_PLAYER_DOMAIN,
                kind=WatchpostSpeaker,
                run=run,
                schema=schema,
                responds=responds,
            ),
        )


@callback
def _async_setup_cameras(hass: HomeAssistant) -> None:
    """Register the actions of cameras."""
    action = CameraActions
    actions: tuple[tuple[str, Any, SupportsResponse, Action[CameraActions]], ...] = (
        ("areas_get", schemas.AREAS_GET, _ONLY, action.async_areas_get),
        ("areas_set", schemas.AREAS_SET, _NONE, action.async_areas_set),
        ("lens_calibrate", schemas.LENS_CALIBRATE, _NONE, action.async_lens_calibrate),
        ("overlay_set", schemas.OVERLAY_SET, _NONE, action.async_overlay_set),
        ("ptz_clear", schemas.PTZ_CLEAR, _NONE, action.async_ptz_clear),
        ("ptz_goto", schemas.PTZ_GOTO, _NONE, action.async_ptz_goto),
        ("ptz_list", None, _ONLY, action.async_ptz_list),
        ("ptz_move", schemas.PTZ_MOVE, _NONE, action.async_ptz_move),
        ("ptz_patrol", schemas.PTZ_PATROL, _NONE, action.async_ptz_patrol),
        ("ptz_stop", None, _NONE, action.async_ptz_stop),
        ("ptz_store", schemas.PTZ_STORE, _NONE, action.async_ptz_store),
        ("record_event", None, _NONE, action.async_record_event),
        (
            "recording_download",
            schemas.RECORDING_DOWNLOAD,
            _OPTIONAL,
            action.async_recording_download,
        ),
        (
            "recordings_search",
            schemas.RECORDINGS_SEARCH,
            _ONLY,
            action.async_recordings_search,
        ),
    )
    for name, schema, responds, run in actions:
        async_register(
            hass,
            EntityAction(
                name=name,
                domain=CAMERA_DOMAIN,
                kind=CameraActions,
                run=run,
                schema=schema,
                responds=responds,
                part=_camera,
            ),
        )


def _camera(picture: CameraActions) -> tuple[str, str]:
    """Return whose picture it is.

    Whoever aims at a device aims at all its streams, and a preset is stored once.
    """
    return (picture.hub.device.serial, picture.unit.key)


@callback
def _async_setup_devices(hass: HomeAssistant) -> None:
    """Register the actions of devices."""
    for name, schema, response, handler in (
        (ALARM_LOG, schemas.ALARM_LOG, _ONLY, _async_alarm_log),
        (DEVICE_LOG, schemas.DEVICE_LOG, _ONLY, _async_device_log),
        (EXPLAIN, schemas.DEVICE, _ONLY, _async_explain),
        (
            SCHEDULE_GET,
            schemas.SCHEDULE_GET,
            _ONLY,
            _async_schedule_get,
        ),
        (
            SCHEDULE_SET,
            schemas.SCHEDULE_SET,
            _NONE,
            _async_schedule_set,
        ),
        (
            SERIAL_SEND,
            schemas.SERIAL_SEND,
            _OPTIONAL,
            _async_serial_send,
        ),
    ):
        hass.services.async_register(
            DOMAIN,
            name,
            partial(handler, hass),
            schema=schema,
            supports_response=response,
        )
    service.async_register_admin_service(
        hass,
        DOMAIN,
        STORAGE_FORMAT,
        partial(_async_storage_format, hass),
        schema=schemas.STORAGE_FORMAT,
    )


def _unit(hass: HomeAssistant, call: ServiceCall) -> tuple[Hub, Unit]:
    """Return the running device that a call is for, and which part of it."""
    entry: WatchpostConfigEntry
    device, entry = service.async_get_device_and_config_entry(
        hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    hub = entry.runtime_data
    for unit in hub.device.units:
        if hub.device_ids.get(unit.key) == device.id:
            return hub, unit
    raise refusal(hub, hub.device.units[0], "unit_gone")


def _logged_time(hub: Hub, unit: Unit, call: ServiceCall) -> tuple[datetime, datetime]:
    """Return between which times a log is read: the last day unless told otherwise."""
    now = dt_util.now()
    # Until now on any clock: a device may be in another zone or be ahead.
    end = dt_util.as_local(call.data.get("end", now + _LOG_DEFAULT))
    start = dt_util.as_local(call.data.get("start", min(end, now) - _LOG_DEFAULT))
    if start >= end:
        raise refusal(hub, unit, "start_after_end")
    return start, end


async def _async_alarm_log(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Return the device's alarm log between two times."""
    hub, unit = _unit(hass, call)
    if hub.device.alarm_log is None:
        raise refusal(hub, unit, "no_alarm_log")
    start, end = _logged_time(hub, unit, call)
    with command_errors(hass, hub.entry):
        alarms = await hub.device.alarm_log(start, end)
    return {
        "alarms": [{"time": alarm.time, "source": alarm.source} for alarm in alarms]
    }


async def _async_device_log(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Return what the device has written down of itself between two times."""
    hub, unit = _unit(hass, call)
    if hub.device.log is None:
        alarms = hub.device.alarm_log is not None
        raise refusal(hub, unit, "alarm_log_only" if alarms else "no_device_log")
    start, end = _logged_time(hub, unit, call)
    with command_errors(hass, hub.entry):
        records = await hub.device.log(start, end, call.data["kind"])
    return {
        "entries": [
            {
                "time": one.time,
                "kind": one.kind.value,
                "event": one.event,
                "user": one.user,
                "address": one.address,
            }
            for one in records
        ]
    }


def _store(hub: Hub, unit: Unit, kind: ScheduleKind) -> ScheduleStore:
    store = unit.schedules.get(kind)
    if store is None:
        kinds = listed(unit.schedules)
        raise refusal(hub, unit, "no_such_schedule", kind=kind, kinds=kinds)
    return store


async def _async_schedule_get(
    hass: HomeAssistant, call: ServiceCall
) -> ServiceResponse:
    """Return the schedules of a kind that are stored in the device."""
    hub, unit = _unit(hass, call)
    store = _store(hub, unit, call.data["kind"])
    with command_errors(hass, hub.entry):
        schedules = await store.get()
    number = call.data.get("number")
    found: list[JsonValueType] = [
        {
            "number": one.number,
            "name": one.name,
            "enabled": one.enabled,
            "week": {
                day.value: [f"{h.start:%H:%M}-{h.end:%H:%M}" for h in hours]
                for day, hours in one.week.items()
            },
        }
        for one in schedules
        if number in (None, one.number)
    ]
    if not found:
        raise refusal(hub, unit, "schedule_invalid", number=str(number))
    return {"schedules": found}


async def _async_schedule_set(hass: HomeAssistant, call: ServiceCall) -> None:
    """Change a schedule that is stored in the device."""
    hub, unit = _unit(hass, call)
    store = _store(hub, unit, call.data["kind"])
    number: int = call.data.get("number", 1)
    week = call.data.get("week")
    change = ScheduleChange(
        enabled=call.data.get("enabled"),
        name=call.data.get("name"),
        week=None if week is None else schemas.week_schedule(number, week),
    )
    with command_errors(hass, hub.entry):
        await store.set(number, change)
    hub.async_changed()


async def _async_serial_send(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Send data once through a serial port; return the answer if it is wanted."""
    hub, unit = _unit(hass, call)
    port = unit.serial_port
    if port is None:
        raise refusal(hub, unit, "serial_unsupported")
    if (data := schemas.serial_data(call.data)) is None:
        raise refusal(hub, unit, "serial_one_form")
    read: bool = call.data["read"]
    if read and not port.answers:
        raise refusal(hub, unit, "serial_no_answer")
    with command_errors(hass, hub.entry):
        answer = await port.send(data, read)
    return {**schemas.serial_answer(answer or b"")} if read else {}


async def _async_storage_format(hass: HomeAssistant, call: ServiceCall) -> None:
    """Erase a disk or card of a device."""
    hub, unit = _unit(hass, call)
    if unit.format_storage is None:
        raise refusal(hub, unit, "storage_format_unsupported")
    if call.data.get("confirm") is not True:
        raise refusal(hub, unit, "not_confirmed")
    number: int = call.data["storage"]
    known = {one.slot for one in unit.features if one.key in _STORAGE and one.slot}
    if str(number) not in known:
        raise refusal(
            hub, unit, "no_such_storage", number=str(number), numbers=listed(known)
        )
    with command_errors(hass, hub.entry):
        await unit.format_storage(number)
    hub.async_changed()
    await hub.coordinators[Cadence.SETTINGS].async_request_refresh()


async def _async_explain(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Return every feature that the family can have: made, or why not.

    Of the device itself with all its parts, or of the one part that is asked.
    """
    hub, asked = _unit(hass, call)
    registry = er.async_get(hass)
    entities = {
        entity.unique_id: entity
        for entity in er.async_entries_for_config_entry(registry, hub.entry.entry_id)
    }
    units = hub.device.units if asked.key == BOX else (asked,)
    names = {unit.key: unit.name for unit in units}
    features: list[JsonValueType] = []
    for unit in units:
        for feature in unit.features:
            entity = entities.get(unique_id(hub.device.serial, unit.key, feature))
            made = entity is not None and not entity.disabled
            features.append(
                {
                    "unit": unit.name,
                    "key": feature.key.value,
                    "slot": feature.slot,
                    "status": "made" if made else "disabled",
                    "entity_id": entity.entity_id if entity else None,
                    "source": None if feature.source == NO_REQUEST else feature.source,
                    "failed": hub.device.failed.get(feature.source),
                }
            )
    features.extend(
        {
            "unit": names.get(absent.unit, absent.unit),
            "key": absent.key.value,
            "slot": None,
            "status": absent.reason.value,
            "entity_id": None,
            "source": absent.detail,
            "failed": None,
        }
        for absent in hub.device.absent
        if asked.key in (BOX, absent.unit)
    )
    return {"vendor": hub.vendor.id, "features": features}
