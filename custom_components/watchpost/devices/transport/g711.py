"""Sound in the two forms of ITU-T G.711: eight bits for each sample."""

from array import array
from collections.abc import Callable
from functools import cache
from typing import Final

_SIZES: Final = 0x8001
"""How many sizes a 16-bit sample can have: 0 to 32768."""


def encode_mulaw(samples: bytes) -> bytes:
    """Return 16-bit samples, in the byte order of this computer, in mu-law."""
    return _encode(samples, _mulaw_table())


def encode_alaw(samples: bytes) -> bytes:
    """Return 16-bit samples, in the byte order of this computer, in A-law."""
    return _encode(samples, _alaw_table())


def _encode(samples: bytes, table: bytes) -> bytes:
    # Half a sample at the end, as of a file that was cut, makes no sound.
    whole = len(samples) // 2 * 2
    return bytes(map(table.__getitem__, array("H", samples[:whole])))


@cache
def _mulaw_table() -> bytes:
    return _table(_mulaw_step, 0xFF)


@cache
def _alaw_table() -> bytes:
    return _table(_alaw_step, 0xD5)


def _mulaw_step(number: int) -> int:
    """Return the smallest sample of a step of mu-law (table 2a of G.711, times 4)."""
    segment, place = divmod(number, 16)
    return max((place + 16 << segment + 3) - 0x84, 0)


def _alaw_step(number: int) -> int:
    """Return the smallest sample of a step of A-law (table 1a of G.711, times 8)."""
    segment, place = divmod(number, 16)
    return place << 4 if segment == 0 else place + 16 << segment + 3


def _table(step: Callable[[int], int], silence: int) -> bytes:
    """Return the code of each sample, which is read as a number without a sign."""
    codes = bytearray()
    for number in range(128):
        end = step(number + 1) if number < 127 else _SIZES
        codes += bytes((number,)) * (end - len(codes))
    positive = codes[:0x8000].translate(_flipped(silence))
    negative = codes[:0:-1].translate(_flipped(silence ^ 0x80))
    return bytes(positive + negative)


def _flipped(bits: int) -> bytes:
    """Return a translation of bytes that turns some bits over."""
    return bytes(code ^ bits for code in range(256))
