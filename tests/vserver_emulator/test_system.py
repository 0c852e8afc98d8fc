"""Clock, restart, reset, card, recordings, serial data."""

import asyncio

from aiohttp import ClientError
import pytest

from tests.emulators.base import RequestRecord
from tests.emulators.vserver import Card

from .bench import SATURDAY, Bench, full, plain, started, with_options

TIME = "sys_get?Group=TimeInfo"
SET_TIME = "sys_set?Group=TimeInfo&TimeMethod"
SYSTEM = "sys_set?Group=SystemInfo"
DEVICE = "record_get?Channel=1&Group=RecordDevice"
OPERATE = "record_set?Channel=1&Group=RecordDevice&Operate"
CONTROL = "record_set?Channel=1&Group=RecordControl"
NOW = int(SATURDAY.timestamp())


@with_options(
    full(
        device_id="V6202",
        firmware="V2",
        serial="0123456789AB",
        mac="00:11:22:33:44:55",
        hardware=0,
        address="10.0.0.9",
        video_port=91,
        rtsp_port=555,
        onvif_port=8000,
        record_port=8089,
        http_port=8080,
    )
)
async def test_identity(bench: Bench) -> None:
    """The unit says what it is."""
    assert await bench.values("sys_get?Group=DeviceInfo") == {
        "DeviceID": "V6202",
        "Firmware": "V2",
        "SerialNum": "0123456789AB",
        "Mac": "00:11:22:33:44:55",
    }
    assert await bench.values("sys_get?Group=HardwareV") == {"HwdVersion": "0"}
    address = await bench.values("net_get?Group=AddressInfo")
    assert address["IPAddress"] == "10.0.0.9"
    ports = await bench.values("netport_get?Channel=1&Group=NetPortInfo")
    assert list(ports.values()) == ["8080", "91", "555", "8000", "8089"]


async def test_the_real_port(bench: Bench) -> None:
    """Unless told otherwise the unit prints the port it listens on."""
    ports = await bench.values("netport_get?Channel=3&Group=NetPortInfo")
    assert ports["HttpPort"] == str(bench.unit.port)
    bench.unit.replace(mac="00:11:22:33:44:66")
    values = await bench.values("sys_get?Group=DeviceInfo")
    assert values["Mac"] == "00:11:22:33:44:66"


@with_options(full(clock_error=100.0, uptime=5.0))
async def test_clock(bench: Bench) -> None:
    """The clock is set by hand, or by a server, and goes on."""
    unit = bench.unit
    values = await bench.values(TIME)
    assert (values["CameraTime"], values["UpTime"]) == (str(NOW + 100), "5")
    assert await bench.code(f"{SET_TIME}=0&CameraTime=1000") == 200
    unit.clock.advance(60)
    values = await bench.values(TIME)
    assert (values["CameraTime"], values["UpTime"]) == ("1060", "65")
    assert unit.writes[-1].sent == {"TimeMethod": "0", "CameraTime": "1000"}
    assert await bench.code(f"{SET_TIME}=1&NTPServerIP=192.168.1.2") == 200
    assert (await bench.values(TIME))["CameraTime"] == str(NOW + 60)
    assert await bench.code(f"{SET_TIME}=1&CameraTime=1000") == 502
    bench.options.ineffective = "store"
    assert await bench.code(f"{SET_TIME}=1&CameraTime=1000") == 200
    assert (await bench.values(TIME))["CameraTime"] == str(NOW + 60)


@pytest.mark.parametrize(
    "target", [f"{SYSTEM}&ResetFlag=0&IPkeep=1", "sys_set?Group=Reboot"]
)
async def test_reboot(bench: Bench, target: str) -> None:
    """A restart is answered, silent for a while, and counts up from zero."""
    unit = bench.unit
    assert await bench.code(target) == 200
    assert (unit.reboots, unit.powered) == (1, False)
    with pytest.raises(ClientError):
        await bench.call(TIME)
    unit.clock.advance(bench.options.boot_seconds)
    await unit.settle()
    assert (await bench.values(TIME))["UpTime"] == "0"
    assert not unit.dangerous
    unit.reboot(5)
    unit.boot()
    await unit.settle()
    assert await bench.code(TIME) == 200


@with_options(full(reboot_answer="dropped", boot_seconds=1.0))
async def test_reboot_without_an_answer(bench: Bench) -> None:
    """A unit may restart before it has answered."""
    with pytest.raises(ClientError):
        await bench.caller.call(f"{SYSTEM}&ResetFlag=0&IPkeep=1", method="POST")
    assert bench.unit.reboots == 1


@pytest.mark.parametrize(
    ("sent", "resets", "address"),
    [
        ("ResetFlag=1&IPkeep=1", 1, "192.168.1.67"),
        ("ResetFlag=1&IPkeep=0", 1, "192.168.1.100"),
        ("ResetFlag=0&IPkeep=0", 0, "192.168.1.100"),
    ],
)
async def test_reset(bench: Bench, sent: str, resets: int, address: str) -> None:
    """A reset forgets settings and accounts, and the address unless it is kept."""
    unit = bench.unit
    await bench.call("net_set?Group=AddressInfo&IPAddress=192.168.1.67")
    await bench.call("image_set?Channel=1&Group=ImageInfo&Hue=1")
    unit.set_password("other")
    bench.caller.password = "other"
    assert await bench.code(f"{SYSTEM}&{sent}") == 200
    assert (unit.resets, unit.reboots) == (resets, 1)
    assert len(unit.dangerous) == 2
    unit.boot()
    await unit.settle()
    values = await bench.values("net_get?Group=AddressInfo")
    assert values["IPAddress"] == address
    values = await bench.values("image_get?Channel=1&Group=ImageInfo")
    assert values["Hue"] == ("128" if resets else "1")
    check = await bench.values("sys_get?Group=FactoryCheck")
    assert check == {"Reset": str(resets)}


async def test_removals(bench: Bench) -> None:
    """Serial number and cloud codes can be removed, aging switched on."""
    assert await bench.code("sys_set?Group=RmSerialnum") == 200
    assert await bench.code("sys_set?Group=RmTemplate") == 200
    assert (await bench.values("sys_get?Group=DeviceInfo"))["SerialNum"] == ""
    assert (await bench.values("sys_get?Group=EapilInfo"))["GoolinkID"] == ""
    assert await bench.code(f"{SYSTEM}&ResetFlag=0&IPkeep=1&Aging=1") == 200
    assert bench.unit.aging
    assert len(bench.unit.dangerous) == 3


@with_options(plain())
async def test_the_documented_card(bench: Bench) -> None:
    """The card of the example is not initialized and cannot be mounted."""
    assert await bench.values(DEVICE) == {
        "Channel": "1",
        "TotalSpace": "0",
        "UsedSpace": "0",
        "Status": "7",
        "WriteProtect": "0",
    }
    assert await bench.code(f"{OPERATE}=1") == 502


@with_options(
    full(
        storage_seconds=5.0,
        format_seconds=20.0,
        device_names=("a", "b", "c", "d"),
        channel_field="never",
    )
)
async def test_card(bench: Bench) -> None:
    """The card goes through the states of the document."""
    unit = bench.unit

    async def status() -> str:
        """Return the state of the card."""
        return (await bench.values(DEVICE))["c"]

    unit.storage.add(1, NOW)
    assert await status() == "4"
    assert await bench.code(f"{OPERATE}=0") == 200
    assert await status() == "9"
    assert await bench.code(f"{OPERATE}=1") == 502
    unit.clock.advance(5)
    assert await status() == "5"
    assert await bench.code(f"{OPERATE}=1") == 200
    assert await status() == "8"
    unit.clock.advance(5)
    assert await bench.code(f"{OPERATE}=2") == 200
    assert (await status(), len(unit.dangerous)) == ("3", 1)
    unit.clock.advance(20)
    assert (await status(), unit.storage.recordings) == ("4", [])
    assert unit.storage.operations == [0, 1, 2]
    unit.storage.pull()
    assert (await status(), await bench.code(f"{OPERATE}=2")) == ("2", 502)
    unit.storage.insert()
    assert unit.storage.mounted


@with_options(full(card=None), full(card=Card(status=4, total=9, used=3, protect=1)))
async def test_other_cards(bench: Bench) -> None:
    """A unit may have no slot, or a protected card."""
    values = await bench.values(DEVICE)
    assert values.get("WriteProtect") == ("1" if bench.options.card else None)
    assert await bench.code(f"{OPERATE}=2") == (502 if bench.options.card else 501)
    assert not bench.unit.storage.mounted


async def test_recording_by_hand(bench: Bench) -> None:
    """Mode begins and ends a recording, which is cut into pieces."""
    unit = bench.unit
    await bench.call(f"{CONTROL}&Mode=0")
    unit.storage.recordings.clear()
    await bench.call(f"{CONTROL}&Mode=1&Lenght=60")
    unit.clock.advance(150)
    assert await bench.code(f"{CONTROL}&Mode=0") == 200
    lengths = [one.end - one.start for one in unit.storage.recordings]
    assert lengths == [60, 60, 30]
    assert {one.kind for one in unit.storage.recordings} == {"manual"}


@with_options(
    full(search="groups", search_names=("Name", "Begin", "End", "Size")),
    full(search="empty"),
    full(search="unsupported"),
)
async def test_search(bench: Bench) -> None:
    """The answer of a search is not documented."""
    unit = bench.unit
    unit.storage.add(1, NOW - 100, 60, "input")
    unit.storage.add(2, NOW - 100)
    span = f"&StartTime={NOW - 3600}&EndTime={NOW}"
    answer = await bench.call(f"record_get?Channel=1&Group=RecordSearch{span}")
    way = bench.options.search
    assert answer.code == (501 if way == "unsupported" else 200)
    assert len(answer.groups) == (1 if way == "groups" else 0)
    if way == "groups":
        assert answer.values == {
            "Name": f"ch1_{NOW - 100}_input.avi",
            "Begin": str(NOW - 100),
            "End": str(NOW - 40),
            "Size": str(60 * 64),
        }
        span = f"&StartTime={NOW}&EndTime={NOW}"
        answer = await bench.call(f"record_get?Channel=1&Group=ElSearch{span}")
        assert answer.groups == []


async def test_serial_data(bench: Bench) -> None:
    """Bytes go out once; what comes back is read once."""
    port = bench.unit.serial_ports[3]
    port.answer({"A0 01": "B0 02"})
    target = "Channel=3&Group=RS485Data"
    sent = await bench.values(f"rs485_set?{target}&Data=1234567890abcdef")
    assert sent == {"Data": "12 34 56 78 90 AB CD EF"}
    assert await bench.values(f"rs485_get?{target}") == {"Data": ""}
    assert await bench.values(f"rs485_get?{target}&Data=a001") == {"Data": "B0 02"}
    port.receive(b"\x01")
    assert await bench.values(f"rs485_get?{target}") == {"Data": "01"}
    assert await bench.values(f"rs485_get?{target}") == {"Data": ""}
    assert port.sent == [bytes.fromhex("1234567890abcdef"), b"\xa0\x01"]
    assert [write.channel for write in bench.unit.writes] == [3, 3]
    assert set(bench.unit.serial_ports) == {1, 3}


async def test_parallel_requests() -> None:
    """Several requests at one moment are counted."""
    async with started(full()) as bench:
        bench.unit.faults.add("latency", seconds=0.01, count=None)
        await asyncio.gather(*(bench.call(TIME) for _ in range(3)))
        assert bench.unit.max_parallel == 3


async def test_overload() -> None:
    """A unit may serve only so many requests at one moment."""
    async with started(full(overload=1)) as bench:
        arrived = asyncio.Event()

        def matches(record: RequestRecord) -> bool:
            """Tell that the request is there."""
            arrived.set()
            return True

        bench.unit.faults.add("hang_after", "/cgi/sys_get", match=matches)
        first = asyncio.create_task(bench.caller.call(TIME, method="POST"))
        await arrived.wait()
        assert (await bench.call(DEVICE)).status == 503
        assert bench.last_violation == "overload"
        bench.unit.faults.release()
        with pytest.raises(ClientError):
            await first
        assert await bench.code(DEVICE) == 200
