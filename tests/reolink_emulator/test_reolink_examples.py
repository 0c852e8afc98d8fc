"""The document's own examples, asked and answered."""

from typing import Any

import pytest

from tests.emulators.reolink import ChannelOptions, Disk, ReolinkOptions
from tests.emulators.reolink_coverage import logged_in

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def answer(
    command: str, param: dict[str, Any] | None, options: ReolinkOptions, action: int = 0
) -> dict[str, Any]:
    """Return the whole answer to one command."""
    async with logged_in(options) as (_, caller):
        return (await caller.ask(command, param, action)).json[0]


@pytest.mark.parametrize(
    ("command", "param", "value"),
    [
        ("GetDevName", {"channel": 0}, {"DevName": {"name": "Camera1"}}),
        ("GetMdState", {"channel": 0}, {"state": 0}),
        (
            "GetAiState",
            {"channel": 0},
            {
                "channel": 0,
                "dog_cat": {"alarm_state": 0, "support": 1},
                "face": {"alarm_state": 0, "support": 0},
                "people": {"alarm_state": 0, "support": 1},
                "vehicle": {"alarm_state": 0, "support": 1},
            },
        ),
        (
            "GetAiCfg",
            {"channel": 0},
            {
                "AiDetectType": {"dog_cat": 1, "face": 0, "people": 1, "vehicle": 1},
                "aiTrack": 0,
                "channel": 0,
                "trackType": {"dog_cat": 0, "face": 0, "people": 1, "vehicle": 0},
            },
        ),
        (
            "GetCertificateInfo",
            {},
            {"CertificateInfo": {"crtName": "", "enable": 0, "keyName": ""}},
        ),
        (
            "GetNetPort",
            None,
            {
                "NetPort": {
                    "httpEnable": 0,
                    "httpPort": 80,
                    "httpsEnable": 1,
                    "httpsPort": 443,
                    "mediaPort": 9000,
                    "onvifEnable": 1,
                    "onvifPort": 8000,
                    "rtmpEnable": 0,
                    "rtmpPort": 1935,
                    "rtspEnable": 1,
                    "rtspPort": 554,
                }
            },
        ),
        (
            "GetHddInfo",
            None,
            {
                "HddInfo": [
                    {
                        "capacity": 938610,
                        "format": 1,
                        "mount": 1,
                        "number": 1,
                        "size": 549219,
                        "storageType": 1,
                    }
                ]
            },
        ),
        ("CheckFirmware", None, {"newFirmware": 0}),
        ("UpgradeStatus", None, {"Status": {"Perset": 0, "code": 0}}),
    ],
)
async def test_values(
    command: str, param: dict[str, Any] | None, value: object
) -> None:
    """A camera answers what the document prints."""
    assert await answer(command, param, ReolinkOptions()) == {
        "cmd": command,
        "code": 0,
        "value": value,
    }


@pytest.mark.parametrize(
    ("command", "param", "value"),
    [
        (
            "GetZoomFocus",
            {"channel": 0},
            {"ZoomFocus": {"channel": 0, "focus": {"pos": 23}, "zoom": {"pos": 0}}},
        ),
        (
            "GetPtzGuard",
            {"channel": 0},
            {"PtzGuard": {"benable": 1, "bexistPos": 1, "channel": 0, "timeout": 60}},
        ),
        ("GetPtzCheckState", {"channel": 0}, {"PtzCheckState": 0}),
        ("GetAutoFocus", {"channel": 0}, {"AutoFocus": {"disable": 0}}),
        (
            "GetStitch",
            None,
            {
                "stitch": {
                    "distance": 8.100000381469727,
                    "stitchXMove": 5,
                    "stitchYMove": 3,
                }
            },
        ),
        ("GetWifi", None, {"Wifi": {"password": "******", "ssid": "reolink_pyc"}}),
        ("GetWifiSignal", None, {"wifiSignal": 100}),
    ],
)
async def test_values_of_a_full_camera(
    command: str, param: dict[str, Any] | None, value: object
) -> None:
    """A camera that can do everything answers what the document prints."""
    assert (await answer(command, param, ReolinkOptions.full()))["value"] == value


async def test_recorder() -> None:
    """A recorder describes itself and its sixteen channels."""
    options = ReolinkOptions.nvr(16, online=1, disks=(Disk(), Disk()))
    options.channels[0].name = "E1 X"
    async with logged_in(options) as (_, caller):
        info = (await caller.value("GetDevInfo"))["DevInfo"]
        assert info == {
            "B485": 1,
            "IOInputNum": 0,
            "IOOutputNum": 0,
            "audioNum": 16,
            "buildDay": "build 20080734",
            "cfgVer": "v3.0.0.0",
            "channelNum": 16,
            "detail": "NVR652410104001000200000",
            "diskNum": 2,
            "exactType": "NVR",
            "firmVer": "v3.0.0.59_20080734",
            "frameworkVer": 1,
            "hardVer": "H3MB18",
            "model": "RLN16-410",
            "name": "NVR",
            "pakSuffix": "pak,paks",
            "serial": "000000000000000",
            "type": "NVR",
            "wifi": 0,
        }
        for spelling in ("Getchannelstatus", "GetChannelstatus"):
            status = (await caller.ask(spelling)).json[0]
            assert status["cmd"] == "GetChannelstatus"
            assert status["value"]["count"] == 16
            assert status["value"]["status"][:2] == [
                {"channel": 0, "name": "E1 X", "online": 1, "typeInfo": "E1 X"},
                {"channel": 1, "name": "", "online": 0, "typeInfo": ""},
            ]
        assert (await caller.ask("GetRtspUrl", {"channel": 1})).code == -99


async def test_rtsp_url_of_the_second_channel() -> None:
    """Channels count from 0, addresses from 01."""
    options = ReolinkOptions.nvr(2, ip_address="192.168.1.58")
    found = await answer("GetRtspUrl", {"channel": 1}, options)
    assert found["value"]["rtspUrl"] == {
        "channel": 1,
        "mainStream": "rtsp://192.168.1.58:554/Preview_02_main",
        "subStream": "rtsp://192.168.1.58:554/Preview_02_sub",
    }


async def test_initial_and_range() -> None:
    """`action` 1 adds initial and range, `action` 0 leaves them out."""
    options = ReolinkOptions()
    short = await answer("GetImage", {"channel": 0}, options)
    assert set(short) == {"cmd", "code", "value"}
    full = await answer("GetImage", {"channel": 0}, options, 1)
    assert full["initial"]["Image"]["bright"] == 128
    assert full["range"]["Image"]["channel"] == 0
    assert full["range"]["Image"]["hue"] == {"max": 255, "min": 0}
    assert full["value"]["Image"]["sharpen"] == 128


async def test_encoder_range_is_a_list() -> None:
    """One entry for each main size, each with its own lists."""
    found = await answer("GetEnc", {"channel": 0}, ReolinkOptions(), 1)
    sizes = [entry["mainStream"]["size"] for entry in found["range"]["Enc"]]
    assert sizes == ["3840*2160", "2560*1440", "2304*1296"]
    assert found["range"]["Enc"][0]["mainStream"]["bitRate"] == [
        4096,
        5120,
        6144,
        7168,
        8192,
    ]
    assert found["value"]["Enc"]["mainStream"]["vType"] == "h265"


async def test_lamps_print_their_range_unasked() -> None:
    """As in the examples of GetIrLights, GetPowerLed and GetWhiteLed."""
    options = ReolinkOptions(channels=[ChannelOptions(status_led=True)])
    async with logged_in(options) as (unit, caller):
        lights = (await caller.post([{"cmd": "GetIrLights"}])).json[0]
        assert lights["range"] == {"IrLights": {"state": ["Auto", "Off", "On"]}}
        led = (await caller.post([{"cmd": "GetPowerLed"}])).json[0]
        assert led["range"] == {"PowerLed": {"state": ["On", "Off"]}}
        assert "initial" not in led
        unit.options.led_states = "numbers"
        assert (await caller.value("GetPowerLed", {"channel": 0}))["PowerLed"] == {
            "channel": 0,
            "state": 1,
        }
        white = await caller.ask("GetWhiteLed", {"channel": 0})
        assert white.json[0]["range"]["WhiteLed"] == {"bright": {"max": 100, "min": 0}}
        assert white.value["WhiteLed"]["bright"] == 79
        unit.options.white_led_key = "wIAiDetectType"
        spelled = (await caller.value("GetWhiteLed", {"channel": 0}))["WhiteLed"]
        assert spelled["wIAiDetectType"]["people"] == 1
        fields = {"WhiteLed": {"channel": 0, "wIAiDetectType": {"face": 1}}}
        assert (await caller.ask("SetWhiteLed", fields)).code == 0
        kept = unit.settings.fields("WhiteLed")["wlAiDetectType"]
        assert kept == {"dog_cat": 1, "face": 1, "people": 1, "vehicle": 0}


@pytest.mark.parametrize(
    ("command", "name"),
    [("SetIsp", "SetOsd"), ("SetFtpV20", "SetFtp"), ("SetP2p", "SetP2P")],
)
async def test_wrong_names_of_answers(command: str, name: str) -> None:
    """Some writes answer under another name."""
    async with logged_in() as (unit, caller):
        answers = await caller.ask(command, {"Isp": {"channel": 0}, "P2p": {}})
        assert answers.json[0]["cmd"] == name
        unit.options.wrong_names = False
        answers = await caller.ask(command, {"Isp": {"channel": 0}, "P2p": {}})
        assert answers.json[0]["cmd"] == command


async def test_example_of_set_enc_does_not_fit_the_printed_range() -> None:
    """2560*1920 and 640*480 are no sizes of the camera of GetEnc."""
    stream = {"frameRate": 20, "bitRate": 4096, "profile": "High"}
    small = {"size": "640*480", "frameRate": 10, "bitRate": 256, "profile": "High"}
    fields: dict[str, Any] = {
        "channel": 0,
        "audio": 1,
        "mainStream": {"size": "2560*1920", **stream},
        "subStream": small,
    }
    async with logged_in() as (unit, caller):
        assert (await caller.ask("SetEnc", {"Enc": fields})).code == -4
        fields["mainStream"]["size"] = "2560*1440"
        small["size"] = "640*360"
        assert (await caller.ask("SetEnc", {"Enc": fields})).code == 0
        main = unit.encoders[0].fields["mainStream"]
        assert (main["width"], main["height"], main["vType"]) == (2560, 1440, "h264")


async def test_schedules_of_both_generations() -> None:
    """The version of the schedules decides which commands there are."""
    async with logged_in(ReolinkOptions(schedule_version=0)) as (_, caller):
        record = (await caller.value("GetRec", {"channel": 0}))["Rec"]
        assert len(record["schedule"]["table"]) == 168
        assert (await caller.ask("GetRecV20", {"channel": 0})).code == -9
        param = {"Alarm": {"type": "md", "channel": 0}}
        alarm = (await caller.value("GetAlarm", param))["Alarm"]
        assert len(alarm["scope"]["table"]) == 80 * 45
        sens = [{"id": 2, "sensitivity": 30}]
        write = {"Alarm": {"channel": 0, "type": "md", "sens": sens}}
        assert (await caller.ask("SetAlarm", write)).code == 0
        rows = (await caller.value("GetAlarm", param))["Alarm"]["sens"]
        assert [row["sensitivity"] for row in rows] == [9, 9, 30, 9]


async def test_new_schedules() -> None:
    """One switch for all, one for each channel, one table for each event."""
    async with logged_in(ReolinkOptions.nvr(2)) as (unit, caller):
        table = {"MD": "0" * 168}
        one = {
            "Email": {"scheduleEnable": 0, "schedule": {"channel": 1, "table": table}}
        }
        assert (await caller.ask("SetEmailV20", one)).code == 0
        first = (await caller.value("GetEmailV20", {"channel": 0}))["Email"]
        second = (await caller.value("GetEmailV20", {"channel": 1}))["Email"]
        assert (first["scheduleEnable"], second["scheduleEnable"]) == (1, 0)
        assert first["schedule"]["table"]["MD"] == "1" * 168
        assert second["schedule"]["table"]["MD"] == "0" * 168
        assert second["schedule"]["channel"] == 1
        assert (await caller.ask("SetEmailV20", {"Email": {"enable": 0}})).code == 0
        second = (await caller.value("GetEmailV20", {"channel": 1}))["Email"]
        assert second["enable"] == 0
        assert second["password"] == "******"
        assert (await caller.ask("SetEmailV20", {"Email": second})).code == 0
        assert unit.settings.fields("EmailV20")["password"] == "******"
        unit.options.task_enable = False
        second = (await caller.value("GetEmailV20", {"channel": 1}))["Email"]
        assert "scheduleEnable" not in second


async def test_objects() -> None:
    """Sensitivity, delay and area are kept for each kind, nested or flat."""
    async with logged_in() as (unit, caller):
        param = {"channel": 0, "ai_type": "people"}
        write = {"channel": 0, "AiAlarm": {**param, "sensitivity": 12, "stay_time": 3}}
        assert (await caller.ask("SetAiAlarm", write)).code == 0
        area = {**param, "width": 80, "height": 60, "area": "01" * 2400}
        assert (await caller.ask("SetAlarmArea", area)).code == 0
        alarm = (await caller.value("GetAiAlarm", param))["AiAlarm"]
        assert (alarm["sensitivity"], alarm["stay_time"]) == (12, 3)
        assert alarm["scope"]["area"] == "01" * 2400
        unit.options.ai_alarm = "flat"
        flat = await caller.value("GetAiAlarm", param)
        assert (flat["ai_detect_type"], flat["sensitivity"]) == ("people", 12)
