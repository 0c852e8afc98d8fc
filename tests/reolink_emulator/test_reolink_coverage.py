"""Every command of the card, asked for at least once."""

import ast
from pathlib import Path

import pytest

from tests.emulators.reolink import CARD, COMMANDS
from tests.emulators.reolink.commands import (
    CATALOG,
    DANGEROUS,
    LEGACY,
    NEEDS,
    NVR_ONLY,
    V20,
)
from tests.emulators.reolink_coverage import ask, measure, table

pytestmark = pytest.mark.usefixtures("socket_enabled")

EMULATORS = Path(__file__).parents[1] / "emulators"


async def test_all_commands_are_served() -> None:
    """The table says 130 of 130."""
    rows = await measure()
    assert [command for command, right in rows if not right] == []
    text = table(rows)
    print(text)  # noqa: T201
    assert "commands     130/130" in text


def test_the_card_is_whole() -> None:
    """The catalog has the commands of the contents, each once."""
    assert len(COMMANDS) == len(set(COMMANDS)) == 130
    assert [len(names) for names in CARD.values()] == [
        20,
        10,
        36,
        12,
        2,
        9,
        17,
        12,
        9,
        3,
    ]
    assert set(COMMANDS) >= DANGEROUS | LEGACY | V20 | NVR_ONLY
    assert set(NEEDS) <= {command.stem for command in CATALOG.values()}


@pytest.mark.parametrize("command", COMMANDS)
async def test_danger_is_recorded(command: str) -> None:
    """Exactly the dangerous commands leave a mark."""
    _, unit = await ask(command)
    marked = bool(unit.dangerous)
    assert marked == (command in DANGEROUS or command == "SetNetPort")


def test_nothing_is_imported_from_elsewhere() -> None:
    """The emulator needs neither the integration nor Home Assistant."""
    files = [*(EMULATORS / "reolink").glob("*.py"), EMULATORS / "reolink_coverage.py"]
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in ("homeassistant", "custom_components")
