"""Many commands in a request: limits, places, collapsed and hostile answers."""

from contextlib import suppress
import json
import random

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
)
from custom_components.watchpost.devices.vendors.reolink.client import Ask, Batch
from custom_components.watchpost.devices.vendors.reolink.codes import NO_ANSWER
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .client_rig import (
    TIME,
    Reply,
    done,
    failure,
    lab,
    motions,
    raw_lab,
    refusal,
)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (35, [35]), (36, [35, 1]), (80, [35, 35, 10])],
)
async def test_a_request_has_35_commands(
    session: ClientSession, count: int, sizes: list[int]
) -> None:
    """More than that go into the next one; all answers are in their places."""
    async with lab(session, ReolinkOptions.nvr(16)) as made:
        for number in (0, 3, 7):
            made.unit.detect(number)
        asks = [
            Ask(command="GetMdState", param={"channel": number % 16})
            for number in range(count)
        ]
        answers = await made.client.ask(asks)
        assert made.sizes() == sizes
        seen = [answer.value.integer("state") for answer in answers]
        assert seen == [int(number % 16 in (0, 3, 7)) for number in range(count)]


async def test_names_of_answers_are_not_believed(session: ClientSession) -> None:
    """The place counts: the guide's own examples carry wrong names."""
    names = [f"Get{number}" for number in range(10)]
    random.Random(7).shuffle(names)
    body = json.dumps(
        [
            {"cmd": name, "code": 0, "value": {"n": number}}
            for number, name in enumerate(names)
        ]
    ).encode()
    async with raw_lab(session, body) as made:
        answers = await made.client.ask([Ask(command=f"Get{n}") for n in range(10)])
        assert [answer.value.integer("n") for answer in answers] == list(range(10))


async def test_one_refusal_concerns_nobody_else(session: ClientSession) -> None:
    """Each answer has its own code."""
    async with lab(session, ReolinkOptions.nvr(16, online=15), connect=True) as made:
        made.unit.plans.refuse("GetMdState", -12, channel=4)
        answers = await made.client.ask(motions())
        codes = {number: one.code for number, one in enumerate(answers) if one.code}
        assert codes == {8: -12, 30: -99, 31: -99}
        assert made.sizes() == [32]


@pytest.mark.parametrize("code", [-8, -10, -16, -25, -99, -1, -9, -31])
async def test_a_batch_that_collapses_once(session: ClientSession, code: int) -> None:
    """Two halves are enough."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.plans.collapse(code)
        answers = await made.client.ask(motions())
        assert [answer.code for answer in answers] == [0] * 32
        assert made.sizes() == [32, 16, 16]


@pytest.mark.parametrize("code", [-8, -10, -16, -99])
async def test_a_command_that_has_all_others_collapse(
    session: ClientSession, code: int
) -> None:
    """Only its own half is taken apart; all but it are answered."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.plans.refuse(
            "GetAiState", code, channel=11, count=None, collapse=True
        )
        answers = await made.client.ask(motions())
        assert [n for n, one in enumerate(answers) if one.code] == [23]
        assert answers[23].code == code
        assert made.sizes() == [32, 16, 16, *[1] * 16]


@pytest.mark.parametrize("code", [-8, -10, -16])
async def test_everything_collapses(session: ClientSession, code: int) -> None:
    """There are three requests more than commands, and no more."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.plans.collapse(code, count=None)
        answers = await made.client.ask(motions(35 - 3))
        assert {answer.code for answer in answers} == {code}
        assert len(made.sizes()) == 32 + 3


@pytest.mark.parametrize("code", [-5, -507, -105, -506, -7])
async def test_what_concerns_the_login_is_not_taken_apart(
    session: ClientSession, code: int
) -> None:
    """Each part of the request would be refused alike."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.plans.collapse(code, count=None)
        answers = await made.client.ask(motions())
        assert [answer.code for answer in answers] == [code] * 32
        assert made.sizes() == [32]


@pytest.mark.parametrize("by", [1, 5, 31, 32])
async def test_a_short_answer(session: ClientSession, by: int) -> None:
    """Nobody knows which of the answers are missing: all are asked again."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        for number in range(16):
            made.unit.detect(number, active=number % 3 == 0)
        made.unit.plans.shorten(by)
        answers = await made.client.ask(motions())
        seen = [answer.value.integer("state") for answer in answers[::2]]
        assert seen == [int(number % 3 == 0) for number in range(16)]
        assert made.sizes() == [32, 16, 16]


async def test_always_short(session: ClientSession) -> None:
    """One by one they are answered."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.plans.shorten(1, count=None)
        answers = await made.client.ask(motions())
        assert {answer.code for answer in answers} == {0}
        assert made.sizes() == [32, 16, *[1] * 16, 16, *[1] * 16]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"[]", [NO_ANSWER]),
        (done({"n": 1}, {"n": 2}), [0]),
        (refusal(-9, 3), [-9]),
    ],
    ids=["none", "two", "three refusals"],
)
async def test_a_single_question(
    session: ClientSession, body: bytes, codes: list[int]
) -> None:
    """It is not taken apart; of several answers the first one is its own."""
    async with raw_lab(session, last=body) as made:
        answers = await made.client.ask([TIME])
        assert [answer.code for answer in answers] == codes
        assert made.server.asked == ["Login", "GetTime"]


async def test_a_session_lost_in_the_middle(session: ClientSession) -> None:
    """A request that was taken apart can lose its login, too."""
    async with raw_lab(
        session, refusal(-16), refusal(-6), done(*[{}] * 2), done(*[{}] * 2)
    ) as made:
        answers = await made.client.ask([TIME] * 4)
        assert [answer.code for answer in answers] == [0] * 4
        assert made.server.count("Login") == 2
        assert [len(body) for body in made.server.bodies if len(body) > 1] == [
            *(4, 2, 2, 2)
        ]


async def test_a_batch_is_encoded_once(session: ClientSession) -> None:
    """It can be sent again and again; what has not changed is the same object."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        batch = Batch(motions())
        first = await made.client.send(batch)
        second = await made.client.send(batch)
        assert all(a is b for a, b in zip(first, second, strict=True))
        made.unit.detect(5)
        third = await made.client.send(batch)
        changed = [n for n, one in enumerate(third) if one is not first[n]]
        assert changed == [10]
        made.unit.plans.collapse(-16)
        again = await made.client.send(batch)
        assert [answer.code for answer in again] == [0] * 32
        assert len({bytes(record.body) for record in made.unit.requests[:4]}) == 1


# Hostile answers

HOSTILE: dict[str, bytes | Reply] = {
    "html": b"<html><body>It works!</body></html>",
    "empty": b"",
    "zeros": b"\x00" * 100,
    "huge": b"[" + b'{"code":0},' * 300_000 + b"{}]",
    "many": b"[" + b"{}," * 10_000 + b"{}]",
    "endless number": b"[" + b"9" * 1_000_000 + b"]",
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'[{"code":0,"value":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_002,
    "no objects": b'[1,"a",null,[[]]]',
    "text": b'"Login"',
    "code as text": b'[{"code":"no","value":"x"}]',
    "booleans": b'[{"code":true,"value":false,"error":true}]',
    "wrong error": b'[{"code":1,"error":[[{"rspCode":{}}]]}]',
    "nan": b'[{"code":NaN,"value":{"rspCode":-Infinity}}]',
    "large code": b'[{"code":1,"error":{"rspCode":-%b}}]' % (b"9" * 400),
    "half a character": b'[{"code":0,"value":{"a":"\\ud800"}}]',
    "no text": b"\xff\xfe\xfd" * 10,
    "not found": Reply(status=404, body=b""),
    "unauthorized": Reply(status=401, body=b"<html>"),
    "redirect": Reply(status=302, headers=("Location: http://127.0.0.1:1/",)),
    "bad gzip": Reply(body=b"no gzip", headers=("Content-Encoding: gzip",)),
    "bad deflate": Reply(body=b"\xff", headers=("Content-Encoding: deflate",)),
    "bad brotli": Reply(body=b"no", headers=("Content-Encoding: br",)),
    "bad zstd": Reply(body=b"no", headers=("Content-Encoding: zstd",)),
    "bad chunks": Reply(
        raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    ),
    "two lengths": Reply(
        raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    ),
    "bad status": Reply(raw=b"HTTP/1.1 abc OK\r\n\r\n"),
    "long head": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
    "many heads": Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n"),
    "other protocol": Reply(raw=b"SSH-2.0-dropbear\r\n\r\n"),
    "early end": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]"),
    "only continue": Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "drop": Reply(drop=True),
    "hang": Reply(hang=True),
    "slowly": Reply(slowly=True),
}


@pytest.mark.parametrize("login", [False, True], ids=["answer", "login"])
@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_answers(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, name: str, login: bool
) -> None:
    """They raise device errors and nothing else, soon; few requests are spent."""
    for constant in (
        "client.TIMEOUT",
        "client.SNAP_TIMEOUT",
        "session.TIMEOUT",
        "session.LOGOUT_TIMEOUT",
    ):
        monkeypatch.setattr(
            f"custom_components.watchpost.devices.vendors.reolink.{constant}",
            0.2,
        )
    nasty = HOSTILE[name]
    async with raw_lab(session, last=nasty) as made:
        if login:
            made.server.login = Reply(body=nasty) if isinstance(nasty, bytes) else nasty
        for work in (
            made.client.ask([TIME] * 4, seconds=0.2),
            made.client.read(TIME, seconds=0.2),
            made.client.act(TIME),
            made.client.picture(0),
        ):
            with suppress(DeviceError):
                await work
        assert len(made.server.asked) <= 40


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.GARBAGE,
        FaultKind.TRUNCATED,
        FaultKind.CLIPPED,
        FaultKind.HTML,
        FaultKind.HUGE,
        FaultKind.EMPTY,
        FaultKind.DROP_AFTER,
    ],
)
async def test_faults_of_a_unit(session: ClientSession, kind: FaultKind) -> None:
    """Each is one error; the next request is fine, in the same login."""
    async with lab(session, ReolinkOptions.nvr(16), connect=True) as made:
        made.unit.faults.add(kind, count=2)
        err = await failure(made.client.ask(motions()))
        assert isinstance(err, DeviceConnectionError)
        made.unit.faults.clear()
        assert len(await made.client.ask(motions())) == 32
        assert made.client.logins == 1
