"""The dialogs of Home Assistant, as a person goes through them."""

from typing import Any, Final

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from tests.emulators.base import Emulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.options import DEMO_PASSWORD, DEMO_USERNAME

QUESTIONS: Final = {
    "GET /System/DeviceInfo",
    "GET /action/cgi_action",
    "GET /cgi/sys_get",
}
"""What other families ask, without a login, to find out whose device it is."""

type Form = dict[str, Any]


def advanced(emulator: Emulator, **changes: Any) -> Form:
    """Return the collapsed section for a server."""
    return {
        CONF_PORT: emulator.port,
        CONF_SSL: emulator.tls,
        CONF_VERIFY_SSL: False,
        **changes,
    }


def form(emulator: Emulator, **changes: Any) -> Form:
    """Return the form for a server, filled in."""
    return {
        CONF_HOST: emulator.host,
        CONF_USERNAME: DEMO_USERNAME,
        CONF_PASSWORD: DEMO_PASSWORD,
        CONF_VENDOR: "strobe",
        CONF_ADVANCED: advanced(emulator),
        **changes,
    }


async def begin(hass: HomeAssistant, source: str, data: Any = None) -> ConfigFlowResult:
    """Start a dialog."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=data
    )
    await hass.async_block_till_done()
    return result


async def answer(
    hass: HomeAssistant, shown: ConfigFlowResult, filled: Form
) -> ConfigFlowResult:
    """Fill in the form that is shown."""
    assert shown["type"] is FlowResultType.FORM, shown
    result = await hass.config_entries.flow.async_configure(shown["flow_id"], filled)
    await hass.async_block_till_done()
    return result


def created(result: ConfigFlowResult) -> ConfigEntry:
    """Return the entry that a dialog has made."""
    assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
    entry: ConfigEntry = result["result"]
    return entry


def aborted(result: ConfigFlowResult) -> str | None:
    """Return why a dialog has ended."""
    assert result["type"] is FlowResultType.ABORT, result
    return result.get("reason")


def suggested(shown: ConfigFlowResult) -> Form:
    """Return what a form is filled with before anybody types."""
    schema = shown["data_schema"]
    assert schema is not None
    values: Form = {}
    for marker, field in schema.schema.items():
        if isinstance(field, section):
            inside = {
                str(inner): inner.description["suggested_value"]
                for inner in field.schema.schema
                if inner.description
            }
            values.update({CONF_ADVANCED: inside} if inside else {})
        elif marker.description:
            values[str(marker)] = marker.description["suggested_value"]
    return values


def left_alone(strobe: StrobeEmulator, *, sessions: int = 0) -> None:
    """Make sure that nothing was written and no session stayed open."""
    assert len(strobe.sessions.open) == sessions
    labels = [r.label for r in strobe.requests if r.method != "POST"]
    assert set(labels) <= QUESTIONS
    assert not strobe.alarm_calls
    assert not strobe.dangerous
