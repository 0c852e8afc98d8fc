"""The document of the actions: its tables, which are written anew, and its examples."""

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict, parse_yaml
from tests.home import COMPONENT, ENGLISH

DOCUMENT: Final = COMPONENT.parents[1] / "docs" / "actions.md"
SERVICES: Final[dict[str, Any]] = {
    str(name): described or {}
    for name, described in load_yaml_dict(str(COMPONENT / "services.yaml")).items()
}
ERRORS: Final[dict[str, Any]] = ENGLISH["exceptions"]
_TABLE: Final = re.compile(
    r"<!-- (fields|errors):? ?(\w*) -->\n(.*?)<!-- end -->", re.S
)
_EXAMPLE: Final = re.compile(r"^(\w+):\n\n```yaml\n(.*?)```", re.M | re.S)
_HEADING: Final = re.compile(r"^### `(\w+)`", re.M)


@dataclass(frozen=True)
class Example:
    """Actions as a user writes them, for a device of one family."""

    family: str
    number: int
    text: str

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Return the actions."""
        steps = parse_yaml(self.text)
        assert isinstance(steps, list)
        return steps


def examples(document: str) -> Iterator[Example]:
    """Yield the examples, in their order."""
    for number, found in enumerate(_EXAMPLE.finditer(document), 1):
        yield Example(found[1].lower(), number, found[2])


def headings(document: str) -> list[str]:
    """Return the actions that have a section."""
    return _HEADING.findall(document)


def renewed(document: str) -> str:
    """Return the document with all its tables as the integration has them now."""

    def table(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        rows = _fields(name) if kind == "fields" else _errors()
        start = f"<!-- {kind}: {name} -->" if name else f"<!-- {kind} -->"
        return "\n".join((start, *rows, "<!-- end -->"))

    return _TABLE.sub(table, document)


def _fields(name: str) -> Iterator[str]:
    fields = SERVICES[name].get("fields", {})
    if not fields:
        yield "No fields."
        return
    yield "| Field | Meaning | Values |"
    yield "| --- | --- | --- |"
    texts = ENGLISH["services"][name]["fields"]
    for field, described in fields.items():
        values = "; ".join(_values(described))
        yield f"| `{field}` | {texts[field]['description']} | {values} |"


def _values(described: dict[str, Any]) -> Iterator[str]:
    """Yield what a field accepts, its default, and whether it is needed."""
    ((kind, how),) = described["selector"].items()
    yield from _selected(kind, how or {})
    if "default" in described:
        yield f"otherwise {_word(described['default'])}"
    if described.get("required"):
        yield "needed"


def _selected(kind: str, how: dict[str, Any]) -> Iterator[str]:
    match kind:
        case "number":
            unit = how.get("unit_of_measurement", "")
            space = " " if unit else ""
            yield f"{how['min']} to {how['max']}{space}{unit}"
        case "select":
            yield ", ".join(f"`{one}`" for one in how["options"])
        case "boolean":
            yield "`true`, `false`"
        case "object" if "fields" in how:
            for name, inner in how["fields"].items():
                ((inner_kind, inner_how),) = inner["selector"].items()
                words = ", ".join(_selected(inner_kind, inner_how or {}))
                yield f"`{name}` {words}"
        case "object":
            yield "a map"
        case "datetime":
            yield "date and time in the zone of Home Assistant"
        case "media":
            yield "a media source or an address"
        case _:
            yield f"a {kind}"


def _word(value: object) -> str:
    return f"`{str(value).lower()}`" if isinstance(value, bool | str) else str(value)


def _errors() -> Iterator[str]:
    yield "| Error | What it says |"
    yield "| --- | --- |"
    for key, texts in sorted(ERRORS.items()):
        yield f"| `{key}` | {texts['message'].replace('|', '/')} |"
