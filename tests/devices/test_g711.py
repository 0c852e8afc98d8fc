"""G.711: every sample against decoders of their own and the tables of the standard."""

from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
import time

import pytest

from custom_components.watchpost.devices.transport.g711 import (
    encode_alaw,
    encode_mulaw,
)
from tests.emulators.bview.audio import ALAW, ULAW

type Encode = Callable[[bytes], bytes]

EVERY = range(-0x8000, 0x8000)
LAWS = pytest.mark.parametrize(
    ("encode", "decoder"),
    [(encode_mulaw, ULAW), (encode_alaw, ALAW)],
    ids=["mulaw", "alaw"],
)
LAW = pytest.mark.parametrize(
    "encode", [encode_mulaw, encode_alaw], ids=["mulaw", "alaw"]
)


def encoded(encode: Encode, samples: Sequence[int]) -> bytes:
    """Return samples in G.711."""
    return encode(array("h", samples).tobytes())


@pytest.mark.parametrize(
    ("encode", "sample", "code"),
    [
        # Tables 2a and 2b: the ends of the segments, of 14 bits, times 4.
        (encode_mulaw, 0, 0xFF),
        (encode_mulaw, 3, 0xFF),
        (encode_mulaw, 4, 0xFE),
        (encode_mulaw, 31 * 4, 0xEF),
        (encode_mulaw, 95 * 4, 0xDF),
        (encode_mulaw, 223 * 4, 0xCF),
        (encode_mulaw, 479 * 4, 0xBF),
        (encode_mulaw, 991 * 4, 0xAF),
        (encode_mulaw, 2015 * 4, 0x9F),
        (encode_mulaw, 4063 * 4, 0x8F),
        (encode_mulaw, 7903 * 4, 0x80),
        (encode_mulaw, 32767, 0x80),
        (encode_mulaw, -1, 0x7F),
        (encode_mulaw, -4, 0x7E),
        (encode_mulaw, -4063 * 4, 0x0F),
        (encode_mulaw, -32768, 0x00),
        # Tables 1a and 1b, of 13 bits, times 8; every other bit is inverted.
        (encode_alaw, 0, 0xD5),
        (encode_alaw, 15, 0xD5),
        (encode_alaw, 16, 0xD4),
        (encode_alaw, 64 * 8, 0xF5),
        (encode_alaw, 128 * 8, 0xE5),
        (encode_alaw, 256 * 8, 0x95),
        (encode_alaw, 512 * 8, 0x85),
        (encode_alaw, 1024 * 8, 0xB5),
        (encode_alaw, 2048 * 8, 0xA5),
        (encode_alaw, 32767, 0xAA),
        (encode_alaw, -1, 0x55),
        (encode_alaw, -2048 * 8, 0x25),
        (encode_alaw, -32768, 0x2A),
    ],
)
def test_values_of_the_standard(encode: Encode, sample: int, code: int) -> None:
    """The ends of the segments have the codes of the tables."""
    assert encoded(encode, [sample])[0] == code


@LAWS
def test_middle_of_each_step(encode: Encode, decoder: Sequence[int]) -> None:
    """A code stands for the middle of all samples that have it (4.1 of the standard).

    The loudest step of mu-law has no end, and its quietest one is all around zero.
    """
    steps: dict[int, list[int]] = {}
    for sample, code in zip(EVERY, encoded(encode, EVERY), strict=True):
        steps.setdefault(code, []).append(abs(sample))
    middles = {code: (min(step) + max(step) + 1) // 2 for code, step in steps.items()}
    off = {code for code in middles if middles[code] != abs(decoder[code])}
    loudest, quietest = encoded(encode, [32767, -32768]), encoded(encode, [0, -1])
    assert off <= {*loudest, *quietest}
    assert all(abs(decoder[code]) <= 8 for code in quietest)


@LAWS
def test_error_bounds(encode: Encode, decoder: Sequence[int]) -> None:
    """The error is half a step: a 32nd of a loud sample, eight of a quiet one."""
    for sample, code in zip(EVERY, encoded(encode, EVERY), strict=True):
        wrong = abs(decoder[code] - sample)
        assert wrong <= max(8, (abs(sample) + 0x84) / 32) or abs(sample) > 32000
        assert wrong <= 648


@LAWS
def test_monotony(encode: Encode, decoder: Sequence[int]) -> None:
    """What is louder never sounds quieter, and all 256 codes are used."""
    codes = encoded(encode, EVERY)
    assert all(a <= b for a, b in pairwise(decoder[code] for code in codes))
    assert len(set(codes)) == 256


@LAW
def test_symmetry(encode: Encode) -> None:
    """A sign is one bit; silence is positive."""
    up = encoded(encode, range(1, 0x8000))
    down = encoded(encode, range(-1, -0x8000, -1))
    assert bytes(code ^ 0x80 for code in up) == down


@LAWS
def test_codes_come_back(encode: Encode, decoder: Sequence[int]) -> None:
    """What was decoded becomes the same code again, but for a zero with a minus."""
    codes = encoded(encode, decoder)
    changed = {code for code in range(256) if codes[code] != code}
    assert changed == ({0x7F} if encode is encode_mulaw else set())


@LAW
def test_ends(encode: Encode) -> None:
    """Nothing stays nothing; half a sample makes no sound."""
    assert encode(b"") == b""
    assert encode(b"\x00") == b""
    assert len(encode(bytes(7))) == 3


@LAW
def test_costs_nothing(encode: Encode) -> None:
    """A second of sound takes far less than a second, also the first one."""
    started = time.perf_counter()
    encode(bytes(16_000))
    assert time.perf_counter() - started < 0.05
