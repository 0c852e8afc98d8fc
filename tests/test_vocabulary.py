"""Every key is described, named, iconed and made; every reason has its words."""

from collections import Counter
from importlib import import_module
import json
import re
from string import Formatter
from typing import Any, Final, Protocol, runtime_checkable

import pytest

from custom_components.watchpost import const
from custom_components.watchpost.devices.model.errors import Reason
from custom_components.watchpost.devices.model.vocabulary import Effect, Key
from homeassistant.helpers import entity_registry as er
from tests.bview_events import choose
from tests.bview_home import bview_home
from tests.camera_home import emulated
from tests.cbt_home import PASSWORD, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtOptions
from tests.emulators.onvif import OnvifOptions
from tests.emulators.reolink import ReolinkOptions
from tests.home import (
    COMPONENT,
    ENGLISH,
    Home,
    confirm,
    enter,
    free_port,
)
from tests.vserver_home import vserver_home

ICONS: Final[dict[str, Any]] = json.loads(
    (COMPONENT / "icons.json").read_text(encoding="utf-8")
)["entity"]
PLATFORMS: Final = [platform.value for platform in const.PLATFORMS]
PLACEHOLDERS: Final = {
    Reason.FILE_IN_USE: {"file"},
    Reason.FILE_NOT_FOUND: {"file"},
    Reason.FILE_PROTECTED: {"file"},
    Reason.FILE_TOO_LARGE: {"size", "limit"},
    Reason.FILES_FULL: {"limit"},
    Reason.LENS_CALIBRATING: {"minutes"},
    Reason.OVERLAY_NO_SLOT: {"limit"},
    Reason.REFUSED: {"code"},
    Reason.SCHEDULE_INVALID: {"number"},
    Reason.TEXT_TOO_LONG: {"limit"},
    Reason.TOO_MANY_AREAS: {"limit"},
}
"""What is given beside the name of the device."""
PAIRS: Final = {Key.ALARM_INPUT_ALARM_OUTPUT: {"input", "output"}}
"""What is numbered twice."""
SOURCES: Final = [path.read_text("utf-8") for path in COMPONENT.rglob("*.py")]


@runtime_checkable
class Described(Protocol):
    """What is asked of a description; Home Assistant's classes are made anew."""

    key: str
    name: str | None
    translation_key: str | None
    device_class: str | None


def catalog(platform: str) -> dict[str, Described]:
    """Return the descriptions of a platform."""
    module = import_module(f"custom_components.watchpost.{platform}")
    return {
        key: description
        for value in vars(module).values()
        if isinstance(value, dict)
        for key, description in value.items()
        if isinstance(description, Described)
    }


DESCRIPTIONS: Final = [
    (platform, description)
    for platform in PLATFORMS
    for description in catalog(platform).values()
]


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_key_is_described_once() -> None:
    """One key, one platform, one description."""
    described = Counter(description.key for _, description in DESCRIPTIONS)
    assert described == Counter(Key)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_descriptions_are_sorted(platform: str) -> None:
    """A description is found where it is looked for."""
    keys = list(catalog(platform))
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("platform", "description"), DESCRIPTIONS, ids=lambda one: getattr(one, "key", one)
)
def test_name_and_icon(platform: str, description: Described) -> None:
    """A text and an icon of its own, or those of its device class."""
    names = ENGLISH["entity"].get(platform, {})
    assert description.translation_key in {None, description.key}
    # Without a name it is called like its device.
    nameless = description.name is None
    assert description.key in names or description.device_class or nameless
    assert description.key in ICONS.get(platform, {}) or description.device_class
    numbers = placeholders(names.get(description.key, {}).get("name", ""))
    assert numbers <= PAIRS.get(Key(description.key), {"number"})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_texts_and_icons_without_a_key(platform: str) -> None:
    """Nothing is left over from a key that is gone."""
    keys = set(catalog(platform))
    assert set(ENGLISH["entity"].get(platform, {})) <= keys
    assert set(ICONS.get(platform, {})) <= keys


@pytest.mark.parametrize("reason", Reason)
def test_reason_has_words(reason: Reason) -> None:
    """Each reason has a text, with placeholders that are given."""
    text = ENGLISH["exceptions"][reason.value]["message"]
    assert placeholders(text) <= {"device", *PLACEHOLDERS.get(reason, set())}
    assert text.endswith(".")


def test_no_text_without_a_raiser() -> None:
    """Each text of an error is used somewhere."""
    reasons = {reason.value for reason in Reason}
    code = "\n".join(SOURCES)
    unused = [
        key
        for key in ENGLISH["exceptions"]
        if key not in reasons and f'"{key}"' not in code
    ]
    assert unused == []


def test_each_key_of_a_text_exists() -> None:
    """Each error that is raised by name has its text."""
    raised = {
        key
        for source in SOURCES
        for key in re.findall(
            r"(?:translation_key=|_error\(|_unsupported\(hub, |_refusal\(\s*"
            r'|\brefusal\(\s*\w+, \w+,\s*)"([a-z_]+)"',
            source,
        )
    }
    described = {description.translation_key for _, description in DESCRIPTIONS}
    known = {*ENGLISH["exceptions"], *ENGLISH["issues"], *ENGLISH["selector"]}
    assert raised - known - described == set()


@pytest.mark.usefixtures("every_entity")
async def test_options_are_translated(home: Home) -> None:
    """Each option that is a word has its text; names of files are none."""
    states = (
        home.hass.states.get(entity.entity_id)
        for entity in er.async_entries_for_config_entry(
            er.async_get(home.hass), home.entry.entry_id
        )
        if entity.domain == "select" and entity.translation_key != "siren_tone"
    )
    texts = {
        entity.entity_id: ENGLISH["entity"]["select"][entity.translation_key]["state"]
        for entity in er.async_entries_for_config_entry(
            er.async_get(home.hass), home.entry.entry_id
        )
        if entity.domain == "select" and entity.translation_key != "siren_tone"
    }
    missing = [
        (state.entity_id, option)
        for state in states
        if state is not None
        for option in state.attributes["options"]
        if option not in texts[state.entity_id]
    ]
    assert missing == []


@pytest.mark.parametrize("side", ["front", "back"])
async def test_effects_are_translated(home: Home, side: str) -> None:
    """Each pattern has its text."""
    texts = ENGLISH["entity"]["light"][f"{side}_light"]["state_attributes"]
    effects = home.state("light", f"{side}_light").attributes["effect_list"]
    assert set(effects) == set(texts["effect"]["state"])
    assert {effect.value for effect in Effect} | {"off"} >= set(effects)


def kept(answer: dict[str, Any]) -> set[str]:
    """Return the keys that a device has made."""
    return {
        one["key"]
        for one in answer["features"]
        if one["status"] in ("made", "disabled")
    }


async def test_each_key_is_made(
    webhook_home: Home, moving_time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least one family makes each key."""
    hass = webhook_home.hass
    await webhook_home.choose(event_path="webhook")
    made = kept(await webhook_home.device("explain"))
    for options in (ReolinkOptions.full(), ReolinkOptions.nvr(1)):
        async with emulated(hass, monkeypatch, options) as home:
            device = {"device_id": home.device_id()}
            made |= kept(await home.call("explain", device))
    async with bview_home(hass, monkeypatch, moving_time) as camera:
        # A finished recording is told of only by the camera itself, and a picture
        # comes with a mail.
        await choose(camera, "webhook")
        flow = await hass.config_entries.options.async_init(camera.entry.entry_id)
        wanted = {
            **camera.entry.options,
            "alarm_mails": True,
            "mail_port": free_port(),
        }
        shown = await camera.finish(enter(hass, flow, wanted), 1.0)
        await camera.finish(confirm(hass, shown), 1.0)
        made |= kept(await camera.device("explain"))
    async with vserver_home(hass, monkeypatch, moving_time) as unit:
        made |= kept(await unit.device("explain"))
    telling = CbtOptions.full(password=PASSWORD, onvif=OnvifOptions())
    async with cbt_home(hass, monkeypatch, moving_time, telling) as dome:
        # Intrusion and tampering are known once they have been told of.
        await dome.until(lambda: dome.find("binary_sensor", "tamper") is not None)
        made |= kept(await dome.device("explain"))
    assert made == {key.value for key in Key}
