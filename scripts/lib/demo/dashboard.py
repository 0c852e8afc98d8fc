"""The dashboard of the demo: every entity, device by device."""

from collections.abc import Iterable, Mapping
from itertools import batched
import re
from typing import Any, Final

from .api import HomeAssistantApi, RegisteredEntity

type Card = dict[str, Any]

URL_PATH: Final = "watchpost-demo"
TITLE: Final = "Watchpost"
ICON: Final = "mdi:shield-home"
FIRST_PARTS: Final = {"": 0, "start": 1, "end": 2}
"""What comes first among the settings of a schedule: whether, and when."""
ROWS: Final = 16
"""Settings in one card; more make a column too long."""

FIRST_DOMAINS: Final = ("camera", "light", "siren", "media_player", "switch")
"""What a person looks for first, in this order."""
STATUS_DOMAINS: Final = frozenset({"binary_sensor", "event", "image", "sensor"})


_NUMBERED: Final = re.compile(r".*? \d+(?= |$)")
"""The beginning of a name such as "Alarm schedule 2 start"."""


async def save_dashboard(api: HomeAssistantApi, devices: Mapping[str, str]) -> None:
    """Store a dashboard for the devices, given as names by id, and open with it."""
    existing = await api.command("lovelace/dashboards/list")
    if not any(item["url_path"] == URL_PATH for item in existing):
        await api.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title=TITLE,
            icon=ICON,
            show_in_sidebar=True,
            require_admin=False,
        )
    entities = [
        entity for entity in await api.entities("watchpost") if not entity.disabled
    ]
    states = await api.states()
    config = {
        "title": TITLE,
        "views": [
            overview(devices, entities, states),
            *(
                device_view(
                    number, name, [item for item in entities if item.device_id == key]
                )
                for number, (key, name) in enumerate(devices.items(), 1)
            ),
        ],
    }
    await api.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await api.command(
        "frontend/set_system_data", key="core", value={"default_panel": URL_PATH}
    )


def overview(
    devices: Mapping[str, str],
    entities: Iterable[RegisteredEntity],
    states: Mapping[str, Mapping[str, Any]],
) -> Card:
    """Return the first view: what people use every day, a column per device."""
    sections = [
        section(
            name,
            [
                card(item, states)
                for item in ordered(entities)
                if item.device_id == key and item.category is None
            ],
            icon="mdi:shield-home-outline",
        )
        for key, name in devices.items()
    ]
    return {
        "title": "Overview",
        "path": "overview",
        "type": "sections",
        "max_columns": 3,
        "sections": [item for item in sections if item["cards"][1:]],
    }


def device_view(number: int, name: str, entities: list[RegisteredEntity]) -> Card:
    """Return a view with every entity of one device."""

    def those(category: str | None) -> list[RegisteredEntity]:
        return [item for item in ordered(entities) if item.category == category]

    daily = those(None)
    main = {
        "Controls": [item for item in daily if item.domain not in STATUS_DOMAINS],
        "Status": [item for item in daily if item.domain in STATUS_DOMAINS],
        "Diagnostics": by_name(those("diagnostic")),
    }
    first: list[Card] = []
    for title, members in main.items():
        if members:
            first += [heading(title), rows(members)]
    return {
        "title": name,
        "path": f"device-{number}",
        "type": "sections",
        "max_columns": 4,
        "dense_section_placement": True,
        "sections": [
            {"type": "grid", "cards": first},
            *(
                {"type": "grid", "cards": cards}
                for cards in setting_columns(by_name(those("config")))
            ),
        ],
    }


def setting_columns(entities: Iterable[RegisteredEntity]) -> list[list[Card]]:
    """Return the cards of the settings, column by column.

    Settings of numbered things stand under the name of their thing, and things that
    differ in the number only stand in one column. Everything else is in the first.
    """
    things: dict[str, list[RegisteredEntity]] = {}
    plain = []
    for entity in entities:
        if match := _NUMBERED.match(entity.name):
            things.setdefault(match[0], []).append(entity)
        else:
            plain.append(entity)
    for thing in [name for name, members in things.items() if len(members) == 1]:
        plain += things.pop(thing)

    general: list[Card] = []
    for number, batch in enumerate(batched(by_name(plain), ROWS, strict=False), 1):
        title = "Settings" if number == 1 else f"Settings ({number})"
        general += [heading(title), rows(batch)]
    kinds: dict[str, list[Card]] = {}
    for thing, members in things.items():
        column = kinds.setdefault(thing.rstrip("0123456789"), [])
        column += [heading(thing), rows(by_part(members, thing), thing)]
    for kind in [kind for kind, cards in kinds.items() if len(cards) == 2]:
        general += kinds.pop(kind)
    return [general, *kinds.values()] if general else list(kinds.values())


def by_part(entities: Iterable[RegisteredEntity], thing: str) -> list[RegisteredEntity]:
    """Return the settings of one thing in the order in which people set them."""

    def rank(entity: RegisteredEntity) -> tuple[int, str]:
        part = entity.name.removeprefix(thing).strip()
        return FIRST_PARTS.get(part, len(FIRST_PARTS)), part

    return sorted(entities, key=rank)


def section(title: str, cards: list[Card], icon: str | None = None) -> Card:
    """Return a section with a heading."""
    return {"type": "grid", "cards": [heading(title, icon), *cards]}


def heading(title: str, icon: str | None = None) -> Card:
    """Return a heading."""
    card: Card = {"type": "heading", "heading": title, "heading_style": "title"}
    if icon is not None:
        card["icon"] = icon
    return card


def rows(entities: Iterable[RegisteredEntity], subject: str = "") -> Card:
    """Return a list with a row, and the control of its kind, per entity.

    Names below a heading need not repeat it.
    """

    def row(entity: RegisteredEntity) -> dict[str, str]:
        name = entity.name.removeprefix(subject).strip()
        if name != entity.name:
            whole = "Enabled" if entity.domain == "switch" else entity.name
            name = name.capitalize() or whole
        return {"entity": entity.entity_id} | ({"name": name} if name else {})

    return {
        "type": "entities",
        "show_header_toggle": False,
        "state_color": True,
        "grid_options": {"columns": "full"},
        "entities": [row(entity) for entity in entities],
    }


def card(entity: RegisteredEntity, states: Mapping[str, Mapping[str, Any]]) -> Card:
    """Return the card that suits an entity best."""
    attributes = states.get(entity.entity_id, {}).get("attributes", {})
    match entity.domain:
        case "camera":
            return {
                "type": "picture-entity",
                "entity": entity.entity_id,
                "camera_view": "auto",
                "grid_options": {"columns": "full"},
            }
        case "media_player":
            return {
                "type": "media-control",
                "entity": entity.entity_id,
                "grid_options": {"columns": "full"},
            }
    tile: Card = {"type": "tile", "entity": entity.entity_id}
    if entity.name:
        tile["name"] = entity.name
    if entity.domain == "light":
        tile["grid_options"] = {"columns": "full"}
        if attributes.get("supported_color_modes") not in (None, ["onoff"]):
            tile["features"] = [{"type": "light-brightness"}]
    if entity.domain == "siren":
        tile["grid_options"] = {"columns": "full"}
        tile["features"] = [{"type": "toggle"}]
    return tile


def ordered(entities: Iterable[RegisteredEntity]) -> list[RegisteredEntity]:
    """Return entities with the important kinds first."""

    def rank(entity: RegisteredEntity) -> tuple[int, str, float]:
        if entity.domain in FIRST_DOMAINS:
            return FIRST_DOMAINS.index(entity.domain), "", entity.created
        return len(FIRST_DOMAINS), entity.domain, entity.created

    return sorted(entities, key=rank)


def by_name(entities: Iterable[RegisteredEntity]) -> list[RegisteredEntity]:
    """Return entities by name, so that those of one subject stand together."""
    return sorted(entities, key=lambda entity: entity.name)
