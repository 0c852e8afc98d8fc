"""Blocks are written back byte by byte, but for what was to be changed."""

from collections.abc import Iterator
from itertools import takewhile
from xml.sax.saxutils import escape

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.transport.xmltext import Element, XmlText
from custom_components.watchpost.devices.vendors.bview.blocks import (
    BASIC,
    BLOCKS,
    CAPABILITY,
    DISK,
    EMAIL,
    FTP,
    MOSAIC,
    NOTIFY,
    OSD,
    REGIONS,
    TIME,
    Block,
)
from tests.emulators.bview import ALIASES, BviewOptions

from .settings_rig import Bench, settings_bench

_SETTABLE = [one for one in (*BLOCKS, REGIONS, NOTIFY) if one not in (CAPABILITY, DISK)]
_WORDS = {
    "true": "false",
    "false": "true",
    "True": "False",
    "False": "True",
    "1": "0",
    "0": "1",
    "50HZ": "60HZ",
    "normal": "strong",
    "close": "weak",
    "standard": "vivid",
    "manual": "auto",
    "auto": "manual",
    "initiative": "night",
    "middle": "high",
    "CBR": "VBR",
    "VideoAndAudio": "Video",
    "writecircle": "fullnotwrite",
    "none": "48",
    "main": "sub",
    "24hour": "12hour",
    "DDMMYYYYhhmmss": "MMDDYYYYhhmmss",
    "everyday": "everyweek",
    "0000000": "1010101",
    "None": "Login",
    "Login": "None",
    "off": "on",
    "00": "11",
    "07:00:00": "06:30:00",
    "18:00:00": "19:15:00",
    "GMT-0:00:00": "CET-1CEST",
    " DC-Iris": "manual",
    "1920": "1024",
    "640": "320",
}
_FIELDS = {
    "BLC": "open",
    "FlipMode": "center",
    "shutter": "1/100",
    "Gain": "12dB",
    "powerLineFrequencyMode": "60HZ",
    "SystemTime": "20261121T130000+00",
    "MaintenanceTime": "20040503T041500",
    "TimeZone": "CET-1CEST,M3.5.0,M10.5.0/3",
    "Host": "192.168.1.20",
    "IPAddress": "192.168.1.21",
    "Port": "8080",
    "SMTPPort": "587",
    "FrameRate": "1200",
    "Bitrate": "1024",
    "PosY": "300",
    "PosX": "40",
    "WDR": "strong",
}
_FIXED = {
    *("ID", "Support", "VideoCodecType", "keyFrameInterval", "Status", "Protocol"),
    *("Transport/RTSPURI", "MotionRegionList", "SenderEmailPassword", "Password"),
    *("AlarmOut/AlarmOutMask", "Snapshot/SnapshotMask", "Record/RecordMask"),
    *("PTZ/Enable", "PTZ/ptzChannelID", "PTZ/ActionName", "PTZ/ActionNum"),
}
"""Fields that the document does not let anybody change, or that list others."""
_TOGETHER = {"ResolutionWidth", "ResolutionHeigth", "ResolutionHeight"}
"""Fields of which one alone makes no size that there is."""
_PLAIN_STREAM = {"StreamType", "BitrateType", "FixedQuality"}
"""Fields that mean nothing for all streams but the main one (9.4.4)."""


def leaves(element: Element, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the fields of a block; of lists only the first."""
    names: set[str] = set()
    for child in element.children:
        path = (*above, child.name)
        if child.name in names:
            continue
        names.add(child.name)
        if child.children:
            yield from leaves(child, path)
        elif not child.empty:
            yield path


def another(path: tuple[str, ...], now: str) -> str:
    """Return another value that a field may have."""
    name = path[-1]
    if name in _FIELDS and now != _FIELDS[name]:
        return _FIELDS[name]
    if now in _WORDS and name != "FixedQuality" and "Right" not in name:
        return _WORDS[now]
    if now.strip("01") == "" and len(now) > 2:
        return "01" * (len(now) // 2)
    if now.isdecimal():
        return str(int(now) + 1)
    return "Other & <new>" if name in ("Name", "UserName") else f"{now}x"


def common(first: bytes, second: bytes) -> int:
    """Return how many bytes are the same at the beginning."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def assert_one_change(before: bytes, after: bytes, old: str, new: str) -> None:
    """Make sure that one value was changed and no other byte."""
    start = common(before, after)
    end = common(before[start:][::-1], after[start:][::-1])
    cut, put = (text[start : len(text) - end].decode() for text in (before, after))
    was, is_now = escape(old), escape(new)
    assert cut in was, (cut, was)
    assert put in is_now, (put, is_now)
    assert len(after) - len(before) == len(is_now.encode()) - len(was.encode())


def settable(block: Block, path: tuple[str, ...]) -> bool:
    """Return whether a field may be changed alone."""
    fixed = path[-1] in _FIXED or "/".join(path[-2:]) in _FIXED
    if path[-1] in _TOGETHER or fixed:
        return False
    later = block.path.startswith("/Streams/1/") and not block.path.endswith("/1")
    return not (later and path[-1] in _PLAIN_STREAM)


async def change_each(bench: Bench, block: Block) -> int:
    """Change every field of a block and read it back; return how many there are."""
    changed = 0
    # From the end: the mode stands first and decides what else may be changed.
    for path in reversed([*leaves((await bench.documents.read(block)).root)]):
        if not settable(block, path) or (block is MOSAIC and path[-1] == "ID"):
            continue
        bench.pass_by(10)
        before = XmlText((await bench.documents.read(block)).render())
        element = before.root
        for name in path:
            (element, *_) = element.all(name)
        old, new = element.text, another(path, element.text)
        await bench.documents.put(block, {path: new})
        sent = bench.unit.requests[-1]
        assert sent.method == "PUT"
        assert sent.path == block.path
        assert_one_change(before.render(), sent.body, old, new)
        bench.pass_by(10)
        again = await bench.documents.read(block)
        if block not in (TIME, FTP):
            # A clock goes on, and a server that is switched on gets connected.
            assert_one_change(before.render(), again.render(), old, new)
        assert not bench.unit.writes[-1].dropped
        changed += 1
    return changed


def test_every_block_is_tried() -> None:
    """There are so many blocks that can be changed."""
    assert len(_SETTABLE) == 24


@pytest.mark.parametrize("block", _SETTABLE, ids=lambda one: one.path)
async def test_each_field(session: ClientSession, block: Block) -> None:
    """Each field can be changed alone; all else is sent back as it was told."""
    options = BviewOptions.full(
        extra_tags=True, dropped_extras="refuse", overlap="accept", voice_modes=()
    )
    async with settings_bench(session, options) as bench:
        assert await change_each(bench, block)


@pytest.mark.parametrize(
    "changes",
    [
        {"attributes": "everywhere", "version_attribute": "version"},
        {"attributes": "none", "pretty": False, "prolog": False},
        {"prefix": "zw", "extra_tags": True},
        {"bom": True, "booleans": "numbers", "padded_masks": False},
        {"booleans": "capitals", "nested_motion": False},
        {"spelling": {k: v for k, v in ALIASES.items() if k != "/Email"}},
        {"read_only": "refuse", "stream_capability": True},
        {"write_answer": "none", "error_status": "400"},
        {"write_answer": "empty", "dependent_fields": "when_valid"},
        {"write_answer": "created", "auth": "digest", "nonce_uses": 3},
        {"email_paths": "note"},
    ],
    ids=lambda changes: "-".join(changes),
)
async def test_readings(session: ClientSession, changes: dict[str, str]) -> None:
    """However a camera writes and answers, only what was changed is different."""
    options = BviewOptions.full(**changes)
    async with settings_bench(session, options) as bench:
        for block, path in (
            (BASIC, ("NoiseReduce",)),
            (OSD, ("DisplayName", "Name")),
            (EMAIL, ("AttachedSnapshot",)),
            (FTP, ("StorageDirectory",)),
        ):
            before = await bench.documents.read(block)
            text = before.render()
            element = before.root
            for name in path:
                (element, *_) = element.all(name)
            old, new = element.text, another(path, element.text)
            await bench.documents.put(block, {path: new})
            sent = bench.unit.requests[-1]
            if "read_only" not in changes:
                assert_one_change(text, sent.body, old, new)
            bench.pass_by(10)
            kept = EMAIL.path if block is EMAIL else sent.path
            assert bench.unit.settings.get(kept, "/".join(path)).lower() in (
                new.lower(),
                str(new == "1").lower(),
            )
            assert bench.unit.writes[-1].secrets == ()
