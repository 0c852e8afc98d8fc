"""The document's own examples of what actions take; the broken ones are mended."""

from collections.abc import Mapping
from typing import Any, Final

LINKAGE: Final[Mapping[str, int]] = {
    "alarm_out_type": 0,
    "schedule_enable": 1,
    "sch_start_hour": 0,
    "sch_start_min": 0,
    "sch_end_hour": 23,
    "sch_end_min": 59,
    "alarm_handle_email": 0,
    "alarm_handle_alarmout": 1,
    "alarm_handle_alarmout_time": 10,
    "alarm_handle_rec": 1,
    "alarm_handle_rec_ftp": 0,
    "alarm_handle_rec_email": 0,
    "alarm_handle_rec_time": 60,
    "alarm_handle_snap": 1,
    "alarm_handle_snap_email": 0,
    "alarm_handle_snap_ftp": 0,
    "alarm_handle_snap_num": 1,
    "alarm_handle_snap_interval": 1000,
}


def area(x: int, y: int, width: int, height: int) -> dict[str, int]:
    """Return an area of a detector."""
    return {"area_x": x, "area_y": y, "area_w": width, "area_h": height}


AREAS: Final = [
    area(478, 124, 116, 245),
    area(124, 384, 91, 109),
    area(316, 409, 66, 101),
    area(450, 421, 55, 88),
    *(area(0, 0, 0, 0) for _ in range(5)),
]
"""The areas of the document's example, whose fraction is rounded."""


def slot(enable: int, begin: int = 0, end: int = 23) -> dict[str, int]:
    """Return a slot of a day, from an hour to the end of another."""
    return {
        "enable": enable,
        "hour_begain": begin,
        "min_begain": 0,
        "hour_end": end,
        "min_end": 59,
    }


def week(days: Mapping[int, tuple[int, int]]) -> list[dict[str, Any]]:
    """Return a week with one slot on some days."""
    found: list[dict[str, Any]] = []
    for day in range(7):
        first = slot(1, *days[day]) if day in days else slot(0)
        found.append({f"day_{day}": [first, *(slot(0) for _ in range(3))]})
    return found


def _title(text: str, down: int) -> dict[str, Any]:
    """Return a title of the document's example."""
    return {
        "show_title": int(bool(text.strip())),
        "title": text,
        "title_pos_x": 556,
        "title_pos_y": down,
    }


SAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "setSysConfig": {"language": 1, "dev_name": "test"},
    "setPasswd": {
        "newPassword": "1234567",
        "oldPassword": "e10adc3949ba59abbe56e057f20f883e",
    },
    "reset": {"netReset": 1, "userReset": 1},
    "setRebootConf": {"mode": 4, "day_week": 3, "hour": 4, "minute": 30},
    "setPtzControl": {"speed_h": 50, "speed_v": 50, "channel": 0, "ptz_cmd": 1},
    "setTime": {
        "ntpServer": "pool.ntp.org",
        "timeInterval": 60,
        "timeZone": 26,
        "ntp_enable": 1,
    },
    "setWiredNetwork": {
        "DHCP": 0,
        "IP": "192.168.1.86",
        "subnet_mask": "255.255.255.0",
        "gateway": "192.168.1.1",
        "DNS": "1.2.4.8",
        "DNS2": "8.8.8.8",
        "webPort": 80,
        "manual_dns": 0,
    },
    "setPlatformServer": {
        "serverAddr": "192.168.1.91:80",
        "wsServerAddr": "192.168.1.33",
        "platformSubCode": 21,
    },
    "Set4GConfig": {
        "Enable": 0,
        "APN_AUTO": 1,
        "DNSType": 1,
        "HeartBeatAddr": "192.168.1.33",
    },
    "setWifiConfig": {
        "enable": 0,
        "dhcp": 1,
        "wifiType": 0,
        "encryptType": 1,
        "ssid": "HIFACE",
        "passwd": "1234567890",
        "bssid": "00:00:00:00:00:00",
        "IP": "192.168.2.168",
        "gateway": "192.168.2.1",
        "subnet_mask": "255.255.255.0",
        "DNS": "1.2.4.8",
        "DNS2": "8.8.8.8",
    },
    "setMailConf": {
        "smtp_addr": "192.168.1.66",
        "smtp_port": 25,
        "enable_ssl": 0,
        "to_name": "xd",
        "to_addr": "4444444",
        "event_type": 0,
        "from_user": "dd",
    },
    "setGb28181": {
        "server_id": "34020000002000000001",
        "server_addr": "192.168.1.91",
        "server_port": 5060,
        "device_port": 5060,
        "user_name": "34020000001320000111",
        "password": "12345678",
        "alarm_id": "",
        "active_time": 60,
        "active_count": 3,
        "regist_effecttime": 3600,
    },
    "setRtspConf": {"enable": 1, "rtsp_port": 554, "audio_main": 1, "audio_sub": 0},
    "getVencConf": {"channel": 0},
    "setVencConf": {
        "channel": 0,
        "frame_rate": 25,
        "gop": 50,
        "bitrate": 6144,
        "encode_type": 1,
        "encode_profile": 1,
    },
    "setAencConf": {
        "enable": 1,
        "line_in": 0,
        "volume_in": 12,
        "volume_out": 15,
        "sample_rate": 8000,
        "encode_type": 7,
        "bitrate": 16000,
    },
    "setImageAdjustment": {
        "hue": 128,
        "brightness": 128,
        "sharpness": 128,
        "contrast": 128,
        "saturation": 128,
        "gamma": 137,
        "blc_level": 142,
    },
    "setImageAdjustmentEx": {
        "flip": 0,
        "mirror": 0,
        "color_black": 1,
        "lens_correction": 0,
        "wdr_level": 128,
        "power_freq": 1,
        "ircut_level": 0,
        "ldr_level": 1,
    },
    "setOsdConf": {
        "show_date": 1,
        "show_bitrate": 0,
        "show_time": 1,
        "show_week": 0,
        "date_format": 0,
        "date_pos_x": 0,
        "date_pos_y": 0,
        "title_list": [
            _title("xxx", 546),
            _title("", 506),
            _title("test", 466),
            _title("", 426),
        ],
        "font_size": 1,
        "osd_color": 0,
    },
    "setViMask": {
        "mask_enable": 1,
        **{
            f"mask_{box}_{side}": {"w": 703, "h": 574}.get(side, 0) if box == 0 else 0
            for box in range(9)
            for side in "xywh"
        },
    },
    "setAlarmInConf": {"alarm_enable": 1, "alarm_type": 0, **LINKAGE},
    "setODAlarmConf": {"alarm_enable": 1, **LINKAGE},
    "setScheSnap": {
        "snapInterval": 5000,
        "saveMode": 7,
        "schedule_list": week({0: (8, 12), 1: (14, 18)}),
    },
    "setMotionDetConf": {"md_sensitivity": 3, **LINKAGE, "area_list": AREAS},
    "setRegInvConf": {"md_sensitivity": 3, **LINKAGE, "area_list": AREAS},
    "setIVSConf": {"sensitivity": 3, **LINKAGE, "area_list": AREAS},
    "devsFormat": {"dev_type": 5},
    "setStorageRule": {"package_time": 30},
    "setRecSchedule": {"minor_stream": 0, "schedule_list": week({0: (8, 12)})},
    "setRtmpConf": {
        "RtmpEnable": 1,
        "RtmpServerAddr": "rtmp://192.168.1.5:8007/videotest",
        "RtmpType": 0,
    },
    "setSmartAudioConf": {
        "enable": 1,
        "timeEnable": 1,
        "hour_begain": 6,
        "min_begain": 0,
        "hour_end": 9,
        "min_end": 0,
        "whiteListAudio": 4,
        "blacklistAudio": 2,
        "strangerAudio": 1,
    },
    "getPlatformConfFile": {"file_path": "/appfs/fconfigs/thr_conf.txt"},
    "setPlatformConfFile": {
        "file_path": "/appfs/fconfigs/thr_conf.txt",
        "file_content": '{"test":0}',
    },
    "setPeripheralConf": {
        "PTZ_Lock": 0,
        "baudrate": 9600,
        "dataBits": 8,
        "stopBits": 1,
        "parity": 0,
    },
    "ioSendData": {"data": "test"},
}
"""What each action is sent; actions that are not here take nothing."""
