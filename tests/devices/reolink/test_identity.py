"""Who a device is, what it can do, and who we are to it."""

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.mac import mac_address
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.reolink.ability import (
    Ability,
    parse_abilities,
)
from custom_components.watchpost.devices.vendors.reolink.client import Ask, Client
from custom_components.watchpost.devices.vendors.reolink.identity import (
    Identity,
    label,
    read_identity,
    read_overview,
)
from tests.emulators.reolink import ReolinkOptions
from tests.emulators.reolink.sessions import User

from .client_rig import done, failure, lab, raw_lab
from .rig import login_to

MAC = "ec:71:db:0f:93:91"
UID = "95270000SXIPOGIJ"


async def test_a_camera(session: ClientSession) -> None:
    """One request tells who it is."""
    async with lab(session, connect=True) as made:
        assert await read_identity(made.client) == Identity(
            serial=MAC,
            mac=MAC,
            name="Camera1",
            model="E1 X",
            firmware="v3.0.0.59_20080734",
            hardware="H3MB18",
            recorder=False,
            channels=1,
        )
        assert made.sizes() == [3]


async def test_a_recorder(session: ClientSession) -> None:
    """With all its channels, connected or not."""
    async with lab(session, ReolinkOptions.nvr(16, online=3)) as made:
        identity = await read_identity(made.client)
        assert (identity.recorder, identity.channels) == (True, 16)
        assert (identity.name, identity.model) == ("NVR", "RLN16-410")


def info(**fields: Json) -> dict[str, Json]:
    """Return what GetDevInfo tells."""
    return {"DevInfo": {"model": "M", "channelNum": 1, "type": "IPC", **fields}}


LINK: dict[str, Json] = {"LocalLink": {"mac": MAC.upper()}}
P2P: dict[str, Json] = {"P2p": {"uid": UID}}


async def identity_of(
    session: ClientSession, *told: dict[str, Json]
) -> Identity | DeviceError:
    """Return what becomes of three answers."""
    async with raw_lab(session, done(*told)) as made:
        try:
            return await read_identity(made.client)
        except DeviceError as err:
            return err


@pytest.mark.parametrize(
    ("fields", "recorder"),
    [
        ({"type": "IPC", "channelNum": 1}, False),
        # A camera with two lenses has no cameras that come and go.
        ({"type": "IPC", "exactType": "IPC", "channelNum": 2}, False),
        ({"type": "NVR", "channelNum": 1}, True),
        ({"type": "IPC", "exactType": "NVR"}, True),
        ({"type": "wifi_nvr"}, True),
        ({"exactType": "HOMEHUB", "type": "IPC"}, True),
        ({"type": None, "channelNum": 8}, True),
        ({"type": None, "channelNum": 1}, False),
        ({"type": "", "channelNum": "4"}, True),
        ({"type": {}, "channelNum": -3}, False),
    ],
    ids=str,
)
async def test_what_a_recorder_is(
    session: ClientSession, fields: dict[str, Json], recorder: bool
) -> None:
    """Its type tells, else the number of its channels."""
    identity = await identity_of(session, info(**fields), LINK, P2P)
    assert isinstance(identity, Identity)
    assert identity.recorder is recorder
    assert 1 <= identity.channels <= 64


@pytest.mark.parametrize(
    ("link", "p2p", "serial", "mac"),
    [
        (LINK, P2P, MAC, MAC),
        ({"LocalLink": {"mac": "EC-71-DB-0F-93-91"}}, {}, MAC, MAC),
        ({"mac": "EC71DB0F9391"}, {}, MAC, MAC),
        ({}, P2P, UID, None),
        ({"LocalLink": {"mac": "00:00:00:00:00:00"}}, P2P, UID, None),
        ({"LocalLink": {"mac": "unknown"}}, {"P2p": {"uid": f" {UID}\n"}}, UID, None),
    ],
    ids=range(6),
)
async def test_its_serial(
    session: ClientSession,
    link: dict[str, Json],
    p2p: dict[str, Json],
    serial: str,
    mac: str | None,
) -> None:
    """The MAC, else the number that the vendor's app knows; never zeros."""
    zeros = info(serial="000000000000000")
    identity = await identity_of(session, zeros, link, p2p)
    assert isinstance(identity, Identity)
    assert (identity.serial, identity.mac) == (serial, mac)


@pytest.mark.parametrize("p2p", [{}, {"P2p": {"uid": ""}}, {"P2p": {"uid": {}}}])
async def test_no_identity(session: ClientSession, p2p: dict[str, Json]) -> None:
    """A device that cannot be told from others is none."""
    err = await identity_of(session, info(serial="000"), {}, p2p)
    assert isinstance(err, DeviceError)
    assert err.reason is Reason.NO_IDENTITY


async def test_names_are_made_fit_to_be_shown(session: ClientSession) -> None:
    """Control characters and endless names do not reach a registry."""
    identity = await identity_of(
        session,
        info(
            name=" Yard\x1b[31m\r\n\u202ecam \x00 " + "x" * 10_000,
            model="\x07",
            firmVer="v1\x00",
            hardVer={"a": 1},
        ),
        LINK,
        P2P,
    )
    assert isinstance(identity, Identity)
    assert identity.name.startswith("Yard [31m cam xxx")
    assert len(identity.name) == 64
    assert (identity.model, identity.firmware) == ("Reolink", "v1")
    assert identity.hardware == ""
    assert label(None) == ""


def test_mac_address() -> None:
    """In the usual form, from any."""
    for text in ("EC71DB0F9391", "ec-71-db-0f-93-91", " EC:71:DB:0F:93:91 "):
        assert mac_address(text) == MAC
    assert mac_address(None) is None
    for text in ("", "ec:71:db", "0" * 12, "ec71db0f939100", "x"):
        assert mac_address(text) is None


async def test_refusals(session: ClientSession) -> None:
    """Without knowing who it is, nothing can be done."""
    async with lab(session, connect=True) as made:
        made.unit.plans.refuse("GetDevInfo", -9)
        err = await failure(read_identity(made.client))
        assert isinstance(err, DeviceUnsupportedError)
        made.unit.plans.refuse("GetP2p", -9)
        assert (await read_identity(made.client)).serial == MAC
        # Without its MAC for once, it would be taken for another device.
        made.unit.plans.refuse("GetLocalLink", -12)
        assert (await failure(read_identity(made.client))).reason is Reason.FAILED
        made.unit.plans.refuse("GetLocalLink", -26)
        assert (await read_identity(made.client)).serial == UID
        made.unit.plans.refuse("GetAbility", -25)
        err = await failure(read_overview(made.client, ()))
        assert err.reason is Reason.FAILED
        made.unit.plans.collapse(-16)
        assert (await read_identity(made.client)).serial == MAC
        made.unit.power_off()
        err = await failure(read_identity(made.client))
        assert isinstance(err, DeviceConnectionError)
        made.unit.power_on()
        await made.unit.settle()


async def test_overview(session: ClientSession) -> None:
    """One request tells everything about it, and a few things more."""
    async with lab(session, ReolinkOptions.nvr(4, online=2), connect=True) as made:
        more = (Ask(command="GetTime"), Ask(command="Getchannelstatus"))
        overview = await read_overview(made.client, more)
        assert made.sizes() == [8]
        assert overview.admin
        assert overview.host.has("reboot")
        assert [one.empty for one in overview.channels] == [False, False, True, True]
        assert set(overview.answers) == {"GetTime", "Getchannelstatus"}
        assert (overview.ports.rtsp, overview.ports.rtmp_on) == (554, False)


async def test_guests(session: ClientSession) -> None:
    """Their level tells, else that they may not write what is there."""
    async with lab(session, connect=True) as made:
        made.unit.sessions.users["bob"] = User("bob", "password", "guest")
        guest = Client(
            made.transport,
            login_to(made.unit, "bob", "password"),
            made.world.clock,
            made.world.spawn,
        )
        assert not (await read_overview(guest, ())).admin
        made.unit.plans.refuse("GetUser", -26, count=2)
        assert not (await read_overview(guest, ())).admin
        assert (await read_overview(made.client, ())).admin
        await guest.close()


# Abilities


def test_versions_and_permits() -> None:
    """Version 0 is absent whatever the permit says."""
    ability = Ability(
        Node(
            {
                "reboot": {"permit": 1, "ver": 1},
                "cameraMode": {"permit": 6, "ver": 0},
                "Enc": {"permit": "6", "ver": "2"},
                "odd": 7,
                "none": None,
            }
        )
    )
    assert ability.has("reboot")
    assert ability.has("nothing", "enc")
    assert not ability.has("cameraMode", "odd", "none", "nothing")
    assert (ability.version("enc"), ability.permit("ENC")) == (2, 6)
    assert (ability.permit("cameramode"), ability.permit("nothing")) == (6, 0)
    assert list(ability.dump().values()) == [1, 2]
    assert not ability.empty
    assert Ability().empty
    assert Ability(Node({"a": {"permit": 7, "ver": 0}})).empty


@pytest.mark.parametrize(
    ("rows", "empty"),
    [
        ([{"a": {"ver": 1}}, {}, {"a": {"ver": 1}}], [False, True, False]),
        ([None, {"a": {"ver": 1}}, "x"], [True, False, True]),
        ({"a": {"ver": 1}}, []),
        ([{}] * 500, [True] * 64),
        (None, []),
    ],
    ids=range(5),
)
def test_places_of_channels(rows: Json, empty: list[bool]) -> None:
    """The place in the list is the channel, also behind one that cannot be read."""
    tree: dict[str, Json] = {"abilityChn": rows, "wifi": {"ver": 1}}
    for node in (Node({"Ability": tree}), Node(tree)):
        host, channels = parse_abilities(node)
        assert host.has("wifi")
        assert [one.empty for one in channels] == empty
