"""The client that other people wrote works against the emulated units, over HTTP.

Skipped unless the dependency group ``peers`` is installed.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from io import BytesIO
import socket
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from PIL import Image
import pytest

from tests.emulators.base import HOST
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.reolink.clips import MP4
from tests.emulators.reolink.options import AI_KINDS

api = pytest.importorskip("reolink_aio.api")
enums = pytest.importorskip("reolink_aio.enums")
exceptions = pytest.importorskip("reolink_aio.exceptions")

pytestmark = pytest.mark.usefixtures("socket_enabled")

# It writes only what changes, and a few fields that the document does not have.
LENIENT: Final[dict[str, Any]] = {"mandatory": "channel", "unknown_fields": "ignore"}
CAMERA: Final = ReolinkOptions.full(**LENIENT)
RECORDER: Final = ReolinkOptions.nvr(16, online=14, full=True, **LENIENT)
BY_ITS_OWN_PROTOCOL: Final = ("GetIrLights", "GetPowerLed")
"""What it asks for over HTTP only when told to."""
EITHER: Final = pytest.mark.parametrize(
    ("options", "channel"),
    [
        pytest.param(CAMERA, 0, id="camera"),
        pytest.param(RECORDER, 13, id="recorder"),
    ],
)


class Peer:
    """A unit and the other client, connected to it."""

    def __init__(self, unit: ReolinkEmulator, client: Any) -> None:
        """Remember both."""
        self.unit = unit
        self.client = client

    def fields(self, stem: str, channel: int) -> dict[str, Any]:
        """Return a document of the unit."""
        return self.unit.settings.fields(stem, channel)


type Create = Callable[..., Any]
type Connect = Callable[..., AbstractAsyncContextManager[Peer]]


@pytest.fixture
def create(socket_enabled: None) -> Iterator[Create]:
    """Return what makes a client for a unit; its own protocol is refused."""
    with socket.socket() as sock:
        # Bound and not listening: nobody else gets this port, and nobody answers.
        sock.bind((HOST, 0))
        yield partial(
            api.Host,
            username=CAMERA.username,
            protocol="flv",
            timeout=10,
            bc_port=sock.getsockname()[1],
            bc_connection=enums.ConnectionEnum.tcp,
        )


@pytest.fixture
def connect(create: Create) -> Connect:
    """Return what runs a unit and sets a client up."""

    @asynccontextmanager
    async def connected(
        options: ReolinkOptions, *, tls: bool = False
    ) -> AsyncIterator[Peer]:
        async with ReolinkEmulator(options, tls=tls) as unit:
            client = create(
                unit.host, password=options.password, port=unit.port, use_https=tls
            )
            try:
                await client.get_host_data()
                yield Peer(unit, client)
            finally:
                await client.logout()
            assert unit.sessions.open == []
            assert unit.sessions.failed == 0
            assert unit.dangerous == []

    return connected


def refusals(unit: ReolinkEmulator) -> set[str]:
    """Return the commands that a unit has refused."""
    return {call.command for call in unit.calls if call.code}


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
async def test_set_up_of_a_camera(connect: Connect, *, tls: bool) -> None:
    """One login tells who the camera is and what it can do."""
    async with connect(CAMERA, tls=tls) as peer:
        unit, client = peer.unit, peer.client
        assert client.is_nvr is False
        assert client.channels == [0]
        assert client.mac_address == CAMERA.mac
        assert client.nvr_name == CAMERA.name
        assert client.model == CAMERA.model
        assert client.hardware_version == CAMERA.hardware
        assert client.sw_version == CAMERA.firmware
        assert client.uid == CAMERA.uid
        assert client.is_admin
        assert client.rtmp_enabled
        assert (client.rtsp_port, client.onvif_port) == (554, 8000)
        assert set(client.ai_supported_types(0)) == set(AI_KINDS)
        able = {"ptz", "ptz_presets", "zoom", "focus", "siren_play", "floodLight"}
        assert all(client.supported(0, name) for name in able)
        assert client.supported(None, "wifi")
        assert unit.sessions.opened == 1
        assert refusals(unit) == {
            "GetChnTypeInfo",
            "GetEvents",
            "GetManualRec",
            "GetPerformance",
            "Getchannelstatus",
        }


async def test_set_up_of_a_recorder(connect: Connect) -> None:
    """Sixteen channels, two of them without a camera."""
    async with connect(RECORDER) as peer:
        client = peer.client
        assert client.is_nvr
        assert client.channels == list(range(14))
        assert client.model == "RLN16-410"
        assert client.camera_name(13) == "Camera14"
        assert client.camera_model(13) == "E1 X"
        assert client.supported(None, "buzzer")
        assert not refusals(peer.unit) & {"GetWhiteLed", "GetIsp", "GetEnc", "GetOsd"}
        peer.unit.set_online(5, online=False)
        await client.get_states()
        assert [client.camera_online(channel) for channel in (4, 5)] == [True, False]


@EITHER
async def test_detections(
    connect: Connect, options: ReolinkOptions, channel: int
) -> None:
    """Motion and objects of each channel, in one request."""
    async with connect(options) as peer:
        unit, client = peer.unit, peer.client

        async def seen() -> dict[str, bool]:
            unit.forget()
            assert await client.get_motion_state_all_ch()
            assert len(unit.requests) == 1
            assert refusals(unit) == set()
            kinds = ("people", "vehicle", "pet", "face")
            states = {kind: client.ai_detected(channel, kind) for kind in kinds}
            return {"motion": client.motion_detected(channel), **states}

        nothing = dict.fromkeys(("motion", "people", "vehicle", "pet", "face"), False)
        assert await seen() == nothing
        unit.detect(channel, seconds=5)
        unit.detect(channel, "people", seconds=5)
        unit.detect(channel, "dog_cat")
        assert await seen() == {**nothing, "motion": True, "people": True, "pet": True}
        unit.clock.advance(6)
        assert await seen() == {**nothing, "pet": True}


@EITHER
async def test_states(connect: Connect, options: ReolinkOptions, channel: int) -> None:
    """What somebody else changes at the unit is read."""
    async with connect(options) as peer:
        unit, client = peer.unit, peer.client
        unit.forget()
        change = unit.settings.change
        change("IrLights", channel, state="Off")
        change("WhiteLed", channel, state=1, bright=37, mode=1)
        change("PowerLed", channel, state="On")
        change("Isp", channel, dayNight="Color", backLight="Off")
        change("Image", channel, bright=99)
        change("EmailV20", channel, scheduleEnable=0)
        await client.get_states()
        for command in BY_ITS_OWN_PROTOCOL:
            await client.get_state(command, channel)
        assert refusals(unit) == set()
        assert client.ir_enabled(channel) is False
        assert client.whiteled_state(channel) is True
        assert client.whiteled_brightness(channel) == 37
        assert client.whiteled_mode(channel) == 1
        assert client.status_led_enabled(channel) is True
        assert client.daynight_state(channel) == "Color"
        assert client.image_brightness(channel) == 99
        assert client.email_enabled(channel) is False
        assert client.zoom_range(channel)["zoom"]["max"] == 33
        assert client.hdd_storage(0) == pytest.approx(41.5, abs=0.1)


@EITHER
async def test_settings(
    connect: Connect, options: ReolinkOptions, channel: int
) -> None:
    """What the client writes is what the unit has afterwards."""
    async with connect(options) as peer:
        unit, client = peer.unit, peer.client
        await client.get_states()
        unit.forget()
        await client.set_ir_lights(channel, False)
        assert peer.fields("IrLights", channel)["state"] == "Off"
        await client.set_status_led(channel, True)
        assert peer.fields("PowerLed", channel)["state"] == "On"
        await client.set_daynight(channel, "Black&White")
        assert peer.fields("Isp", channel)["dayNight"] == "Black&White"
        await client.set_image(channel, bright=200)
        assert peer.fields("Image", channel)["bright"] == 200
        await client.set_md_sensitivity(channel, 21)
        assert peer.fields("MdAlarm", channel)["newSens"]["sensDef"] == 30
        await client.set_ai_sensitivity(channel, 66, "people")
        assert unit.cameras[channel].ai_alarms["people"]["sensitivity"] == 66
        await client.set_recording(channel, False)
        assert peer.fields("RecV20", channel)["scheduleEnable"] == 0
        await client.set_email(channel, False)
        assert peer.fields("EmailV20", channel)["scheduleEnable"] == 0
        await client.set_audio(channel, False)
        assert unit.encoders[channel].fields["audio"] == 0
        await client.set_audio_alarm(channel, False)
        assert client.audio_alarm_enabled(channel) is False
        assert refusals(unit) == set()


async def test_floodlight(connect: Connect) -> None:
    """The lamp is read back three seconds later, as it may take so long."""
    async with connect(RECORDER) as peer:
        with pytest.raises(exceptions.InvalidParameterError):
            await peer.client.set_whiteled(7, brightness=101)
        await peer.client.set_whiteled(7, state=True, brightness=42)
        lamp = peer.fields("WhiteLed", 7)
        assert (lamp["state"], lamp["bright"]) == (1, 42)
        assert peer.fields("WhiteLed", 6)["state"] == 0
        assert peer.client.whiteled_brightness(7) == 42


@EITHER
async def test_moves(connect: Connect, options: ReolinkOptions, channel: int) -> None:
    """A camera turns until it is stopped."""
    async with connect(options) as peer:
        client, camera = peer.client, peer.unit.cameras[channel]
        await client.set_ptz_command(channel, command="Left", speed=20)
        moving = camera.ptz.moving
        assert moving is not None
        assert (moving.op, moving.speed) == ("Left", 20)
        await client.set_ptz_command(channel, command="Stop")
        assert camera.ptz.moving is None


@EITHER
async def test_snapshots(
    connect: Connect, options: ReolinkOptions, channel: int
) -> None:
    """Pictures can be opened; each is another one."""
    async with connect(options) as peer:
        main = await peer.client.get_snapshot(channel)
        sub = await peer.client.get_snapshot(channel, "sub")
        sizes = []
        for data in (main, sub):
            with Image.open(BytesIO(data)) as picture:
                picture.load()
                assert picture.format == "JPEG"
                sizes.append(picture.width)
        assert sizes[0] > sizes[1]
        assert f"channel {channel} number 1".encode() in main


@EITHER
async def test_recordings(
    connect: Connect, options: ReolinkOptions, channel: int
) -> None:
    """A day's recordings are found, named and fetched."""
    async with connect(options) as peer:
        unit, client = peer.unit, peer.client
        noon = unit.local_time.replace(hour=12, minute=0, second=0, microsecond=0)
        midnight = noon.replace(hour=0)
        film = unit.recordings.add(noon, channel=channel, triggers=["people"])[0]
        unit.recordings.add(
            noon + timedelta(minutes=5), channel=channel, triggers=["motion"]
        )
        unit.recordings.add(noon - timedelta(days=1), channel=channel)
        days, files = await client.request_vod_files(
            channel, midnight, midnight + timedelta(hours=23, minutes=59), stream="main"
        )
        assert noon.date() in days[0]
        assert [file.triggers.name for file in files] == ["PERSON", "MOTION"]
        assert files[0].file_name == film.name
        assert files[0].start_time.replace(tzinfo=None) == film.start
        assert files[0].size == len(film.content)
        got = await client.download_vod(
            files[0].file_name,
            start_time=files[0].start_time_id,
            end_time=files[0].end_time_id,
            channel=channel,
            stream="main",
        )
        content = await got.stream.read()
        got.close()
        assert content.startswith(MP4)
        assert len(content) == got.length


async def test_live_address(connect: Connect) -> None:
    """The addresses of live video are those that the unit serves."""
    async with connect(CAMERA) as peer:
        address = urlsplit(peer.client.get_flv_stream_source(0, "sub"))
        assert (address.port, address.path) == (peer.unit.port, "/flv")
        assert parse_qs(address.query)["stream"] == ["channel0_sub.bcs"]
        source = await peer.client.get_rtsp_stream_source(0, "main", check=False)
        assert urlsplit(source).path == "/Preview_01_main"


async def test_lost_session(connect: Connect) -> None:
    """A unit that has forgotten its logins gets one more, and the client goes on."""
    async with connect(CAMERA) as peer:
        peer.unit.forget_sessions()
        peer.unit.detect()
        assert await peer.client.get_motion_state_all_ch()
        assert peer.client.motion_detected(0)
        assert peer.unit.sessions.opened == 2


async def test_first_generation(connect: Connect) -> None:
    """Units without schedules per task are asked with the older commands."""
    options = ReolinkOptions(**LENIENT, schedule_version=0)
    async with connect(options) as peer:
        await peer.client.set_email(0, False)
        assert peer.fields("Email", 0)["schedule"]["enable"] == 0
        await peer.client.get_states()
        assert peer.client.email_enabled(0) is False


async def test_wrong_password(create: Create) -> None:
    """The refusal of a login is understood as one."""
    async with ReolinkEmulator() as unit:
        client = create(unit.host, password="wrong", port=unit.port, use_https=False)
        with pytest.raises(exceptions.CredentialsInvalidError):
            await client.get_host_data()
        await client.logout()
        assert unit.sessions.failed == 1
