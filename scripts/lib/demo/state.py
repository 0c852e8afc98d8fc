"""What a demo remembers between two runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
import fcntl
import json
from pathlib import Path
import shutil
import socket
from typing import Final

from .errors import DemoError
from .home import HOST

PREFERRED_PORT: Final = 8123
"""Home Assistant's own."""


@dataclass(kw_only=True)
class State:
    """Ports of a finished set-up; without it, a run starts from nothing."""

    version: str
    """Of Home Assistant: its storage does not go back to an older one."""
    table: list[str]
    """What the devices are; with another table, a run starts from nothing."""
    port: int
    devices: dict[str, int] = field(default_factory=dict)
    """Ports by the name of the device."""
    entries: dict[str, str] = field(default_factory=dict)
    """Ids of the config entries by the name of the device."""


class StateFolder:
    """The folder in which one kind of demo lives."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is written yet."""
        self.path = path
        self._file = path / "state.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second demo out of this folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise DemoError(
                    f"A demo already runs in {self.path}; stop it first"
                ) from None
            yield

    def load(self, version: str, table: list[str]) -> State | None:
        """Return the state of the last run if this one can go on from it."""
        try:
            state = State(**json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError, TypeError, ValueError:
            return None
        if (state.version, state.table) != (version, table):
            return None
        if not all(map(is_free, (state.port, *state.devices.values()))):
            return None
        return state

    def save(self, state: State) -> None:
        """Write down that the set-up is complete."""
        self._file.write_text(json.dumps(asdict(state), indent=2), encoding="utf-8")

    def clear(self) -> None:
        """Remove everything but the lock."""
        for item in self.path.iterdir():
            if item.name == "lock":
                continue
            if item.is_dir():
                shutil.rmtree(item)
            else:
                item.unlink()


def is_free(port: int) -> bool:
    """Tell whether a port of the loopback interface can be taken."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port for Home Assistant: its usual one, else any."""
    if is_free(PREFERRED_PORT):
        return PREFERRED_PORT
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port
