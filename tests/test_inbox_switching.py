"""What a dialog changes and does not save, and ports that cannot be opened."""

import asyncio
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.vendors.strobe.mails import StrobeMailRoute
from custom_components.watchpost.devices.vendors.strobe.push import StrobePush
from custom_components.watchpost.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers import issue_registry as ir
from tests.emulators.strobe.documents import EMAIL, HTTP_LINK
from tests.home import Home, confirm, enter, free_port
from tests.test_strobe_inbox import is_open, stored

REFUSED: Final = DeviceRequestError()


@pytest.fixture
def port() -> int:
    """Return a port for events."""
    return free_port()


async def offer(home: Home, **options: Any) -> ConfigFlowResult:
    """Open the dialog and submit options; what it tells is not answered yet."""
    flow = await home.hass.config_entries.options.async_init(home.entry.entry_id)
    return await enter(home.hass, flow, {**home.entry.options, **options})


async def dismiss(home: Home, shown: ConfigFlowResult) -> None:
    """Close the dialog."""
    home.hass.config_entries.options.async_abort(shown["flow_id"])
    await home.hass.async_block_till_done(wait_background_tasks=True)


async def call(home: Home) -> int:
    """Send something to where the unit reports; return the answer."""
    headers = {"X-Watchpost-Token": home.field(HTTP_LINK, "AuthValue")}
    async with (
        ClientSession(timeout=ClientTimeout(total=5)) as session,
        session.post(
            home.field(HTTP_LINK, "Server"), data=b"<a/>", headers=headers
        ) as answer,
    ):
        return answer.status


def issues(home: Home) -> set[str]:
    """Return the issues that are shown."""
    own = f"_{home.entry.entry_id}"
    return {
        one.removesuffix(own)
        for domain, one in ir.async_get(home.hass).issues
        if domain == DOMAIN
    }


async def test_a_dialog_that_is_closed_leaves_what_works(home: Home, port: int) -> None:
    """Messages go on coming in, whatever was tried in it."""
    await home.choose(event_path="listener", listener_port=port)
    assert await call(home) == 200

    shown = await offer(
        home, event_path="poll", alarm_mails=True, mail_port=free_port()
    )
    assert shown["step_id"] == "proven"
    await dismiss(home, shown)

    assert home.entry.options["alarm_mails"] is False
    assert home.field(EMAIL, "Receiver_1") == ""
    assert home.field(HTTP_LINK, "Server").startswith(f"http://127.0.0.1:{port}/")
    assert await call(home) == 200


async def test_between_the_proof_and_the_answer(home: Home, port: int) -> None:
    """The unit reports here already, so what comes is taken in."""
    shown = await offer(home, event_path="listener", listener_port=port)
    assert shown["step_id"] == "proven"
    assert await call(home) == 200

    await confirm(home.hass, shown)

    assert await call(home) == 200
    await home.choose(event_path="poll")
    assert not await is_open(port)


@pytest.mark.parametrize("way", ["mail", "listener"])
async def test_another_port_that_fails(
    home: Home, port: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has worked before is set up again."""
    if way == "mail":
        await home.choose(alarm_mails=True, mail_port=port)
        other = {"mail_port": free_port()}
    else:
        await home.choose(event_path="listener", listener_port=port)
        other = {"listener_port": free_port()}
    with monkeypatch.context() as patch:
        if way == "mail":
            patch.setattr(StrobeMailRoute, "test", _raising(REFUSED))
        else:
            patch.setattr(StrobePush, "_let_schedules_report", _raising(_lost()))
        shown = await offer(home, **other)
    assert shown["errors"]

    await dismiss(home, shown)

    if way == "mail":
        assert home.field(EMAIL, "SmtPort") == str(port)
        assert home.field(EMAIL, "Receiver_1").endswith("@watchpost.local")
    else:
        assert await call(home) == 200
        assert f":{port}/" in home.field(HTTP_LINK, "Server")


async def test_a_break_after_the_proof_is_undone(
    home: Home, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of ours stays on the unit."""
    before = stored(home)
    with monkeypatch.context() as patch:
        patch.setattr(StrobePush, "_let_schedules_report", _raising(_lost()))
        shown = await offer(home, event_path="listener", listener_port=port)
    assert shown["errors"]
    await dismiss(home, shown)

    assert stored(home) == before
    assert not await is_open(port)


async def test_a_reload_while_the_dialog_is_open(home: Home, port: int) -> None:
    """What was there before us is remembered where it will be looked for."""
    before = stored(home)
    first = await offer(home, alarm_mails=True, mail_port=port, listener_port=port)
    assert first["step_id"] == "proven"
    await home.reload()
    await confirm(home.hass, first)

    await home.choose(alarm_mails=False)

    assert stored(home) == before


async def test_one_port_for_two_doors_is_refused(home: Home, port: int) -> None:
    """Only one of them could open it."""
    shown = await offer(
        home,
        event_path="listener",
        listener_port=port,
        alarm_mails=True,
        mail_port=port,
    )

    assert shown["errors"] == {"base": "same_port"}
    assert home.field(HTTP_LINK, "Server") == ""


async def test_a_port_that_is_taken_later(home: Home, port: int) -> None:
    """The owner is told, and it is tried again when the entry is loaded."""
    entries = home.hass.config_entries
    await home.choose(event_path="listener", listener_port=port)
    await entries.async_unload(home.entry.entry_id)
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", port)
    await entries.async_setup(home.entry.entry_id)
    await home.hass.async_block_till_done()

    assert "port_in_use_listenerinbox" in issues(home)

    server.close()
    await server.wait_closed()
    await home.reload()
    assert "port_in_use_listenerinbox" not in issues(home)
    assert await call(home) == 200


@pytest.mark.parametrize(
    "way",
    [{"alarm_mails": True}, {"event_path": "listener"}],
    ids=["mail", "listener"],
)
async def test_an_address_of_ours_that_is_not_known(
    home: Home, way: dict[str, Any]
) -> None:
    """It is not the unit that is to blame, and nothing is sent to it."""
    data = {**home.entry.data, "host": "fe80::7"}
    home.hass.config_entries.async_update_entry(home.entry, data=data)
    home.strobe.forget()

    shown = await offer(home, **way)

    assert shown["errors"] == {next(iter(way)): "no_own_address"}
    assert not home.strobe.requests


async def test_each_thing_is_given_back_for_itself(
    home: Home, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal of one leaves the other one to be put right."""
    receivers = home.field(EMAIL, "Receiver_1"), home.field(EMAIL, "SmtServer")
    await home.choose(
        alarm_mails=True,
        mail_port=port,
        event_path="listener",
        listener_port=free_port(),
    )
    monkeypatch.setattr(StrobePush, "unsubscribe", _raising(REFUSED))

    await home.hass.config_entries.async_remove(home.entry.entry_id)
    await home.hass.async_block_till_done()

    assert (home.field(EMAIL, "Receiver_1"), home.field(EMAIL, "SmtServer")) == (
        receivers
    )


async def test_diagnostics_do_not_tell_the_mailbox(home: Home, port: int) -> None:
    """Whoever knows it could report alarms."""
    await home.choose(alarm_mails=True, mail_port=port)
    name = home.field(EMAIL, "Receiver_1")
    assert name

    told = await async_get_config_entry_diagnostics(home.hass, home.entry)

    assert name not in repr(told)
    assert name.partition("@")[0] not in repr(told)


def _lost() -> DeviceConnectionError:
    return DeviceConnectionError(Reason.TIMEOUT)


def _raising(error: Exception) -> Any:
    """Return a method that fails."""

    async def fail(*_: object) -> None:
        raise error

    return fail
