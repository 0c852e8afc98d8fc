"""Messages in every form in which a device may send them, and hostile ones."""

import asyncio
from collections.abc import AsyncIterator
import logging

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.watchpost.devices.model.device import PushMessage
from custom_components.watchpost.devices.model.vocabulary import Delivery, Key
from custom_components.watchpost.inbox import webhook
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.herald import Can, ClientMaker, HeraldHome, at_home
from tests.home import confirm, enter

ALL = ("GET", "HEAD", "POST", "PUT")
SECRET = "X-Watchpost-Token"


@pytest.fixture
def can() -> Can:
    """Return what the device can do."""
    return Can(delivery=Delivery.PROVEN)


@pytest.fixture
async def herald(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
    can: Can,
) -> AsyncIterator[HeraldHome]:
    """Return a home to which a device delivers its events."""
    async with at_home(hass, monkeypatch, hass_client_no_auth, can) as home:
        flow = await hass.config_entries.options.async_init(home.entry.entry_id)
        shown = await enter(hass, flow, {"event_path": "webhook"})
        assert shown["step_id"] == "proven"
        done = await confirm(hass, shown)
        assert done["type"] is FlowResultType.CREATE_ENTRY, done
        yield home


def address(home: HeraldHome) -> URL:
    """Return the address that the device was given."""
    assert home.box.target is not None
    return URL(home.box.target)


async def send(home: HeraldHome, method: str, tail: str = "", body: bytes = b"") -> int:
    """Send a message to the address, with something appended."""
    url = URL(f"{address(home).raw_path}{tail}", encoded=True)
    async with home.client.request(method, url, data=body or None) as answer:
        status = answer.status
    await home.hass.async_block_till_done()
    return status


async def send_raw(home: HeraldHome, data: bytes, *, cut: bool = False) -> bytes:
    """Send bytes as they are, and return the first line of the answer."""
    url = address(home)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(data.replace(b"{path}", url.raw_path.encode()))
    await writer.drain()
    if cut:
        writer.close()
        await writer.wait_closed()
        return b""
    line = await reader.readline()
    writer.close()
    await home.hass.async_block_till_done()
    return line


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    ("tail", "query", "path"),
    [
        pytest.param("", {}, "", id="bare"),
        pytest.param("/", {}, "", id="slash"),
        pytest.param("?a=1&b=", {"a": "1", "b": ""}, "", id="query"),
        pytest.param("?a=1&a=2", {"a": "1"}, "", id="twice"),
        pytest.param("?a=%C3%BC+%26", {"a": "ü &"}, "", id="quoted"),
        pytest.param("/recording?x=1", {"x": "1"}, "recording", id="path"),
        pytest.param("/a/b%20c/d", {}, "a/b c/d", id="deep"),
        pytest.param("//a", {}, "/a", id="double"),
    ],
)
async def test_message(
    herald: HeraldHome, method: str, tail: str, query: dict[str, str], path: str
) -> None:
    """Method, query and appended path: all of it is handed over, once."""
    body = b"" if method == "GET" else b"\x00body"

    assert await send(herald, method, tail, body) == 200

    assert herald.box.messages == [PushMessage(body=body, query=query, path=path)]
    assert herald.state("event", Key.DETECTION).attributes["event_type"] == "motion"
    assert herald.state("binary_sensor", Key.EVENT_DELIVERY).state == "on"


@pytest.mark.parametrize(
    ("can", "tail", "messages"),
    [
        pytest.param(Can(delivery=Delivery.PROVEN), "", 0, id="asked"),
        pytest.param(Can(delivery=Delivery.PROVEN), "/a", 0, id="asked_path"),
        pytest.param(Can(delivery=Delivery.PROVEN, methods=ALL), "", 1, id="told"),
        pytest.param(Can(delivery=Delivery.PROVEN, methods=ALL), "/a", 1, id="path"),
    ],
)
async def test_head(herald: HeraldHome, tail: str, messages: int) -> None:
    """Who only looks whether the address is there is answered, and is no event."""
    assert await send(herald, "HEAD", tail) == 200

    assert len(herald.box.messages) == messages


@pytest.mark.parametrize(
    "can", [Can(delivery=Delivery.PROVEN, methods=("POST",))], ids=["post"]
)
@pytest.mark.parametrize("tail", ["", "/a"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_other_methods(herald: HeraldHome, method: str, tail: str) -> None:
    """A device delivers as it says and not in another way."""
    assert await send(herald, method, tail) == 405

    assert herald.box.messages == []


async def test_a_token_that_nobody_has_asked_for(herald: HeraldHome) -> None:
    """Where the id in the address is the secret, no header counts."""
    path = address(herald).raw_path
    async with herald.client.get(path, headers={SECRET: "anything"}) as answer:
        assert answer.status == 200

    assert len(herald.box.messages) == 1


@pytest.mark.parametrize("tail", ["", "/a"])
async def test_another_id(herald: HeraldHome, tail: str) -> None:
    """An id that was never given is answered like every other, and is nothing."""
    async with herald.client.get(f"/api/webhook/{'0' * 64}{tail}") as answer:
        assert answer.status == 200

    assert herald.box.messages == []


async def test_a_device_that_delivers_no_more(herald: HeraldHome, can: Can) -> None:
    """A device that has lost the ability is set up without it; nothing comes in."""
    can.methods = ()
    entries = herald.hass.config_entries
    assert await entries.async_reload(herald.entry.entry_id)
    await herald.hass.async_block_till_done()

    assert await send(herald, "POST") == 200

    assert herald.box.messages == []


async def test_over_the_websocket(
    herald: HeraldHome, hass_ws_client: WebSocketGenerator
) -> None:
    """What Home Assistant passes on by its own websocket is a message as well."""
    client = await hass_ws_client(herald.hass)
    await client.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": address(herald).name,
            "method": "POST",
            "body": "told",
            "query": "a=1",
        }
    )

    assert (await client.receive_json())["result"]["status"] == 200
    assert herald.box.messages == [PushMessage(body=b"told", query={"a": "1"})]


LENGTH = b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
CHUNKED = b"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
PACKED = (
    b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Encoding: deflate\r\n"
    b"Content-Length: 4\r\n\r\n"
)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(CHUNKED + b"zz\r\nno chunk\r\n", b"400", id="chunk"),
        pytest.param(PACKED + b"\xff\xff\xff\xff", b"400", id="packed"),
        pytest.param(
            b"GET {path}?a=%FF%00&%=&;;&=x HTTP/1.1\r\nHost: x\r\n\r\n",
            b"200",
            id="query",
        ),
        pytest.param(
            b"GET {path}/%00%FF%2 HTTP/1.1\r\nHost: x\r\n\r\n", b"200", id="path"
        ),
        pytest.param(
            b"GET {path}/" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"400",
            id="long",
        ),
        pytest.param(
            b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n"
            + b"x" * 20_000,
            b"413",
            id="large",
        ),
    ],
)
async def test_hostile(
    herald: HeraldHome,
    records: list[logging.LogRecord],
    data: bytes,
    status: bytes,
) -> None:
    """Whatever comes in is answered; nothing is raised and the next one arrives."""
    line = await send_raw(herald, data)

    assert line.split()[1] == status
    assert_in_order(herald, records)
    herald.box.messages.clear()
    assert await send(herald, "GET") == 200
    assert len(herald.box.messages) == 1


@pytest.mark.parametrize("head", [LENGTH, CHUNKED], ids=["length", "chunked"])
async def test_a_message_that_breaks_off(
    herald: HeraldHome, records: list[logging.LogRecord], head: bytes
) -> None:
    """A sender that goes away in the middle has told nothing."""
    await send_raw(herald, head + b"5\r\nha", cut=True)
    await herald.hass.async_block_till_done()

    assert await send(herald, "GET") == 200
    assert len(herald.box.messages) == 1
    assert_in_order(herald, records)


async def test_a_message_that_does_not_come(
    herald: HeraldHome,
    records: list[logging.LogRecord],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sender that holds its words back does not hold up anything."""
    monkeypatch.setattr(webhook, "_BODY_SECONDS", 0.05)

    line = await send_raw(herald, LENGTH + b"half")

    assert line.split()[1] == b"400"
    assert herald.box.messages == []
    assert_in_order(herald, records)


def assert_in_order(home: HeraldHome, records: list[logging.LogRecord]) -> None:
    """Make sure that nothing failed, and that nobody wrote the address down."""
    own = [one for one in records if one.name.startswith("custom_components")]
    assert not [one for one in records if "Error processing" in one.getMessage()]
    assert not [one for one in own if one.levelno >= logging.WARNING]
    assert not [one for one in own if address(home).name in one.getMessage()]
