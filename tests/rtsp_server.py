"""An RTSP server out of GStreamer; a program of its own, for the system's Python.

It has to run on older versions than the project: GStreamer's bindings come with the
system. It reads one line of JSON from its input, prints its port and then, for each
player that starts, the path it plays; it ends when its input does.
"""

from importlib import import_module
from itertools import cycle
import json
from pathlib import Path
import sys
from typing import Any

import_module("gi").require_version("Gst", "1.0")
import_module("gi").require_version("GstRtsp", "1.0")
import_module("gi").require_version("GstRtspServer", "1.0")
# No types come with them.
GLib: Any = import_module("gi.repository.GLib")
Gst: Any = import_module("gi.repository.Gst")
GstRtsp: Any = import_module("gi.repository.GstRtsp")
GstRtspServer: Any = import_module("gi.repository.GstRtspServer")

DELIMITERS = {"h264": b"\0\0\0\1\x09", "h265": b"\0\0\0\1\x46"}
"""What each picture of a clip begins with."""
ROLE = "viewer"


class Feed:
    """One clip, played again and again to one pipeline."""

    def __init__(self, source: Any, pictures: list[bytes], rate: int) -> None:
        """Push a picture whenever the pipeline needs one."""
        self._pictures = enumerate(cycle(pictures))
        self._length = Gst.SECOND // rate
        source.connect("need-data", self._push)

    def _push(self, source: Any, _size: int) -> None:
        """Push one picture; the pipeline plays it when its time has come."""
        number, picture = next(self._pictures)
        buffer = Gst.Buffer.new_wrapped(picture)
        buffer.pts = buffer.dts = number * self._length
        buffer.duration = self._length
        source.emit("push-buffer", buffer)


def load(path: str, codec: str) -> list[bytes]:
    """Return the pictures of a clip."""
    delimiter = DELIMITERS[codec]
    return [delimiter + part for part in Path(path).read_bytes().split(delimiter)[1:]]


def tell(line: object) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_auth(user: str, password: str, scheme: str) -> Any:
    """Return who may look, and how they prove it."""
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth = GstRtspServer.RTSPAuth()
    if scheme == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def make_stream(path: str, codec: str, rate: int) -> Any:
    """Return a stream that all players share, as that of a camera is shared."""
    pictures = load(path, codec)
    kind = f"video/x-{codec},framerate={rate}/1,stream-format=byte-stream,alignment=au"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        f'( appsrc name=clip format=time max-bytes=20000 caps="{kind}"'
        f" ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
    )

    def configure(_factory: Any, media: Any) -> None:
        Feed(media.get_element().get_by_name("clip"), pictures, rate)

    factory.connect("media-configure", configure)
    permissions = GstRtspServer.RTSPPermissions()
    for name in ("access", "construct"):
        permissions.add_permission_for_role(ROLE, f"media.factory.{name}", True)
    factory.set_permissions(permissions)
    return factory


def main() -> None:
    """Serve until the input ends."""
    Gst.init(None)
    line = sys.stdin.readline()
    if not line:
        # Somebody only tries whether there is all that it takes.
        return
    settings = json.loads(line)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.set_auth(
        make_auth(settings["user"], settings["password"], settings["scheme"])
    )
    for path, stream in settings["streams"].items():
        server.get_mount_points().add_factory(path, make_stream(*stream))

    def play(_client: Any, context: Any) -> None:
        tell(context.uri.abspath)

    def connect(_server: Any, client: Any) -> None:
        client.connect("play-request", play)

    server.connect("client-connected", connect)
    server.attach(None)
    tell(server.get_bound_port())
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin, GLib.IO_HUP | GLib.IO_IN, lambda *_: loop.quit())
    loop.run()


if __name__ == "__main__":
    main()
