"""Documents come back as they were sent, whatever form the camera prints them in."""

import pytest

from tests.emulators.bview import ALIASES, PAIRS, BviewOptions
from tests.emulators.bview.routes import CARD
from tests.emulators.bview.xmldoc import HIKVISION
from tests.emulators.bview_coverage import XML, concrete

from .bench import Bench, full, with_options

DOCUMENTS = [
    concrete(path)
    for path, methods in CARD.items()
    if {"GET", "PUT"} <= set(methods.split())
    and path
    not in (
        "/Disk",
        "/System/DeviceConfigFile",
        "/EventsNotification/SubscribedEventTypeList",
    )
]

STYLES = [
    full(extra_tags=True),
    full(attributes="everywhere"),
    full(attributes="everywhere", version_attribute="version", namespace=HIKVISION),
    full(attributes="none", pretty=False, prolog=False),
    full(prefix="zw"),
    full(bom=True, booleans="numbers", padded_masks=False),
    full(booleans="capitals"),
    full(spelling=ALIASES),
    full(dependent_fields="when_valid", ineffective="ignore"),
    full(nested_motion=False, stream_capability=True, max_frame_rate="hundredfold"),
    full(wifi_enable="numbers", shared_mjpeg=False, time_form="extended"),
    full(not_supported=frozenset({"Scene", "BLC", "FlipMode", "Color"})),
    full(second_sub=False, write_answer="none", error_status="400"),
    full(missing_tags="keep", unknown_tags="ignore", strict_order=False),
    full(read_only="ignore", dropped_extras="refuse", extra_tags=True),
]


def test_all_documents_are_tried() -> None:
    """There are so many documents that can be read and written."""
    assert len(DOCUMENTS) == 42
    assert len(DOCUMENTS) * 2 < len(PAIRS)


@pytest.mark.parametrize("path", DOCUMENTS)
@with_options(full(extra_tags=True, network_gap=0, store_seconds=0))
async def test_nothing_changes(bench: Bench, path: str) -> None:
    """What was read is accepted, and changes nothing; unknown tags come back."""
    before = await bench.get(path)
    answer = await bench.put(path, before.body)
    bench.unit.boot()
    (write,) = bench.unit.writes_of(path)

    assert answer.code == 0
    assert write.changes == {}
    assert write.dropped == ()
    assert (await bench.get(path)).body == before.body


@with_options(*STYLES)
async def test_styles(bench: Bench) -> None:
    """Each way to print is a way to write."""
    for path in DOCUMENTS:
        before = await bench.get(path)
        bench.unit.clock.advance(5)
        answer = await bench.caller.call("PUT", path, before.body, kind=XML)
        if not bench.unit.powered:
            bench.unit.boot()
        assert answer.code in (0, None), (path, answer.body)
        assert answer.status in (200, 204)
    assert all(not write.changes for write in bench.unit.writes)
    assert len(bench.unit.writes) == len(DOCUMENTS)


@with_options(full(spelling=ALIASES))
async def test_other_spelling(bench: Bench) -> None:
    """A camera that spells a tag its way does not know the other way."""
    image = await bench.get("/Images/1")
    config = (await bench.get("/Streams/1/1")).text

    assert image.xml.find("WhiteBalance/Mode") is not None
    assert image.xml.find("IrCutFilter/Mode") is not None
    assert (await bench.get("/Images/1/IrCutFilter")).root == "IrCutFillter"
    assert (await bench.get("/Network/EMail")).root == "EMail"
    assert "ResolutionHeight" in config
    wrong = config.replace("ResolutionHeight", "ResolutionHeigth")
    assert (await bench.put("/Streams/1/1", wrong)).code == -1


@with_options(full(extra_tags=True))
async def test_extras_are_stored(bench: Bench) -> None:
    """Tags and attributes that no document knows can be changed, too."""
    path = "/Pictures/1/OSD"
    text = (await bench.get(path)).text
    text = text.replace('level="2">eco &amp; more', 'level="3">boost')
    assert (
        await bench.put(path, text.replace('revision="7"', 'revision="8"'))
    ).code == 0

    again = (await bench.get(path)).text
    assert '<VendorMode level="3">boost</VendorMode>' in again
    assert '<OSD revision="8">' in again


@pytest.mark.parametrize(("policy", "code"), [("keep", 0), ("lose", 0), ("refuse", -2)])
@with_options(full(extra_tags=True))
async def test_dropped_extras(bench: Bench, policy: str, code: int) -> None:
    """What a client forgets to send back is noticed, and may be lost."""
    options: BviewOptions = bench.unit.options
    match policy:
        case "lose":
            options.dropped_extras = "lose"
        case "refuse":
            options.dropped_extras = "refuse"
    path = "/Record/HttpEvent/Config"
    body = "<HttpEventConfig><Enable>true</Enable></HttpEventConfig>"

    assert (await bench.put(path, body)).code == code
    dropped = [what for write in bench.unit.writes for what in write.dropped]
    wanted = [f"{path}: {what}" for what in ("@revision", "VendorData", "VendorMode")]
    assert dropped == (wanted if code == 0 else [])
    assert ("VendorData" in (await bench.get(path)).text) == (policy != "lose")


@pytest.mark.parametrize(
    ("policy", "code", "kept"), [("refuse", -1, 0), ("ignore", 0, 0), ("keep", 0, 1)]
)
async def test_unknown_tags(bench: Bench, policy: str, code: int, kept: int) -> None:
    """Tags that the camera never printed are refused, ignored or kept."""
    options: BviewOptions = bench.unit.options
    match policy:
        case "ignore":
            options.unknown_tags = "ignore"
        case "keep":
            options.unknown_tags = "keep"
    path = "/Images/1/Basic"
    answer = await bench.change(path, "</Basic>", '<New a="1">x</New></Basic>')

    assert answer.code == code
    assert (await bench.get(path)).text.count('<New a="1">x</New>') == kept
