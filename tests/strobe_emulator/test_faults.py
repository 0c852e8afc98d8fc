"""The faults of the emulated strobe, and its records of requests."""

import asyncio

from aiohttp import ClientError
import pytest

from tests.emulators.base import FaultKind
from tests.emulators.strobe.routes import DEVICE_INFO, URL_ALARM
from tests.emulators.strobe_coverage import (
    Answer,
)

from .bench import Bench


async def executed(bench: Bench, kind: FaultKind) -> tuple[bool, Answer | None]:
    """Send an alarm into a fault; tell whether it ran, and what came back."""
    bench.unit.faults.add(kind, URL_ALARM, seconds=0.001, code=500, size=70_000)
    try:
        answer = await bench.caller.alarm(flightenable=1)
    except ClientError:
        return bool(bench.unit.alarm_calls), None
    return bool(bench.unit.alarm_calls), answer


@pytest.mark.parametrize(
    ("kind", "ran", "answered"),
    [
        (FaultKind.LATENCY, True, True),
        (FaultKind.DROP_BEFORE, False, False),
        (FaultKind.DROP_AFTER, True, False),
        (FaultKind.HTTP_STATUS, False, True),
        (FaultKind.APP_ERROR, False, True),
        (FaultKind.GARBAGE, True, True),
        (FaultKind.TRUNCATED, True, False),
        (FaultKind.CLIPPED, True, True),
        (FaultKind.HTML, True, True),
        (FaultKind.HUGE, True, True),
        (FaultKind.EMPTY, True, True),
    ],
)
async def test_faults(bench: Bench, kind: FaultKind, ran: bool, answered: bool) -> None:
    """Each fault hits once, before or after the command."""
    did_run, answer = await executed(bench, kind)

    assert did_run == ran
    assert (answer is not None) == answered
    assert (await bench.caller.alarm(flightenable=0)).code == 200


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        (FaultKind.HTTP_STATUS, 500, b"<html>"),
        (FaultKind.APP_ERROR, 400, b"<?xml"),
        (FaultKind.GARBAGE, 200, b"\x00\xff"),
        (FaultKind.CLIPPED, 200, b"<?xml"),
        (FaultKind.HTML, 200, b"<html>"),
        (FaultKind.HUGE, 200, b"<x>000"),
        (FaultKind.EMPTY, 200, b""),
    ],
)
async def test_bad_bodies(
    bench: Bench, kind: FaultKind, status: int, start: bytes
) -> None:
    """What a fault answers cannot be mistaken for the truth."""
    _, answer = await executed(bench, kind)

    assert answer is not None
    assert answer.status == status
    assert answer.body.startswith(start)
    assert answer.headers["Server"] == "GoAhead-Webs/2.5.0"
    assert answer.code in (None, 500)


@pytest.mark.parametrize(
    ("kind", "ran"), [(FaultKind.HANG, False), (FaultKind.HANG_AFTER, True)]
)
async def test_hang(bench: Bench, kind: FaultKind, ran: bool) -> None:
    """A request hangs until released, before or after its effect."""
    fault = bench.unit.faults.add(kind, count=None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bench.caller.alarm(flightenable=1), 0.05)
    assert bool(bench.unit.alarm_calls) == ran
    assert bench.unit.parallel == 1

    bench.unit.faults.clear()
    assert (await bench.caller.alarm(flightenable=1)).code == 200
    assert bench.unit.parallel == 0
    assert fault.hits == 1


async def test_fault_selection(bench: Bench) -> None:
    """A fault can wait, repeat, and look at the request."""
    faults = bench.unit.faults
    third = faults.add("http_status", DEVICE_INFO, method="POST", count=2, skip=1)
    faults.add("app_error", match=lambda record: "x=1" in record.raw_query, code=503)
    query = f"ID={bench.caller.session_id}"

    statuses = [(await bench.caller.call("POST", DEVICE_INFO)).status for _ in range(4)]
    coded = await bench.caller.call("POST", DEVICE_INFO, query=f"{query}&x=1")

    assert statuses == [200, 503, 503, 200]
    assert coded.code == 503
    assert bench.unit.requests[-1].fault == "app_error"
    faults.remove(third)
    assert len(faults.planned) == 1


async def test_records_and_counters(bench: Bench) -> None:
    """Every request is kept as it came."""
    bench.unit.forget()
    bench.unit.clock.advance(7)
    await asyncio.gather(
        *(bench.caller.call("POST", DEVICE_INFO, query="ID=a+b%20c") for _ in range(3))
    )

    record = bench.unit.requests[0]
    assert record.query == {"ID": "a+b c"}
    assert record.raw_query == "ID=a+b%20c"
    assert (record.virtual_time, record.status) == (7, 401)
    assert record.headers["host"].startswith("127.0.0.1")
    assert bench.unit.counts == {f"POST {DEVICE_INFO}": 3}
    assert 1 <= bench.unit.max_parallel <= 3


async def test_parallel_requests_are_noticed(bench: Bench) -> None:
    """A client that does not wait for its answers is found out."""
    assert bench.unit.max_parallel == 1
    bench.unit.faults.add("latency", seconds=0.02, count=2)
    await asyncio.gather(
        bench.caller.call("POST", DEVICE_INFO), bench.caller.call("POST", DEVICE_INFO)
    )
    assert bench.unit.max_parallel == 2
