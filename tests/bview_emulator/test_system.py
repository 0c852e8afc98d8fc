"""Time, restart, firmware, settings as a file, mail."""

from datetime import datetime, timedelta

import pytest

from tests.emulators.bview.xmldoc import Node
from tests.emulators.bview.zone import Zone, parsed_offset, printed_offset
from tests.emulators.bview_coverage import FIRMWARE, SUBSCRIPTION

from .bench import SATURDAY, Bench, full, with_options

TIME, NTP, DST = "/System/Time", "/System/NTP", "/System/DST"
ROME = "CET-1CEST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00"
NEW_YORK = "EST+5EDT01:00:00,M3.2.0/02:00:00,M11.1.0/02:00:00"


@pytest.mark.parametrize(
    ("zone", "utc", "hours"),
    [
        ("CST-9:00:00", datetime(2026, 7, 1), 9),
        ("GMT-0:00:00", datetime(2026, 7, 1), 0),
        (ROME, datetime(2026, 1, 1), 1),
        (ROME, datetime(2026, 3, 29, 0, 59), 1),
        (ROME, datetime(2026, 3, 29, 1, 0), 2),
        (ROME, datetime(2026, 10, 25, 1, 59), 2),
        (ROME, datetime(2026, 10, 25, 2, 0), 1),
        (NEW_YORK, datetime(2026, 1, 1), -5),
        (NEW_YORK, datetime(2026, 7, 1), -4),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", datetime(2026, 1, 1), 11),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", datetime(2026, 7, 1), 10),
        ("IST-5:30", datetime(2026, 7, 1), 5.5),
    ],
)
def test_zones(zone: str, utc: datetime, hours: float) -> None:
    """POSIX zones have their signs the other way round."""
    assert Zone.parse(zone).utc_offset(utc) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "CET", "UTC+1:00:00:00", "X-1", "CET-25"])
def test_no_zones(text: str) -> None:
    """What is no zone is refused."""
    with pytest.raises(ValueError, match=r"time zone|too far"):
        Zone.parse(text)


@pytest.mark.parametrize("hours", [0, 8, -5, 5.5, -3.5])
def test_offsets(hours: float) -> None:
    """Offsets are printed as short as they can be."""
    offset = timedelta(hours=hours)
    assert parsed_offset(printed_offset(offset)) == offset
    assert parsed_offset(printed_offset(offset, colon=True)) == offset
    assert printed_offset(timedelta(hours=8)) == "+08"


async def test_time(bench: Bench) -> None:
    """The time is local, with its offset; to set it sets the clock."""
    assert await bench.text(TIME, "SystemTime") == "20261121T120000+00"
    assert (await bench.change(NTP, "GMT-0:00:00", ROME)).code == 0
    assert await bench.text(TIME, "SystemTime") == "20261121T130000+01"
    bench.unit.options.time_form = "extended"
    assert await bench.text(TIME, "SystemTime") == "2026-11-21T13:00:00+01:00"
    bench.unit.options.time_form = "basic"
    answer = await bench.change(TIME, "20261121T130000+01", "20040503T173008+08")
    assert answer.code == 0
    assert bench.unit.clock.wall.isoformat() == "2004-05-03T09:30:08+00:00"
    assert await bench.text(TIME, "SystemTime") == "20040503T113008+02"
    local = await bench.change(TIME, "20040503T113008+02", "20040503T120000")
    assert local.code == 0
    assert bench.unit.local_time == datetime(2004, 5, 3, 12)


@pytest.mark.parametrize(
    ("mode", "moment", "ahead"),
    [
        ("week", datetime(2026, 3, 29, 1, 59), 0),
        ("week", datetime(2026, 3, 29, 2, 0), 1),
        ("week", datetime(2026, 10, 25, 3, 0), 0),
        ("date", datetime(2026, 3, 27, 1, 59), 0),
        ("date", datetime(2026, 3, 27, 2, 0), 1),
        ("date", datetime(2026, 12, 1), 0),
    ],
)
async def test_summer_time(
    bench: Bench, mode: str, moment: datetime, ahead: int
) -> None:
    """Summer time comes by weeks or by dates."""
    text = (await bench.get(DST)).text.replace(">false<", ">true<")
    assert (await bench.put(DST, text.replace(">week<", f">{mode}<"))).code == 0
    bench.unit.clock.set_wall(moment.replace(tzinfo=SATURDAY.tzinfo))
    assert bench.unit.local_time == moment + timedelta(hours=ahead)


@with_options(full(boot_seconds=30))
async def test_restart(bench: Bench) -> None:
    """A restart is answered first, then nobody is there for a while."""
    assert (await bench.put("/System/Reboot")).code == 0
    assert not bench.unit.powered
    bench.unit.clock.advance(29)
    assert not bench.unit.powered
    bench.unit.clock.advance(1)
    await bench.unit.settle()
    assert (await bench.get("/System/DeviceInfo")).status == 200
    assert bench.unit.reboots == 1
    assert [entry.minor for entry in bench.unit.log.entries] == [5, 6, 5]


@with_options(full(reboot_answer="dropped"))
async def test_restart_without_an_answer(bench: Bench) -> None:
    """A camera may be gone before it answers, and while the client tries again."""
    with pytest.raises(OSError, match="Connect call failed"):
        await bench.put("/System/Reboot")
    assert bench.unit.reboots == 1
    assert not bench.unit.powered


async def test_factory_default(bench: Bench) -> None:
    """Everything is as on the first day."""
    await bench.change("/Images/1/Basic", "50HZ", "60HZ")
    await bench.put("/EventsNotification/SubscribedEventTypeList", SUBSCRIPTION)
    bench.unit.users.add("guard", "secret")
    assert (await bench.put("/System/FactoryDefault")).code == 0
    bench.unit.boot()
    assert await bench.text("/Images/1/Basic", "powerLineFrequencyMode") == "50HZ"
    assert bench.unit.events.subscriptions == []
    assert [user.name for user in bench.unit.users.accounts] == ["admin"]
    assert (bench.unit.resets, bench.unit.reboots) == (1, 1)
    (record,) = bench.unit.dangerous
    assert record.path == "/System/FactoryDefault"


async def test_settings_as_a_file(bench: Bench) -> None:
    """A file that was read takes the settings back."""
    path = "/System/DeviceConfigFile"
    file = await bench.get(path)
    assert file.headers["Content-Type"] == "application/octet-stream"
    await bench.change("/Images/1/Basic", "50HZ", "60HZ")
    kind = "application/octet-stream"
    for broken in (b"", b"x", b"BVIEWCFG1", b"BVIEWCFG1[]", b'BVIEWCFG1{"/a":"<"}'):
        refused = await bench.caller.call("PUT", path, broken, kind=kind)
        assert refused.code == -1
    assert bench.unit.reboots == 0
    assert (await bench.caller.call("PUT", path, file.body, kind=kind)).code == 0
    bench.unit.boot()
    assert await bench.text("/Images/1/Basic", "powerLineFrequencyMode") == "50HZ"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"", b"", 0),
        (b"setting_file", b"file", -1),
        (b".pkg", b".bin", -1),
        (b"firmware\r\n", b"\r\n", -1),
    ],
)
async def test_firmware(bench: Bench, old: bytes, new: bytes, code: int) -> None:
    """Firmware comes as a form; the restart takes longer."""
    path, kind = "/System/FirmwareUpgrade", "multipart/form-data; boundary=x"
    body = FIRMWARE.replace(old, new)
    assert (await bench.caller.call("PUT", path, body, kind=kind)).code == code
    assert [name for name, _ in bench.unit.firmware] == (
        [] if code else ["bv-b-20200503.pkg"]
    )
    assert bench.unit.powered == (code != 0)
    bench.unit.clock.advance(119)
    assert bench.unit.powered == (code != 0)


async def test_failed_firmware(bench: Bench) -> None:
    """A failed upgrade has a code above zero."""
    bench.unit.plans.refuse("/System/FirmwareUpgrade", 3)
    kind = "multipart/form-data; boundary=x"
    path = "/System/FirmwareUpgrade"
    assert (await bench.caller.call("PUT", path, FIRMWARE, kind=kind)).code == 3
    assert bench.unit.firmware == []


async def test_mail(bench: Bench) -> None:
    """A test mail needs a server, a sender and a receiver."""
    path = "/System/SendTestEmail"
    assert (await bench.put(path)).code == 0
    assert bench.unit.emails == ["test"]
    bench.unit.settings.set("/Network/EMail", "SMTPServer", "")
    assert (await bench.put(path)).code == -12
    assert bench.unit.emails == ["test"]


async def test_key_frames(bench: Bench) -> None:
    """Asking for a key frame is counted."""
    assert (await bench.put("/System/1/RemoteForceFrame")).code == 0
    assert (await bench.put("/System/2/RemoteForceFrame")).code == -4
    assert bench.unit.key_frames == 1


async def test_another_camera(bench: Bench) -> None:
    """Another camera may stand at the same address."""
    bench.unit.replace(mac="02:BB:1E:00:00:09", serial="BV9")
    assert await bench.text("/System/DeviceInfo", "SerialNum") == "BV9"
    path = "/Network/Interfaces/1/IPAddress"
    assert await bench.text(path, "MacAddress") == "02:BB:1E:00:00:09"
    bench.unit.settings.remove(path, "MacAddress")
    assert await bench.text(path, "MacAddress") is None


def test_nodes() -> None:
    """The small XML type says what it misses."""
    node = Node("A", children=[Node("B", "1"), Node("B", "2")])
    assert list(node.flat()) == [("B[1]", "1"), ("B[2]", "2")]
    assert node.get("C", "none") == "none"
    with pytest.raises(KeyError, match="A: C/D"):
        node.find("C/D")
