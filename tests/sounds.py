"""Sounds made with ffmpeg, and what can be measured of them."""

from array import array
from collections.abc import Sequence
from functools import cache
import io
import math
from pathlib import Path
import subprocess
from typing import Final
import wave

RATE: Final = 8000


@cache
def make(seconds: float, *options: str, form: str = "wav", rate: int = 44100) -> bytes:
    """Return a tone of 440 Hz in a format, stereo unless told otherwise."""
    return run(
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={rate}:d={seconds}"),
        *("-ac", "2", *options, "-f", form),
    )


def silent(seconds: float) -> bytes:
    """Return a WAV file in which nothing is heard."""
    return run(
        *("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", str(seconds)),
        *("-f", "wav"),
    )


def run(*arguments: str, data: bytes | None = None) -> bytes:
    """Run ffmpeg and return what it writes."""
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", *arguments, "pipe:1"],
        input=data,
        capture_output=True,
        check=True,
        timeout=30,
    )
    return done.stdout


def probe(path: Path) -> dict[str, str]:
    """Return what ffprobe says of a file: codec, rate, channels, length."""
    done = subprocess.run(
        [
            *("ffprobe", "-hide_banner", "-loglevel", "error", "-show_entries"),
            "stream=codec_name,sample_fmt,sample_rate,channels,duration:format=format_name",
            *("-of", "default=noprint_wrappers=1", str(path)),
        ],
        capture_output=True,
        check=True,
        timeout=30,
        text=False,
    )
    pairs = (line.partition("=") for line in done.stdout.decode().splitlines())
    return {name: value for name, _, value in pairs}


def samples(data: bytes, rate: int = RATE) -> Sequence[int]:
    """Return any audio as 16-bit samples of one channel."""
    pcm = run(*("-i", "pipe:0", "-ac", "1", "-ar", str(rate), "-f", "s16le"), data=data)
    return array("h", pcm)


def level(values: Sequence[int]) -> float:
    """Return the effective value of samples."""
    return math.sqrt(sum(value * value for value in values) / max(len(values), 1))


def read_wav(data: bytes) -> tuple[tuple[int, int, int], float]:
    """Return channels, bytes a sample and rate of a WAV file, and its seconds."""
    with wave.open(io.BytesIO(data)) as file:
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        return form, file.getnframes() / file.getframerate()
