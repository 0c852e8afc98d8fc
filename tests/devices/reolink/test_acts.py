"""Commands: sent once, whatever the network does; repeated if they were refused."""

from collections.abc import Callable

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink import client as client_module
from custom_components.watchpost.devices.vendors.reolink.client import Ask
from tests.emulators.base import FaultKind

from .client_rig import (
    FINE,
    SYNC,
    TIME,
    Lab,
    Reply,
    asks_for,
    done,
    failure,
    lab,
    raw_lab,
    refusal,
)

REBOOT = Ask(command="Reboot")


@pytest.mark.parametrize(
    ("kind", "reason", "executed"),
    [
        (FaultKind.DROP_BEFORE, Reason.COMMAND_UNCERTAIN, 0),
        (FaultKind.DROP_AFTER, Reason.COMMAND_UNCERTAIN, 1),
        (FaultKind.HANG, Reason.TIMEOUT, 0),
        (FaultKind.HANG_AFTER, Reason.TIMEOUT, 1),
        (FaultKind.TRUNCATED, Reason.COMMAND_UNCERTAIN, 1),
        (FaultKind.CLIPPED, Reason.BAD_ANSWER, 1),
        (FaultKind.EMPTY, Reason.BAD_ANSWER, 1),
        (FaultKind.HTML, Reason.BAD_ANSWER, 1),
        (FaultKind.GARBAGE, Reason.BAD_ANSWER, 1),
        (FaultKind.HUGE, Reason.BAD_ANSWER, 1),
    ],
)
async def test_a_command_is_sent_once(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    kind: FaultKind,
    reason: Reason,
    executed: int,
) -> None:
    """Whatever becomes of its answer; a door would open twice."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.2)
    async with lab(session, connect=True) as made:
        made.unit.faults.add(kind, count=None, match=asks_for("SetNtp"))
        err = await failure(made.client.act(SYNC))
        assert isinstance(err, DeviceConnectionError)
        assert err.reason is reason
        assert made.commands() == ["SetNtp"]
        assert made.unit.clock_syncs == executed


@pytest.mark.parametrize(
    ("status", "reason"), [(502, Reason.COMMAND_UNCERTAIN), (500, Reason.BAD_ANSWER)]
)
async def test_a_command_behind_a_bad_gateway(
    session: ClientSession, status: int, reason: Reason
) -> None:
    """What the web server could not pass back may have been done."""
    async with lab(session, connect=True) as made:
        made.unit.faults.add(FaultKind.HTTP_STATUS, code=status)
        assert (await failure(made.client.act(SYNC))).reason is reason
        assert made.commands() == ["SetNtp"]


def _forget(made: Lab) -> None:
    made.unit.forget_sessions()


def _restart(made: Lab) -> None:
    made.unit.faults.add(FaultKind.HTTP_STATUS, code=404)


@pytest.mark.parametrize("trouble", [_forget, _restart])
async def test_a_refused_command_is_repeated(
    session: ClientSession, trouble: Callable[[Lab], None]
) -> None:
    """Without a login nothing was done: it is sent again in a new one."""
    async with lab(session, connect=True) as made:
        trouble(made)
        await made.client.act(SYNC)
        assert made.commands() == ["SetNtp", "Logout", "Login", "SetNtp"]
        assert made.unit.clock_syncs == 1


async def test_a_command_that_is_lost_twice(session: ClientSession) -> None:
    """The second time it is left."""
    async with raw_lab(session, last=refusal(-21)) as made:
        assert (await failure(made.client.act(REBOOT))).reason is Reason.SESSION_LOST
        assert made.server.count("Reboot") == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"[]", Reason.BAD_ANSWER),
        (b"{}", Reason.FAILED),
        (b'[{"cmd":"Reboot"}]', Reason.FAILED),
        (refusal(-4), Reason.INVALID_VALUE),
        (refusal(-26), Reason.NO_PERMISSION),
        (done({"rspCode": -13}), Reason.FAILED),
    ],
    ids=range(6),
)
async def test_commands_that_were_not_done(
    session: ClientSession, answer: bytes, reason: Reason
) -> None:
    """An answer that does not say so is not taken for a yes."""
    async with raw_lab(session, answer) as made:
        assert (await failure(made.client.act(REBOOT))).reason is reason
        assert made.server.count("Reboot") == 1


async def test_a_read_is_repeated_when_the_connection_drops(
    session: ClientSession,
) -> None:
    """Reading twice does no harm."""
    async with raw_lab(
        session, Reply(drop=True), FINE, *[Reply(drop=True)] * 2
    ) as made:
        await made.client.read(TIME)
        err = await failure(made.client.read(TIME))
        assert err.reason is Reason.UNREACHABLE
        assert made.server.count("GetTime") == 4
