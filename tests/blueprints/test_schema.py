"""Every blueprint is well made."""

import re
from typing import Any, Final

import pytest

from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import extract_inputs

from .shelf import NAMES, OWN

FAMILIES: Final = re.compile("reolink|bview|b-view|vserver|cbt", re.IGNORECASE)
SOURCE: Final = "https://github.com/watchpost-home/watchpost/blob/main/blueprints"


@pytest.fixture(params=NAMES)
async def blueprint(hass: HomeAssistant, request: pytest.FixtureRequest) -> Blueprint:
    """Return a blueprint as Home Assistant reads it."""
    assert await async_setup_component(hass, "automation", {})
    return await async_get_blueprints(hass).async_get_blueprint(
        f"watchpost/{request.param}.yaml"
    )


def test_number_of_blueprints() -> None:
    """None is missing."""
    assert len(NAMES) == 11


async def test_schema(blueprint: Blueprint) -> None:
    """It says what it is and what it needs, and runs on this version."""
    assert blueprint.validate() is None
    metadata = blueprint.metadata
    assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
    assert metadata["description"].endswith(".")
    assert blueprint.data["mode"] in ("single", "restart", "queued")
    assert blueprint.data["trace"]["stored_traces"] <= 10


async def test_inputs(blueprint: Blueprint) -> None:
    """Every input is used, named and chosen with a selector."""
    body: dict[str, Any] = {
        key: value for key, value in blueprint.data.items() if key != "blueprint"
    }
    assert extract_inputs(body) == set(blueprint.inputs)
    for key, one in blueprint.inputs.items():
        assert one["name"][0].isupper(), key
        assert len(one["selector"]) == 1, key
        assert one.get("description", ".").endswith("."), key


@pytest.mark.parametrize("name", NAMES)
def test_words(name: str) -> None:
    """It speaks of no manufacturer, and its address is its own."""
    text = (OWN / f"{name}.yaml").read_text(encoding="utf-8")
    assert FAMILIES.search(text) is None
    assert f"  source_url: {SOURCE}/automation/watchpost/{name}.yaml\n" in text
