"""Actions are registered, described, translated and iconed alike."""

from collections.abc import Iterator
import json
from typing import Any, Final

import pytest
import voluptuous as vol

from custom_components.watchpost import schemas
from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
from tests.home import COMPONENT, ENGLISH

DESCRIBED: Final[dict[str, Any]] = {
    str(name): described or {}
    for name, described in load_yaml_dict(str(COMPONENT / "services.yaml")).items()
}
ICONS: Final[dict[str, Any]] = json.loads(
    (COMPONENT / "icons.json").read_text(encoding="utf-8")
)["services"]
TRANSLATED: Final[dict[str, Any]] = ENGLISH["services"]
STROBE: Final = {
    "alarm_log",
    "alarm_stop",
    "alarm_trigger",
    "audio_delete",
    "audio_download",
    "audio_list",
    "audio_play",
    "audio_upload",
    "explain",
    "schedule_get",
    "schedule_set",
}
SCHEMAS: Final[dict[str, Any]] = {
    "alarm_log": schemas.ALARM_LOG,
    "alarm_trigger": cv.make_entity_service_schema(schemas.ALARM_TRIGGER),
    "audio_delete": cv.make_entity_service_schema(schemas.AUDIO_DELETE),
    "audio_download": cv.make_entity_service_schema(schemas.AUDIO_DOWNLOAD),
    "audio_play": cv.make_entity_service_schema(schemas.AUDIO_PLAY),
    "audio_upload": schemas.AUDIO_UPLOAD,
    "device_log": schemas.DEVICE_LOG,
    "explain": schemas.DEVICE,
    "schedule_get": schemas.SCHEDULE_GET,
    "schedule_set": schemas.SCHEDULE_SET,
    "serial_send": schemas.SERIAL_SEND,
}
COMPANIONS: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("audio_upload", "name"): {"path": "/media/welcome.mp3"},
    ("schedule_set", "device_id"): {"enabled": True},
    ("schedule_set", "kind"): {"enabled": True},
    ("schedule_set", "number"): {"enabled": True},
}
"""What a field makes no sense without."""
TARGET: Final = {True: {"entity_id": ["siren.porch"]}, False: {}}


def fields(name: str) -> dict[str, Any]:
    """Return the described fields of an action."""
    return dict(DESCRIBED[name].get("fields", {}))


def example(field: dict[str, Any]) -> Any:
    """Return an example as a person would enter it: text holds JSON for objects."""
    given = field.get("example", "0123456789abcdef0123456789abcdef")
    return json.loads(given) if str(given)[:1] in "[{" else given


def selectors(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all selectors, also those within objects."""
    for field in fields.values():
        yield field["selector"]
        for inner in field["selector"].values():
            yield from selectors((inner or {}).get("fields", {}))


@pytest.mark.usefixtures("no_search")
async def test_the_same_actions_everywhere(hass: HomeAssistant) -> None:
    """What is registered has a description, a text and an icon, and the reverse."""
    assert await async_setup_component(hass, DOMAIN, {})

    registered = set(hass.services.async_services_for_domain(DOMAIN))
    assert registered >= STROBE
    assert registered == set(DESCRIBED) == set(TRANSLATED) == set(ICONS)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_texts(name: str) -> None:
    """Each field has a name and a description; the action too."""
    translated = TRANSLATED[name]
    assert set(translated.get("fields", {})) == set(fields(name))
    assert translated["name"]
    assert translated["description"]
    assert all(
        text["name"] and text["description"]
        for text in translated.get("fields", {}).values()
    )


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_examples_and_selectors(name: str) -> None:
    """Each field but the device has an example; lists of options have their texts."""
    assert {
        field for field, described in fields(name).items() if "example" not in described
    } <= {"device_id"}
    for selector in selectors(fields(name)):
        select = selector.get("select") or {}
        key = select.get("translation_key")
        texts = ENGLISH["selector"].get(key, {}).get("options", {})
        assert set(select.get("options", ())) <= set(texts), key


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_examples_are_accepted(name: str) -> None:
    """Each example fits the schema, with what is required beside it."""
    described = fields(name)
    examples = {field: example(one) for field, one in described.items()}
    needed = {f for f, one in described.items() if one.get("required")}
    target = TARGET["target" in DESCRIBED[name]]

    for field in described:
        chosen = {one: examples[one] for one in {*needed, field}}
        SCHEMAS[name]({**target, **chosen, **COMPANIONS.get((name, field), {})})


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_unknown_fields_are_refused(name: str) -> None:
    """A field that nobody describes is an error."""
    with pytest.raises(vol.Invalid):
        SCHEMAS[name]({**TARGET["target" in DESCRIBED[name]], "unheard_of": 1})


def schema_fields(name: str) -> set[str]:
    """Return the fields that the schema module names for an action."""
    plain = {
        "alarm_trigger": schemas.ALARM_TRIGGER,
        "audio_delete": schemas.AUDIO_DELETE,
        "audio_download": schemas.AUDIO_DOWNLOAD,
        "audio_play": schemas.AUDIO_PLAY,
    }
    return {str(marker) for marker in plain.get(name, {})}


@pytest.mark.parametrize(
    "name", ["alarm_trigger", "audio_delete", "audio_download", "audio_play"]
)
def test_schema_fields_are_described(name: str) -> None:
    """Nothing is accepted that is not described, and the reverse."""
    assert schema_fields(name) == set(fields(name))
