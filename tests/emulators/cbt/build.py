"""Which sections a camera has, and what a new one prints there."""

from fnmatch import fnmatchcase
from typing import Any

from . import (
    sections_alarm as alarm,
    sections_picture as look,
    sections_system as system,
    sections_video as video,
)
from .fields import Field, Number
from .options import CbtOptions
from .section import Section


def sections(options: CbtOptions) -> list[Section]:
    """Return the sections of a new camera."""
    identity: dict[str, dict[str, Any]] = {
        system.SYSTEM.name: {
            "dev_name": options.name,
            "version": options.firmware,
            "pf_version": options.platform_library,
            "webPort": options.web_port,
        },
        system.WIRED.name: {
            "IP": options.ip_address,
            "webPort": options.web_port,
            "onvifPort": options.onvif_port,
        },
        system.GB28181.name: {"device_id": options.device_id},
        video.RTSP.name: {"rtsp_port": options.rtsp_port},
    }
    found = [
        *system.SECTIONS,
        *look.SECTIONS,
        *video.SECTIONS,
        *alarm.SECTIONS,
        *(
            video.video(channel, sizes, options.encodings, options.frame_rate)
            for channel, sizes in enumerate(options.sizes)
        ),
    ]
    return [
        _changed(_fitting(one, options), identity.get(one.name, {})) for one in found
    ]


def _changed(section: Section, values: dict[str, Any]) -> Section:
    """Return a section with other values of a new camera."""
    fields = tuple(
        _with(one, value=values[one.name]) if one.name in values else one
        for one in section.fields
    )
    return Section(**{**vars(section), "fields": fields})


def _with(one: Field, **changes: Any) -> Field:
    """Return a field with some changes."""
    return Field(**{**vars(one), **changes})


def _fitting(section: Section, options: CbtOptions) -> Section:
    """Return a section without what the camera lacks."""
    fields = tuple(
        one
        for one in section.fields
        if not any(
            fnmatchcase(f"{section.name}/{one.name}", pattern)
            for pattern in options.without
        )
    )
    silent = options.onvif is None and options.onvif_port is None
    if section.name == system.WIRED.name and silent:
        fields = tuple(one for one in fields if one.name != "onvifPort")
    if section.name == look.ADVANCED.name:
        if not options.lamps:
            fields = tuple(one for one in fields if one.name not in look.LAMP_KEYS)
        elif len(options.lamps) == 1:
            only = int("white" in options.lamps)
            lamp = Number(choices=(only,))
            fields = tuple(
                _with(one, kind=lamp, value=only) if one.name == "lamp_type" else one
                for one in fields
            )
    return Section(**{**vars(section), "fields": fields})
