"""The emulated strobe serves all of the document, and nothing else."""

import pytest

from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.routes import DEVICE_INFO, Route
from tests.emulators.strobe_coverage import CARD, PAIRS, ask, measure, table

from .bench import Bench, with_options


@pytest.mark.parametrize("route", PAIRS, ids=" ".join)
async def test_every_pair_of_the_card_is_served(route: Route) -> None:
    """A request the document allows succeeds."""
    answer = await ask(route)

    assert answer.status == 200
    assert answer.code in (None, 200)


async def test_coverage_table() -> None:
    """The table counts all of the card, and nothing else is served."""
    rows = await measure()

    assert (len(CARD), len(PAIRS)) == (38, 57)
    assert "paths           38/38" in table(rows)
    assert "method and path 57/57" in table(rows)
    assert StrobeEmulator().served == frozenset(PAIRS)


@pytest.mark.parametrize("path", sorted({path for _, path in PAIRS}))
async def test_other_verbs_are_refused(bench: Bench, path: str) -> None:
    """No path answers to a verb the document does not give it."""
    served = {method for method, other in PAIRS if other == path}

    for method in sorted({"GET", "POST", "PUT", "DELETE", "PATCH"} - served):
        assert (await bench.caller.call(method, path)).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/ISAPI/System/deviceInfo", "/ISAPI/deviceinfo", "/ISAPI/Nothing"]
)
async def test_unknown_paths(bench: Bench, path: str) -> None:
    """Anything else does not exist, and case counts."""
    assert (await bench.caller.call("POST", path)).status == 404


@with_options(StrobeOptions(wrong_verb=404))
async def test_wrong_verb_as_not_found(bench: Bench) -> None:
    """Some web servers know no 405."""
    assert (await bench.caller.call("GET", DEVICE_INFO)).status == 404
