"""Clock, restart, factory reset, network, files, telnet, platforms."""

from datetime import UTC, datetime, timedelta

from aiohttp import ClientError
import pytest

from tests.emulators.cbt import CbtEmulator
from tests.emulators.cbt.actions import TELNET
from tests.emulators.cbt.sections_system import ZONES

from .bench import SATURDAY, Bench, full, with_options

EPOCH = int(SATURDAY.timestamp())


async def test_clock(bench: Bench) -> None:
    """The clock counts seconds since 1970, and can be set while NTP is off."""
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH
    bench.unit.clock.advance(60)
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH + 60
    assert await bench.code("setTime", ntp_enable=0, CurTime=1669272783) == 0
    assert await bench.get("getDeviceTime", "deviceTime") == 1669272783
    bench.unit.clock.advance(1)
    assert bench.unit.wall_clock.utc == datetime(2022, 11, 24, 6, 53, 4, tzinfo=UTC)
    assert bench.unit.local_time == datetime(2022, 11, 24, 14, 53, 4)
    assert await bench.code("setTime", ntp_enable=1) == 0
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH + 61
    bench.unit.wall_clock.skew = -120
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH - 59


@with_options(full(device_time="local"))
async def test_local_seconds(bench: Bench) -> None:
    """The seconds may be those of local time."""
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH + 8 * 3600
    sent = {"ntp_enable": 0, "CurTime": EPOCH + 8 * 3600 + 5}
    assert await bench.code("setTime", **sent) == 0
    assert bench.unit.wall_clock.skew == 5


@pytest.mark.parametrize(
    ("index", "minutes"),
    [(0, -720), (9, -210), (13, 0), (17, 210), (22, 345), (28, 570), (32, 780)],
)
async def test_zones(bench: Bench, index: int, minutes: int) -> None:
    """A zone is an index, with half hours in between."""
    assert len(ZONES) == 33
    assert list(ZONES) == sorted(ZONES)
    assert await bench.code("setTime", ntp_enable=1, timeZone=index) == 0
    local = SATURDAY.replace(tzinfo=None) + timedelta(minutes=minutes)
    assert bench.unit.local_time == local
    assert await bench.get("getDeviceTime", "deviceTime") == EPOCH


@with_options(full(stale_time="refuse"))
async def test_stale_times(bench: Bench) -> None:
    """A camera may refuse a time before its own."""
    assert await bench.code("setTime", ntp_enable=0, CurTime=EPOCH - 1) == 201
    assert bench.unit.writes == []
    assert await bench.code("setTime", ntp_enable=0, CurTime=EPOCH) == 0


async def test_restart(bench: Bench) -> None:
    """A restart is answered; then the camera is away for a minute."""
    unit = bench.unit
    await bench.call("setSysConfig", dev_name="kept")
    await bench.call("setTime", ntp_enable=0, CurTime=EPOCH + 100)
    await bench.caller.sample("telnet")
    unit.clock.advance(10)
    assert unit.uptime == 10
    assert await bench.code("restart") == 0
    assert not unit.powered
    with pytest.raises(OSError, match="Connect call failed"):
        await bench.call("getSysConfig")
    unit.clock.advance(60)
    await unit.settle()
    assert await bench.get("getSysConfig", "dev_name") == "kept"
    assert (unit.reboots, unit.uptime, unit.telnet_open) == (1, 0, False)
    assert unit.booted_at == SATURDAY + timedelta(seconds=170)
    assert [one.kind for one in unit.log.entries if "o" in one.kind] == ["boot"] * 2


@with_options(full(restart_answer="dropped"))
async def test_a_restart_without_an_answer(bench: Bench) -> None:
    """The connection may break before the answer is out."""
    with pytest.raises((ClientError, ConnectionError)):
        await bench.call("restart")
    assert bench.unit.reboots == 1
    bench.unit.boot()
    await bench.unit.settle()
    assert await bench.code("getSysConfig") == 0


@pytest.mark.parametrize(
    ("sent", "hours"),
    [
        ({"mode": 2, "hour": 13, "minute": 30}, 1.5),
        ({"mode": 2, "hour": 12, "minute": 0}, 24),
        ({"mode": 4, "day_week": 0, "hour": 4}, 16),
        ({"mode": 4, "day_week": 6, "hour": 4}, 7 * 24 - 8),
    ],
    ids=str,
)
async def test_planned_restarts(
    bench: Bench, sent: dict[str, int], hours: float
) -> None:
    """The camera restarts by itself every day or every week."""
    unit = bench.unit
    assert await bench.code("setRebootConf", **sent) == 0
    unit.clock.advance(hours * 3600 - 1)
    assert unit.reboots == 0
    unit.clock.advance(1)
    assert unit.reboots == 1
    unit.clock.advance(60)
    await unit.settle()
    assert unit.powered
    assert await bench.code("setRebootConf", mode=0) == 0
    unit.clock.advance(8 * 24 * 3600)
    assert unit.reboots == 1


@pytest.mark.parametrize(
    ("network", "users", "address", "login"),
    [(1, 1, "192.168.1.89", "123456"), (0, 1, "10.0.0.9", "123456")],
)
async def test_reset(
    bench: Bench, network: int, users: int, address: str, login: str
) -> None:
    """A factory reset forgets all but what it was told to keep."""
    unit = bench.unit
    unit.set_password("new")
    bench.caller.password = "new"
    unit.settings.set("WiredNetwork", IP="10.0.0.9")
    await bench.call("setSysConfig", dev_name="lost")
    assert await bench.code("reset", netReset=network, userReset=users) == 0
    assert unit.resets == [(network, users)]
    assert [one.query["action"] for one in unit.dangerous] == ["reset"]
    unit.boot()
    await unit.settle()
    bench.caller.password = login
    data = await bench.caller.read("getSysConfig")
    assert (data["dev_name"], data["device_ip"]) == ("IPCamera", address)


@with_options(full(reset_restarts=False))
async def test_reset_with_zeros(bench: Bench) -> None:
    """Even with zeros a reset is one; it may come without a restart."""
    bench.unit.set_password("new")
    bench.caller.password = "new"
    await bench.call("setRebootConf", mode=2, hour=13)
    assert await bench.code("reset", netReset=0, userReset=0) == 0
    bench.unit.clock.advance(2 * 3600)
    assert bench.unit.reboots == 0
    assert bench.unit.resets == [(0, 0)]
    assert bench.unit.powered
    assert await bench.code("getSysConfig") == 0
    assert await bench.code("reset", netReset=1) == 201
    assert await bench.code("reset", netReset=1, userReset=2) == 205
    assert len(bench.unit.resets) == 1


@pytest.mark.parametrize(
    ("changes", "gone"),
    [({"IP": "10.0.0.9"}, True), ({"webPort": 81}, True), ({"DNS": "9.9.9.9"}, False)],
    ids=str,
)
async def test_network(bench: Bench, changes: dict[str, object], gone: bool) -> None:
    """A camera that was told another address is not at this one any more."""
    sent = {
        "DHCP": 0,
        "IP": "192.168.1.89",
        "subnet_mask": "255.255.255.0",
        "gateway": "192.168.1.1",
        "DNS": "1.2.4.8",
        **changes,
    }
    assert await bench.code("setWiredNetwork", **sent) == 0
    assert bench.unit.powered is not gone
    assert len(bench.unit.dangerous) == 1
    bench.unit.power_on()
    await bench.unit.settle()
    (name,) = changes
    assert await bench.get("getWiredNetwork", name) == changes[name]


async def test_the_reboot_example_goes_nowhere(bench: Bench) -> None:
    """The example for planned restarts names the action of the network."""
    sent = {"mode": 4, "day_week": 3, "hour": 4, "minute": 30}
    assert await bench.code("setWiredNetwork", **sent) == 201
    assert len(bench.unit.dangerous) == 1
    assert bench.unit.writes == []


@with_options(full(), full(wifi_off=3))
async def test_wifi(bench: Bench) -> None:
    """The status follows the settings; addresses are numbers."""
    status = await bench.caller.read("getWifiStatus")
    assert status["status"] == bench.unit.options.wifi_off
    assert status["wifi_ip"] == 0
    bench.unit.settings.set("WifiConfig", enable=1, ssid="home", IP="1.2.3.4")
    bench.unit.clock.advance(90)
    status = await bench.caller.read("getWifiStatus")
    assert (status["status"], status["ssid"], status["signal"]) == (2, "home", 72)
    assert (status["wifi_ip"], status["online_time"]) == (0x01020304, 90)
    bench.unit.wifi_connected = False
    status = await bench.caller.read("getWifiStatus")
    assert (status["status"], status["wifi_ip"]) == (5, 0)
    assert await bench.code("setWifiScan") == 0
    assert bench.unit.wifi_scans == 1


async def test_files(bench: Bench) -> None:
    """Files can be stored and read; both are dangerous."""
    path = "/appfs/fconfigs/thr_conf.txt"
    assert await bench.code("getPlatformConfFile", file_path=path) == -107
    sent = {"file_path": path, "file_content": '{"test":0}'}
    assert await bench.code("setPlatformConfFile", file_path=path) == 201
    answer = await bench.call("setPlatformConfFile", **sent)
    assert answer.data["file_length"] == 10
    content = await bench.get("getPlatformConfFile", "file_content", file_path=path)
    assert content == '{"test":0}'
    assert len(bench.unit.dangerous) == 4
    assert bench.unit.files == {path: '{"test":0}'}


async def test_telnet(bench: Bench) -> None:
    """Telnet opens to anybody, without a login."""
    answer = await bench.caller.fetch(f"{TELNET}?action=open")
    assert b"oper: open" in answer.body
    assert answer.text.endswith("OK")
    assert bench.unit.telnet_open
    assert (await bench.caller.fetch(f"{TELNET}?action=x")).text == "error json\r\n"
    assert bench.kinds == ["range"]
    await bench.caller.fetch(f"{TELNET}?action=close")
    assert not bench.unit.telnet_open
    bench.unit.options.telnet = "refuse"
    assert (await bench.caller.fetch(f"{TELNET}?action=open")).status == 404
    assert len(bench.unit.dangerous) == 4


async def test_registration_by_hand(bench: Bench) -> None:
    """A registration by hand must have been chosen before."""
    assert await bench.code("setGb28181Register") == 205
    assert await bench.code("setGb28181", register_type=1) == 0
    assert await bench.code("setGb28181Register") == 0
    assert bench.unit.registered
    assert await bench.code("setGb28181Logout") == 0
    assert not bench.unit.registered


async def test_mqtt_comes_in_fours(bench: Bench) -> None:
    """The four fields of MQTT are sent together; the others one by one."""
    names = ("mqtt_server", "mqtt_user", "mqtt_passwd", "mqtt_topic")
    four = dict.fromkeys(names, "x")
    assert await bench.code("setPlatformServer", **four, ftpUser="y") == 0
    assert await bench.get("getPlatformServer", "ftpUser") == "y"
    assert await bench.code("setPlatformServer", mqtt_topic="x") == 201


async def test_a_camera_of_its_own_time() -> None:
    """Without a clock of the test, the camera has one of its own, which stands."""
    async with CbtEmulator() as unit:
        first = unit.wall_clock.epoch
        assert unit.wall_clock.epoch == first
        unit.clock.advance(2)
        assert unit.wall_clock.epoch == first + 2
