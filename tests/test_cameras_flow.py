"""Adding a camera or recorder: what the form tries, what can be wrong, what is kept."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import json
from typing import Any, Final

import pytest

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from tests.emulators.base import Emulator
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.reolink.errors import RefusedError
from tests.emulators.reolink.options import DEMO_PASSWORD, DEMO_USERNAME
from tests.emulators.reolink.sessions import User
from tests.emulators.strobe import StrobeEmulator
from tests.flows import Form, aborted, advanced, answer, begin, created, form
from tests.stranger import MANNERS, Stranger

UNIQUE_ID: Final = "ec:71:db:0f:93:91"
FAMILY: Final = "reolink"
SECRET: Final = "p@ss:w/ö rd#%&+"

type Act = Callable[[ReolinkEmulator], None]

pytestmark = pytest.mark.usefixtures("no_search")


def filled(device: Emulator, **changes: Any) -> Form:
    """Return the form for a camera, filled in."""
    return {
        CONF_HOST: device.host,
        CONF_USERNAME: DEMO_USERNAME,
        CONF_PASSWORD: DEMO_PASSWORD,
        CONF_VENDOR: FAMILY,
        CONF_ADVANCED: advanced(device),
        **changes,
    }


@asynccontextmanager
async def running(
    hass: HomeAssistant, options: ReolinkOptions | None = None, *, tls: bool = False
) -> AsyncIterator[ReolinkEmulator]:
    """Run a device; entries that were made for it are unloaded before it ends."""
    async with ReolinkEmulator(options, tls=tls) as device:
        yield device
        for entry in hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


def asked(device: ReolinkEmulator) -> list[list[str]]:
    """Return the commands of each request, in order."""
    return [
        [one["cmd"] for one in json.loads(record.body)]
        if record.path == "/cgi-bin/api.cgi"
        else [record.label]
        for record in device.requests
    ]


def left_alone(device: ReolinkEmulator, *, sessions: int = 0) -> None:
    """Make sure that nothing was written and no login stayed open."""
    assert len(device.sessions.open) == sessions
    assert device.dangerous == []
    commands = {call.command for call in device.calls} - {"Login", "Logout"}
    assert {name for name in commands if not name.startswith("Get")} == set()


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
async def test_a_camera_is_added(hass: HomeAssistant, vendor: str) -> None:
    """Nothing but address and login is needed; the look at it leaves no login."""
    async with running(hass) as device:
        result = await answer(
            hass, await begin(hass, SOURCE_USER), filled(device, vendor=vendor)
        )

        entry = created(result)
        assert (result["title"], entry.unique_id) == ("Camera1", UNIQUE_ID)
        assert dict(entry.data) == {
            CONF_VENDOR: FAMILY,
            CONF_HOST: device.host,
            CONF_PORT: device.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: DEMO_USERNAME,
            CONF_PASSWORD: DEMO_PASSWORD,
        }
        assert entry.state is ConfigEntryState.LOADED
        assert (device.sessions.opened, device.sessions.closed) == (2, 1)
        left_alone(device, sessions=1)
        # Without a login first; what the other families ask comes in between.
        api = [one for one in asked(device) if not one[0].startswith(("GET", "POST"))]
        assert api[:4] == [
            ["GetDevInfo"],
            ["Login"],
            ["GetDevInfo", "GetLocalLink", "GetP2p"],
            ["Logout"],
        ]
        first = next(r for r in device.requests if r.path == "/cgi-bin/api.cgi")
        assert first.query == {"cmd": "GetDevInfo"}
        await hass.config_entries.async_unload(entry.entry_id)
        assert device.sessions.open == []


async def test_a_recorder_is_one_entry(hass: HomeAssistant) -> None:
    """A recorder is added as one, whatever number of cameras it has."""
    async with running(hass, ReolinkOptions.nvr(4)) as device:
        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device))
        )

        assert entry.title == "NVR"
        left_alone(device, sessions=1)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a device listens, and what the form says about it."""

    tls: bool
    entered: str
    """Which part of the section is filled in."""
    probes: int
    """Questions of this family before the login that reach the device."""


WAYS: Final = {
    "http_port": Way(tls=False, entered="port", probes=1),
    "tls_port": Way(tls=True, entered="port_ssl", probes=0),
    "tls_port_not_said": Way(tls=True, entered="port", probes=1),
    "no_port_tls": Way(tls=True, entered="", probes=1),
    "no_port_http": Way(tls=False, entered="", probes=1),
}


@pytest.mark.usefixtures("handshakes_may_fail")
@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
async def test_the_usual_ports_are_tried(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, way: Way, vendor: str
) -> None:
    """HTTPS first, then HTTP; a port that was entered is tried with both."""
    async with running(hass, tls=way.tls) as device:
        family = VENDORS[FAMILY]
        usual = "default_ssl_port" if way.tls else "default_port"
        monkeypatch.setattr(family, usual, device.port)
        section = {
            "port": {CONF_PORT: device.port},
            "port_ssl": {CONF_PORT: device.port, CONF_SSL: True},
            "": {},
        }[way.entered]

        entry = created(
            await answer(
                hass,
                await begin(hass, SOURCE_USER),
                filled(device, vendor=vendor, advanced=section),
            )
        )

        found = (entry.data[CONF_VENDOR], entry.data[CONF_PORT], entry.data[CONF_SSL])
        assert found == (FAMILY, device.port, way.tls)
        assert entry.state is ConfigEntryState.LOADED
        before = asked(device)[: asked(device).index(["Login"])]
        expected = way.probes if vendor == FAMILY else 1
        assert before.count(["GetDevInfo"]) == expected
        assert not any(DEMO_PASSWORD in r.raw_query for r in device.requests)


@pytest.mark.usefixtures("handshakes_may_fail")
@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
async def test_a_certificate_of_its_own_making(
    hass: HomeAssistant, vendor: str
) -> None:
    """With verification the form says why not, without it the camera is added."""
    async with running(hass, tls=True) as device:
        shown = await begin(hass, SOURCE_USER)
        strict = advanced(device, verify_ssl=True)

        shown = await answer(
            hass, shown, filled(device, vendor=vendor, advanced=strict)
        )

        assert shown["errors"] == {"base": "invalid_certificate"}
        assert device.requests == []
        entry = created(await answer(hass, shown, filled(device, vendor=vendor)))
        assert (entry.data[CONF_SSL], entry.data[CONF_VERIFY_SSL]) == (True, False)


@pytest.mark.usefixtures("handshakes_may_fail")
async def test_one_bad_certificate_does_not_hide_another_family(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, strobe: StrobeEmulator
) -> None:
    """Who is found without TLS need not have a certificate that can be verified."""
    async with ReolinkEmulator(tls=True) as page:
        monkeypatch.setattr(VENDORS[FAMILY], "default_ssl_port", page.port)
        monkeypatch.setattr(VENDORS["strobe"], "default_port", strobe.port)
        section = {CONF_SSL: False, CONF_VERIFY_SSL: True}

        entry = created(
            await answer(
                hass,
                await begin(hass, SOURCE_USER),
                form(strobe, vendor="auto", advanced=section),
            )
        )

        assert entry.data[CONF_VENDOR] == "strobe"
        assert page.requests == []
        await hass.config_entries.async_unload(entry.entry_id)


def nothing(device: ReolinkEmulator) -> None:
    """Leave the device as it is."""


def lock(device: ReolinkEmulator) -> None:
    """Enter wrong passwords until it locks."""
    device.sessions.lock.enabled = True
    device.sessions.lock.tries = 1
    with suppress(RefusedError):
        device.sessions.login(DEMO_USERNAME, "wrong")


def fill(device: ReolinkEmulator) -> None:
    """Take all places."""
    for _ in range(device.options.max_sessions):
        device.sessions.login(DEMO_USERNAME, DEMO_PASSWORD)


def fill_otherwise(device: ReolinkEmulator) -> None:
    """Take all places of a device that says so in another way."""
    device.options.full_error = -507
    fill(device)


def refuse_logins(code: int) -> Act:
    """Refuse whoever logs in."""

    def act(device: ReolinkEmulator) -> None:
        device.faults.add(
            "app_error",
            code=code,
            count=None,
            match=lambda record: record.query.get("cmd") == "Login",
        )

    return act


def healed(device: ReolinkEmulator) -> None:
    """Take all faults back."""
    device.faults.clear()


def hide(device: ReolinkEmulator) -> None:
    """Tell nothing by which the device could be known again."""
    device.settings.change("LocalLink", mac="00:00:00:00:00:00")
    device.settings.change("P2p", uid="")


def tell(device: ReolinkEmulator) -> None:
    """Tell the MAC address again."""
    device.settings.change("LocalLink", mac=device.options.mac)


def damage(kind: str) -> Act:
    """Damage every answer to somebody who is logged in."""

    def act(device: ReolinkEmulator) -> None:
        device.faults.add(
            kind, count=None, match=lambda record: "token" in record.query
        )

    return act


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that is wrong when the form is sent for the first time."""

    error: dict[str, str]
    entered: Form = field(default_factory=dict)
    act: Act = nothing
    mend: Act = nothing


AUTH: Final = {CONF_PASSWORD: "invalid_auth"}
NOBODY: Final = {CONF_HOST: "cannot_connect"}
LOCKED: Final = {"base": "login_locked"}
FULL: Final = {"base": "sessions_full"}
STRANGE: Final = {CONF_VENDOR: "wrong_family"}
TROUBLES: Final = {
    "no_power": Trouble(
        error=NOBODY, act=ReolinkEmulator.power_off, mend=ReolinkEmulator.power_on
    ),
    "dropped": Trouble(error=NOBODY, act=damage("drop_before"), mend=healed),
    "truncated": Trouble(error=NOBODY, act=damage("truncated"), mend=healed),
    "html": Trouble(error=STRANGE, act=damage("html"), mend=healed),
    "garbage": Trouble(error=STRANGE, act=damage("garbage"), mend=healed),
    "huge": Trouble(error=STRANGE, act=damage("huge"), mend=healed),
    "empty": Trouble(error=STRANGE, act=damage("empty"), mend=healed),
    "wrong_password": Trouble(error=AUTH, entered={CONF_PASSWORD: "wrong"}),
    "wrong_user": Trouble(error=AUTH, entered={CONF_USERNAME: "nobody"}),
    "password_too_long": Trouble(error=AUTH, entered={CONF_PASSWORD: "x" * 32}),
    "user_unknown": Trouble(error=AUTH, act=refuse_logins(-501), mend=healed),
    "password_error": Trouble(error=AUTH, act=refuse_logins(-502), mend=healed),
    "denied": Trouble(error=AUTH, act=refuse_logins(-503), mend=healed),
    "locked": Trouble(error=LOCKED, act=lock, mend=lambda d: d.clock.advance(300)),
    "frequent": Trouble(
        error=LOCKED,
        act=lambda d: setattr(d.options, "frequent_logins", (0, 60.0)),
        mend=lambda d: setattr(d.options, "frequent_logins", None),
    ),
    "not_ready": Trouble(error=LOCKED, act=refuse_logins(-505), mend=healed),
    "full": Trouble(error=FULL, act=fill, mend=ReolinkEmulator.forget_sessions),
    "full_otherwise": Trouble(
        error=FULL, act=fill_otherwise, mend=ReolinkEmulator.forget_sessions
    ),
    "too_many_addresses": Trouble(error=FULL, act=refuse_logins(-500), mend=healed),
    "no_identity": Trouble(error={"base": "no_identity"}, act=hide, mend=tell),
}


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_an_error_stands_next_to_its_field_and_is_overcome(
    hass: HomeAssistant, trouble: Trouble, vendor: str
) -> None:
    """The form says what is wrong, leaves no login open, and works when it is not."""
    async with running(hass) as device:
        shown = await begin(hass, SOURCE_USER)
        trouble.act(device)
        others = len(device.sessions.open)

        shown = await answer(
            hass, shown, filled(device, vendor=vendor, **trouble.entered)
        )

        assert shown["errors"] == trouble.error
        # Logins that could not be given back end by themselves.
        if trouble.error not in (NOBODY, STRANGE):
            left_alone(device, sessions=others)
        trouble.mend(device)
        await device.settle()
        entry = created(await answer(hass, shown, filled(device, vendor=vendor)))
        assert entry.unique_id == UNIQUE_ID
        assert entry.state is ConfigEntryState.LOADED


async def test_a_wrong_password_is_tried_once(hass: HomeAssistant) -> None:
    """Five of them would lock the owner out of the device."""
    async with running(hass) as device:
        shown = await begin(hass, SOURCE_USER)
        await answer(
            hass, shown, filled(device, vendor="auto", **{CONF_PASSWORD: "wrong"})
        )

        assert device.sessions.failed == 1


async def test_a_password_of_odd_characters(hass: HomeAssistant) -> None:
    """It arrives as it was typed."""
    async with running(hass, ReolinkOptions(password=SECRET)) as device:
        entry = created(
            await answer(
                hass,
                await begin(hass, SOURCE_USER),
                filled(device, **{CONF_PASSWORD: SECRET}),
            )
        )

        assert entry.state is ConfigEntryState.LOADED
        assert not any(SECRET in record.raw_query for record in device.requests)


async def test_a_guest_may_look(hass: HomeAssistant) -> None:
    """A guest's account is taken, without controls, and the owner is told."""
    async with running(hass) as device:
        device.sessions.users["guest"] = User("guest", "look-only", "guest")
        login = {CONF_USERNAME: "guest", CONF_PASSWORD: "look-only"}

        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device, **login))
        )

        assert entry.state is ConfigEntryState.LOADED
        platforms = {state.domain for state in hass.states.async_all()}
        assert platforms.isdisjoint({"switch", "select", "number", "light", "siren"})
        assert {"camera", "binary_sensor", "event"} <= platforms
        issues = {
            issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN
        }
        assert f"guest_login_{entry.entry_id}" in issues
        left_alone(device, sessions=1)


async def test_without_a_mac_address_the_uid_counts(hass: HomeAssistant) -> None:
    """The second identifier takes its place; the serial number is all zeros."""
    async with running(hass) as device:
        device.settings.change("LocalLink", mac="")

        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device))
        )

        assert entry.unique_id == device.options.uid
        assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("manner", MANNERS)
async def test_what_is_no_camera_is_told(hass: HomeAssistant, manner: str) -> None:
    """A web server that is something else is not added, and sees a login only once."""
    async with running(hass) as device:
        shown = await begin(hass, SOURCE_USER)
        async with Stranger(MANNERS[manner]) as stranger:
            shown = await answer(hass, shown, filled(stranger))

            assert shown["errors"] == STRANGE
            shown = await answer(hass, shown, filled(stranger, vendor="auto"))
            assert shown["errors"] == {CONF_VENDOR: "family_unknown"}
        created(await answer(hass, shown, filled(device)))


@pytest.mark.parametrize("manner", MANNERS)
async def test_automatic_tells_a_stranger_nothing(
    hass: HomeAssistant, manner: str
) -> None:
    """The login is for a device that was recognized."""
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await begin(hass, SOURCE_USER)
        await answer(hass, shown, filled(stranger, vendor="auto"))

        assert stranger.requests
        assert not stranger.heard(DEMO_PASSWORD)
        assert not stranger.heard(DEMO_USERNAME)
        assert not stranger.heard("Login")


async def test_another_family_behind_the_address(
    hass: HomeAssistant, strobe: StrobeEmulator
) -> None:
    """The strobe is no camera, and the camera no strobe; automatic knows both."""
    shown = await begin(hass, SOURCE_USER)
    shown = await answer(hass, shown, filled(strobe))
    assert shown["errors"] == STRANGE
    assert not strobe.sessions.open

    async with running(hass) as device:
        wrong = filled(device, vendor="strobe")
        shown = await answer(hass, shown, wrong)
        assert shown["errors"] == STRANGE
        assert device.sessions.opened == 0

        strobe.forget()
        entry = created(await answer(hass, shown, form(strobe, vendor="auto")))
        assert entry.data[CONF_VENDOR] == "strobe"
        mine = strobe.requests_to("/cgi-bin/api.cgi")
        assert [(r.method, r.query, r.body) for r in mine] == [
            ("POST", {"cmd": "GetDevInfo"}, mine[0].body)
        ]
        assert json.loads(mine[0].body) == [
            {"cmd": "GetDevInfo", "action": 0, "param": {}}
        ]
        await hass.config_entries.async_unload(entry.entry_id)


async def test_what_automatic_asks_a_camera(hass: HomeAssistant) -> None:
    """One question of each family, none with a login."""
    async with running(hass) as device:
        created(
            await answer(
                hass, await begin(hass, SOURCE_USER), filled(device, vendor="auto")
            )
        )

        login = asked(device).index(["Login"])
        labels = [record.label for record in device.requests[:login]]
        assert labels.count("POST /cgi-bin/api.cgi") == 1
        assert len(labels) <= 1 + 2 * (len(VENDORS) - 1)
        for record in device.requests[:login]:
            assert "Authorization" not in record.headers
            assert DEMO_PASSWORD.encode() not in record.body


async def test_a_camera_that_is_there_already(hass: HomeAssistant) -> None:
    """Adding it again adds nothing and leaves no login open."""
    async with running(hass) as device:
        created(await answer(hass, await begin(hass, SOURCE_USER), filled(device)))

        again = await answer(hass, await begin(hass, SOURCE_USER), filled(device))

        assert aborted(again) == "already_configured"
        await hass.async_block_till_done()
        left_alone(device, sessions=1)


async def test_a_new_login(hass: HomeAssistant) -> None:
    """Reauthentication is repeated until it is right, for the same device only."""
    async with running(hass) as device:
        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device))
        )
        device.sessions.users[DEMO_USERNAME].password = "changed later"
        shown = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "reauth", "entry_id": entry.entry_id},
            data=dict(entry.data),
        )
        login = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: "wrong"}
        shown = await answer(hass, shown, login)
        assert shown["errors"] == AUTH

        login[CONF_PASSWORD] = "changed later"
        device.settings.change("LocalLink", mac="ec:71:db:00:00:01")
        assert aborted(await answer(hass, shown, login)) == "another_device"
        assert entry.data[CONF_PASSWORD] == DEMO_PASSWORD

        tell(device)
        shown = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "reauth", "entry_id": entry.entry_id},
            data=dict(entry.data),
        )
        assert aborted(await answer(hass, shown, login)) == "reauth_successful"
        assert entry.data[CONF_PASSWORD] == "changed later"
        assert entry.state is ConfigEntryState.LOADED
        left_alone(device, sessions=1)


@pytest.mark.usefixtures("handshakes_may_fail")
async def test_a_new_address(hass: HomeAssistant) -> None:
    """Reconfiguration takes the same device at another place, and no other one."""
    options = ReolinkOptions(mac="ec:71:db:00:00:01")
    async with (
        running(hass, tls=True) as moved,
        ReolinkEmulator(options) as another,
        ReolinkEmulator() as device,
    ):
        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device))
        )

        def place(emulator: ReolinkEmulator) -> Form:
            section = {CONF_PORT: emulator.port}
            return {
                CONF_HOST: emulator.host,
                CONF_USERNAME: DEMO_USERNAME,
                CONF_PASSWORD: DEMO_PASSWORD,
                CONF_ADVANCED: section,
            }

        async def reconfigure(emulator: ReolinkEmulator) -> str | None:
            shown = await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
            )
            assert shown["type"] is FlowResultType.FORM
            return aborted(await answer(hass, shown, place(emulator)))

        assert await reconfigure(another) == "another_device"
        left_alone(another)
        assert entry.data[CONF_PORT] == device.port
        assert await reconfigure(moved) == "reconfigure_successful"
        assert (entry.data[CONF_PORT], entry.data[CONF_SSL]) == (moved.port, True)
        assert entry.state is ConfigEntryState.LOADED
        left_alone(device)
        left_alone(moved, sessions=1)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_options_offer_what_there_is(hass: HomeAssistant) -> None:
    """Alarm mails and their port, and what no answer tells; no messages by HTTP."""
    async with running(hass) as device:
        entry = created(
            await answer(hass, await begin(hass, SOURCE_USER), filled(device))
        )
        flow = await hass.config_entries.options.async_init(entry.entry_id)
        schema = flow["data_schema"]
        assert schema is not None
        fields = {str(marker): selector for marker, selector in schema.schema.items()}
        assert list(fields) == [
            "alarm_mails",
            "stream_protocol",
            "onvif_events",
            "ports",
        ]
        assert schema({}) == {
            "alarm_mails": False,
            "stream_protocol": "auto",
            "onvif_events": "no",
        }
        assert list(fields["ports"].schema.schema) == ["mail_port"]
        assert fields["onvif_events"].config["options"] == ["auto", "no"]
        protocols = ["auto", "rtsp", "rtmp", "flv"]
        assert fields["stream_protocol"].config["options"] == protocols

        for choice in protocols:
            flow = await hass.config_entries.options.async_init(entry.entry_id)
            done = await hass.config_entries.options.async_configure(
                flow["flow_id"], {"stream_protocol": choice}
            )
            assert done["type"] is FlowResultType.CREATE_ENTRY
            await hass.async_block_till_done()
            assert entry.options["stream_protocol"] == choice
            assert entry.options["alarm_mails"] is False
            assert entry.state is ConfigEntryState.LOADED
        left_alone(device, sessions=1)


async def test_a_hiccup_does_not_change_who_it_is(hass: HomeAssistant) -> None:
    """An identity that is made of half the answers would not hold till tomorrow."""
    async with running(hass) as device:
        device.plans.refuse("GetLocalLink", -12)

        await answer(hass, await begin(hass, SOURCE_USER), filled(device))

        entries = hass.config_entries.async_entries(DOMAIN)
        assert [entry.unique_id for entry in entries] in ([], [UNIQUE_ID])
