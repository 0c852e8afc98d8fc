"""Motion, inputs, events, log, notices and recordings."""

import base64
from datetime import timedelta

import pytest

from tests.emulators.bview import Disk
from tests.emulators.bview_coverage import AMS, EVENT_LIST, SUBSCRIPTION

from .bench import Bench, Hook, full, listening, running_with, with_options

EVENTS = "/EventsNotification/EventList"
TYPES = "/EventsNotification/SubscribedEventTypeList"
CALL = "/Record/HttpEvent/Call"
ALL = SUBSCRIPTION.replace(
    "</SubscribedEventType>",
    "</SubscribedEventType>"
    "<SubscribedEventType><ID>2</ID><EventType>AlarmIn</EventType>"
    "<EventTypeDescription/></SubscribedEventType>"
    "<SubscribedEventType><ID>3</ID><EventType>videolost</EventType>"
    "<EventTypeDescription/></SubscribedEventType>",
)


def encoded(text: str) -> str:
    """Return Base64."""
    return base64.b64encode(text.encode()).decode()


async def arm(bench: Bench, hook: Hook, path: str = "motion/test.asp") -> None:
    """Let motion be told to a server."""
    server = AMS.replace("MTkyLjE2OC4zMS4x", encoded(f"127.0.0.1:{hook.port}"))
    assert (await bench.put("/Alarm/AMS/2", server)).code == 0
    events = EVENT_LIST.replace("bW90aW9uL3Rlc3QuYXNw", encoded(path))
    assert (await bench.put("/Alarm/EventCfgList/2", events)).code == 0
    trigger = "/Pictures/1/Motion/Trigger"
    assert (await bench.change(trigger, ">false<", ">true<")).code == 0


async def test_motion(bench: Bench) -> None:
    """Motion shows, is recorded, and goes by itself."""
    assert bench.unit.detect_motion(10)
    status = await bench.status()
    assert (status["MotionState"], status["RecordState"]) == ("true", "motion")
    bench.unit.clock.advance(10)
    status = await bench.status()
    assert (status["MotionState"], status["RecordState"]) == ("false", "motion")
    bench.unit.clock.advance(10)
    assert (await bench.status())["RecordState"] == "none"
    (recording,) = bench.unit.recorder.recordings
    assert recording.name.startswith("M_20261121115955_")
    assert recording.seconds == 25


async def test_motion_can_be_off(bench: Bench) -> None:
    """A camera that does not look sees nothing; the schedule counts, too."""
    path = "/Pictures/1/Motion"
    assert (await bench.change(path, "<Enable>true", "<Enable>false")).code == 0
    assert not bench.unit.detect_motion()
    assert (await bench.change(path, "<Enable>false", "<Enable>true")).code == 0
    week = f"{path}/Schedule"
    assert (await bench.change(week, ">true<", ">false<")).code == 0
    assert bench.unit.motion_armed
    noon = "1" * 24 + "0" + "1" * 23
    changed = await bench.change(week, f"<Block_6>{'1' * 48}", f"<Block_6>{noon}")
    assert changed.code == 0
    assert not bench.unit.motion_armed
    bench.unit.clock.advance(1800)
    assert bench.unit.motion_armed
    bench.unit.lose_video()
    assert not bench.unit.detect_motion()


async def test_triggers(bench: Bench) -> None:
    """Motion closes the output and sends mail if it is told to."""
    for name in ("AlarmOut", "Mail"):
        bench.unit.settings.set("/Pictures/1/Motion/Trigger", f"{name}/Enable", "true")
    bench.unit.settings.set("/Pictures/1/Motion/Trigger", "Record/Enable", "false")
    bench.unit.detect_motion()
    status = await bench.status()
    assert (status["AlarmOutState"], status["RecordState"]) == ("true", "none")
    assert bench.unit.emails == ["motion"]
    bench.unit.end_motion()
    assert (await bench.status())["AlarmOutState"] == "false"
    bench.unit.set_alarm_output()
    assert (await bench.status())["AlarmOutState"] == "true"


async def test_alarm_input(bench: Bench) -> None:
    """An input shows for as long as it is closed."""
    await bench.put(TYPES, ALL)
    bench.unit.set_alarm_input(1)
    bench.unit.set_alarm_input(1)
    assert (await bench.status())["AlarmInState"] == "true"
    bench.unit.set_alarm_input(1, on=False)
    assert (await bench.status())["AlarmInState"] == "false"
    assert len((await bench.get(EVENTS)).xml.findall("Event")) == 1
    with pytest.raises(ValueError, match="No alarm input 2"):
        bench.unit.set_alarm_input(2)


@with_options(full(time_suffix="+00"))
async def test_events(bench: Bench) -> None:
    """What was subscribed to is listed, with the camera's own time."""
    assert (await bench.get(EVENTS)).code == -12
    bench.unit.detect_motion(1)
    assert (await bench.put(TYPES, SUBSCRIPTION)).code == 0
    assert (await bench.get(EVENTS)).xml.findall("Event") == []
    bench.unit.clock.advance(60)
    bench.unit.set_alarm_input(1)
    bench.unit.detect_motion(1)
    (event,) = (await bench.get(EVENTS)).xml
    assert {node.tag: node.text for node in event} == {
        "ID": "1",
        "IPAddress": "192.168.1.46",
        "Port": str(bench.unit.port),
        "Protocol": "HTTP",
        "ChannelID": "1",
        "DateTime": "2026-11-21T12:01:00+00",
        "EventType": "VMD",
        "EventDescription": "Motion detection",
    }
    assert len((await bench.get(EVENTS)).xml) == 1


@with_options(full(event_list="clear", max_events=2))
async def test_events_may_be_forgotten(bench: Bench) -> None:
    """Reading may empty the list, and the list has an end."""
    await bench.put(TYPES, ALL)
    for _ in range(3):
        bench.unit.lose_video()
        bench.unit.restore_video()
    found = [node.text for node in (await bench.get(EVENTS)).xml.iter("ID")]
    assert found == ["2", "3"]
    assert len((await bench.get(EVENTS)).xml) == 0


async def test_subscriptions(bench: Bench) -> None:
    """Types are added and removed one by one; the same one is there once."""
    assert len((await bench.get(TYPES)).xml) == 0
    assert (await bench.put(TYPES, SUBSCRIPTION)).code == 0
    assert (await bench.put(TYPES, ALL)).code == 0
    found = (await bench.get(TYPES)).xml
    assert [n.text for n in found.iter("EventType")] == ["VMD", "AlarmIn", "videolost"]
    assert (await bench.caller.call("DELETE", TYPES, SUBSCRIPTION)).code == 0
    assert len((await bench.get(TYPES)).xml) == 2
    assert (await bench.caller.call("DELETE", TYPES, SUBSCRIPTION)).code == -12


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("VMD", "Motion", -5),
        ("<ID>1</ID>", "<ID/>", -5),
        ("<ID>1</ID>", "", -2),
        ("SubscribedEventTypeList", "EventList", -1),
        ("<ID>1</ID>", "<ID>1</ID><Extra/>", -1),
    ],
)
async def test_wrong_subscriptions(bench: Bench, old: str, new: str, code: int) -> None:
    """A subscription is a whole block of known types."""
    assert (await bench.put(TYPES, SUBSCRIPTION.replace(old, new))).code == code
    bench.unit.options.subscription_root = "table"
    other = SUBSCRIPTION.replace("SubscribedEventTypeList", "EventList")
    assert (await bench.put(TYPES, other)).code == 0


async def test_log(bench: Bench) -> None:
    """The log tells what happened, by kind and by time."""
    bench.unit.detect_motion(5)
    bench.unit.clock.advance(60)
    await bench.change("/Images/1/Basic", "50HZ", "60HZ")
    day = "startTime=2026-11-21T00:00:00&stopTime=2026-11-21T23:59:59"

    async def found(query: str) -> list[str]:
        root = (await bench.get(f"/System/Logging?{query}")).xml
        return [node.findtext("minorType", "") for node in root]

    everything = ["5", "401", "202", "402", "203", "111"]
    assert await found(f"majorType=8&minorType=0&{day}") == everything
    assert await found(f"majorType=5&minorType=400&{day}") == ["401", "402"]
    assert await found(f"majorType=5&minorType=401&{day}") == ["401"]
    late = "startTime=2026-11-21T12:00:30&stopTime=2026-11-21T23:59:59"
    assert await found(f"majorType=8&minorType=0&{late}") == ["111"]
    bench.unit.options.log_order = "newest"
    assert await found(f"majorType=8&minorType=0&{day}") == everything[::-1]
    root = (await bench.get(f"/System/Logging?majorType=2&minorType=111&{late}")).xml
    (entry,) = root
    assert entry.findtext("netUser") == "admin"
    assert entry.findtext("hostIPAddress") == "127.0.0.1"
    assert entry.findtext("time") == "2026-11-21T12:01:00"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", -5),
        ("majorType=9&minorType=0", -5),
        ("majorType=5&minorType=100", -5),
        ("majorType=8&minorType=0&startTime=2026-11-21&stopTime=2026-11-22", -5),
        (
            "majorType=8&minorType=0"
            "&startTime=2026-11-22T00:00:00&stopTime=2026-11-21T00:00:00",
            -7,
        ),
    ],
)
async def test_wrong_log_queries(bench: Bench, query: str, code: int) -> None:
    """All four parameters are needed, and must fit."""
    assert (await bench.get(f"/System/Logging?{query}")).code == code


async def test_a_thousand_log_entries(bench: Bench) -> None:
    """The log has an end."""
    for _ in range(1100):
        bench.unit.log.add((6, 501), bench.unit.local_time)
    root = await bench.get(
        "/System/Logging?majorType=6&minorType=501"
        "&startTime=2000-01-01T00:00:00&stopTime=2100-01-01T00:00:00"
    )
    assert len(root.xml) == 1000


async def test_motion_is_told(bench: Bench) -> None:
    """A server hears of motion, again after the interval, and not of its end."""
    async with listening() as hook:
        await arm(bench, hook)
        bench.unit.detect_motion()
        await bench.unit.settle()
        bench.unit.clock.advance(299)
        await bench.unit.settle()
        assert len(hook.requests) == 1
        bench.unit.clock.advance(1)
        await bench.unit.settle()
        bench.unit.end_motion()
        bench.unit.clock.advance(1000)
        await bench.unit.settle()
    assert hook.requests == [("GET", "/motion/test.asp", "", b"")] * 2
    assert [push.status for push in bench.unit.pushes] == [200, 200]
    assert [push.kind for push in bench.unit.pushes] == ["motion", "motion"]


@with_options(full(push_method="POST", push_body=b"alarm"))
async def test_motion_is_told_otherwise(bench: Bench) -> None:
    """Method and body are not documented; a login may be set; slashes add up."""
    async with listening() as hook:
        await arm(bench, hook, "/api/webhook/x")
        server = AMS.replace("MTkyLjE2OC4zMS4x", encoded(f"127.0.0.1:{hook.port}"))
        server = server.replace("<UserName/>", "<UserName>u</UserName>")
        server = server.replace("<Password/>", "<Password>p</Password>")
        assert (await bench.put("/Alarm/AMS/2", server)).code == 0
        bench.unit.detect_motion(1)
        await bench.unit.settle()
    (request,) = hook.requests
    assert request[:2] == ("POST", "//api/webhook/x")
    assert request[2:] == (f"Basic {encoded('u:p')}", b"alarm")


async def test_motion_is_not_told(bench: Bench) -> None:
    """Without NotifyAMS, or switched off, nothing is sent; a failure is kept."""
    async with listening() as hook:
        await arm(bench, hook)
        port = hook.port
    bench.unit.detect_motion(1)
    await bench.unit.settle()
    (push,) = bench.unit.pushes
    assert push.status is None
    assert push.error is not None
    assert push.url == f"http://127.0.0.1:{port}/motion/test.asp"
    bench.unit.clock.advance(2)
    off = AMS.replace(">true<", ">false<")
    assert (await bench.put("/Alarm/AMS/2", off)).code == 0
    bench.unit.detect_motion(1)
    await bench.unit.settle()
    assert len(bench.unit.pushes) == 1


@with_options(full(alarm_survives=False))
async def test_an_alarm_server_may_be_forgotten(bench: Bench) -> None:
    """A restart may lose what cannot be read back."""
    async with listening() as hook:
        await arm(bench, hook)
        bench.unit.reboot()
        bench.unit.boot()
        bench.unit.detect_motion(1)
        await bench.unit.settle()
    assert hook.requests == []


async def test_event_recording(bench: Bench) -> None:
    """An event is recorded once; the file is told to the server when it is there."""
    async with listening() as hook:
        target = (
            "<URL><Protocol>HTTP</Protocol><Host>127.0.0.1</Host>"
            f"<Port>{hook.port}</Port><Path>/eventurl/myevent.php</Path></URL>"
        )
        assert (await bench.put("/Record/Notify/URL", target)).code == 0
        assert (await bench.put(CALL)).code == 0
        assert (await bench.put(CALL)).code == -14
        assert (await bench.status())["RecordState"] == "alarm"
        disk = (await bench.get("/Disk")).xml[0]
        assert disk.findtext("DiskStorageAttribute") == "writing"
        bench.unit.clock.advance(10)
        await bench.unit.settle()
    (recording,) = bench.unit.recorder.recordings
    assert recording.seconds == 15
    assert recording.started == bench.unit.local_time - timedelta(seconds=15)
    query = f"eventfile={recording.name}&camip=192.168.1.46"
    assert [r[:2] for r in hook.requests] == [("GET", f"/eventurl/myevent.php?{query}")]
    assert bench.unit.pushes[0].kind == "recording"
    assert (await bench.get(f"/download/video/{recording.name}")).status == 200
    assert (await bench.put(CALL)).code == 0


@pytest.mark.parametrize("code", [-12, -3, -8])
async def test_event_recording_is_off(bench: Bench, code: int) -> None:
    """Switched off, Call is refused."""
    match code:
        case -3:
            bench.unit.options.call_disabled = -3
        case -8:
            bench.unit.options.call_disabled = -8
    path = "/Record/HttpEvent/Config"
    assert (await bench.change(path, ">true<", ">false<")).code == 0
    assert (await bench.put(CALL)).code == code


async def test_full_card(bench: Bench) -> None:
    """A full card refuses more, or loses its oldest files."""
    disk = bench.unit.recorder.disks[0]
    disk.available = 0
    bench.unit.recorder.add()
    bench.unit.settings.set("/Record", "RecordWriteCircleType", "fullnotwrite")
    assert (await bench.put(CALL)).code == -8
    bench.unit.settings.set("/Record", "RecordWriteCircleType", "writecircle")
    assert (await bench.put(CALL)).code == 0
    bench.unit.clock.advance(10)
    assert [one.name[-9:-4] for one in bench.unit.recorder.recordings] == ["00002"]


@pytest.mark.parametrize(
    "disk",
    [
        Disk(attribute="diskerror"),
        Disk(attribute="readonly"),
        Disk(status="unformatted"),
        Disk(status="format failure"),
    ],
    ids=str,
)
async def test_broken_cards(disk: Disk) -> None:
    """A card that cannot be written says so and is not used."""
    async with running_with(disk) as bench:
        assert (await bench.put(CALL)).code == -8
        printed = (await bench.get("/Disk")).xml[0]
        assert printed.findtext("DiskStorageAttribute") == disk.attribute
        assert printed.findtext("DiskFormatStatus") == disk.status
        assert bench.unit.detect_motion()
        assert bench.unit.log.entries[-1].minor == 502


async def test_format(bench: Bench) -> None:
    """Formatting erases everything and takes its time."""
    bench.unit.recorder.add()
    assert (await bench.put("/Record/Format/Call")).code == 0
    assert (await bench.get("/Disk")).xml[0].findtext(
        "DiskFormatStatus"
    ) == "formatting"
    assert (await bench.put(CALL)).code == -8
    bench.unit.clock.advance(30)
    card, share = (await bench.get("/Disk")).xml
    assert card.findtext("DiskFormatStatus") == "formatted"
    assert card.findtext("AvailableCapacity") == card.findtext("TotalCapacity")
    assert share.findtext("DiskStorageType") == "samba"
    assert bench.unit.recorder.recordings == []
    assert [record.path for record in bench.unit.dangerous] == ["/Record/Format/Call"]


@with_options(full(disks=[]))
async def test_no_card(bench: Bench) -> None:
    """Without a card there is nothing to list, to format or to record on."""
    assert len((await bench.get("/Disk")).xml) == 0
    assert (await bench.put("/Record/Format/Call")).code == -8
    assert (await bench.put(CALL)).code == -8


@with_options(full(disk_put="accept", notify_for="all"))
async def test_disk_settings(bench: Bench) -> None:
    """A sibling may take the shares of pictures and films."""
    answer = await bench.change("/Disk", "Percent>20", "Percent>30")
    assert answer.code == 0
    disk = (await bench.get("/Disk")).xml[0]
    assert disk.findtext("PictureCapacityPercent") == "30"
    assert bench.unit.settings.get("/Record/Notify/URL", "Host") == ""
    bench.unit.detect_motion(1)
    bench.unit.clock.advance(20)
    await bench.unit.settle()
    assert bench.unit.pushes == []


async def test_continuous_recording(bench: Bench) -> None:
    """Recording by a timetable shows as normal."""
    bench.unit.recorder.continuous = True
    assert (await bench.status())["RecordState"] == "normal"
