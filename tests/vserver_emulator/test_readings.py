"""The open readings of single groups, one by one."""

import pytest

from tests.emulators.vserver import Channel, Hotspot

from .bench import Bench, full, plain, started, with_options

MAJOR = "major_stream_set?Channel=1&Group=StreamInfo"
STREAM = "major_stream_get?Channel=1&Group=StreamInfo"
QUERY = "major_stream_query?Group=StreamInfo"
OSD = "image_set?Channel=1&Group=OSDInfo"
EXPOSURE = "camera_set?Channel=1&Group=ExposureInfo"
BASIC = "camera_set?Channel=1&Group=BasicInfo"


@with_options(plain())
async def test_the_documented_query(bench: Bench) -> None:
    """The words of 3.2.1.3, 3.2.3.3 and 3.13.3 come in the document's order."""
    answer = await bench.call("major_stream_query?Group=All")
    words = " ".join(word for _, group in answer.groups for word in group.values())
    start = "1 1920x1080 256 ... 10000 0, 1 3, 5, 10, 15, 20, 25, 30 5, 10, 15, 20, 25"
    assert words.startswith(start)
    rest = "30, 40, 50, 60, 100, 120  0, 1 0 ... 4 1280x960 256 ... 10000"
    assert rest in words
    assert len(answer.groups) == 6
    assert [size["Resolution"] for _, size in answer.groups][-1] == "640x480"
    answer = await bench.call("mjpeg_query?Group=All")
    assert list(answer.values.values()) == [
        "1",
        "1280x720, CLOSED",
        "1, 2, 3, 4, 5",
        "0 ... 4",
    ]


@with_options(full(dependent_rates=True))
async def test_dependent_rates(bench: Bench) -> None:
    """Rates may depend on the resolution; a smaller one moves them."""
    answer = await bench.call(QUERY)
    found = {group["Resolution"]: group["BitRate"] for _, group in answer.groups}
    assert found["1920x1080"] == "1000, 2000, 3000, 4000, 6000, 8000"
    assert found["1280x720"] == "1000, 2000, 3000, 4000"
    assert (await bench.values(STREAM))["BitRate"] == "1000"
    assert await bench.code(f"{MAJOR}&BitRate=8000&FrameRate=29") == 200
    assert await bench.code(f"{MAJOR}&Resolution=1280x720&BitRate=6000") == 402
    assert await bench.code(f"{MAJOR}&Resolution=1280x720") == 200
    values = await bench.values(STREAM)
    assert (values["BitRate"], values["FrameRate"]) == ("4000", "29")
    assert bench.unit.writes[-1].changes["BitRate"] == ("8000", "4000")
    assert bench.unit.stream_restarts == 1


@with_options(full(vbr_zero=True))
async def test_zero_for_vbr(bench: Bench) -> None:
    """The table has 0 for VBR."""
    assert await bench.code(f"{MAJOR}&BitRate=0") == 200
    assert await bench.code(f"{MAJOR}&BitType=1&BitRate=0") == 402
    assert await bench.code(f"{MAJOR}&Resolution=1280x720") == 200
    assert (await bench.values(STREAM))["BitRate"] == "0"


@with_options(full(), full(h265=False, rate_cut=False, panoramic=True))
async def test_streams(bench: Bench) -> None:
    """Payload, rate cut and the fields of PCD units are abilities."""
    can = bench.options.h265
    values = await bench.values(QUERY)
    assert values["Payload"] == ("0, 1" if can else "")
    assert values["StreamRateCut"] == ("0, 1" if can else "")
    assert ("HPan" in await bench.values(STREAM)) == bench.options.panoramic
    assert await bench.code(f"{MAJOR}&Payload=1") == (200 if can else 402)
    assert await bench.code(f"{MAJOR}&StreamRateCut=1") == (200 if can else 402)
    assert await bench.code(f"{MAJOR}&ForceIframe=") == 200
    assert bench.unit.key_frames == 1


async def test_resolutions_by_channel() -> None:
    """Each channel has its own resolutions."""
    channels = [Channel(), Channel(resolutions=("720x576",))]
    async with started(full(channels=channels)) as bench:
        target = "major_stream_set?Channel=2&Group=StreamInfo&Resolution"
        assert await bench.code(f"{target}=1920x1080") == 402
        assert await bench.code(f"{target}=720x576") == 200
    async with started(plain(channels=[Channel(resolutions=("720x576",))])) as bench:
        assert (await bench.values(STREAM))["Resolution"] == "720x576"


@with_options(full(title_bytes=8))
async def test_titles(bench: Bench) -> None:
    """A title has a limit in bytes."""
    start = f"{OSD}&TextOSDStatus1=1&TextOSDX1=1&TextOSDY1=1&TextOSDTitle1="
    assert await bench.code(f"{start}12345678") == 200
    assert await bench.code(f"{start}123456789") == 402
    assert await bench.code(f"{start}%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4") == 402
    assert await bench.code(f"{start}a%0ab") == 402


@with_options(full(date_format=False))
async def test_no_date_format(bench: Bench) -> None:
    """DateFormat is in the syntax line only."""
    date = "DateOSDStatus=1&DateOSDX=1&DateOSDY=1"
    assert await bench.code(f"{OSD}&{date}") == 200
    assert await bench.code(f"{OSD}&{date}&DateFormat=1") == 402


@with_options(full(brackets="document"), full(brackets="osd"), full(brackets="loose"))
async def test_brackets(bench: Bench) -> None:
    """What stands in one bracket must come together, or need not."""
    way = bench.options.brackets
    osd = await bench.code(f"{OSD}&TextOSDStatus=1")
    delay = await bench.code(f"{EXPOSURE}&ICRTimer=3")
    day = await bench.code("alarm_set?Channel=1&Group=ScheduleInfo&enable1=1")
    assert [osd, delay, day] == {
        "document": [402, 402, 402],
        "osd": [402, 200, 200],
        "loose": [200, 200, 200],
    }[way]
    assert await bench.code(f"{OSD}&TextOSDSize=3&MultipleOSDStatus=1") == 200


@with_options(full(ineffective="store"))
async def test_ineffective_values(bench: Bench) -> None:
    """Values without an effect may be kept."""
    assert await bench.code(f"{BASIC}&WBRGain=1&WBBGain=2") == 200
    values = await bench.values("camera_get?Channel=1&Group=BasicInfo")
    assert (values["WBMode"], values["WBRGain"]) == ("0", "1")


@with_options(full(metering="text"))
async def test_metering(bench: Bench) -> None:
    """HLCSwitch has two values in the table and four in its text."""
    values = await bench.values("camera_query?Group=ExposureInfo")
    assert values["HLCSwitch"] == "0, 1, 2, 3"
    assert await bench.code(f"{EXPOSURE}&HLCSwitch=3") == 200


@with_options(full(filter_delay="list"), full(filter_delay="span"))
async def test_delays(bench: Bench) -> None:
    """ICRTimer has four values; other units have more."""
    target = f"{EXPOSURE}&ICRSwitch=3&ICRTimer=7"
    listed = bench.options.filter_delay == "list"
    assert await bench.code(target) == (402 if listed else 200)


async def test_camera_defaults(bench: Bench) -> None:
    """ResetInfo resets the image module of one channel."""
    for channel in (1, 2):
        target = f"camera_set?Channel={channel}&Group=BasicInfo&DISSwitch=1"
        assert await bench.code(target) == 200
    assert await bench.code("camera_set?Channel=1&Group=ResetInfo") == 200
    assert bench.unit.camera_resets == [1]
    found = [
        (await bench.values(f"camera_get?Channel={n}&Group=BasicInfo"))["DISSwitch"]
        for n in (1, 2)
    ]
    assert found == ["0", "1"]


@pytest.mark.parametrize(
    ("channels", "text"),
    [
        ([Channel()], "1"),
        ([Channel(), Channel(audio=False), Channel()], "1, 3"),
        ([Channel(audio=False), Channel()], "2"),
    ],
    ids=["one", "first and third", "second"],
)
async def test_channels_of_a_query(channels: list[Channel], text: str) -> None:
    """A query names the channels that have the group, once."""
    async with started(plain(channels=channels)) as bench:
        assert (await bench.values("audio_query?Group=All"))["Channel"] == text
    bare = [Channel(audio=False, image=False, minor=False, record=False, motion=False)]
    async with started(plain(channels=bare)) as bench:
        for family in ("audio", "image", "minor_stream", "record"):
            assert await bench.code(f"{family}_query?Group=All") == 501
        assert await bench.code("alarm_get?Channel=1&Group=MDInfo") == 501


@with_options(full(bare_query="any"))
async def test_queries_with_a_group(bench: Bench) -> None:
    """netport_query and wifi_query may take a group."""
    assert await bench.code("wifi_query?Group=WifiInfo") == 200
    assert await bench.code("netport_query?Group=All") == 200
    assert await bench.code("netport_query") == 200


@with_options(full(table_groups=False))
async def test_groups_without_a_syntax_line(bench: Bench) -> None:
    """Groups that only the table has may not be there to be read."""
    assert await bench.code("net_get?Group=DDNSInfo") == 402
    assert await bench.code("net_set?Group=DigestLoginInfo&AuthenticationEnable=1") == (
        402
    )
    assert await bench.code("net_query?Group=DDNSInfo") == 200
    assert await bench.code("net_get?Group=SMTPInfo") == 200


@with_options(
    full(wifi_set_by_get=True, wifi_protocols=("b", "g", "n"), wifi_signal="-60")
)
async def test_wireless(bench: Bench) -> None:
    """The syntax line of the set names wifi_get."""
    values = await bench.values("wifi_get?Group=WifiInfo")
    assert (values["signal"], values["Protocol"]) == ("-60", "n")
    assert await bench.code("wifi_get?Group=WifiInfo&enable=1&Protocol=n") == 200
    assert (await bench.values("wifi_get?Group=WifiInfo"))["enable"] == "1"
    assert len(bench.unit.dangerous) == 1
    assert bench.unit.writes_of("wifi/WifiInfo")


@with_options(full(wifi=True, hotspots=[Hotspot(), Hotspot(ssid="b", channel=1)]))
async def test_hotspots(bench: Bench) -> None:
    """The networks in reach are counted, then listed."""
    answer = await bench.call("wifi_get?Group=HotspotList")
    nodes = [(node.tag, "".join(node.itertext())) for node in answer.xml[2]]
    assert nodes[:6] == [
        ("HotspotNum", "2"),
        ("SSID", "samplewifi"),
        ("EncType", "3"),
        ("AuthType", "3"),
        ("WifiChanel", "14"),
        ("Mode", "0"),
    ]
    assert len(nodes) == 11


@with_options(full(), full(secrets_in_get=True))
async def test_secrets_in_reads(bench: Bench) -> None:
    """A set prints its password in clear; a read may."""
    login = "FTPUsername=guest&FTPPassword=1234"
    echo = await bench.values(f"net_set?Group=FTPInfo&{login}")
    assert echo == {"FTPUsername": "guest", "FTPPassword": "1234"}
    values = await bench.values("net_get?Group=FTPInfo")
    assert ("FTPPassword" in values) == bench.options.secrets_in_get
    assert values["FTPInterval"] == "0"


async def test_the_documented_echo(bench: Bench) -> None:
    """A set prints its values in the order of the group, not of the request."""
    echo = await bench.values(
        "net_set?Group=SMTPInfo&SMTPServerIP=192.168.1.100&SMTPUsername=Username"
        "&SMTPPassword=1234&SMTPAuth=0&ToMail=testTo@126.com"
        "&FromMail=testFrom@126.com&CcMail=testCC@126.com"
    )
    assert list(echo.values()) == [
        "192.168.1.100",
        "testFrom@126.com",
        "testTo@126.com",
        "testCC@126.com",
        "0",
        "Username",
        "1234",
    ]


def test_documented_units() -> None:
    """A unit as in the document has one channel, and no terminals."""
    options = plain(alarm_inputs=0, alarm_outputs=0, wifi=False)
    assert options == plain()
    assert len(options.channels) == 1
    assert not options.channels[0].can("control")
    assert plain(clock_error=0.0, boundary_form="plain", position="empty") == options
