"""The emulators stand on their own."""

import ast
from pathlib import Path


def test_emulators_know_nothing_of_the_integration() -> None:
    """No emulator imports the integration or Home Assistant."""
    folder = Path(__file__).parents[1] / "emulators"
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] not in ("custom_components", "homeassistant")
