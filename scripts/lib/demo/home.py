"""The Home Assistant of the demo: its files, its process, its log."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
import json
import os
from pathlib import Path
import re
import shutil
import signal
from typing import Any, Final

from .errors import DemoError

ROOT: Final = Path(__file__).parents[3]
DOMAIN: Final = "watchpost"
HOST: Final = "127.0.0.1"
USERNAME: Final = "demo"
PASSWORD: Final = "watchpost"
STOP_SECONDS: Final = 40
RESTART_EXIT_CODE: Final = 100
"""How Home Assistant ends when somebody asks it to restart."""

CONFIGURATION: Final = """\
homeassistant:
  name: Watchpost demo
  latitude: 52.37
  longitude: 4.9
  elevation: 0
  unit_system: metric
  time_zone: UTC
  country: NL
  internal_url: {url}
  external_url: {url}
api:
config:
demo_voice:
frontend:
history:
logbook:
media_source:
stream:
websocket_api:
logger:
  default: warning
  logs:
    custom_components.watchpost: debug
    homeassistant.util.package: info
"""

VOICE: Final = "demo_voice"
VOICE_MANIFEST: Final = {
    "domain": VOICE,
    "name": "Demo voice",
    "config_flow": True,
    "version": "1.0.0",
}

ONBOARDING: Final = {
    "version": 4,
    "minor_version": 1,
    "key": "onboarding",
    "data": {"done": ["core_config", "analytics", "integration"]},
}
"""All steps of the wizard but the owner's account, which is made at the first start.

The other steps would set up services of the internet.
"""


def http_settings(port: int) -> dict[str, Any]:
    """Return the stored settings of the web server.

    Settings in configuration.yaml would be on trial only: after five minutes Home
    Assistant restarts on the default port and on all addresses.
    """
    return {
        "version": 2,
        "minor_version": 2,
        "key": "http",
        "data": {
            "stable": {
                "server_host": [HOST],
                "server_port": port,
                "cors_allowed_origins": [],
                "login_attempts_threshold": -1,
                "ip_ban_enabled": False,
                "ssl_profile": "modern",
                "use_x_frame_options": True,
                "created_at": "2026-01-01T00:00:00+00:00",
                "error": None,
                "error_message": None,
            },
            "pending": None,
            "yaml_migration_done": True,
        },
    }


class Home:
    """A Home Assistant in a folder of its own."""

    def __init__(self, folder: Path, environment: Path, port: int) -> None:
        """Remember the places; nothing is written or started yet."""
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.config = folder / "config"
        self.log = folder / "home-assistant.log"
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    # Files

    def prepare(self) -> None:
        """Write the configuration and install the integration."""
        storage = self.config / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        (self.config / "media").mkdir(exist_ok=True)
        (self.config / "configuration.yaml").write_text(
            CONFIGURATION.format(url=self.url), encoding="utf-8"
        )
        write_json(storage / "http", http_settings(self.port))
        self._install()
        if not (storage / "onboarding").exists():
            write_json(storage / "onboarding", ONBOARDING)

    def _install(self) -> None:
        """Put the integration of this checkout, and a voice, into place."""
        folder = self.config / "custom_components"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        # A package, so that no other custom_components on the path wins.
        (folder / "__init__.py").touch()
        (folder / DOMAIN).symlink_to(ROOT / "custom_components" / DOMAIN)
        voice = folder / VOICE
        shutil.copytree(Path(__file__).parent / "voice", voice)
        write_json(voice / "manifest.json", VOICE_MANIFEST)

    # Process

    def _command(self, *arguments: str) -> list[str]:
        """Return the command line of this environment's program."""
        return [str(self._environment / "bin" / "hass"), *arguments]

    def _variables(self) -> dict[str, str]:
        """Return an environment where its programs are found first."""
        # .venv may hold the ffmpeg program; .venv/next does not.
        folders = (self._environment / "bin", ROOT / ".venv" / "bin")
        path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
        variables = {**os.environ, "PATH": path}
        variables.pop("PYTHONPATH", None)
        variables.pop("VIRTUAL_ENV", None)
        return variables

    async def start(self) -> None:
        """Start the program; its output goes to the log file."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command("-c", str(self.config)),
                env=self._variables(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The terminal's Ctrl-C is for the demo, which stops it in order.
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until the program ends by itself and return its exit code."""
        if self._process is None:
            raise DemoError("Home Assistant does not run")
        return await self._process.wait()

    @property
    def running(self) -> bool:
        """Tell whether the program runs."""
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> None:
        """End the program, and what it started, if it still runs."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    # Log

    def tail(self, lines: int = 12) -> str:
        """Return the end of the log."""
        with suppress(FileNotFoundError):
            text = self.log.read_text(encoding="utf-8", errors="replace")
            return "\n".join(text.splitlines()[-lines:])
        return ""

    def problems(self) -> list[str]:
        """Return the log records that must not be there, each once."""
        if not self.log.exists():
            return []
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return list(dict.fromkeys(filter(is_problem, records(text))))


_COLOR: Final = re.compile(r"\x1b\[[0-9;]*m")
_LEVEL: Final = re.compile(r" (WARNING|ERROR|CRITICAL) ")
_START: Final = re.compile(r"(?m)^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")


def records(text: str) -> Iterator[str]:
    """Split a log into its records, each with the lines that belong to it."""
    for record in _START.split(_COLOR.sub("", text)):
        if record.strip():
            yield record.strip()


def is_problem(record: str) -> bool:
    """Tell whether a log record speaks against the integration or the locks."""
    first = record.split("\n", 1)[0]
    if "Attempting install of" in first:
        return True
    if DOMAIN not in record or "has not been tested by Home Assistant" in first:
        return False
    return _LEVEL.search(first) is not None or "Traceback (most recent" in record


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write a file of Home Assistant's storage."""
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")
