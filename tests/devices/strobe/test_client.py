"""Sessions, error codes and the forms of an alarm."""

import asyncio

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import LampCommand
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import Cadence
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.strobe.client import Client
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import World
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.documents import AUDIO
from tests.emulators.strobe.routes import (
    API_ALARM,
    DEVICE_INFO,
    FILES,
    LOGIN,
    MODES,
    URL_ALARM,
)

from .bench import Bench, login_to
from .conftest import MakeBench, with_options

ON = LampCommand(on=True)


@pytest.fixture
def client(unit: StrobeEmulator, world: World, session: ClientSession) -> Client:
    """Return a client that has not logged in."""
    login = login_to(unit)
    return Client(HttpTransport(session, login), login, world.clock)


@with_options(
    StrobeOptions(),
    StrobeOptions(login="challenge"),
    StrobeOptions(login="challenge", denied="400"),
    StrobeOptions(login="both"),
)
async def test_login(client: Client, unit: StrobeEmulator) -> None:
    """Both forms work; which one it was is remembered; logging out frees it."""
    await client.read(MODES)
    first = len(unit.requests_to(LOGIN))
    assert len(unit.sessions.open) == 1
    unit.expire_sessions()
    await client.read(MODES)
    again = len(unit.requests_to(LOGIN)) - first
    assert again <= 2
    assert again <= first
    await client.close()
    await client.close()
    assert unit.sessions.open == []


@pytest.mark.parametrize("password", ["wrong", "ü<&>"])
@pytest.mark.parametrize(
    ("unit_options", "logins"),
    [
        (StrobeOptions(), 2),
        (StrobeOptions(denied="400"), 2),
        (StrobeOptions(login="both"), 3),
        (StrobeOptions(login="challenge"), 3),
    ],
    ids=["plain", "400", "both", "challenge"],
)
async def test_wrong_password(
    unit: StrobeEmulator, world: World, password: str, logins: int
) -> None:
    """Each form is tried once, and then never again."""
    device = StrobeDevice(login_to(unit, password=password), world.surroundings)
    for _ in range(3):
        with pytest.raises(DeviceAuthError):
            await device.connect()
    assert len(unit.requests_to(LOGIN)) == logins
    assert set(unit.counts) == {f"POST {LOGIN}"}
    assert password not in repr(device.dump())


async def test_one_login_for_all(client: Client, unit: StrobeEmulator) -> None:
    """Many who have lost the session log in once, and each asks once more."""
    await client.read(MODES)
    unit.expire_sessions()
    unit.forget()
    await asyncio.gather(*(client.read(MODES) for _ in range(5)))
    assert len(unit.requests_to(LOGIN)) == 1
    assert len(unit.requests_to(MODES)) <= 10
    assert len(unit.sessions.open) == 1


async def test_refused_in_a_new_session(client: Client, unit: StrobeEmulator) -> None:
    """A session that is refused at once is no reason to log in for ever."""
    unit.faults.add("http_status", MODES, code=401, count=None)
    with pytest.raises(DeviceAuthError):
        await client.read(MODES)
    assert len(unit.requests_to(LOGIN)) == 2


@pytest.mark.parametrize("kind", ["http_status", "app_error"])
async def test_sessions_full(client: Client, unit: StrobeEmulator, kind: str) -> None:
    """All sessions taken: not a wrong password, and it may go better later."""
    unit.faults.add(kind, LOGIN, code=503)
    with pytest.raises(DeviceConnectionError) as caught:
        await client.read(MODES)
    assert caught.value.reason is Reason.SESSIONS_FULL
    await client.read(MODES)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("http_status", 404), ("html", 0), ("garbage", 0), ("clipped", 0)],
)
async def test_odd_login(
    client: Client, unit: StrobeEmulator, kind: str, code: int
) -> None:
    """An address where something else answers is not a wrong password."""
    unit.faults.add(kind, LOGIN, code=code, count=None)
    with pytest.raises(DeviceConnectionError) as caught:
        await client.read(MODES)
    assert caught.value.reason is Reason.BAD_ANSWER


CODES: list[tuple[int, type[DeviceError], Reason]] = [
    (401, DeviceError, Reason.FAILED),
    (402, DeviceRequestError, Reason.INVALID_VALUE),
    (403, DeviceUnsupportedError, Reason.UNSUPPORTED),
    (501, DeviceUnsupportedError, Reason.UNSUPPORTED),
    (502, DeviceRequestError, Reason.NOT_NOW),
    (503, DeviceConnectionError, Reason.BUSY),
    (504, DeviceError, Reason.FAILED),
    (505, DeviceError, Reason.FAILED),
    (999, DeviceError, Reason.FAILED),
]


@pytest.mark.parametrize(("code", "kind", "reason"), CODES)
@pytest.mark.parametrize("read", [True, False], ids=["read", "write"])
@with_options(StrobeOptions(), StrobeOptions(errors_in_200=True))
async def test_application_codes(
    client: Client,
    unit: StrobeEmulator,
    world: World,
    code: int,
    kind: type[DeviceError],
    reason: Reason,
    read: bool,
) -> None:
    """The codes of the document mean the same with HTTP 400 and inside HTTP 200."""
    unit.faults.add("app_error", AUDIO, code=code, count=None)
    work = client.read(AUDIO) if read else client.write(AUDIO, "AudioConfig", {})
    with pytest.raises(DeviceError) as caught:
        await work
    assert isinstance(caught.value, kind)
    assert not isinstance(caught.value, DeviceAuthError)
    assert caught.value.reason is reason
    assert len(unit.requests_to(LOGIN)) == 1
    assert world.clock.slept == [1.0] * (read and code == 503)


@pytest.mark.parametrize(
    ("status", "kind", "reason", "waits"),
    [
        (404, DeviceUnsupportedError, Reason.UNSUPPORTED, []),
        (405, DeviceUnsupportedError, Reason.UNSUPPORTED, []),
        (409, DeviceRequestError, Reason.CONFLICT, []),
        (418, DeviceError, Reason.FAILED, []),
        (500, DeviceError, Reason.FAILED, [1.0]),
        (501, DeviceUnsupportedError, Reason.UNSUPPORTED, []),
        (503, DeviceConnectionError, Reason.BUSY, [1.0, 2.0, 5.0]),
        (400, DeviceAuthError, Reason.INVALID_AUTH, []),
        (401, DeviceAuthError, Reason.INVALID_AUTH, []),
    ],
)
@pytest.mark.parametrize("read", [True, False], ids=["read", "write"])
async def test_http_codes(
    client: Client,
    unit: StrobeEmulator,
    world: World,
    status: int,
    kind: type[DeviceError],
    reason: Reason,
    waits: list[float],
    read: bool,
) -> None:
    """Only reads are asked again, and with growing patience."""
    unit.faults.add("http_status", AUDIO, code=status, count=None)
    work = client.read(AUDIO) if read else client.write(AUDIO, "AudioConfig", {})
    with pytest.raises(DeviceError) as caught:
        await work
    assert isinstance(caught.value, kind)
    assert caught.value.reason is reason
    assert world.clock.slept == waits * read


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("html", Reason.BAD_ANSWER),
        ("garbage", Reason.BAD_ANSWER),
        ("clipped", Reason.BAD_ANSWER),
        ("empty", Reason.BAD_ANSWER),
        ("huge", Reason.BAD_ANSWER),
        ("truncated", Reason.UNREACHABLE),
    ],
)
async def test_nonsense(
    client: Client, unit: StrobeEmulator, kind: str, reason: Reason
) -> None:
    """Nonsense is one error, and the next request works."""
    unit.faults.add(kind, AUDIO)
    with pytest.raises(DeviceConnectionError) as caught:
        await client.read(AUDIO)
    assert caught.value.reason is reason
    assert (await client.read(AUDIO)).text("Encoding") == "G711A"


@with_options(StrobeOptions(errors_in_200=True))
async def test_refusal_that_cannot_be_read(
    client: Client, unit: StrobeEmulator
) -> None:
    """Half a ResponseStatus is not success."""
    unit.faults.add("clipped", AUDIO)
    with pytest.raises(DeviceConnectionError):
        await client.write(AUDIO, "AudioConfig", {"Nothing": "1"})


@with_options(
    StrobeOptions(absent={"/Event/UrlApiAlarm": 404}),
    StrobeOptions(absent={"/Event/UrlApiAlarm": 501}),
    StrobeOptions(absent={"/Event/UrlApiAlarm": 404}, xml_alarm_tag="Armenable"),
)
async def test_alarm_forms(bench: Bench) -> None:
    """URL, then XML, then the other spelling; what worked is remembered."""
    await bench.front.write(ON)
    assert bench.unit.outputs.front is not None
    assert len(bench.unit.requests_to(URL_ALARM)) == 1
    bench.unit.forget()
    await bench.relay.write(True)
    assert set(bench.unit.counts) == {f"POST {API_ALARM}"}
    assert len(bench.unit.requests_to(API_ALARM)) == 1


@pytest.mark.parametrize(
    ("form", "path", "other"),
    [("url", URL_ALARM, API_ALARM), ("xml", API_ALARM, URL_ALARM)],
)
async def test_fixed_form(
    make_bench: MakeBench, form: str, path: str, other: str
) -> None:
    """The owner can choose the form; then no other is tried."""
    bench = await make_bench(chosen={"alarm_request": form})
    await bench.front.write(ON)
    assert len(bench.unit.requests_to(path)) == 1
    bench.unit.faults.add("http_status", "/ISAPI/Event/*", code=404, count=None)
    with pytest.raises(DeviceUnsupportedError):
        await bench.relay.write(True)
    assert bench.unit.requests_to(other) == []


@with_options(StrobeOptions(alarm_auth="session"))
async def test_alarm_by_session(bench: Bench) -> None:
    """Where Basic is refused the session is used, also after it was lost."""
    await bench.front.write(ON)
    assert bench.alarms == 2
    bench.unit.expire_sessions()
    assert await bench.scene(bench.relay.write(True)) == 2
    assert await bench.scene(bench.relay.write(False)) == 1
    assert len(bench.unit.sessions.open) == 1


async def test_alarm_refused(bench: Bench) -> None:
    """A login that may do everything but alarms keeps its session."""
    bench.unit.faults.add("http_status", URL_ALARM, code=401, count=None)
    for _ in range(3):
        with pytest.raises(DeviceAuthError) as caught:
            await bench.front.write(ON)
        assert caught.value.reason is Reason.ALARM_REFUSED
    assert len(bench.unit.sessions.open) == 1
    assert bench.unit.requests_to(LOGIN) == []
    await bench.device.refresh(Cadence.STATE, None)


async def test_file_names_in_xml(client: Client, unit: StrobeEmulator) -> None:
    """What has to be escaped is escaped."""
    await client.write(FILES, "GetDelAudioFile", {"FileName": "Welcome & Hello.wav"})
    assert "Welcome & Hello.wav" not in unit.files.names


async def test_close_without_a_unit(client: Client, unit: StrobeEmulator) -> None:
    """Logging out of a unit that is away is no error."""
    await client.read(DEVICE_INFO)
    unit.shutdown()
    await client.close()
