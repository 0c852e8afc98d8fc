"""Siren, loudspeaker and the audio of the unit."""

from collections.abc import Iterator
from dataclasses import replace

from ....model.features import (
    AudioStore,
    Choice,
    DeviceFiles,
    Feature,
    Level,
    Reading,
    Siren,
    Speaker,
    Toggle,
    Trigger,
)
from ....model.vocabulary import (
    NO_REQUEST,
    Cadence,
    Key,
)
from ..const import (
    DURATION,
    Source,
)
from .parts import Parts


def sounds(parts: Parts) -> Iterator[Feature]:
    """Yield siren and loudspeaker, if the unit has files."""
    if parts.documents.get(Source.FILES) is None:
        return
    sound, clips, kept = parts.sound, parts.clips, parts.kept

    async def choose_tone(name: str) -> None:
        await clips.require(name)
        kept.choose(replace(kept.choices, siren_tone=name))
        sound.learn(name)

    async def choose_volume(percent: float) -> None:
        kept.choose(replace(kept.choices, siren_volume=round(percent)))

    async def choose_duration(seconds: float) -> None:
        kept.choose(replace(kept.choices, siren_duration=round(seconds)))

    yield Siren(
        key=Key.SIREN,
        source=NO_REQUEST,
        read=sound.sounding,
        start=parts.alarm.start,
        stop=sound.silence_siren,
        stop_all=parts.status.stop_all,
        tones=lambda: clips.names,
        parts=frozenset(
            {"sound", "relay", "notify", "duration"}
            | ({"front"} if parts.front else set())
            | ({"back"} if parts.back else set())
        ),
        volume=True,
        duration=True,
        assumed=True,
    )
    yield Speaker(
        key=Key.SPEAKER,
        source=NO_REQUEST,
        read=sound.speaker,
        stop=sound.stop,
        format=parts.audio_format,
        files=DeviceFiles(
            names=lambda: clips.names,
            play=sound.play,
            store=AudioStore(
                list=clips.list,
                upload=clips.upload,
                delete=clips.delete,
                download=clips.download,
            ),
        ),
        set_volume=sound.set_volume,
        assumed=True,
    )
    yield Choice(
        key=Key.SIREN_TONE,
        source=Source.FILES,
        cadence=Cadence.SETTINGS,
        read=lambda: sound.tone,
        write=choose_tone,
        options=lambda: clips.names,
    )
    yield Level(
        key=Key.SIREN_VOLUME,
        source=NO_REQUEST,
        read=lambda: kept.choices.siren_volume,
        write=choose_volume,
        minimum=0,
        maximum=100,
    )
    yield Level(
        key=Key.SIREN_DURATION,
        source=NO_REQUEST,
        read=lambda: kept.choices.siren_duration,
        write=choose_duration,
        minimum=DURATION[0],
        maximum=DURATION[1],
    )
    yield Reading(
        key=Key.AUDIO_CLIPS,
        source=Source.FILES,
        cadence=Cadence.SETTINGS,
        read=lambda: len(clips.names),
        attributes=lambda: {"files": list(clips.names)},
    )
    yield Trigger(key=Key.TEST_SOUND, source=NO_REQUEST, press=parts.status.test_sound)


def audio(parts: Parts) -> Iterator[Feature]:
    """Yield the audio fields that the unit has."""
    settings, config = parts.settings, parts.settings.audio
    if config is None:
        return
    if config.output_volume is not None:
        yield Level(
            key=Key.SPEAKER_VOLUME,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.speaker_volume,
            write=settings.set_speaker_volume,
            minimum=0,
            maximum=100,
        )
    if config.input_volume is not None:
        yield Level(
            key=Key.MICROPHONE_VOLUME,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.microphone_volume,
            write=settings.set_microphone_volume,
            minimum=0,
            maximum=100,
        )
    if config.microphone is not None:
        yield Toggle(
            key=Key.MICROPHONE,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.microphone,
            write=settings.set_microphone,
        )
    if config.codec is not None:
        yield Choice(
            key=Key.AUDIO_CODEC,
            source=Source.AUDIO,
            cadence=Cadence.SETTINGS,
            read=settings.codec,
            write=settings.set_codec,
            options=settings.codecs,
        )
