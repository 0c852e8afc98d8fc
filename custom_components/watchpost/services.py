"""Actions: one vocabulary for every family."""

from datetime import timedelta
from functools import partial
from typing import Final

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
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from . import schemas
from .const import DOMAIN
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import ScheduleChange, ScheduleStore
from .devices.model.vocabulary import NO_REQUEST, ScheduleKind
from .entity import unique_id
from .errors import command_errors

ALARM_LOG: Final = "alarm_log"
EXPLAIN: Final = "explain"
SCHEDULE_GET: Final = "schedule_get"
SCHEDULE_SET: Final = "schedule_set"

_LOG_DEFAULT: Final = timedelta(days=1)


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
    for name, schema, response, handler in (
        (ALARM_LOG, schemas.ALARM_LOG, SupportsResponse.ONLY, _async_alarm_log),
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
    ):
        hass.services.async_register(
            DOMAIN,
            name,
            partial(handler, hass),
            schema=schema,
            supports_response=response,
        )


def _hub(hass: HomeAssistant, call: ServiceCall) -> Hub:
    """Return the running device that a call is for."""
    entry: WatchpostConfigEntry
    _, entry = service.async_get_device_and_config_entry(
        hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    return entry.runtime_data


def _unsupported(hub: Hub, key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"device": hub.entry.title, **placeholders},
    )


async def _async_alarm_log(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Return the device's alarm log between two times."""
    hub = _hub(hass, call)
    if hub.device.alarm_log is None:
        raise _unsupported(hub, "no_alarm_log")
    now = dt_util.now()
    # Until now on any clock: a device may be in another zone or be ahead.
    end = dt_util.as_local(call.data.get("end", now + _LOG_DEFAULT))
    start = dt_util.as_local(call.data.get("start", min(end, now) - _LOG_DEFAULT))
    if start >= end:
        raise _unsupported(hub, "start_after_end")
    with command_errors(hass, hub.entry):
        alarms = await hub.device.alarm_log(start, end)
    return {
        "alarms": [{"time": alarm.time, "source": alarm.source} for alarm in alarms]
    }


def _store(hub: Hub, kind: ScheduleKind) -> ScheduleStore:
    store = hub.device.schedules.get(kind)
    if store is None:
        kinds = ", ".join(sorted(hub.device.schedules)) or "-"
        raise _unsupported(hub, "no_such_schedule", kind=kind, kinds=kinds)
    return store


async def _async_schedule_get(
    hass: HomeAssistant, call: ServiceCall
) -> ServiceResponse:
    """Return the schedules of a kind that are stored in the device."""
    hub = _hub(hass, call)
    store = _store(hub, call.data["kind"])
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
        raise _unsupported(hub, "schedule_invalid", number=str(number))
    return {"schedules": found}


async def _async_schedule_set(hass: HomeAssistant, call: ServiceCall) -> None:
    """Change a schedule that is stored in the device."""
    hub = _hub(hass, call)
    store = _store(hub, call.data["kind"])
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


async def _async_explain(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Return every feature that the family can have: made, or why not."""
    hub = _hub(hass, call)
    registry = er.async_get(hass)
    enabled = {
        entity.unique_id: entity
        for entity in er.async_entries_for_config_entry(registry, hub.entry.entry_id)
    }
    features: list[JsonValueType] = []
    for unit in hub.device.units:
        for feature in unit.features:
            entity = enabled.get(unique_id(hub.device.serial, unit.key, feature))
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
            "unit": None,
            "key": absent.key.value,
            "slot": None,
            "status": absent.reason.value,
            "entity_id": None,
            "source": absent.detail,
            "failed": None,
        }
        for absent in hub.device.absent
    )
    return {"vendor": hub.vendor.id, "features": features}
