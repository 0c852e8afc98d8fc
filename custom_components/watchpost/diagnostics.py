"""What a device has told, without what nobody else may know."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .coordinator import WatchpostConfigEntry
from .devices.model.vocabulary import Cadence

REDACT: Final = frozenset(
    {
        "host",
        "ip_address",
        "ipaddr",
        "ipaddress",
        "mac",
        "macaddr",
        "macaddress",
        "password",
        "serial",
        "serial_number",
        "title",
        "token",
        "unique_id",
        "url",
        "username",
    }
)
"""Names of fields, in lower case, that no family shows."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: WatchpostConfigEntry
) -> dict[str, Any]:
    """Return everything that helps to find a fault."""
    hub = entry.runtime_data
    names = REDACT | hub.vendor.redact
    return {
        "entry": _redact(
            {"data": dict(entry.data), "options": dict(entry.options)}, names
        ),
        "coordinators": {
            cadence.value: {
                "last_update_success": hub.coordinators[cadence].last_update_success,
                "interval": hub.device.interval(cadence),
                "wanted": sorted(set(hub.coordinators[cadence].async_contexts())),
            }
            for cadence in Cadence
        },
        "units": [
            {
                "key": unit.key,
                "model": unit.model,
                "sw_version": unit.sw_version,
                "online": unit.online(),
                "features": [
                    {
                        "key": feature.key.value,
                        "slot": feature.slot,
                        "source": feature.source,
                        "cadence": feature.cadence.value,
                    }
                    for feature in unit.features
                ],
            }
            for unit in hub.device.units
        ],
        "absent": [
            {"key": a.key.value, "reason": a.reason.value, "detail": a.detail}
            for a in hub.device.absent
        ],
        "failed": dict(hub.device.failed),
        "device": _redact(hub.device.dump(), names),
    }


def _redact(data: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Hide fields by their name, in the spelling of the device, at any depth."""
    plain = {_plain(name) for name in names}
    return async_redact_data(data, {n for n in _names(data) if _plain(n) in plain})


def _plain(name: str) -> str:
    """Return a name in lower case, without the number of a list."""
    return name.lower().rstrip("0123456789").rstrip("_")


def _names(data: Any) -> set[str]:
    """Return the names of all fields."""
    if isinstance(data, Mapping):
        return {str(name) for name in data}.union(*map(_names, data.values()))
    return set().union(*map(_names, data)) if isinstance(data, list) else set()
