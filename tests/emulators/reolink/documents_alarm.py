"""The documents of what happens on an alarm: mail, upload, recording, siren, areas."""

from typing import Any, Final

from .setting import (
    BOOLEAN,
    HOURS,
    Setting,
    bounds,
    length,
    weekly,
    weekly_limits,
)

KINDS: Final = ("AI_DOG_CAT", "AI_PEOPLE", "AI_VEHICLE", "MD")
"""Events with a weekly table of their own."""
TIMED_KINDS: Final = (*KINDS, "TIMING")
_OLD_SCHEDULE: Final[dict[str, Any]] = {"enable": 1, "table": "1" * HOURS}
_OLD_LIMITS: Final[dict[str, Any]] = {"enable": BOOLEAN, "table": length(HOURS, HOURS)}
_INTERVALS: Final = ["30 Seconds", "1 Minute", "5 Minutes", "10 Minutes"]
MAILBOX: Final[dict[str, Any]] = {
    "addr1": "xxx@sz-bcs.com.cn",
    "addr2": "xxx@sz-bcs.com.cn",
    "addr3": "xxx@sz-bcs.com.cn",
    "interval": "5 Minutes",
    "nickName": "",
    "password": "hunter2-mail",
    "smtpPort": 25,
    "smtpServer": "smtp.exmail.qq.com",
    "ssl": 0,
    "userName": "xxx@sz-bcs.com.cn",
}
MAILBOX_LIMITS: Final[dict[str, Any]] = {
    "addr1": length(127),
    "addr2": length(127),
    "addr3": length(127),
    "interval": _INTERVALS,
    "nickName": length(127),
    "password": length(31),
    "smtpPort": bounds(1, 65535),
    "smtpServer": length(127),
    "ssl": BOOLEAN,
    "userName": length(127),
}


def _new_schedule(*kinds: str) -> dict[str, Any]:
    """Return a schedule of the second generation."""
    return {"channel": 0, "table": weekly(kinds)}


def _new_limits(*kinds: str) -> dict[str, Any]:
    """Return the limits of a schedule of the second generation."""
    return {"channel": 0, "table": weekly_limits(kinds)}


_ALERTS: Final = ("diskErrorAlert", "diskFullAlert", "ipConflictAlert")
_EMAIL_V20: Final = Setting(
    stem="EmailV20",
    wrapper="Email",
    value={
        **MAILBOX,
        "attachmentType": 2,
        **dict.fromkeys(_ALERTS, 0),
        "enable": 1,
        "schedule": _new_schedule(*KINDS),
        "scheduleEnable": 1,
        "supportTextType": 1,
        "supportVideo": 1,
        "textType": 1,
    },
    limits={
        **MAILBOX_LIMITS,
        "attachmentType": bounds(0, 3),
        **dict.fromkeys(_ALERTS, BOOLEAN),
        "enable": BOOLEAN,
        "schedule": _new_limits(*KINDS),
        "scheduleEnable": BOOLEAN,
        "textType": BOOLEAN,
    },
    shared=frozenset((*MAILBOX, *_ALERTS, "attachmentType", "enable", "textType"))
    | {"supportTextType", "supportVideo"},
    inert=frozenset({"supportTextType", "supportVideo"}),
    secrets=frozenset({"password"}),
    optional_channel=True,
)
_EMAIL: Final = Setting(
    stem="Email",
    wrapper="Email",
    value={**MAILBOX, "attachment": "picture", "schedule": _OLD_SCHEDULE},
    limits={
        **MAILBOX_LIMITS,
        "attachment": ["0", "no", "picture", "video", "onlyPicture"],
        "schedule": _OLD_LIMITS,
    },
    shared=frozenset((*MAILBOX, "attachment")),
    secrets=frozenset({"password"}),
    write_only={"schedule": {"channel": 0}},
    optional_channel=True,
)
_SERVER: Final[dict[str, Any]] = {
    "anonymous": 0,
    "autoDir": 1,
    "interval": 30,
    "maxSize": 100,
    "mode": 0,
    "password": "hunter2-ftp",
    "port": 21,
    "remoteDir": "cameras",
    "server": "192.168.0.132",
    "streamType": 0,
    "userName": "ftpuser",
}
_SERVER_LIMITS: Final[dict[str, Any]] = {
    "anonymous": BOOLEAN,
    "autoDir": [0, 1, 2, 3],
    "maxSize": bounds(10, 1024),
    "mode": bounds(0, 2),
    "password": length(127),
    "port": bounds(1, 65535),
    "remoteDir": length(255),
    "server": length(127),
    "streamType": bounds(0, 6),
    "userName": length(127),
}
_FTP_V20_FIELDS: Final[dict[str, Any]] = {
    **_SERVER,
    "bpicSingle": 0,
    "bvideoSingle": 0,
    "enable": 1,
    "onlyFtps": 1,
    "picCaptureMode": 3,
    "picHeight": 1080,
    "picInterval": 60,
    "picName": "",
    "picWidth": 1920,
    "videoName": "",
}
_FTP_V20: Final = Setting(
    stem="FtpV20",
    wrapper="Ftp",
    value={
        **_FTP_V20_FIELDS,
        "schedule": _new_schedule(*TIMED_KINDS),
        "scheduleEnable": 1,
    },
    limits={
        **_SERVER_LIMITS,
        "bpicSingle": [0, 1, 2],
        "bvideoSingle": [0, 1, 2],
        "enable": BOOLEAN,
        "interval": [5, 10, 15, 30, 60],
        "onlyFtps": BOOLEAN,
        "picCaptureMode": [0, 1, 2, 3],
        "picHeight": bounds(360, 2160),
        "picInterval": [2, 5, 10, 15, 30, 60, 300, 600, 1800],
        "picName": length(127),
        "picWidth": bounds(640, 3840),
        "schedule": _new_limits(*TIMED_KINDS),
        "scheduleEnable": BOOLEAN,
        "videoName": length(127),
    },
    shared=frozenset(_FTP_V20_FIELDS),
    secrets=frozenset({"password"}),
    optional_channel=True,
)
_FTP: Final = Setting(
    stem="Ftp",
    wrapper="Ftp",
    value={**_SERVER, "schedule": _OLD_SCHEDULE},
    limits={**_SERVER_LIMITS, "interval": bounds(1, 1800), "schedule": _OLD_LIMITS},
    shared=frozenset(_SERVER),
    secrets=frozenset({"password"}),
    write_only={"schedule": {"channel": 0}},
    optional_channel=True,
)


def _switched(stem: str, wrapper: str, kinds: tuple[str, ...], **more: int) -> Setting:
    """Return a document with a switch for all and a table for each channel."""
    return Setting(
        stem=stem,
        wrapper=wrapper,
        value={
            "enable": 1,
            **more,
            "schedule": _new_schedule(*kinds),
            "scheduleEnable": 1,
        },
        limits={
            "enable": BOOLEAN,
            **dict.fromkeys(more, BOOLEAN),
            "schedule": _new_limits(*kinds),
            "scheduleEnable": BOOLEAN,
        },
        shared=frozenset({"enable", *more}),
        optional_channel=True,
    )


def _old(stem: str, wrapper: str) -> Setting:
    """Return a document that is a schedule of the first generation."""
    return Setting(
        stem=stem,
        wrapper=wrapper,
        value={"schedule": _OLD_SCHEDULE},
        limits={"schedule": _OLD_LIMITS},
        write_only={"schedule": {"channel": 0}, "channel": 0},
        optional_channel=True,
    )


_BUZZER: Final = _switched(
    "BuzzerAlarmV20",
    "Buzzer",
    KINDS,
    diskErrorAlert=0,
    diskFullAlert=0,
    ipConflictAlert=0,
    nvrDisconnectAlert=0,
)
_LENGTHS: Final = ["15 Seconds", "30 Seconds", "1 Minute", "2 Minutes", "5 Minutes"]
_RECORDER: Final[dict[str, Any]] = {
    "overwrite": 1,
    "packTime": "60 Minutes",
    "postRec": "30 Seconds",
    "preRec": 1,
}
_RECORDER_LIMITS: Final[dict[str, Any]] = {
    "overwrite": BOOLEAN,
    "packTime": ["30 Minutes", "45 Minutes", "60 Minutes"],
    "postRec": [*_LENGTHS, "10 Minutes"],
    "preRec": BOOLEAN,
}
_REC_V20: Final = Setting(
    stem="RecV20",
    wrapper="Rec",
    value={
        **_RECORDER,
        "enable": 1,
        "saveDay": 30,
        "schedule": _new_schedule(*TIMED_KINDS),
        "scheduleEnable": 1,
    },
    limits={
        **_RECORDER_LIMITS,
        "enable": BOOLEAN,
        "saveDay": bounds(0, 365),
        "schedule": _new_limits(*TIMED_KINDS),
        "scheduleEnable": BOOLEAN,
    },
    shared=frozenset({"enable", "overwrite", "packTime", "saveDay"}),
    write_only={"schedule": {"enable": 1}},
)
_REC: Final = Setting(
    stem="Rec",
    wrapper="Rec",
    value={"channel": 0, **_RECORDER, "schedule": _OLD_SCHEDULE},
    limits={"channel": 0, **_RECORDER_LIMITS, "schedule": _OLD_LIMITS},
    shared=frozenset({"overwrite", "packTime"}),
    write_only={"schedule": {"channel": 0}},
)
_CLOCK_LIMITS: Final = {
    "beginHour": bounds(0, 23),
    "beginMin": bounds(0, 59),
    "endHour": bounds(0, 23),
    "endMin": bounds(0, 59),
}
_SENS: Final = [
    {
        "beginHour": begin,
        "beginMin": 0,
        "endHour": end,
        "endMin": minute,
        "id": number,
        "sensitivity": 9,
    }
    for number, (begin, end, minute) in enumerate(
        [(0, 6, 0), (6, 12, 0), (12, 18, 0), (18, 23, 59)]
    )
]
_SENS_LIMITS: Final = [
    {**_CLOCK_LIMITS, "id": number, "sensitivity": bounds(1, 50)} for number in range(4)
]
_NEW_SENS: Final = [
    {
        "beginHour": 0,
        "beginMin": 0,
        "enable": 0,
        "endHour": 0,
        "endMin": 0,
        "id": number,
        "priority": 0,
        "sensitivity": 0,
    }
    for number in range(4)
]
_NEW_SENS_LIMITS: Final = [
    {
        **_CLOCK_LIMITS,
        "enable": bounds(0, 1),
        "id": number,
        "priority": bounds(0, 0),
        "sensitivity": bounds(1, 50),
    }
    for number in range(4)
]


def _scope(rows: int) -> dict[str, Any]:
    """Return an area that is the whole picture."""
    return {"cols": 80, "rows": rows, "table": "1" * 80 * rows}


def _scope_limits(rows: int, most: int) -> dict[str, Any]:
    """Return the limits of an area."""
    return {"cols": bounds(80, 80), "rows": bounds(rows, rows), "table": length(most)}


_MD_ALARM: Final = Setting(
    stem="MdAlarm",
    wrapper="MdAlarm",
    value={
        "channel": 0,
        "newSens": {"sens": _NEW_SENS, "sensDef": 25},
        "scope": _scope(60),
        "sens": _SENS,
        "useNewSens": 1,
    },
    limits={
        "channel": 0,
        "newSens": {"sens": _NEW_SENS_LIMITS, "sensDef": bounds(1, 50)},
        "scope": _scope_limits(60, 8159),
        "sens": _SENS_LIMITS,
        "useNewSens": bounds(0, 1),
    },
    mandatory=("channel",),
    write_only={"type": "md"},
    merged={"sens": "id"},
)
_ALARM: Final = Setting(
    stem="Alarm",
    wrapper="Alarm",
    value={"channel": 0, "scope": _scope(45), "sens": _SENS, "type": "md"},
    limits={
        "channel": 0,
        "scope": _scope_limits(45, 6399),
        "sens": _SENS_LIMITS,
        "type": "md",
    },
    mandatory=("channel", "type"),
    merged={"sens": "id"},
)
ALARM_DOCUMENTS: Final = (
    _EMAIL_V20,
    _EMAIL,
    _FTP_V20,
    _FTP,
    _switched("PushV20", "Push", KINDS),
    _old("Push", "Push"),
    _REC_V20,
    _REC,
    _switched("AudioAlarmV20", "Audio", KINDS),
    _old("AudioAlarm", "Audio"),
    _BUZZER,
    _MD_ALARM,
    _ALARM,
)
AI_ALARM: Final[dict[str, Any]] = {
    "ai_type": "people",
    "channel": 0,
    "height": 60,
    "max_target_height": 1.0,
    "max_target_width": 1.0,
    "min_target_height": 0.0,
    "min_target_width": 0.0,
    "scope": {"area": "1" * 80 * 60},
    "sensitivity": 60,
    "stay_time": 0,
    "width": 80,
}
"""The settings of one kind of object."""
AI_ALARM_LIMITS: Final[dict[str, Any]] = {
    "max_target_height": bounds(0.0, 1.0),
    "max_target_width": bounds(0.0, 1.0),
    "min_target_height": bounds(0.0, 1.0),
    "min_target_width": bounds(0.0, 1.0),
    "sensitivity": bounds(0, 100),
    "stay_time": bounds(0, 8),
}
