"""Documents: read when due, kept through failures, shown in part."""

import json
import math
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.reolink import kinds
from custom_components.watchpost.devices.vendors.reolink.answers import Answer
from custom_components.watchpost.devices.vendors.reolink.codes import NO_ANSWER
from custom_components.watchpost.devices.vendors.reolink.documents import (
    Document,
    Documents,
)
from custom_components.watchpost.devices.vendors.reolink.kinds import Kind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import Lab, RawLab, done, failure, lab, raw_lab, refusal

FULL = ReolinkOptions.full
ODD: dict[str, Json] = {
    "dayNight": "Auto",
    "zz_unknown": {"deep": [{"a": 1, "b": 2.0}, [], {}], "none": None, "yes": True},
    "channel": 0,
    "gain": {"max": 62, "min": 1},
    "whole": 3,
    "real": 3.0,
    "large": 12345678901234567890,
    "tiny": 1e-07,
    "text": 'Caf\xe9 \u2603 \U0001f600 \\"/\n',
    "empty": "",
    "table": "01" * 300,
}
"""What no guide has, with all types that there are."""


def made_of(lab: RawLab, kind: Kind, channel: int | None, part: str = "") -> Document:
    """Return a document of a raw server."""
    return Documents(lab.client, lab.world.clock).get(kind, channel, part)


def written(made: Lab, command: str) -> list[dict[str, Any]]:
    """Return the parameters of all writes with a command."""
    return [dict(call.param) for call in made.unit.calls_of(command)]


async def test_a_range_is_asked_for_once(session: ClientSession) -> None:
    """And again when another camera may be there."""
    async with lab(session, FULL()) as made:
        enc = made.documents.get(kinds.ENC, 0)
        osd = made.documents.get(kinds.OSD, 0)
        for _ in range(3):
            await enc.read()
            await osd.read()
        assert [call.action for call in made.unit.calls_of("GetEnc")] == [1, 0, 0]
        assert [call.action for call in made.unit.calls_of("GetOsd")] == [0, 0, 0]
        assert len(enc.limits_list) > 1
        assert enc.limits.tree == enc.limits_list[0].tree
        made.documents.forget_channel(0)
        made.unit.plans.refuse("GetEnc", -12)
        await failure(enc.read())
        await enc.read()
        await enc.read()
        actions = [call.action for call in made.unit.calls_of("GetEnc")]
        assert actions[3:] == [1, 1, 0]


@pytest.mark.parametrize("code", [-9, -24, -26])
async def test_what_is_refused_is_not_asked_for_again(
    session: ClientSession, code: int
) -> None:
    """Until another camera may be there."""
    async with lab(session, FULL()) as made:
        documents, clock = made.documents, made.world.clock
        image = documents.get(kinds.IMAGE, 0)
        image.take(Answer(code=code))
        assert image.due_at == math.inf
        assert documents.refused == {"0.Image": code}
        assert documents.failed == {"0.Image": str(image.failed)}
        await made.pass_by(1e7)
        assert documents.due(["0.Image"], {0}) == []
        documents.forget_channel(1)
        assert documents.due(["0.Image"], {0}) == []
        documents.forget_channel(0)
        assert documents.due(["0.Image"], {0}) == [image]
        await image.read()
        assert (image.failed, documents.refused) == (None, {})
        assert image.due_at == clock.now() + kinds.IMAGE.age


@pytest.mark.parametrize("code", [-8, -12, -16, -25, -31, -99, -999, NO_ANSWER])
async def test_failures_that_pass(session: ClientSession, code: int) -> None:
    """The last value is kept; after three in a row it counts as not readable."""
    async with lab(session, FULL()) as made:
        image, clock = made.documents.get(kinds.IMAGE, 0), made.world.clock
        await image.read()
        for count in range(1, 30):
            image.take(Answer(code=code))
            assert image.node.integer("bright") == 128
            assert (image.failed is None) is (count < 3)
            assert image.due_at - clock.now() == min(30 * count, 600)
        await made.pass_by(600)
        assert image.due(clock.now())
        await image.read()
        assert image.failed is None
        image.take(Answer(code=code))
        assert image.failed is None


@pytest.mark.parametrize("code", [-1, -4, -10, -22, -23])
async def test_wrong_questions(session: ClientSession, code: int) -> None:
    """They are shown at once, and asked again seldom: firmware changes."""
    async with lab(session, FULL()) as made:
        image = made.documents.get(kinds.IMAGE, 0)
        await image.read()
        image.take(Answer(code=code))
        assert image.failed == Reason.INVALID_VALUE
        assert image.due_at < math.inf


async def test_a_failure_before_anything_was_read(session: ClientSession) -> None:
    """There is no last value: it is shown at once."""
    async with lab(session, FULL()) as made:
        image = made.documents.get(kinds.IMAGE, 0)
        image.take(Answer(code=-99))
        assert image.failed == Reason.CAMERA_OFFLINE
        assert not image.known
        assert image.read_at is None


@pytest.mark.parametrize(
    "value",
    [{}, {"Image": "x"}, {"Image": {}}, {"Image": 7}, {"Image": True}],
    ids=str,
)
async def test_answers_that_tell_nothing(
    session: ClientSession, value: dict[str, Json]
) -> None:
    """They are failures, though the device calls them fine."""
    async with raw_lab(session, done({"Image": {"bright": 7}}), done(value)) as made:
        image = made_of(made, kinds.IMAGE, 0)
        await image.read()
        await image.read()
        assert image.node.integer("bright") == 7
        assert image.failed is None


@pytest.mark.parametrize(
    "value",
    [{"Image": {"bright": 7}}, {"image": {"bright": 7}}, {"bright": 7},
     {"Image": [{"bright": 7}]}],
    ids=str,
)  # fmt: skip
async def test_wrappers(session: ClientSession, value: dict[str, Json]) -> None:
    """With, without, and in another spelling."""
    async with raw_lab(session, done(value)) as made:
        image = made_of(made, kinds.IMAGE, 0)
        await image.read()
        assert image.node.integer("bright") == 7
        assert [row.integer("bright") for row in image.nodes] == [7]
        assert image.at("bright").tree == {}
        assert image.at("a", "b").tree == {}


async def test_nothing_to_send_back(session: ClientSession) -> None:
    """A document that tells nothing is not sent back empty."""
    async with raw_lab(session, done({"Image": []}), refusal(-9)) as made:
        image = made_of(made, kinds.IMAGE, 0)
        err = await failure(image.write(("bright",), 1))
        assert isinstance(err, DeviceConnectionError)
        made.world.clock.clock.advance(10)
        err = await failure(image.write(("bright",), 1))
        assert isinstance(err, DeviceUnsupportedError)
        assert made.server.count("SetImage") == 0


async def test_a_bottomless_document(session: ClientSession) -> None:
    """It is kept and shown in part; to change it is an error of ours."""
    deep = b'[{"code":0,"value":{"Image":%b1%b}}]' % (b'{"a":' * 5000, b"}" * 5000)
    async with raw_lab(session, deep, deep) as made:
        for kind in (kinds.IMAGE, kinds.WHITE_LED):
            document = made_of(made, kind, 0)
            await document.read()
            err = await failure(document.write(("a", "b"), 1))
            assert err.reason is Reason.BAD_ANSWER
            assert len(json.dumps(document.dump())) < 1000
        assert made.server.asked == ["Login", "GetImage", "GetWhiteLed"]


# All of them


async def test_what_is_due(session: ClientSession) -> None:
    """The light ones and the unknown ones first; only of cameras that can be asked."""
    async with lab(session, FULL(), connect=True) as made:
        documents = made.documents
        image = documents.get(kinds.IMAGE, 0)
        led = documents.get(kinds.WHITE_LED, 0)
        heavy = documents.get(kinds.MD_ALARM, 0)
        other = documents.get(kinds.IMAGE, 1)
        ntp = documents.get(kinds.NTP)
        assert documents.get(kinds.IMAGE, 0) is image
        sources = [one.source for one in (heavy, image, led, other, ntp)]
        everything = [*sources, "nobody", "0.MdState"]
        assert documents.due(everything, {0, None}) == [led, image, ntp, heavy]
        assert documents.due(everything, {1}) == [other]
        assert documents.wait(everything, {0, None}) <= 0
        assert documents.wait(["nobody"], {0}) == math.inf
        assert not image.known
        await image.read()
        assert image.known
        assert documents.due(everything, {0, None}) == [led, ntp, heavy]
        for document in (led, ntp, heavy):
            await document.read()
        assert documents.due(everything, {0, None}) == []
        assert documents.wait(everything, {0, None}) == kinds.WHITE_LED.age
        await made.pass_by(kinds.IMAGE.age)
        assert documents.due(everything, {0, None}) == [led, image, ntp]


async def test_dump(session: ClientSession) -> None:
    """All that was read, without areas, tables and passwords of anybody."""
    async with lab(session, ReolinkOptions.nvr(2, full=True)) as made:
        documents = made.documents
        for kind in (kinds.MD_ALARM, kinds.REC_V20, kinds.EMAIL_V20, kinds.PRESETS):
            await documents.get(kind, 1).read()
        await documents.get(kinds.AI_ALARM, 0, "people").read()
        await documents.get(kinds.HDD).read()
        documents.get(kinds.MASK, 0).take(Answer(code=-9))
        documents.get(kinds.MASK, 1)
        dump = documents.dump()
        assert set(dump) == {
            *("0.AiAlarm.people", "0.Mask", "1.EmailV20", "1.MdAlarm", "1.PtzPreset"),
            *("1.RecV20", "HddInfo"),
        }
        assert dump["0.Mask"] == {"code": -9}
        assert isinstance(dump["HddInfo"], list)
        text = json.dumps(dump)
        assert "(4800 characters)" in text
        assert "0" * 161 not in text
        assert "1" * 161 not in text
        rows = Answer(value=Node({"PtzPreset": [{"id": n} for n in range(500)]}))
        documents.get(kinds.PRESETS, 0).take(rows)
        shown = documents.get(kinds.PRESETS, 0).dump()
        assert isinstance(shown, list)
        assert len(shown) == 65
        assert shown[-1] == "(500 rows)"


async def test_its_shape(session: ClientSession) -> None:
    """What features there are depends on rows and on missing fields, not on values."""
    rows: list[Json] = [{"id": 0}, {"id": 1}]
    async with raw_lab(
        session,
        *(done({"HddInfo": rows}), done({"HddInfo": rows[:1]}), done({"HddInfo": []})),
        *(done({"Rec": {"enable": 1}}), done({"Rec": {"enable": 0, "x": 1}})),
        *(done({"Rec": {"ENABLE": 0, "scheduleEnable": 0}}), refusal(-12)),
    ) as made:
        disks = made_of(made, kinds.HDD, None)
        shapes = [disks.shape]
        for _ in range(3):
            await disks.read()
            shapes.append(disks.shape)
        assert [len(shape) for shape in shapes] == [0, 2, 1, 0]
        recorder = made_of(made, kinds.REC_V20, 0)
        shapes = []
        for _ in range(3):
            await recorder.read()
            shapes.append(recorder.shape)
        assert shapes == [("scheduleEnable",), ("scheduleEnable",), ()]
        await failure(recorder.read())
        assert recorder.shape == ()


async def test_an_answer_that_was_taken_before(session: ClientSession) -> None:
    """It renews what is known; after a write of ours it counts again."""
    async with lab(session, FULL()) as made:
        led, clock = made.documents.get(kinds.WHITE_LED, 0), made.world.clock
        (answer,) = await made.client.ask([led.ask()])
        led.take(answer)
        tree = led.node.tree
        await made.pass_by(50)
        led.take(answer)
        assert led.node.tree is tree
        assert led.read_at == clock.now()
        assert not led.due(clock.now())
        led.take(Answer(code=-12))
        led.take(answer)
        assert not led.due(clock.now())
        await led.write(("bright",), 3)
        assert led.node.integer("bright") == 3
        await made.pass_by(3)
        led.take(answer)
        assert led.node.integer("bright") == 79
