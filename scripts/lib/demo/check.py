"""Try the demo out without a person, and say what was seen."""

from collections.abc import Iterable
from dataclasses import dataclass

from .devices import Bench, DemoDevice
from .errors import DemoError
from .stage import Stage


@dataclass(frozen=True, kw_only=True)
class Row:
    """One device in the report."""

    family: str
    name: str
    devices: int
    entities: int
    seconds: float
    proved: str


async def check(stage: Stage) -> list[Row]:
    """Try every device; raise at the first thing that is wrong."""
    rows = []
    for device in stage.devices:
        await stage.wait_for(device)
        await refuse_unavailable(stage, device)
        entities = await stage.entities(device)
        try:
            proved = await device.try_out(Bench(stage.api, entities))
        except DemoError as err:
            raise DemoError(f"{device.name}: {err}") from err
        rows.append(
            Row(
                family=device.vendor,
                name=device.name,
                devices=await stage.count_devices(device),
                entities=sum(not entity.disabled for entity in entities),
                seconds=stage.load_seconds[device.name],
                proved=", ".join(proved),
            )
        )
    return rows


async def refuse_unavailable(stage: Stage, device: DemoDevice) -> None:
    """Fail if entities are unavailable that should not be."""
    states = await stage.api.states()
    found = [
        entity.entity_id
        for entity in await stage.entities(device)
        if not entity.disabled
        and states[entity.entity_id]["state"] == "unavailable"
        and not any(entity.unique_id.endswith(f"_{key}") for key in device.unavailable)
    ]
    if found:
        raise DemoError(f"{device.name}: unavailable entities: {', '.join(found)}")


def report(rows: Iterable[Row]) -> str:
    """Return the rows as a table, with a line per family below."""
    rows = list(rows)
    head = ("Family", "Device", "Devices", "Entities", "Seconds", "Tried")
    lines = [
        (
            row.family,
            row.name,
            str(row.devices),
            str(row.entities),
            f"{row.seconds:.1f}",
            row.proved,
        )
        for row in rows
    ]
    for family in dict.fromkeys(row.family for row in rows):
        mine = [row for row in rows if row.family == family]
        lines.append(
            (
                family,
                "all",
                str(sum(row.devices for row in mine)),
                str(sum(row.entities for row in mine)),
                f"{sum(row.seconds for row in mine):.1f}",
                "",
            )
        )
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (head, tuple("-" * width for width in widths), *lines)
    ]
    return "\n".join(line.rstrip() for line in table)
