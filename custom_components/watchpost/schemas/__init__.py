"""What actions accept, and the commands made of it."""

from .alarm import (
    ALARM_TRIGGER,
    AUDIO_DELETE,
    AUDIO_DOWNLOAD,
    AUDIO_PLAY,
    AUDIO_UPLOAD,
    alarm_command,
    play_command,
)
from .camera import (
    AREAS_GET,
    AREAS_SET,
    LENS_CALIBRATE,
    OVERLAY_SET,
    PTZ_CLEAR,
    PTZ_GOTO,
    PTZ_MOVE,
    PTZ_PATROL,
    PTZ_STORE,
    area_box,
    box_fields,
    in_picture,
    overlay_change,
    ptz_move,
    ptz_position,
)
from .fields import DEVICE, fraction
from .log import ALARM_LOG, DEVICE_LOG
from .schedule import SCHEDULE_GET, SCHEDULE_SET, week_schedule
from .serial import SERIAL_SEND, serial_answer, serial_data
from .storage import RECORDING_DOWNLOAD, RECORDINGS_SEARCH, STORAGE_FORMAT

__all__ = [
    "ALARM_LOG",
    "ALARM_TRIGGER",
    "AREAS_GET",
    "AREAS_SET",
    "AUDIO_DELETE",
    "AUDIO_DOWNLOAD",
    "AUDIO_PLAY",
    "AUDIO_UPLOAD",
    "DEVICE",
    "DEVICE_LOG",
    "LENS_CALIBRATE",
    "OVERLAY_SET",
    "PTZ_CLEAR",
    "PTZ_GOTO",
    "PTZ_MOVE",
    "PTZ_PATROL",
    "PTZ_STORE",
    "RECORDINGS_SEARCH",
    "RECORDING_DOWNLOAD",
    "SCHEDULE_GET",
    "SCHEDULE_SET",
    "SERIAL_SEND",
    "STORAGE_FORMAT",
    "alarm_command",
    "area_box",
    "box_fields",
    "fraction",
    "in_picture",
    "overlay_change",
    "play_command",
    "ptz_move",
    "ptz_position",
    "serial_answer",
    "serial_data",
    "week_schedule",
]
