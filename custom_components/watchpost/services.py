"""Actions: one vocabulary for every family."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA_DOMAIN
from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.components.siren import DOMAIN as SIREN_DOMAIN
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    EntityServiceResponse,
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

type _CameraAction = Callable[..., Coroutine[Any, Any, ServiceResponse]]


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions."""
    for name, schema in (
        ("alarm_trigger", schemas.ALARM_TRIGGER),
        ("alarm_stop", None),
    ):
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=SIREN_DOMAIN,
            schema=schema,
            func=f"async_{name}",
        )
    for name, schema, response in (
        ("audio_play", schemas.AUDIO_PLAY, SupportsResponse.NONE),
        ("audio_list", None, SupportsResponse.ONLY),
        ("audio_upload", schemas.AUDIO_UPLOAD, SupportsResponse.OPTIONAL),
        ("audio_delete", schemas.AUDIO_DELETE, SupportsResponse.NONE),
        ("audio_download", schemas.AUDIO_DOWNLOAD, SupportsResponse.OPTIONAL),
    ):
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=MEDIA_PLAYER_DOMAIN,
            schema=schema,
            func=f"async_{name}",
            supports_response=response,
        )
    _async_setup_cameras(hass)
    _async_setup_devices(hass)


@callback
def _async_setup_cameras(hass: HomeAssistant) -> None:
    """Register the actions of cameras."""
    none, optional, only = (
        SupportsResponse.NONE,
        SupportsResponse.OPTIONAL,
        SupportsResponse.ONLY,
    )
    action = CameraActions
    for name, schema, response, func in (
        ("areas_get", schemas.AREAS_GET, only, action.async_areas_get),
        ("areas_set", schemas.AREAS_SET, none, action.async_areas_set),
        ("lens_calibrate", schemas.LENS_CALIBRATE, none, action.async_lens_calibrate),
        ("overlay_set", schemas.OVERLAY_SET, none, action.async_overlay_set),
        ("ptz_clear", schemas.PTZ_CLEAR, none, action.async_ptz_clear),
        ("ptz_goto", schemas.PTZ_GOTO, none, action.async_ptz_goto),
        ("ptz_list", None, only, action.async_ptz_list),
        ("ptz_move", schemas.PTZ_MOVE, none, action.async_ptz_move),
        ("ptz_patrol", schemas.PTZ_PATROL, none, action.async_ptz_patrol),
        ("ptz_stop", None, none, action.async_ptz_stop),
        ("ptz_store", schemas.PTZ_STORE, none, action.async_ptz_store),
        ("record_event", None, none, action.async_record_event),
        (
            "recording_download",
            schemas.RECORDING_DOWNLOAD,
            optional,
            action.async_recording_download,
        ),
        (
            "recordings_search",
            schemas.RECORDINGS_SEARCH,
            only,
            action.async_recordings_search,
        ),
    ):
        service.async_register_batched_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=CAMERA_DOMAIN,
            schema=schema,
            func=partial(_async_once_per_unit, func),
            supports_response=response,
        )


@callback
def _async_setup_devices(hass: HomeAssistant) -> None:
    """Register the actions of devices."""
    for name, schema, response, handler in (
        (ALARM_LOG, schemas.ALARM_LOG, SupportsResponse.ONLY, _async_alarm_log),
        (DEVICE_LOG, schemas.DEVICE_LOG, SupportsResponse.ONLY, _async_device_log),
        (EXPLAIN, schemas.DEVICE, SupportsResponse.ONLY, _async_explain),
        (
            SCHEDULE_GET,
            schemas.SCHEDULE_GET,
            SupportsResponse.ONLY,
            _async_schedule_get,
        ),
        (
            SCHEDULE_SET,
            schemas.SCHEDULE_SET,
            SupportsResponse.NONE,
            _async_schedule_set,
        ),
        (
            SERIAL_SEND,
            schemas.SERIAL_SEND,
            SupportsResponse.OPTIONAL,
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


async def _async_once_per_unit(
    action: _CameraAction, cameras: list[CameraActions], call: ServiceCall
) -> EntityServiceResponse:
    """Do something once for all the pictures of a camera, and tell it to each.

    Whoever aims at a device aims at all its streams, and a preset is stored once.
    """
    units: dict[tuple[str, str], list[CameraActions]] = {}
    for camera in cameras:
        camera.async_set_context(call.context)
        unit = (camera.hub.device.serial, camera.unit.key)
        units.setdefault(unit, []).append(camera)
    answers = await asyncio.gather(
        *(action(pictures[0], **call.data) for pictures in units.values()),
        return_exceptions=True,
    )
    told: EntityServiceResponse = {}
    for pictures, answer in zip(units.values(), answers, strict=True):
        if isinstance(answer, BaseException):
            raise answer
        told.update({camera.entity_id: answer for camera in pictures})
    return told


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
