"""What no answer of the unit tells and its owner can choose."""

from typing import Final

from ...model.device import Option

ALARM_REQUEST: Final = Option(
    key="alarm_request", choices=("auto", "url", "xml"), default="auto"
)
"""The form in which alarms are sent (section 2.6.4 has two)."""

AUDIO_FORMAT: Final = Option(
    key="audio_format", choices=("wav_8k", "wav_16k", "mp3"), default="wav_8k"
)
"""What announcements are converted to; the document shows a WAV file of 8 kHz."""

AUDIO_FORMATS: Final = {
    "wav_8k": ("wav", 8000),
    "wav_16k": ("wav", 16000),
    "mp3": ("mp3", 16000),
}
"""Container and samples a second of each choice."""
