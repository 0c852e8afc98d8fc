"""docs/actions.md: complete, up to date, and each of its examples works."""

from pathlib import Path
from typing import Final

import pytest

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.script import Script
from tests.conftest import Time
from tests.contract.houses import BUILD, FAMILIES, House
from tests.docs.actions import DOCUMENT, SERVICES, Example, examples, headings, renewed
from tests.emulators.strobe.files import wav

TEXT: Final = DOCUMENT.read_text(encoding="utf-8")
EXAMPLES: Final = tuple(examples(TEXT))
NAMES: Final[dict[str, dict[str, str]]] = {
    "strobe": {"siren": "porch", "media_player": "porch"},
    "bview": {"camera": "workshop"},
    "cbt": {"camera": "gate"},
    "vserver": {"camera": "yard"},
    "reolink": {"camera": "garden", "siren": "garden"},
}
FILM: Final = "20261120_220501_event.avi"
"""The name of a film in the examples."""


def test_every_action_has_a_section() -> None:
    """And nothing has one that is no action."""
    assert len(headings(TEXT)) == len(set(headings(TEXT)))
    assert set(headings(TEXT)) == set(SERVICES)


def test_tables() -> None:
    """All fields and errors, as `python -m tests.docs` writes them."""
    assert renewed(TEXT) == TEXT
    tables = {f"<!-- fields: {name} -->" for name in SERVICES}
    assert all(TEXT.count(one) == 1 for one in (*tables, "<!-- errors -->"))


def test_every_field_has_an_example() -> None:
    """Each action and field is used in an example of a family that can do it."""
    used = {
        (str(step["action"]).removeprefix("watchpost."), field)
        for example in EXAMPLES
        for step in example.steps
        for field in ("", *step.get("data", {}))
    }
    described = {
        (name, field)
        for name, action in SERVICES.items()
        for field in ("", *action.get("fields", {}))
    }
    # Where the same may be said in two ways, one is shown.
    others = {
        ("alarm_log", "end"),
        ("alarm_trigger", "interval"),
        ("alarm_trigger", "times"),
        ("audio_upload", "media"),
        ("device_log", "end"),
        ("ptz_move", "focus"),
        ("ptz_move", "iris"),
    }
    assert used - described == set()
    assert described - used == others


@pytest.mark.parametrize("family", FAMILIES)
async def test_examples(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    tmp_path: Path,
    family: str,
) -> None:
    """Every example does what it says on a device of its family."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    (tmp_path / "sound.wav").write_bytes(wav(1))
    own = [one for one in EXAMPLES if one.family == family]
    assert own
    async with BUILD[family](hass, monkeypatch, moving_time, tmp_path) as house:
        rename(house, NAMES[family])
        await hass.async_block_till_done()
        for example in own:
            await run(house, example)


def rename(house: House, names: dict[str, str]) -> None:
    """Give the entities the names of the examples."""
    registry = er.async_get(house.hass)
    for domain, name in names.items():
        entity_id = house.entity_id(domain)
        assert entity_id is not None
        registry.async_update_entity(entity_id, new_entity_id=f"{domain}.{name}")


async def run(house: House, example: Example) -> None:
    """Run an example as a script does; what fails raises."""
    text = example.text.replace("/media", str(house.folder))
    text = text.replace(FILM, house.recording)
    steps = Example(example.family, example.number, text).steps
    house.forget()
    script = Script(house.hass, cv.SCRIPT_SCHEMA(steps), "Example", "test")
    await script.async_run(context=Context())
    answered = all("response_variable" in step for step in steps)
    fetches = any("download" in step["action"] for step in steps)
    assert answered or fetches or house.sent(), example.text
