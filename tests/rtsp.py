"""A real RTSP server on 127.0.0.1 that shows generated clips to those who log in.

It is GStreamer's, run with the system's own Python. On Debian and Ubuntu:

    apt-get install --no-install-recommends ffmpeg gir1.2-gst-rtsp-server-1.0 python3-gi
"""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import shutil
import subprocess
from typing import Final, Literal, Self

from tests.sounds import run

PROGRAM: Final = Path(__file__).with_name("rtsp_server.py")
PACKAGES: Final = "gir1.2-gst-rtsp-server-1.0 and python3-gi"
RATE: Final = 30
"""Pictures a second: a player looks at some 20 before it says what it plays."""
_PATIENCE: Final = 10.0

type Codec = Literal["h264", "h265"]
type Scheme = Literal["basic", "digest"]

# The server finds where a picture begins by the delimiters before it.
_ENCODERS: Final[Mapping[Codec, tuple[str, ...]]] = {
    "h264": ("libx264", "-x264-params", "aud=1:keyint=15:bframes=0", "-f", "h264"),
    "h265": (
        *("libx265", "-x265-params"),
        "aud=1:keyint=15:min-keyint=15:bframes=0:log-level=none",
        *("-f", "hevc"),
    ),
}


def has_ffmpeg() -> bool:
    """Return whether clips can be made, and looked at."""
    return None not in (shutil.which("ffmpeg"), shutil.which("ffprobe"))


@cache
def missing() -> str | None:
    """Return why there can be no server here; None if there can."""
    if not has_ffmpeg():
        return "needs the programs ffmpeg and ffprobe"
    python = _python()
    if python is None:
        return "needs the system's Python with GStreamer's RTSP server"
    tried = subprocess.run(
        [python, PROGRAM], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return f"needs the packages {PACKAGES}" if tried.returncode else None


def _python() -> str | None:
    """Return the Python that the system's packages are for."""
    return shutil.which("python3", path="/usr/bin")


@cache
def clip(codec: Codec, width: int, height: int) -> bytes:
    """Return two seconds of a test card, a key frame each half second."""
    card = f"testsrc=size={width}x{height}:rate={RATE}:duration=2"
    encoder = _ENCODERS[codec]
    return run("-f", "lavfi", "-i", card, "-pix_fmt", "yuv420p", "-c:v", *encoder)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What a stream shows."""

    codec: Codec
    width: int
    height: int


class RtspServer:
    """A server with streams behind one login."""

    def __init__(
        self,
        folder: Path,
        streams: Mapping[str, Clip],
        *,
        user: str,
        password: str,
        scheme: Scheme = "digest",
    ) -> None:
        """Say what it shows, by path, and to whom; nothing is started."""
        self._folder = folder
        self._streams = streams
        self._login = {"user": user, "password": password, "scheme": scheme}
        self._process: Process | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        """Start it."""
        streams = {
            path: (str(await asyncio.to_thread(self._write, shown)), shown.codec, RATE)
            for path, shown in self._streams.items()
        }
        python = _python()
        assert python is not None
        self._process = await asyncio.create_subprocess_exec(
            python, PROGRAM, stdin=PIPE, stdout=PIPE
        )
        assert self._process.stdin is not None
        settings = json.dumps({**self._login, "streams": streams})
        self._process.stdin.write(f"{settings}\n".encode())
        self.port = int(await self._line())
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop it."""
        assert self._process is not None
        try:
            async with asyncio.timeout(_PATIENCE):
                # Its input ends.
                await self._process.communicate()
        finally:
            if self._process.returncode is None:
                self._process.kill()

    async def played(self) -> str:
        """Return the path that the next player plays; wait for one."""
        return await self._line()

    async def _line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            return (await self._process.stdout.readline()).decode().strip()

    def _write(self, shown: Clip) -> Path:
        """Write a clip to a file of its own."""
        path = self._folder / f"{shown.width}x{shown.height}.{shown.codec}"
        path.write_bytes(clip(shown.codec, shown.width, shown.height))
        return path
