"""Documents: written whole or in part, by one or many; what is kept of it."""

import asyncio
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink import kinds
from custom_components.watchpost.devices.vendors.reolink.documents import (
    Document,
    Documents,
    put,
)
from custom_components.watchpost.devices.vendors.reolink.kinds import Kind
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import Lab, RawLab, done, failure, lab, raw_lab

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


async def test_a_whole_document_is_sent_back_as_it_came(session: ClientSession) -> None:
    """Unknown fields, types, order: everything but the change is the same text."""
    async with raw_lab(session, done({"Isp": ODD})) as made:
        isp = made_of(made, kinds.ISP, 3)
        await isp.write(("gain", "max"), 50)
        (body,) = [one for one in made.server.bodies if one[0]["cmd"] == "SetIsp"]
        expected = json.loads(json.dumps(ODD))
        expected["gain"]["max"] = 50
        # Devices tell a wrong channel now and then: another camera would be changed.
        expected["channel"] = 3
        assert json.dumps(body[0]["param"]) == json.dumps({"Isp": expected})
        assert isp.at("gain").integer("max") == 50
        assert ODD["channel"] == 0


async def test_a_write_changes_nothing_else(session: ClientSession) -> None:
    """In a unit that checks every type, range and field that must be there."""
    async with lab(session, FULL()) as made:
        for kind, path, value in (
            (kinds.ISP, ("dayNight",), "Color"),
            (kinds.IMAGE, ("bright",), 7),
            (kinds.OSD, ("osdChannel", "name"), "Caf\xe9 \u2603"),
            (kinds.ENC, ("audio",), 0),
        ):
            before = made.unit.settings.fields(kind.name) if kind.name != "Enc" else {}
            document = made.documents.get(kind, 0)
            await document.write(path, value)
            if kind.name != "Enc":
                put(before, path, value)
                assert made.unit.settings.fields(kind.name) == before
        assert made.unit.encoders[0].fields["audio"] == 0
        (encoder,) = written(made, "SetEnc")
        names = {
            name
            for part in ("mainStream", "subStream")
            for name in encoder["Enc"][part]
        }
        assert not names & {"width", "height", "vType"}


@pytest.mark.parametrize("spelling", ["wlAiDetectType", "wIAiDetectType"])
async def test_a_part_in_the_spelling_of_the_device(
    session: ClientSession, spelling: str
) -> None:
    """Only what changes is sent, under the name that the device has for it."""
    options = FULL(white_led_key=spelling)
    async with lab(session, options) as made:
        led = made.documents.get(kinds.WHITE_LED, 0)
        await led.read()
        await led.write((spelling.lower(), "PEOPLE"), 0)
        (param,) = written(made, "SetWhiteLed")
        assert param == {"WhiteLed": {"channel": 0, spelling: {"people": 0}}}
        assert led.at(spelling).integer("people") == 0
        assert led.at(spelling).integer("dog_cat") == 1
        assert list(led.node).count(spelling) == 1


@pytest.mark.parametrize(
    ("version", "kind", "part", "path", "value", "param"),
    [
        (1, kinds.REC_V20, "", ("preRec",), 0,
         {"Rec": {"preRec": 0, "schedule": {"channel": 1}}}),
        (1, kinds.EMAIL_V20, "", ("scheduleEnable",), 0,
         {"Email": {"scheduleEnable": 0, "schedule": {"channel": 1}}}),
        (1, kinds.EMAIL_V20, "", ("schedule", "table", "MD"), "0" * 168,
         {"Email": {"schedule": {"table": {"MD": "0" * 168}, "channel": 1}}}),
        (1, kinds.WHITE_LED, "", ("mode",), 1,
         {"WhiteLed": {"mode": 1, "channel": 1}}),
        (1, kinds.AI_CFG, "", ("aiTrack",), 0, {"aiTrack": 0, "channel": 1}),
        (1, kinds.AI_ALARM, "people", ("sensitivity",), 5,
         {"channel": 1,
          "AiAlarm": {"ai_type": "people", "sensitivity": 5, "channel": 1}}),
        (0, kinds.EMAIL, "", ("schedule", "enable"), 0,
         {"Email": {"schedule": {"enable": 0, "channel": 1}}}),
    ],
)  # fmt: skip
async def test_where_a_write_names_the_channel(
    session: ClientSession,
    version: int,
    kind: Kind,
    part: str,
    path: tuple[str, ...],
    value: Json,
    param: dict[str, Json],
) -> None:
    """Among the fields, in the schedule, or beside them; the unit accepts it."""
    options = ReolinkOptions.nvr(2, full=True)
    options.schedule_version = 0 if version == 0 else 1
    async with lab(session, options) as made:
        document = made.documents.get(kind, 1, part)
        await document.read()
        await document.write(path, value)
        assert written(made, f"Set{kind.name}") == [param]
        assert document.at(*path[:-1]).value(path[-1]) == value


async def test_the_older_detection(session: ClientSession) -> None:
    """Both the question and the write have to say of which kind it is."""
    options = ReolinkOptions.nvr(2, full=True)
    options.schedule_version = 0
    async with lab(session, options) as made:
        alarm = made.documents.get(kinds.ALARM, 1)
        await alarm.read()
        (call,) = made.unit.calls_of("GetAlarm")
        assert dict(call.param) == {"Alarm": {"type": "md", "channel": 1}}
        rows: list[Json] = [{"id": 0, "sensitivity": 7}]
        await alarm.write(("sens",), rows)
        expected = {"type": "md", "sens": rows, "channel": 1}
        assert written(made, "SetAlarm") == [{"Alarm": expected}]


async def test_documents_of_the_device(session: ClientSession) -> None:
    """They name no channel."""
    async with lab(session, FULL()) as made:
        await made.documents.get(kinds.NTP).write(("enable",), 1)
        maintenance = made.documents.get(kinds.AUTO_MAINT)
        await maintenance.write(("hour",), 5)
        assert written(made, "SetNtp") == [{"Ntp": {"enable": 1}}]
        assert written(made, "SetAutoMaint") == [
            {"AutoMaint": {
                "enable": 1, "hour": 5, "min": 0, "sec": 0, "weekDay": "Sunday"
            }}
        ]  # fmt: skip


async def test_several_values_in_one_command(session: ClientSession) -> None:
    """And each write asks first for what it does not know."""
    async with lab(session, FULL(), connect=True) as made:
        image = made.documents.get(kinds.IMAGE, 0)
        await image.write_all({("bright",): 1, ("hue",): 2})
        assert made.commands() == ["GetImage", "SetImage"]
        await image.write(("bright",), 3)
        assert made.commands()[2:] == ["SetImage"]
        await made.pass_by(10)
        made.unit.settings.change("Image", hue=99)
        await image.write(("bright",), 4)
        # What has changed meanwhile at the device is not undone.
        assert made.commands()[3:] == ["GetImage", "SetImage"]
        fields = made.unit.settings.fields("Image")
        assert (fields["bright"], fields["hue"]) == (4, 99)


async def test_writers_at_once_lose_nothing(session: ClientSession) -> None:
    """Whole documents and parts of them, by several callers."""
    async with lab(session, FULL()) as made:
        image = made.documents.get(kinds.IMAGE, 0)
        led = made.documents.get(kinds.WHITE_LED, 0)
        names = ("bright", "contrast", "hue", "saturation", "sharpen")
        work = [image.write((name,), n) for n, name in enumerate(names)]
        work += [led.write(("state",), 1), led.write(("bright",), 33)]
        await asyncio.gather(*work)
        fields = made.unit.settings.fields("Image")
        assert [fields[name] for name in names] == [0, 1, 2, 3, 4]
        assert [image.node.integer(name) for name in names] == [0, 1, 2, 3, 4]
        fields = made.unit.settings.fields("WhiteLed")
        assert (fields["state"], fields["bright"]) == (1, 33)


@pytest.mark.parametrize(
    ("code", "error"),
    [(-26, Reason.NO_PERMISSION), (-13, Reason.FAILED), (-4, Reason.INVALID_VALUE)],
)
async def test_a_refused_write(
    session: ClientSession, code: int, error: Reason
) -> None:
    """What is shown stays what it was; the next writer is not held up."""
    async with lab(session, FULL()) as made:
        for kind in (kinds.IMAGE, kinds.WHITE_LED):
            document = made.documents.get(kind, 0)
            await document.read()
            before = document.node.integer("bright")
            made.unit.plans.refuse(f"Set{kind.name}", code)
            assert (await failure(document.write(("bright",), 9))).reason is error
            assert document.node.integer("bright") == before
            await document.write(("bright",), 8)
            assert made.unit.settings.fields(kind.name)["bright"] == 8


async def test_an_uncertain_write(session: ClientSession) -> None:
    """Nobody knows: what is shown stays, and is soon read again."""
    async with lab(session, FULL()) as made:
        led = made.documents.get(kinds.WHITE_LED, 0)
        await led.read()
        made.unit.faults.add(FaultKind.DROP_AFTER)
        err = await failure(led.write(("bright",), 9))
        assert err.reason is Reason.COMMAND_UNCERTAIN
        await made.pass_by(3)
        assert led.due(made.world.clock.now())
        await led.read()
        assert led.node.integer("bright") == 9


async def test_a_change_that_is_refused_by_its_maker(session: ClientSession) -> None:
    """Nothing is sent and nothing is kept."""
    async with lab(session, FULL()) as made:
        image = made.documents.get(kinds.IMAGE, 0)

        def change(tree: dict[str, Json]) -> None:
            tree["bright"] = 1
            raise DeviceRequestError

        assert isinstance(await failure(image.change(change)), DeviceRequestError)
        assert image.node.integer("bright") == 128
        assert written(made, "SetImage") == []


async def test_what_was_told_before_a_write_is_not_believed(
    session: ClientSession,
) -> None:
    """A reading that was under way meanwhile would undo it, and so would the next."""
    async with lab(session, FULL()) as made:
        for kind in (kinds.IMAGE, kinds.WHITE_LED):
            document = made.documents.get(kind, 0)
            await document.read()
            (early,) = await made.client.ask([document.ask()])
            await document.write(("bright",), 9)
            document.take(early)
            assert document.node.integer("bright") == 9
            await made.pass_by(3)
            assert document.due(made.world.clock.now())
            await document.read()
            assert document.node.integer("bright") == 9


async def test_a_reading_right_after_a_write_is_repeated(
    session: ClientSession,
) -> None:
    """The device may still be at it, and tell what was before."""
    async with lab(session, FULL()) as made:
        image = made.documents.get(kinds.IMAGE, 0)
        await image.write(("bright",), 9)
        made.unit.settings.change("Image", bright=128)
        await made.pass_by(1)
        await image.read()
        assert image.node.integer("bright") == 9
        await made.pass_by(1)
        assert not image.due(made.world.clock.now())
        await made.pass_by(1)
        assert image.due(made.world.clock.now())
        await image.read()
        assert image.node.integer("bright") == 128
        assert image.due_at == made.world.clock.now() + kinds.IMAGE.age


async def test_a_document_that_others_have_written(session: ClientSession) -> None:
    """Who knows when the device will be done says so; it is read before as well."""
    async with lab(session, FULL()) as made:
        image, clock = made.documents.get(kinds.IMAGE, 0), made.world.clock
        await image.read()
        image.outdate(3)
        made.unit.settings.change("Image", bright=9)
        await image.read()
        assert image.node.integer("bright") == 9
        assert image.due_at == clock.now() + 3
        image.outdate()
        assert image.due(clock.now())
