"""Connecting: what is asked, which units there are, and what each of them has."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import BOX
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Detector,
    Level,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Key,
)
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.vserver.identity import Identity
from tests.devices.vserver.rig import Bench, bench, dome
from tests.emulators.base import FaultKind
from tests.emulators.vserver import ALIASES, Channel, VserverOptions

SEEN = {Key.MOTION, Key.INTRUSION, Key.TAMPER, Key.DETECTION, Key.ALARM}
DELIVERY = {Key.EVENT_DELIVERY, Key.EVENT_DELAY, Key.LAST_EVENT}
EVENTS = SEEN | DELIVERY | {Key.EVENT_PICTURE}


def four(**changes: Any) -> VserverOptions:
    """Return a server of four channels that differ."""
    return VserverOptions.full(**changes)


async def test_requests(session: ClientSession) -> None:
    """Everything is asked once; what can be set is not asked again."""
    async with bench(session) as one:
        labels = one.labels()
        assert labels[:2] == ["sys_get/DeviceInfo"] * 2
        assert len(labels) == len(set(labels)) + 1 == 37
        assert {record.method for record in one.unit.requests} == {"GET"}
        world = one.world
    async with bench(session, world=world) as one:
        assert not [label for label in one.labels() if "_query" in label]
        assert len(one.unit.requests) == 25
        for cadence in Cadence:
            await one.device.refresh(cadence, None)
        assert len(one.unit.requests) == 25
        world = one.world
    async with bench(session, dome(firmware="V2.0.0"), world=world) as one:
        assert len([label for label in one.labels() if "_query" in label]) == 11


async def test_identity(session: ClientSession) -> None:
    """Who it is stands before what it can do, after two requests."""
    async with bench(session, connect=False) as one:
        await one.device.identify()
        (unit,) = one.device.units
        assert one.device.serial == "52:3e:42:02:bc:20"
        assert (unit.name, unit.model) == ("V6202IR-AR0237 BC20", "V6202IR-AR0237")
        assert (unit.sw_version, unit.serial) == ("V1.04.10-161208", "5509560FBF2D")
        assert unit.mac == one.device.serial
        assert len(one.unit.requests) == 2
        await one.device.connect()
        assert one.of().hw_version == "1"


SERIALS: dict[str, tuple[dict[str, Any], str]] = {
    "no_mac": ({"mac": ""}, "5509560fbf2d"),
    "zero_mac": ({"mac": "00:00:00:00:00:00"}, "5509560fbf2d"),
    "dashes": ({"mac": "52-3E-42-02-BC-20"}, "52:3e:42:02:bc:20"),
    "aliases": ({"spelling": ALIASES}, "52:3e:42:02:bc:20"),
    "unknown_names": (
        {
            "spelling": {
                "Mac": "X1",
                "Firmware": "X2",
                "SerialNum": "X3",
                "DeviceID": "X4",
            }
        },
        "52:3e:42:02:bc:20",
    ),
}


@pytest.mark.parametrize("name", SERIALS)
async def test_serials(session: ClientSession, name: str) -> None:
    """The MAC, else the serial number, whatever they are called."""
    changes, serial = SERIALS[name]
    async with bench(session, dome(**changes), connect=False) as one:
        await one.device.identify()
        assert one.device.serial == serial
        assert one.of().model == "V6202IR-AR0237"
        assert one.of().sw_version == "V1.04.10-161208"


async def test_no_identity(session: ClientSession) -> None:
    """Without either nobody can tell it from another one."""
    options = dome(mac="", serial="")
    async with bench(session, options, connect=False) as one:
        with pytest.raises(DeviceError) as caught:
            await one.device.identify()
        assert caught.value.reason is Reason.NO_IDENTITY


async def test_mac_is_remembered(session: ClientSession) -> None:
    """One that was told once is not given up."""
    async with bench(session, connect=False) as one:
        await one.device.identify()
        world = one.world
    async with bench(session, dome(mac=""), world=world, connect=False) as one:
        await one.device.identify()
        assert one.device.serial == "52:3e:42:02:bc:20"


def test_identity_of_nothing() -> None:
    """Nothing known is no error."""
    identity = Identity.parse(Node({"x": "", "y": "?"}))
    assert (identity.model, identity.firmware, identity.mac) == ("?", "", None)
    assert Identity.parse(Node({})).name == "Video server"


# Units


async def test_one_channel(session: ClientSession) -> None:
    """Everything is on the box; what only events tell is not there yet."""
    async with bench(session) as one:
        assert [unit.key for unit in one.device.units] == [BOX]
        absent = one.absent()
        assert EVENTS | {Key.ALARM_INPUT, Key.WIFI_SIGNAL} == set(absent)
        assert {absent[key].reason for key in EVENTS} == {AbsenceReason.NOT_CONFIGURED}
        assert {absent[key].detail for key in SEEN} == {"NetProtocolInfo ONVIF"}
        assert absent[Key.EVENT_PICTURE].detail == "mail"
        keys = [(one.key, one.slot) for one in one.of().features]
        assert len(keys) == len(set(keys)) == 106


async def test_four_channels(session: ClientSession) -> None:
    """The box and its channels, each with what it has."""
    async with bench(session, four()) as one:
        keys = [unit.key for unit in one.device.units]
        channels = [f"channel_{n}" for n in range(1, 5)]
        assert keys == [BOX, *channels]
        assert {unit.parent for unit in one.device.units[1:]} == {BOX}
        assert Key.MAIN_STREAM not in {key for key, _ in one.features()}
        assert Key.RESTART in {key for key, _ in one.features()}
        have = {
            key: [(key, None) in one.features(channel) for channel in channels]
            for key in (
                Key.MAIN_STREAM,
                Key.MOTION_JPEG,
                Key.EXPOSURE_MODE,
                Key.DAY_NIGHT_MODE,
                Key.MICROPHONE,
                Key.PTZ_UP,
                Key.ZOOM_IN,
                Key.RESTART,
            )
        }
        assert have == {
            Key.MAIN_STREAM: [True, True, True, True],
            Key.MOTION_JPEG: [True, True, True, False],
            Key.EXPOSURE_MODE: [True, True, False, True],
            Key.DAY_NIGHT_MODE: [True, True, False, False],
            Key.MICROPHONE: [True, True, False, True],
            Key.PTZ_UP: [True, False, False, False],
            Key.ZOOM_IN: [True, True, False, False],
            Key.RESTART: [False, False, False, False],
        }
        assert [one.of(key).ptz is not None for key in channels] == [
            True,
            True,
            False,
            False,
        ]
        assert [bool(one.of(key).schedules) for key in channels] == [
            True,
            False,
            False,
            False,
        ]
        level = one.get(Level, Key.IMAGE_CONTRAST, unit="channel_3")
        await level.write(9)
        assert one.unit.settings.get("image/ImageInfo", "Contrast", 3) == "9"
        assert one.get(Level, Key.IMAGE_CONTRAST, unit="channel_2").read() == 128


COUNTS: dict[str, dict[str, Any]] = {
    "list": {},
    "span": {"channel_text": "span"},
    "not_told": {"channel_field": "never"},
    "other_signs": {"list_separator": ",", "span_mark": "...", "channel_text": "span"},
}


@pytest.mark.parametrize("name", COUNTS)
async def test_counts(session: ClientSession, name: str) -> None:
    """The queries tell, else what answers; code 401 is the end of the channels."""
    async with bench(session, four(**COUNTS[name])) as one:
        assert len(one.device.units) == 5


# What is not there


async def test_missing_families(session: ClientSession) -> None:
    """What has no query is not asked for, and is absent."""
    options = dome(missing_cgi=frozenset({"camera_*", "audio_*", "mjpeg_*", "rs485_*"}))
    async with bench(session, options, strict=False) as one:
        absent = one.absent()
        for key in (Key.EXPOSURE_MODE, Key.MIRROR, Key.MICROPHONE, Key.MOTION_JPEG):
            assert absent[key].reason is AbsenceReason.UNSUPPORTED
        assert one.of().serial_port is None
        labels = [label for label in one.labels() if label.startswith("camera_")]
        assert labels == ["camera_query/All"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (501, AbsenceReason.UNSUPPORTED),
        (502, AbsenceReason.REFUSED),
        (503, AbsenceReason.UNKNOWN),
    ],
)
async def test_refused_groups(
    session: ClientSession, code: int, reason: AbsenceReason
) -> None:
    """A group that fails takes only what it feeds along."""
    options = dome(absent={"image_get/ImageInfo": code})
    async with bench(session, options, strict=False) as one:
        assert one.absent()[Key.IMAGE_HUE].reason is reason
        assert one.get(Toggle, Key.MIRROR).read() is False
        one.unit.options.absent = {}
        one.unit.clock.advance(1000)
        await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
        there = (Key.IMAGE_HUE, None) in one.features()
        assert there is (code != 501)


async def test_unknown_queries(session: ClientSession) -> None:
    """Without queries the document's ranges count, and they are asked next time."""
    options = dome(absent={"*_query/*": 503})
    async with bench(session, options, strict=False, chosen={"ptz": "yes"}) as one:
        assert one.get(Level, Key.IMAGE_HUE).maximum == 255
        assert one.get(Choice, Key.GAIN).options()[-1] == "36_db"
        assert one.absent()[Key.ALARM_INPUT].reason is AbsenceReason.UNKNOWN
        assert one.absent()[Key.ALARM_INPUT_TYPE].reason is AbsenceReason.UNKNOWN
        assert "queries" not in one.world.memory.kept


@pytest.mark.parametrize("way", ["empty", "absent"])
async def test_live_inputs(session: ClientSession, way: Any) -> None:
    """What cannot be set is the state; what can is the level of an alarm."""
    options = dome(io_trigger="live", read_only_query=way)
    async with bench(session, options) as one:
        inputs = [one.get(Detector, Key.ALARM_INPUT, slot) for slot in "12"]
        assert [found.read() for found in inputs] == [False, False]
        one.unit.set_alarm_input(2)
        one.unit.clock.advance(10)
        await one.device.refresh(Cadence.STATE, frozenset({"IOTrigInfo"}))
        assert [found.read() for found in inputs] == [False, True]
        assert one.device.interval(Cadence.STATE) == 10
        assert Key.ALARM_INPUT_TYPE in one.absent()


async def test_inverted_inputs(session: ClientSession) -> None:
    """The owner knows how they rest."""
    options = dome(io_trigger="live")
    chosen = {"alarm_input_inverted": "yes"}
    async with bench(session, options, chosen=chosen) as one:
        assert one.get(Detector, Key.ALARM_INPUT, "1").read() is True


LINKS: dict[str, dict[str, Any]] = {
    "example": {"io_names": "example"},
    "table": {"io_names": "table"},
    "syntax": {"io_names": "syntax"},
    "by_channel": {"io_number": "Channel"},
    "fields_repeat": {"repeat": "fields"},
    "no_channel": {"channel_field": "never"},
    "motion_io": {"md_output": "IOj"},
    "motion_mo": {"md_output": "MO", "alarm_outputs": 1},
}


@pytest.mark.parametrize("name", LINKS)
async def test_names_of_links(session: ClientSession, name: str) -> None:
    """The document has several names for each; each input has its own values."""
    async with bench(session, dome(**LINKS[name])) as one:
        for slot in "12":
            link = one.get(Toggle, Key.ALARM_INPUT_RECORDING, slot)
            assert link.placeholders == {"number": slot}
            await link.write(True)
            (write,) = one.unit.writes_of("alarm/IOAccessInfo")
            assert write.row == int(slot)
            assert [field.rstrip("12")[-1] for field in write.changes] == ["S"]
            assert link.read() is True
            one.unit.forget()
        output = one.get(Toggle, Key.ALARM_INPUT_ALARM_OUTPUT, "2_1")
        assert output.placeholders == {"input": "2", "output": "1"}
        await output.write(True)
        assert output.read() is True
        assert one.get(Toggle, Key.ALARM_INPUT_ALARM_OUTPUT, "1_1").read() is False
        await one.get(Toggle, Key.MOTION_ALARM_OUTPUT, "1").write(True)
        one.unit.set_alarm_input(2)
        assert 1 in one.unit.outputs or one.unit.closed == {2}


# Ranges


async def test_ranges_follow_the_resolution(session: ClientSession) -> None:
    """What can be chosen depends on what is chosen."""
    async with bench(session, dome(dependent_rates=True)) as one:
        bits = one.get(Level, Key.MAIN_BITRATE)
        assert bits.limits is not None
        assert bits.limits() == (1000, 8000)
        await bits.write(7100)
        assert bits.read() == 8000
        await one.get(Choice, Key.MAIN_RESOLUTION).write("720x576")
        assert bits.limits() == (1000, 4000)
        await bits.write(7100)
        assert bits.read() == 4000


async def test_read_only_values(session: ClientSession) -> None:
    """What has an empty range cannot be set, and is not offered."""
    async with bench(session, dome(h265=False)) as one:
        absent = one.absent()[Key.MAIN_CODEC]
        assert (absent.reason, absent.detail) == (
            AbsenceReason.UNSUPPORTED,
            "1.major_stream Payload read only",
        )


async def test_one_resolution(session: ClientSession) -> None:
    """One size is no choice."""
    channels = [Channel(resolutions=("1280x720",))]
    async with bench(session, dome(channels=channels)) as one:
        assert Key.MAIN_RESOLUTION in one.absent()


async def test_all_names_differ(session: ClientSession) -> None:
    """A unit gets the names that it has used."""
    async with bench(session, dome(spelling=ALIASES), strict=False) as one:
        for key, value in (
            (Key.MICROPHONE_VOLUME, 100),
            (Key.RECORDING_FILE_LENGTH, 60),
            (Key.BACKLIGHT_LEVEL, 7),
        ):
            level = one.get(Level, key)
            await level.write(value)
            assert level.read() == value
        assert len(one.unit.writes) == 3


# Failing to connect


async def test_wrong_login(session: ClientSession) -> None:
    """A wrong password ends it at once."""
    async with bench(session, connect=False, password="x") as one:
        with pytest.raises(DeviceAuthError):
            await one.device.connect()
        assert len(one.unit.requests) == 2


@pytest.mark.parametrize("skip", [0, 2, 5, 16, 35])
async def test_drops_while_connecting(session: ClientSession, skip: int) -> None:
    """Wherever the connection is lost, the next attempt succeeds."""
    async with bench(session, connect=False) as one:
        one.unit.faults.add(FaultKind.DROP_BEFORE, skip=skip, count=None)
        with pytest.raises(DeviceConnectionError):
            await one.device.connect()
        one.unit.faults.clear()
        await one.device.connect()
        assert _count(one) == 106


def _count(one: Bench) -> int:
    return len(one.of().features)


async def test_channels_are_counted_by_asking(session: ClientSession) -> None:
    """Where no query tells, what answers counts; the number is kept."""
    options = four(channel_field="never")
    async with bench(session, options) as one:
        asked = one.unit.requests_of("major_stream_get/*")
        assert [record.query["Channel"] for record in asked][:4] == list("2345")
        world = one.world
    async with bench(session, options, world=world) as one:
        asked = one.unit.requests_of("major_stream_get/*")
        assert [record.query["Channel"] for record in asked] == list("1234")


@pytest.mark.parametrize("code", [404, 500])
async def test_no_version_of_the_hardware(session: ClientSession, code: int) -> None:
    """It is shown where it is told, and missed where it is not."""
    async with bench(session, connect=False) as one:
        one.unit.faults.add(
            FaultKind.HTTP_STATUS,
            code=code,
            count=None,
            match=lambda record: record.query.get("Group") == "HardwareV",
        )
        await one.device.connect()
        assert one.of().hw_version is None
