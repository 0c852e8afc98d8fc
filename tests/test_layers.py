"""Who may import whom, and who may know a vendor's name."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any, Final

import pytest

from tests.home import COMPONENT

VENDORS: Final = COMPONENT / "devices" / "vendors"
PACKAGE: Final = "custom_components.watchpost"
FILES: Final = sorted(COMPONENT.rglob("*.py"))
ROOT: Final = COMPONENT.parents[1]
FAMILIES: Final = sorted(
    p.name for p in VENDORS.iterdir() if (p / "__init__.py").exists()
)
REGISTRY_USERS: Final = {
    "__init__",
    "config_flow",
    "discovery",
    "removal",
    "diagnostics",
}
WORDS: Final = ("strobe_period", "effect.strobe", "effects: strobe")
"""A strobe is also a pattern of any light; these words are the vocabulary's."""


def module_name(path: Path) -> str:
    """Return the full name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of everything that a file imports."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=0):
                yield str(node.module)
            case ast.ImportFrom():
                base = package[: len(package) - node.level + 1]
                target = ".".join((*base, *filter(None, (node.module,))))
                yield from (
                    f"{target}.{alias.name}" if node.module is None else target
                    for alias in node.names
                )


def below(*parts: str) -> list[Path]:
    """Return the modules of a folder of devices."""
    folder = COMPONENT.joinpath("devices", *parts)
    return [path for path in FILES if folder in path.parents]


def offenders(paths: list[Path], *forbidden: str) -> list[str]:
    """Return who imports what it must not."""
    return [
        f"{module_name(path)} imports {name}"
        for path in paths
        for name in imports(path)
        if f"{name}.".startswith(tuple(f"{one}." for one in forbidden))
    ]


def test_devices_know_no_home_assistant() -> None:
    """The device layer stands alone."""
    devices = [p for p in FILES if COMPONENT / "devices" in p.parents]
    assert devices
    outside = [
        f"{module_name(path)} imports {name}"
        for path in devices
        for name in imports(path)
        if name.startswith(PACKAGE) and not name.startswith(f"{PACKAGE}.devices")
    ]
    assert offenders(devices, "homeassistant", "voluptuous", "probatio") == []
    assert outside == []


def test_model_knows_nobody() -> None:
    """The model imports neither transport nor vendors."""
    devices = f"{PACKAGE}.devices"
    assert (
        offenders(
            below("model"), f"{devices}.transport", f"{devices}.vendors", "xmltodict"
        )
        == []
    )


def test_transport_knows_data_only() -> None:
    """The transport imports no features and no vendors."""
    devices = f"{PACKAGE}.devices"
    others = [
        f"{devices}.model.{path.stem}"
        for path in below("model")
        if path.stem not in ("__init__", "commands", "device", "errors")
    ]
    assert offenders(below("transport"), f"{devices}.vendors", *others) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_vendors_know_no_other(family: str) -> None:
    """A family knows model and transport, never another family or the registry."""
    vendors = f"{PACKAGE}.devices.vendors"
    strangers = [f"{vendors}.{other}" for other in FAMILIES if other != family]
    names = [name for path in below("vendors", family) for name in imports(path)]
    assert offenders(below("vendors", family), *strangers) == []
    assert vendors not in names


def test_platforms_know_no_vendor_and_no_transport() -> None:
    """Above the devices only those that make a device know the registry."""
    above = [p for p in FILES if COMPONENT / "devices" not in p.parents]
    entitled = {COMPONENT / f"{name}.py" for name in REGISTRY_USERS}
    devices = f"{PACKAGE}.devices"
    named = [f"{devices}.vendors.{family}" for family in FAMILIES]
    assert offenders(above, f"{devices}.transport", *named) == []
    others = [path for path in above if path not in entitled]
    assert offenders(others, f"{devices}.vendors") == []


def test_emulators_know_nothing_of_the_integration() -> None:
    """A device does not know who asks it."""
    emulators = sorted((ROOT / "tests" / "emulators").rglob("*.py"))
    assert emulators
    assert offenders(emulators, "custom_components", "homeassistant") == []


def texts() -> Iterator[tuple[str, str]]:
    """Yield each line of code and text outside the folders of vendors."""
    for path in (*FILES, *COMPONENT.glob("*.json"), *COMPONENT.glob("*.yaml")):
        if any(VENDORS / family in path.parents for family in FAMILIES):
            continue
        if path == VENDORS / "__init__.py":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield f"{path.relative_to(COMPONENT)}:{number}", line.lower()


def strip_words(line: str) -> str:
    """Remove what belongs to the vocabulary of lights."""
    for word in WORDS:
        line = line.replace(word, "")
    return line


@pytest.mark.parametrize("family", [*FAMILIES, "bview", "cbt", "vserver", "reolink"])
def test_no_vendor_is_named(family: str) -> None:
    """No family is named outside its folder, but as a pattern of light."""
    pattern = {
        "strobe": ("strobe = auto()", "strobe]", '"strobe"', "a strobe", "strobes")
    }
    found = [
        f"{where}: {line.strip()}"
        for where, line in texts()
        if family in strip_words(line)
        and not any(word in line for word in pattern.get(family, ()))
    ]
    assert found == []


def test_translations_name_families_only_as_options() -> None:
    """Families are named in the list to choose from, nowhere else."""
    english: dict[str, Any] = json.loads(
        (COMPONENT / "translations" / "en.json").read_text("utf-8")
    )
    english["selector"].pop("vendor", None)
    text = json.dumps(english).lower()
    assert not [one for one in ("bview", "vserver", "reolink") if one in text]


def test_devices_load_without_home_assistant() -> None:
    """The device layer can be loaded on a computer that has no Home Assistant."""
    program = f"""
import importlib.util, sys
sys.modules["homeassistant"] = None
folder = {str(COMPONENT / "devices")!r}
spec = importlib.util.spec_from_file_location(
    "devices", folder + "/__init__.py", submodule_search_locations=[folder]
)
module = importlib.util.module_from_spec(spec)
sys.modules["devices"] = module
spec.loader.exec_module(module)
from importlib import import_module
from pathlib import Path
for path in sorted(Path(folder).rglob("*.py")):
    name = ".".join(path.relative_to(folder).with_suffix("").parts)
    import_module(("devices." + name).removesuffix(".__init__"))
vendors = import_module("devices.vendors").VENDORS
assert not [m for m in sys.modules if m.startswith("homeassistant.")]
print(sorted(vendors))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(FAMILIES)
