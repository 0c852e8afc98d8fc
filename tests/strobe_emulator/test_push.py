"""The messages that the emulated strobe sends on an alarm."""

from collections.abc import AsyncIterator
from typing import override

from aiohttp import web
import pytest

from tests.emulators.base import Emulator, RequestRecord
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, HTTP_LINK
from tests.emulators.strobe.routes import ALARM_MESSAGE

from .bench import Bench, with_options


class Receiver(Emulator):
    """A web server that takes alarm messages."""

    status = 200

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer what the test wants."""
        return web.Response(status=self.status)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Answer an HTTP error."""
        return self.http_error(code)


@pytest.fixture
async def receiver(bench: Bench) -> AsyncIterator[Receiver]:
    """Run a web server and make the unit report to it."""
    async with Receiver() as server:
        bench.configure(HTTP_LINK, "Enabled", 1)
        bench.configure(HTTP_LINK, "Server", f"{server.url}/hook")
        bench.configure(ALARM, "HTTPMsgEnabled", 1)
        yield server


@pytest.mark.parametrize(
    ("method", "header", "value"),
    [
        (0, "Authorization", None),
        (1, "X-Token", "secret"),
        (2, "Authorization", "Bearer secret"),
        (3, "Authorization", "Basic WC1Ub2tlbjpzZWNyZXQ="),
    ],
)
async def test_push(
    bench: Bench, receiver: Receiver, method: int, header: str, value: str | None
) -> None:
    """A probe alarm is reported with the configured login."""
    bench.configure(HTTP_LINK, "AuthMethod", method)
    bench.configure(HTTP_LINK, "AuthKey", "X-Token")
    bench.configure(HTTP_LINK, "AuthValue", "secret")

    await bench.unit.trigger_probe()

    (record,) = receiver.requests_to("/hook", "POST")
    assert record.headers.get(header) == value
    assert record.body == (
        b'<?xml version="1.0" encoding="utf-8"?><AlarmLinkMsg>'
        b"<DeviceID>2507150000</DeviceID><SoftwareVer>V1.4.0</SoftwareVer>"
        b"<MACAddress>8C-1F-64-A3-6B-A9</MACAddress><IPAddress>127.0.0.1</IPAddress>"
        b"<AlarmType>0</AlarmType><AlarmTime>2026-11-21T12:00:00Z</AlarmTime>"
        b"</AlarmLinkMsg>"
    )
    assert bench.unit.pushes[0].status == 200


@with_options(StrobeOptions(append_push_path=True))
async def test_push_with_a_path_of_its_own(bench: Bench, receiver: Receiver) -> None:
    """A firmware may add its own path to the address."""
    bench.configure(HTTP_LINK, "Server", receiver.url)

    await bench.unit.trigger_probe()

    (record,) = receiver.requests
    assert record.path == ALARM_MESSAGE
    assert record.raw_query == "ID=0"


async def test_push_of_api_alarms(bench: Bench, receiver: Receiver) -> None:
    """An API alarm is reported if it asks for it."""
    await bench.caller.alarm(flightenable=1, httpmsgenabled=0)
    await bench.caller.alarm(
        alarmenable=1, httpmsgenabled=1, emailenabled=1, broadcastenabled=1
    )
    await bench.unit.settle()

    (record,) = receiver.requests
    assert b"<AlarmType>1</AlarmType>" in record.body
    assert bench.unit.emails == ["api"]
    assert bench.unit.broadcasts == ["api"]


async def test_push_that_fails(bench: Bench, receiver: Receiver) -> None:
    """What became of each message is known."""
    receiver.status = 401
    await bench.unit.trigger_probe()
    await receiver.stop()
    await bench.unit.trigger_probe()
    bench.configure(HTTP_LINK, "Server", "not an address")
    await bench.unit.trigger_probe()
    bench.configure(HTTP_LINK, "Enabled", 0)
    await bench.unit.trigger_probe()

    assert [push.status for push in bench.unit.pushes] == [401, None, None]
    assert "ClientConnectorError" in str(bench.unit.pushes[1].error)
