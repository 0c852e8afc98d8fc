"""The unit itself: groups of values, and all that is more than a value."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, override

from aiohttp import web

from .card import QUERIES
from .control import VserverControl
from .errors import UNSUPPORTED, HttpError, RefusedError
from .grid import Grid
from .groups import Field, Group
from .groups_alarm import AREAS
from .groups_video import CLOSED, rates
from .kinds import Kind, QueryStyle, Span
from .message import Block, Entry, Raw
from .request import ALL, Call

__all__ = ["VserverEmulator"]

SINGLE_SHOTS: Final = 10
"""Pictures of an MJPEG stream without pace."""
_STREAMS: Final = ("major_stream", "minor_stream")


class VserverEmulator(VserverControl):
    """A video server on 127.0.0.1."""

    @override
    def serve(self, call: Call) -> list[Block]:
        """Read, set or describe the values of a group."""
        match call.verb:
            case "get":
                return self._read(call)
            case "set":
                return self._write(call)
            case _:
                return self._describe(call)

    # Reading

    def _read(self, call: Call) -> list[Block]:
        """Print the values of a group, once for each of its rows."""
        self.wall_clock.refresh()
        group = call.group
        return [
            self._block(call, self._shown(group, call.channel, row), row)
            for row in group.rows or (0,)
        ]

    def _shown(self, group: Group, channel: int, row: int) -> list[Field]:
        """Return the parameters that a read prints."""
        unit = self.options.channels[channel - 1]
        return [one for one in group.fields_for(unit, row) if one.shown]

    def _block(self, call: Call, fields: list[Field], row: int) -> Block:
        """Print some values of a group."""
        group = call.group
        values = self.settings.of(group, call.channel, row)
        block = Block(group.name, self._channel_entry(call))
        if group.key:
            name = group.key
            if call.verb == "get":
                name = group.printed_key or name
            block.entries.append(Entry(name, str(row)))
        for one in fields:
            value = self._printed(call, one, values[one.name])
            block.entries.append(Entry(one.name, value, one.kind.TYPE))
        if self.options.extra_fields and call.verb == "get":
            block.entries.append(Entry("VendorExtra", "1"))
        return block

    def _channel_entry(self, call: Call) -> list[Entry]:
        """Print Channel, where the examples do."""
        way, group = self.options.channel_field, call.group
        has = call.verb in group.channel
        if (way == "always" and has) or (way == "document" and group.prints_channel):
            return [Entry("Channel", str(call.channel))]
        return []

    def _printed(self, call: Call, one: Field, value: str) -> str:
        """Print one value; the grid has a form of its own."""
        options = self.options
        if call.group.name == "MDInfo" and one.name == "MDArea":
            form = options.grid_get if call.verb == "get" else options.grid_echo
            return Grid.parse(value).printed(form, options.grid_rows)
        return value

    # Setting

    def _write(self, call: Call) -> list[Block]:
        """Set some values and print them as they are now."""
        self.check(call)
        self.wall_clock.refresh()
        self.remember(call)
        self.settled(call)
        return self.echo(call)

    @override
    def echo(self, call: Call) -> list[Block]:
        """Print what was set, or all, or nothing."""
        group = call.group
        unit = self.options.channels[call.channel - 1]
        fields = group.fields_for(unit, call.row)
        match self.options.set_answer:
            case "all":
                shown = [one for one in fields if one.shown]
            case "echo":
                shown = [one for one in fields if one.name in call.sent]
            case _:
                return []
        return [self._block(call, shown, call.row)]

    # Describing

    def _describe(self, call: Call) -> list[Block]:
        """Print what may be set."""
        names = [call.group.name]
        if call.group.name == ALL:
            family = QUERIES[call.family]
            names = [name for fam, name in self.settings.catalog if fam == call.family]
            names = [name for name in names if name in family]
        blocks: list[Block] = []
        first = True
        for name in names:
            group = self.settings.catalog[call.family, name]
            for block in self._ranges(group, first=first):
                blocks.append(block)
                first = first and not any(e.name == "Channel" for e in block.entries)
        if not blocks:
            raise RefusedError(UNSUPPORTED, "unsupported", call.family)
        return blocks

    def _ranges(self, group: Group, *, first: bool) -> Iterator[Block]:
        """Print the ranges of one group."""
        able = [n for n, unit in self.numbered if unit.can(group.ability)]
        lacking = group.key == "IOTrigNum" and not self.options.alarm_inputs
        label = f"{group.family}_query/{group.name}"
        if not able or lacking or self.options.lacks(label) is not None:
            return
        head: list[Entry] = []
        if first and group.per_channel and self.options.channel_field != "never":
            head = [Entry("Channel", self._channels(able))]
        if group.family in _STREAMS:
            yield from self._stream_ranges(group, head)
            return
        block = Block(group.name, head)
        if group.key:
            block.entries.append(self._key_range(group))
        seen: set[str] = set()
        for row in group.rows or (0,):
            for one in group.row(row):
                if one.name not in seen and self._anybody_has(one):
                    seen.add(one.name)
                    block.entries.extend(self._range(one, one.kind))
        yield block

    def _stream_ranges(self, group: Group, head: list[Entry]) -> Iterator[Block]:
        """Print one block for each resolution; only the first has Channel."""
        sizes = group.fields[0].kind.query(QueryStyle(" ")).split()
        for number, size in enumerate(sizes):
            kinds = rates(size, self.options)
            block = Block(group.name, head if number == 0 else [])
            block.entries.append(Entry("Resolution", size, "string"))
            for one in group.fields[1:]:
                block.entries.extend(self._range(one, kinds.get(one.name, one.kind)))
            yield block

    def _anybody_has(self, one: Field) -> bool:
        """Tell whether any channel has a parameter."""
        return any(unit.can(one.ability) for unit in self.options.channels)

    def _range(self, one: Field, kind: Kind) -> list[Entry]:
        """Print what one parameter may be; nothing if it can only be read."""
        if not one.queried:
            return []
        if not one.writable:
            absent = self.options.read_only_query == "absent"
            return [] if absent else [Entry(one.name, "", kind.TYPE)]
        return [Entry(one.name, kind.query(self._style), kind.TYPE)]

    @property
    def _style(self) -> QueryStyle:
        """Return how sets and ranges are printed."""
        return QueryStyle(self.options.list_separator, self.options.span_mark)

    def _channels(self, able: list[int]) -> str:
        """Print the channels that can do something."""
        whole = len(able) > 1 and len(able) == able[-1]
        if self.options.channel_text == "span" and whole:
            return Span(1, able[-1]).query(self._style)
        return self.options.list_separator.join(str(one) for one in able)

    def _key_range(self, group: Group) -> Entry:
        """Print the numbers of the rows."""
        if group.key == "MDArea":
            return Entry(group.key, Span(1, AREAS).query(self._style))
        numbers = self.options.list_separator.join(str(row) for row in group.rows)
        return Entry(group.key, numbers)

    # Pictures

    @override
    async def serve_picture(
        self, name: str, channel: int, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Send a still, or MJPEG until the viewer goes away."""
        if name == "mjpgstreamreq":
            return await self._watch(channel, request)
        if channel in self.lost:
            raise HttpError(503, "mode", "no signal")
        self.snapshots += 1
        if self.snapshots <= self.options.empty_pictures:
            return Raw(self.options, kind="image/jpeg")
        body = self.picture(channel, self.snapshots)
        return Raw(self.options, body, kind="image/jpeg")

    async def _watch(self, channel: int, request: web.BaseRequest) -> Raw:
        """Send MJPEG at the rate of its settings."""
        options = self.options
        if not options.channels[channel - 1].can("mjpeg"):
            raise HttpError(404, "unsupported", "mjpeg")
        size = self.settings.get("mjpeg/StreamInfo", "Resolution", channel)
        if size == CLOSED:
            raise HttpError(options.closed_stream, "mode", "closed")
        if options.max_viewers is not None and self.viewers >= options.max_viewers:
            raise HttpError(503, "mode", "viewers")
        kind = "multipart/x-mixed-replace"
        form = {"plain": "{}", "quoted": '"{}"', "dashes": "--{}", "none": ""}
        if printed := form[options.boundary_form].format(options.boundary):
            kind += f"; boundary={printed}"
        answer = Raw(options, kind=kind, endless=True)
        self.viewers += 1
        self.views += 1
        try:
            with suppress(ConnectionError):
                await answer.prepare(request)
                await self._send_frames(answer, channel)
        finally:
            self.viewers -= 1
            self.viewer_left.set()
        return answer

    async def _send_frames(self, answer: Raw, channel: int) -> None:
        """Send one picture after another, each at its own moment."""
        loop, options = asyncio.get_running_loop(), self.options
        pace, due, number = options.live_pace, loop.time(), 0
        while pace or number < SINGLE_SHOTS:
            body = self.picture(channel, number)
            length = f"Content-Length: {len(body)}\r\n" if options.part_length else ""
            head = f"--{options.boundary}\r\nContent-Type: image/jpeg\r\n{length}\r\n"
            await answer.write(head.encode() + body + b"\r\n")
            self.frames += 1
            number += 1
            rate = int(self.settings.get("mjpeg/StreamInfo", "FrameRate", channel))
            due = max(due, loop.time() - 1) + pace / rate
            await asyncio.sleep(max(due - loop.time(), 0))
