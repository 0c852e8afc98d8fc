"""A real RTMP server on 127.0.0.1: nginx with its RTMP module.

On Debian and Ubuntu (the packages also start a web server of their own, which these
tests do not need and which may be switched off again):

    apt-get install --no-install-recommends nginx libnginx-mod-rtmp
"""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
import shutil
import socket
from typing import Final, Self
from urllib.parse import unquote

from aiohttp import web

from tests.emulators.base import parse_query
from tests.emulators.reolink.media import CLIP_SECONDS, FRAMES, SETUP

MODULE: Final = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
_PATIENCE: Final = 10.0
_ROUNDS: Final = 10
_CONFIGURATION: Final = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr error;
events {{}}
rtmp {{
    server {{
        listen 127.0.0.1:{port};
        access_log off;
        application bcs {{
            play {folder};
            notify_method post;
            on_play http://127.0.0.1:{gate}/;
        }}
    }}
}}
"""


def program() -> str | None:
    """Return the program; None where there is none, or not its module."""
    if not MODULE.exists():
        return None
    return shutil.which("nginx", path="/usr/sbin:/usr/bin")


def film() -> bytes:
    """Return the clip of the emulated camera, several times over."""
    rounds = (
        frame.encode(round(number * CLIP_SECONDS * 1000))
        for number in range(_ROUNDS)
        for frame in FRAMES
    )
    return SETUP + b"".join(rounds)


class RtmpServer:
    """A server of streams for those who log in with the address, as a camera does."""

    def __init__(self, folder: Path, *streams: str, user: str, password: str) -> None:
        """Say what it shows and to whom; nothing is started."""
        self._folder = folder
        self._streams = streams
        self._login = (user, password)
        self._process: Process | None = None
        self._gate = web.ServerRunner(web.Server(self._decide, access_log=None))
        self.port = 0
        self.played: list[str] = []
        """Streams that players were let in to."""

    async def __aenter__(self) -> Self:
        """Start it."""
        await self._gate.setup()
        site = web.TCPSite(self._gate, "127.0.0.1", 0)
        await site.start()
        self.port = _free_port()
        await asyncio.to_thread(self._write, self._gate.addresses[0][1])
        nginx = program()
        assert nginx is not None
        options = ("-p", str(self._folder), "-c", "nginx.conf", "-e", "stderr")
        self._process = await asyncio.create_subprocess_exec(
            nginx, *options, stdin=DEVNULL
        )
        async with asyncio.timeout(_PATIENCE):
            await self._wait()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop it."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(_PATIENCE):
            await self._process.wait()
        await self._gate.cleanup()

    def _write(self, gate: int) -> None:
        """Write what it shows and how it is to be run."""
        for stream in self._streams:
            (self._folder / f"{stream}.flv").write_bytes(film())
        (self._folder / "nginx.conf").write_text(
            _CONFIGURATION.format(
                module=MODULE, folder=self._folder, port=self.port, gate=gate
            ),
            encoding="utf-8",
        )

    async def _wait(self) -> None:
        """Wait until it listens."""
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except ConnectionError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return

    async def _decide(self, request: web.BaseRequest) -> web.Response:
        """Let in who has the password; the server passes on the whole query."""
        query = dict(parse_query((await request.read()).decode()))
        if (query.get("user"), query.get("password")) != self._login:
            return web.Response(status=403)
        self.played.append(unquote(query["name"]))
        return web.Response()


def _free_port() -> int:
    """Return a port that nobody listens on; nginx does not tell one."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
