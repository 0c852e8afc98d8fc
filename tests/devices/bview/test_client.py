"""Login, answers, redirections and pauses of the client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.transport.payload import PayloadError
from custom_components.watchpost.devices.vendors.bview.client import (
    FORM,
    Client,
    first_that_exists,
)
from custom_components.watchpost.devices.vendors.bview.codes import CodeError
from custom_components.watchpost.devices.vendors.bview.const import (
    CALIBRATION,
    DEVICE_INFO,
    MOTION_JPEG,
    NETWORK_GAP,
)
from tests.devices.world import FakeClock
from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewOptions

from .settings_rig import login_to, settings_bench

HTML = b"<html><body>login</body></html>"
EMAIL = "/Network/EMail"


@pytest.mark.parametrize("auth", ["basic", "digest", "both"])
async def test_login(session: ClientSession, auth: str) -> None:
    """Basic as in the examples; a digest only if nothing else is taken."""
    options = BviewOptions.full(auth=auth, username="ünal", password='p@ss "w":ö')
    async with settings_bench(session, options, learn=False) as bench:
        for _ in range(3):
            await bench.client.get(DEVICE_INFO)
        kinds = [
            record.headers.get("Authorization", "").partition(" ")[0]
            for record in bench.unit.requests
        ]
        if auth == "digest":
            # Once refused, once asked for the challenge, and never again.
            assert kinds == ["Basic", "", *["Digest"] * (len(kinds) - 2)]
        else:
            assert set(kinds) == {"Basic"}
        assert bench.client.username == "ünal"


@pytest.mark.parametrize("auth", ["basic", "digest", "both"])
@pytest.mark.parametrize("body", [True, False])
async def test_wrong_password(session: ClientSession, auth: str, body: bool) -> None:
    """A refused login is told, with and without a document in the refusal."""
    options = BviewOptions.full(auth=auth, denied_body=body)
    async with settings_bench(session, options, learn=False) as bench:
        bench.unit.set_password("another")
        with pytest.raises(DeviceAuthError) as caught:
            await bench.client.get(DEVICE_INFO)
        assert caught.value.reason is Reason.INVALID_AUTH


async def test_stale_nonce(session: ClientSession) -> None:
    """A nonce that is used up costs another challenge and nothing else."""
    options = BviewOptions.full(auth="digest", nonce_uses=2)
    async with settings_bench(session, options) as bench:
        for _ in range(5):
            await bench.client.get(DEVICE_INFO)
        async with bench.client.open(MOTION_JPEG, live=True) as stream:
            assert stream.status == 200


async def test_stream_with_digest(session: ClientSession) -> None:
    """A stream may be the first that is asked for a digest."""
    options = BviewOptions.full(auth="digest")
    async with settings_bench(session, options, learn=False) as bench:
        client = Client(
            HttpTransport(session, login := _login(bench.unit.port)),
            login,
            bench.world.clock,
        )
        async with client.open(MOTION_JPEG, live=True) as stream:
            assert stream.status == 200
            assert await anext(stream.chunks)


def _login(port: int) -> Login:
    options = BviewOptions()
    return Login(
        host="127.0.0.1",
        port=port,
        username=options.username,
        password=options.password,
    )


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (-1, DeviceRequestError, Reason.INVALID_VALUE),
        (-2, DeviceRequestError, Reason.INVALID_VALUE),
        (-3, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (-4, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (-5, DeviceRequestError, Reason.INVALID_VALUE),
        (-6, DeviceConnectionError, Reason.BUSY),
        (-7, DeviceError, Reason.REFUSED),
        (-8, DeviceError, Reason.FAILED),
        (-9, DeviceError, Reason.REFUSED),
        (-10, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (-11, DeviceConnectionError, Reason.SESSIONS_FULL),
        (-12, DeviceRequestError, Reason.NOT_NOW),
        (-13, DeviceError, Reason.REFUSED),
        (-14, DeviceConnectionError, Reason.BUSY),
        (-45, DeviceError, Reason.REFUSED),
        (7, DeviceError, Reason.REFUSED),
    ],
)
@pytest.mark.parametrize("status", ["200", "400"])
async def test_codes(
    session: ClientSession,
    code: int,
    kind: type[DeviceError],
    reason: Reason,
    status: str,
) -> None:
    """A code means the same whatever HTTP status carries it, to reads and writes."""
    options = BviewOptions.full(error_status=status)
    async with settings_bench(session, options, learn=False) as bench:
        bench.unit.plans.refuse("/Record", code, method="GET")
        bench.unit.plans.refuse("/System/SendTestEmail", code)
        for attempt in (
            bench.client.get("/Record"),
            bench.client.put("/System/SendTestEmail"),
        ):
            with pytest.raises(DeviceError) as caught:
                await attempt
            assert type(caught.value) is kind
            assert caught.value.reason is reason


@asynccontextmanager
async def answering(
    session: ClientSession, handler: Callable[[web.BaseRequest], web.Response]
) -> AsyncIterator[tuple[Client, list[str]]]:
    """Run a web server that answers as it is told, and a client for it."""
    seen: list[str] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        seen.append(f"{request.method} {request.path_qs}")
        return handler(request)

    runner = web.ServerRunner(web.Server(serve))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _host, port, *_ = runner.addresses[0]
    login = Login(host="127.0.0.1", port=port, username="a", password="b")
    yield Client(HttpTransport(session, login), login, FakeClock(VirtualClock())), seen
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, HTML, None),
        (200, b"", Reason.BAD_ANSWER),
        (200, b"not xml", Reason.BAD_ANSWER),
        (200, b"<ResponseStatus/>", Reason.BAD_ANSWER),
        (200, b"<ResponseStatus><statusCode>0</statusCode></ResponseStatus>", None),
        (400, HTML, Reason.INVALID_VALUE),
        (401, b"", Reason.INVALID_AUTH),
        (403, HTML, Reason.NO_PERMISSION),
        (403, b"", Reason.NO_PERMISSION),
        (404, b"gone", Reason.UNSUPPORTED),
        (405, b"", Reason.UNSUPPORTED),
        (418, b"", Reason.BAD_ANSWER),
        (500, b"", Reason.FAILED),
        (501, b"", Reason.UNSUPPORTED),
        (503, HTML, Reason.BUSY),
        (500, b"<ResponseStatus><statusCode>-3</statusCode></ResponseStatus>", None),
        (401, b"<ResponseStatus><statusCode>-3</statusCode></ResponseStatus>", None),
    ],
    ids=range(17),
)
async def test_status(
    session: ClientSession, status: int, body: bytes, reason: Reason | None
) -> None:
    """The body decides before the status, but for a refused login."""
    document = b"<Record><PreRecord>5</PreRecord></Record>"
    async with answering(session, lambda _: web.Response(status=status, body=body)) as (
        client,
        _,
    ):
        if reason is not None:
            with pytest.raises(DeviceError) as caught:
                await client.get("/Record")
            assert caught.value.reason is reason
            if status == 200 and not body:
                await client.put("/Record", document)
                return
            with pytest.raises(DeviceError) as caught:
                await client.put("/Record", document)
            assert caught.value.reason is reason
        elif body == HTML:
            for attempt in (client.get("/Record"), client.put("/Record", document)):
                with pytest.raises(PayloadError):
                    await attempt
        elif status == 200:
            with pytest.raises(PayloadError):
                await client.get("/Record")
            await client.put("/Record", document)
        elif status == 401:
            with pytest.raises(DeviceAuthError):
                await client.put("/Record", document)
        else:
            with pytest.raises(CodeError) as refused:
                await client.ask("/Record")
            assert refused.value.code == -3


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("/New/Place?a=b", "/New/Place?a=b"),
        ("Other%20Place", "/Other%20Place"),
        ("?a=b", "/Record?a=b"),
        ("http://127.0.0.1:{port}/New", "/New"),
    ],
)
async def test_moved(session: ClientSession, target: str, seen: str) -> None:
    """What was moved is read where it is, on the same camera."""

    def serve(request: web.BaseRequest) -> web.Response:
        if request.path_qs == "/Record":
            there = target.format(port=request.url.port)
            return web.Response(status=302, headers={"Location": there})
        return web.Response(body=b"<Record/>")

    async with answering(session, serve) as (client, asked):
        assert (await client.get("/Record")).root.name == "Record"
        assert asked == ["GET /Record", f"GET {seen}"]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/New",
        "https://127.0.0.1/New",
        "//127.0.0.2/New",
        "http://a:b@127.0.0.1:{port}/New",
        "http://[::1",
        "@127.0.0.2/x",
        ".example.com/x",
        "5/x",
        "",
    ],
    ids=range(9),
)
async def test_led_astray(session: ClientSession, target: str) -> None:
    """The login goes to nobody else, whatever an answer says."""

    def serve(request: web.BaseRequest) -> web.Response:
        there = target.format(port=request.url.port)
        return web.Response(status=301, headers={"Location": there})

    async with answering(session, serve) as (client, asked):
        with pytest.raises(DeviceConnectionError):
            await client.get("/Record")
        assert all(one.startswith("GET /") for one in asked)
        assert len(asked) <= 2


async def test_moved_elsewhere(session: ClientSession) -> None:
    """Nobody is led to another host, nor in circles; a write is not led at all."""
    places = iter(["http://192.0.2.1/Record", "/Record"])

    def serve(request: web.BaseRequest) -> web.Response:
        if request.method == "PUT":
            return web.Response(status=302, headers={"Location": "/x"})
        return web.Response(status=302, headers={"Location": next(places, "/Record")})

    async with answering(session, serve) as (client, asked):
        for _ in range(2):
            with pytest.raises(DeviceConnectionError):
                await client.get("/Record")
        assert len(asked) == 3
        with pytest.raises(DeviceConnectionError):
            await client.put("/Record", b"<Record/>")
        assert asked[3:] == ["PUT /Record"]


async def test_network_pauses(session: ClientSession) -> None:
    """Between two writes below /Network there are five seconds; others do not wait."""
    async with settings_bench(session, learn=False) as bench:
        body = (await bench.client.get(EMAIL)).render()
        for _ in range(3):
            await bench.client.put(EMAIL, body)
        await bench.client.put("/Record", (await bench.client.get("/Record")).render())
        assert bench.world.clock.slept == [NETWORK_GAP, NETWORK_GAP]
        bench.pass_by(NETWORK_GAP)
        await bench.client.put(EMAIL, body)
        assert len(bench.world.clock.slept) == 2
        bench.pass_by(NETWORK_GAP)
        assert len(bench.unit.writes_of(EMAIL)) == 4


async def test_refused_network_write_pauses_as_well(session: ClientSession) -> None:
    """Whether a write was stored is not known: the next one waits."""
    async with settings_bench(session, learn=False) as bench:
        body = (await bench.client.get(EMAIL)).render()
        bench.unit.plans.refuse(EMAIL, -8, method="PUT", count=1)
        with pytest.raises(DeviceError):
            await bench.client.put(EMAIL, body)
        await bench.client.put(EMAIL, body)
        assert bench.world.clock.slept == [NETWORK_GAP]


async def test_clock_set_back(session: ClientSession) -> None:
    """A clock that was set back stops nothing for hours."""
    async with settings_bench(session, learn=False) as bench:
        client = bench.client
        client.quiet_until = bench.world.clock.now() + 10 * CALIBRATION
        document = await client.get("/Images/1/Basic")
        await client.put("/Images/1/Basic", document.render())


async def test_quiet_lens(session: ClientSession) -> None:
    """While the lens calibrates itself nothing disturbs it; all else goes on."""
    async with settings_bench(session, learn=False) as bench:
        client = bench.client
        client.quiet_until = bench.world.clock.now() + 200
        basic = await client.get("/Images/1/Basic")
        for path, body, kind in (
            ("/Images/1/Basic", basic.render(), "application/xml"),
            ("/PTZ/1/ZoomIn", b"Param1=2&Param2=1", FORM),
        ):
            with pytest.raises(DeviceRequestError) as caught:
                await client.put(path, body, content_type=kind)
            assert caught.value.reason is Reason.LENS_CALIBRATING
            assert caught.value.placeholders == {"minutes": "4"}
        await client.put("/Record", (await client.get("/Record")).render())
        bench.pass_by(201)
        await client.put("/Images/1/Basic", basic.render())


async def test_doubt(session: ClientSession) -> None:
    """After an outage nothing is ordered before it is known who answers."""
    async with settings_bench(session, learn=False) as bench:
        asked: list[str] = []

        async def verify() -> None:
            asked.append("who")
            bench.client.doubtful = False

        bench.client.verify = verify
        await bench.unit.stop()
        with pytest.raises(DeviceConnectionError):
            await bench.client.get("/Record")
        assert bench.client.doubtful
        await bench.unit.start()
        await bench.client.put("/System/SendTestEmail")
        await bench.client.put("/System/SendTestEmail")
        assert asked == ["who"]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"\xff\xd8\xff\xd9", None),
        (200, b"", Reason.NO_PICTURE),
        (200, b"GIF89a", Reason.BAD_ANSWER),
        (200, b"<ResponseStatus><statusCode>-8</statusCode></ResponseStatus>", "code"),
        (200, b"<Snapshot/>", Reason.NO_PICTURE),
        (404, b"\xff\xd8\xff\xd9", Reason.UNSUPPORTED),
        (503, b"", Reason.BUSY),
    ],
    ids=range(7),
)
async def test_picture(
    session: ClientSession, status: int, body: bytes, reason: Reason | str | None
) -> None:
    """Only a JPEG is a picture."""
    async with answering(session, lambda _: web.Response(status=status, body=body)) as (
        client,
        _,
    ):
        if reason is None:
            assert await client.picture() == body
            return
        with pytest.raises(DeviceError) as caught:
            await client.picture()
        wanted = Reason.FAILED if reason == "code" else reason
        assert caught.value.reason is wanted


async def test_first_that_exists() -> None:
    """Spellings of a path are tried until one is known, and no further."""
    tried: list[int] = []

    def attempt(number: int, error: Exception | None) -> Callable[[], Awaitable[int]]:
        async def ask() -> int:
            tried.append(number)
            if error is not None:
                raise error
            return number

        return ask

    missing = DeviceUnsupportedError()
    found = await first_that_exists(
        (attempt(1, CodeError(-10)), attempt(2, missing), attempt(3, None))
    )
    assert (found, tried) == (3, [1, 2, 3])
    with pytest.raises(CodeError):
        await first_that_exists((attempt(4, CodeError(-5)), attempt(5, None)))
    with pytest.raises(DeviceAuthError):
        await first_that_exists((attempt(6, DeviceAuthError()), attempt(7, None)))
    with pytest.raises(DeviceUnsupportedError):
        await first_that_exists((attempt(8, missing), attempt(9, missing)))
    assert tried == [1, 2, 3, 4, 6, 8, 9]


async def test_impossible_login(session: ClientSession) -> None:
    """A name that no camera can be told is a wrong login, not an accident."""
    async with settings_bench(session, learn=False) as bench:
        login = login_to(bench.unit, username="a:b")
        client = Client(HttpTransport(session, login), login, bench.world.clock)
        before = len(bench.unit.requests)
        with pytest.raises(DeviceAuthError):
            await client.get(DEVICE_INFO)
        assert len(bench.unit.requests) == before


async def test_two_challenges_at_once(session: ClientSession) -> None:
    """Who is asked for a digest while somebody else is, asks again as well."""
    options = BviewOptions.full(auth="digest")
    async with settings_bench(session, options, learn=False) as bench:
        login = login_to(bench.unit)
        client = Client(HttpTransport(session, login), login, bench.world.clock)

        async def watch() -> int:
            async with client.open(MOTION_JPEG, live=True) as stream:
                return stream.status

        assert await asyncio.gather(*(watch() for _ in range(4))) == [200] * 4


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, b"<Location>1</Location>"),
        (200, b"<Record><PreRecord>5</PreRecord></Record>"),
        (200, b"<ResponseStatus><statusCode>OK</statusCode></ResponseStatus>"),
    ],
    ids=range(3),
)
async def test_told_what_was_written(
    session: ClientSession, status: int, body: bytes
) -> None:
    """A write may be answered with what it has made (section 7)."""
    async with answering(session, lambda _: web.Response(status=status, body=body)) as (
        client,
        _,
    ):
        await client.put("/Record", b"<Record><PreRecord>5</PreRecord></Record>")


async def test_stop_does_not_ask_first(session: ClientSession) -> None:
    """A stop is sent at once after an outage; all else waits for who answers."""
    async with settings_bench(session, learn=False) as bench:
        asked: list[str] = []

        async def verify() -> None:
            asked.append("who")

        bench.client.verify, bench.client.doubtful = verify, True
        stop = b"Param1=2&Param2=1"
        await bench.client.put("/PTZ/1/ZoomIn", stop, content_type=FORM, urgent=True)
        assert asked == []
        await bench.client.put("/System/SendTestEmail")
        assert asked == ["who"]
