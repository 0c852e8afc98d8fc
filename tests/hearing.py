"""Compare two sounds as an ear would: length, loudness, likeness, color."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
_SHIFT: Final = RATE // 20
"""Samples by which two sounds may be apart: 50 ms are not noticed."""
_LOWEST: Final = 100.0
_HIGHEST: Final = 3400.0
"""What a telephone carries."""
_AUDIBLE: Final = 30.0
"""Decibels below the loudest band down to which others are compared."""

type Samples = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How a sound differs from its source."""

    length: float
    """Seconds by which it is longer."""
    level: float
    """Decibels by which it is louder."""
    correlation: float
    """1 is the same wave."""
    delay: float
    """Seconds by which it is shifted where it is most alike."""
    spectrum: float
    """Largest difference of a third of an octave, in decibels."""


def compare(heard: Sequence[int], source: Sequence[int]) -> Comparison:
    """Return how a sound differs from its source."""
    one, other = _array(heard), _array(source)
    correlation, delay = _likeness(one, other)
    return Comparison(
        length=(len(one) - len(other)) / RATE,
        level=_decibels(_power(one), _power(other)),
        correlation=correlation,
        delay=delay,
        spectrum=_difference(_bands(one), _bands(other)),
    )


def tones(sound: Sequence[int], number: int) -> list[float]:
    """Return the frequencies of the strongest tones, lowest first."""
    spectrum = np.abs(np.fft.rfft(_windowed(_array(sound))))
    found: list[float] = []
    width = max(round(20 * len(sound) / RATE), 1)
    for _ in range(number):
        place = int(np.argmax(spectrum))
        found.append(place * RATE / len(sound))
        spectrum[max(place - width, 0) : place + width] = 0
    return sorted(found)


def power_of(sound: Sequence[int], hertz: float) -> float:
    """Return how strong a tone is, in decibels below the whole sound."""
    samples = _array(sound)
    spectrum = np.abs(np.fft.rfft(_windowed(samples))) ** 2
    place, width = round(hertz * len(samples) / RATE), round(20 * len(samples) / RATE)
    part = float(spectrum[max(place - width, 0) : place + width].sum())
    return _decibels(part, float(spectrum.sum()))


def _array(sound: Sequence[int]) -> Samples:
    return np.asarray(sound, dtype=np.float64)


def _windowed(samples: Samples) -> Samples:
    return samples * np.hanning(len(samples))


def _power(samples: Samples) -> float:
    return float(np.mean(samples**2))


def _decibels(one: float, other: float) -> float:
    return float(10 * np.log10(max(one, 1e-9) / max(other, 1e-9)))


def _likeness(one: Samples, other: Samples) -> tuple[float, float]:
    """Return the correlation where it is highest, and the delay there."""
    size = len(one) + len(other)
    product = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    both = np.fft.irfft(product, size)
    near = np.concatenate((both[-_SHIFT:], both[: _SHIFT + 1]))
    place = int(np.argmax(near))
    norm = float(np.sqrt(np.sum(one**2) * np.sum(other**2)))
    return float(near[place]) / max(norm, 1e-9), (place - _SHIFT) / RATE


def _bands(samples: Samples) -> list[float]:
    """Return the power of each third of an octave, for each second of sound."""
    spectrum = np.abs(np.fft.rfft(_windowed(samples))) ** 2 / len(samples)
    places = np.fft.rfftfreq(len(samples), 1 / RATE)
    found, low = [], _LOWEST
    while (high := low * 2 ** (1 / 3)) <= _HIGHEST:
        inside = (places >= low) & (places < high)
        found.append(float(spectrum[inside].sum()) / len(samples))
        low = high
    return found


def _difference(one: list[float], other: list[float]) -> float:
    """Return the largest difference of bands that are heard."""
    loudest = max(other)
    heard = [
        abs(_decibels(first, second))
        for first, second in zip(one, other, strict=True)
        if _decibels(second, loudest) > -_AUDIBLE
    ]
    return max(heard)
