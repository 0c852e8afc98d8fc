"""The camera itself: pictures, sound, events, recordings and the lens."""

import asyncio
from contextlib import suppress
from typing import Final, override

from aiohttp import web

from . import log, routes
from .administration import BviewAdministration, form
from .blocks_system import EVENT_CONFIG
from .blocks_video import MJPEG
from .errors import (
    DECODE_ERROR,
    PARAMETER_ERROR,
    SDK_FAILED,
    UNSUPPORTED,
    USER_OVERFLOW,
    RefusedError,
)
from .kinds import truth
from .server import Call, Serve

__all__ = ["BviewEmulator"]

SINGLE_SHOTS: Final = 10
"""Pictures of an MJPEG stream without pace."""


class BviewEmulator(BviewAdministration):
    """A B-VIEW 2 camera on 127.0.0.1."""

    @override
    def _route_table(self) -> dict[routes.Pair, Serve]:
        """Return what serves each pair of method and path."""
        special: dict[routes.Pair, Serve] = {
            ("GET", "/Snapshot/{ch}/RemoteImageCapture"): self._snapshot,
            ("PUT", "/TwowayAudio/Open"): self._open_audio,
            ("PUT", "/TwowayAudio/SendData"): self._send_audio,
            ("GET", "/TwowayAudio/ReceiveData"): self._receive_audio,
            ("PUT", "/TwowayAudio/Close"): self._close_audio,
            ("PUT", "/Record/HttpEvent/Call"): self._call_event,
            ("PUT", "/Record/Format/Call"): self._format,
            ("GET", "/Disk"): self._disks,
            ("PUT", "/Disk"): self._write_disks,
            ("PUT", "/PTZ/{ch}/Presets/Goto"): self._goto,
            ("GET", routes.DOWNLOAD): self._download,
        }
        subscriptions = "/EventsNotification/SubscribedEventTypeList"
        special["GET", subscriptions] = self._subscriptions
        special["PUT", subscriptions] = self._subscribe
        special["DELETE", subscriptions] = self._unsubscribe
        special["GET", "/EventsNotification/EventList"] = self._events
        for command in ("ZoomIn", "ZoomOut", "FocusFar", "FocusNear"):
            special["PUT", f"/PTZ/{{ch}}/{command}"] = self._move
        return super()._route_table() | special

    # Pictures

    def _snapshot(self, call: Call) -> web.Response:
        """Return a picture."""
        if call.record.query.get("ImageFormat", "2") != "2":
            raise RefusedError(PARAMETER_ERROR, "ImageFormat")
        if self.video_lost:
            raise RefusedError(SDK_FAILED, "no signal")
        self.snapshots += 1
        return self.binary(self.picture(self.snapshots), "image/jpeg")

    @override
    async def stream(self, call: Call) -> web.StreamResponse:
        """Send MJPEG at the rate of its settings until the viewer goes away."""
        if call.route.numbers["st"] != str(MJPEG):
            raise RefusedError(UNSUPPORTED, "no MJPEG")
        limit = self.options.max_viewers
        if limit is not None and self.viewers >= limit:
            raise RefusedError(USER_OVERFLOW, "viewers")
        name = self.options.boundary
        printed = {"plain": name, "quoted": f'"{name}"', "dashes": f"--{name}"}
        boundary = printed[self.options.boundary_form]
        kind = f"multipart/x-mixed-replace; boundary={boundary}"
        answer = web.StreamResponse(
            headers={"Server": self.SERVER, "Content-Type": kind}
        )
        answer.force_close()
        self.viewers += 1
        self.views += 1
        try:
            with suppress(ConnectionError):
                await answer.prepare(call.request)
                await self._send_frames(answer)
        finally:
            self.viewers -= 1
            self.viewer_left.set()
        return answer

    async def _send_frames(self, answer: web.StreamResponse) -> None:
        """Send one picture after another, each at its own moment."""
        loop = asyncio.get_running_loop()
        pace = self.options.live_pace
        due, number = loop.time(), 0
        while pace or number < SINGLE_SHOTS:
            picture = self.picture(number)
            length = f"Content-Length: {len(picture)}\r\n"
            head = f"--{self.options.boundary}\r\nContent-Type: image/jpeg\r\n"
            head += (length if self.options.part_length else "") + "\r\n"
            await answer.write(head.encode() + picture + b"\r\n")
            self.frames += 1
            number += 1
            due = max(due, loop.time() - 1) + pace / max(self.live_encoding.fps, 0.1)
            await asyncio.sleep(max(due - loop.time(), 0))

    # Sound

    def _open_audio(self, call: Call) -> web.Response:
        """Begin to talk."""
        way = self.options.audio_open
        mode = "G711U"
        if call.body:
            if way == "none":
                raise RefusedError(DECODE_ERROR, "a body where none may be")
            root = self.read_xml(call)
            kind = call.record.headers.get("Content-Type", "")
            declared = kind.startswith("application/xml")
            if not declared and self.options.content_type:
                raise RefusedError(DECODE_ERROR, f"Content-Type {kind!r}")
            names = [node.name for node in root.children]
            if root.name != "TwoWayAudio" or names != ["VoiceMode"]:
                raise RefusedError(DECODE_ERROR, f"{root.name} with {names}")
            mode = root.get("VoiceMode")
        elif way == "xml":
            raise RefusedError(DECODE_ERROR, "no TwoWayAudio")
        self.intercom.open(mode, call.user.name)
        return self.done(call)

    def _send_audio(self, call: Call) -> web.Response:
        """Take sound."""
        self.intercom.send(call.body)
        return self.done(call)

    def _receive_audio(self, call: Call) -> web.Response:
        """Return sound."""
        return self.binary(self.intercom.receive(), "audio/basic")

    def _close_audio(self, call: Call) -> web.Response:
        """Stop talking."""
        self.intercom.close()
        return self.done(call)

    # Events, recordings, lens

    def _subscriptions(self, call: Call) -> web.Response:
        """List the types of events that are subscribed to."""
        return self.document(self.events.print_subscriptions())

    def _subscribe(self, call: Call) -> web.Response:
        """Subscribe to types of events."""
        self.events.subscribe(self.read_xml(call))
        return self.done(call)

    def _unsubscribe(self, call: Call) -> web.Response:
        """End subscriptions."""
        self.events.unsubscribe(self.read_xml(call))
        return self.done(call)

    def _events(self, call: Call) -> web.Response:
        """List what happened."""
        return self.document(self.events.print_events())

    def _call_event(self, call: Call) -> web.Response:
        """Record an event."""
        if not truth(self.settings.get(EVENT_CONFIG, "Enable")):
            raise RefusedError(self.options.call_disabled, "event recording is off")
        self.record_event()
        return self.done(call)

    def _format(self, call: Call) -> web.Response:
        """Erase the storage."""
        self.recorder.format()
        self.note(call, log.FORMAT_PARTITION)
        return self.done(call)

    def _disks(self, call: Call) -> web.Response:
        """List the media."""
        return self.document(self.recorder.print_disks())

    def _write_disks(self, call: Call) -> web.Response:
        """Refuse, as the document says, or take the two figures that are rw."""
        root = self.read_xml(call)
        if self.options.disk_put == "refuse":
            raise RefusedError(UNSUPPORTED, "/Disk")
        if root.name != "DiskList":
            raise RefusedError(DECODE_ERROR, f"root {root.name}")
        for node in root.all("Disk"):
            for disk in self.recorder.disks:
                if node.get("DiskID") == str(disk.number):
                    disk.picture_percent = int(node.get("PictureCapacityPercent"))
                    disk.record_percent = int(node.get("RecordCapacityPercent"))
        return self.done(call)

    def _download(self, call: Call) -> web.Response:
        """Send a recorded file."""
        recording = self.recorder.find(call.route.numbers["file"])
        if recording is None:
            raise self._unknown()
        return self.binary(recording.film, "video/x-msvideo")

    def _goto(self, call: Call) -> web.Response:
        """Let the lens calibrate itself."""
        self.lens.go_to(form(call))
        self.note(call, log.PTZ_CONTROL)
        return self.done(call)

    def _move(self, call: Call) -> web.Response:
        """Press or release a button of the lens."""
        self.lens.command(call.path.rpartition("/")[2], form(call))
        return self.done(call)
