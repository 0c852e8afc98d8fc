"""Every action on every family does what it promises, or says what to do instead."""

from pathlib import Path

import pytest

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.conftest import Time
from tests.contract.houses import BUILD, FAMILIES
from tests.contract.report import CELLS
from tests.contract.run import cell_of
from tests.contract.table import GROUPS, ROWS
from tests.emulators.strobe.files import wav


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("family", FAMILIES)
async def test_contract(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    tmp_path: Path,
    family: str,
    group: str,
) -> None:
    """Each cell is as the table says."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    (tmp_path / "sound.wav").write_bytes(wav(1))
    async with BUILD[family](hass, monkeypatch, moving_time, tmp_path) as house:
        cells = [
            await cell_of(house, family, row) for row in ROWS if row.group == group
        ]
    CELLS.extend(cells)
    assert [
        (cell.row.name, cell.found, cell.row.expected[family], cell.complaint)
        for cell in cells
        if not cell.kept
    ] == []


async def test_every_action(hass: HomeAssistant, no_search: None) -> None:
    """No action is left out of the table."""
    assert await async_setup_component(hass, DOMAIN, {})
    registered = set(hass.services.async_services_for_domain(DOMAIN))
    assert {row.action for row in ROWS} == registered
    for action in registered:
        assert any(
            "done" in row.expected.values() for row in ROWS if row.action == action
        )
    await hass.async_block_till_done(wait_background_tasks=True)
