"""Some scripts, always the same; python -m tests.promises plays as many as wanted."""

import logging

import pytest

from .catalog import PROMISES, Promise, attempt

RUNS = 20


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let tests talk to emulators on this computer; Home Assistant stays out."""


@pytest.fixture(autouse=True)
def _quiet_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say nothing of connections that an emulator cuts on purpose."""
    monkeypatch.setattr(logging.getLogger("aiohttp.server"), "disabled", True)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.label)
def test_promise(promise: Promise) -> None:
    """It is kept, whatever happens in between."""
    trial = attempt(promise, RUNS)
    if trial.error is not None:
        trial.error.add_note("\n".join(map(str, trial.script or ())))
        raise trial.error
    assert trial.runs >= RUNS
