"""What a camera offers of what happens now."""

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Absent
from custom_components.watchpost.devices.model.features import (
    Detector,
    Feature,
    Happening,
    Reading,
)
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Cadence,
    EventPath,
    Key,
)
from custom_components.watchpost.devices.vendors.bview.documents import Documents
from custom_components.watchpost.devices.vendors.bview.features.state import (
    delivered,
    recordings_told,
    state,
)
from custom_components.watchpost.devices.vendors.bview.identity import read_identity
from custom_components.watchpost.devices.vendors.bview.parts import Offer, Parts
from tests.emulators.bview import BviewOptions

from .watch_rig import STATUS, Post, posted

URL = "http://192.168.1.5:8123/api/webhook/5ec12e7"


async def offers(post: Post) -> dict[Key, Offer]:
    """Return everything that a camera offers here."""
    around = post.world.surroundings
    parts = Parts(
        identity=await read_identity(post.client),
        client=post.client,
        documents=Documents(post.client, around),
        around=around,
    )
    made = [
        *state(parts, post.watch),
        *recordings_told(post.push),
        *delivered(post.paths),
    ]
    assert len({one.key for one in made}) == len(made)
    return {one.key: one for one in made}


def value(offer: Offer) -> object:
    """Return what a feature reads."""
    assert isinstance(offer, (Detector, Reading))
    return offer.read()


async def test_everything(session: ClientSession) -> None:
    """All of it is fed by the one request of the poll."""
    async with posted(session) as post:
        made = await offers(post)
        post.unit.detect_motion()
        post.unit.set_alarm_input()
        post.unit.set_alarm_output()
        await post.look()
        fed = [one for one in made.values() if isinstance(one, Feature)]
        # But for what tells how events come in.
        fed = [one for one in fed if one.key is not Key.EVENT_PATH]
        assert {one.source for one in fed} == {STATUS}
        assert {one.cadence for one in fed} == {Cadence.STATE}
        assert value(made[Key.MOTION]) is True
        assert value(made[Key.ALARM_INPUT]) is True
        assert value(made[Key.ALARM_OUTPUT_ACTIVE]) is True
        assert value(made[Key.RECORDING]) is True
        assert value(made[Key.VIDEO_LOSS]) is False
        assert value(made[Key.MAIN_DATA_RATE]) == post.watch.rates[0]
        assert value(made[Key.SUB_DATA_RATE]) == post.watch.rates[1]
        for key in (Key.ALARM_INPUT, Key.ALARM_OUTPUT_ACTIVE):
            offer = made[key]
            assert isinstance(offer, Detector)
            assert (offer.slot, offer.placeholders) == ("1", {"number": "1"})
        kinds = {
            one.key: one.kinds for one in made.values() if isinstance(one, Happening)
        }
        assert kinds == {Key.DETECTION: ("motion",), Key.ALARM: ("input",)}


async def test_no_terminals(session: ClientSession) -> None:
    """A camera without inputs and outputs says so."""
    async with posted(session, BviewOptions()) as post:
        made = await offers(post)
        for key in (Key.ALARM_INPUT, Key.ALARM, Key.ALARM_OUTPUT_ACTIVE):
            offer = made[key]
            assert isinstance(offer, Absent)
            assert offer.reason is AbsenceReason.UNSUPPORTED


async def test_delivery(session: ClientSession) -> None:
    """What the camera tells by itself is there while it is set up to."""
    keys = (
        Key.RECORDING_SAVED,
        Key.EVENT_DELIVERY,
        Key.LAST_EVENT,
        Key.EVENT_DELAY,
    )
    async with posted(session) as post:
        made = await offers(post)
        reasons = [one.reason for k in keys if isinstance(one := made[k], Absent)]
        assert reasons == [AbsenceReason.NOT_CONFIGURED] * 4
        await post.push.subscribe(URL, "t")
        made = await offers(post)
        sources = [one.source for k in keys if isinstance(one := made[k], Feature)]
        assert sources == [NO_REQUEST] * 4
        assert value(made[Key.EVENT_PATH]) is EventPath.POLL
        assert value(made[Key.EVENT_DELIVERY]) is None
        assert value(made[Key.LAST_EVENT]) is None
        post.message()
        assert value(made[Key.EVENT_DELIVERY]) is True
        assert value(made[Key.EVENT_PATH]) is EventPath.WEBHOOK
        assert value(made[Key.LAST_EVENT]) == post.world.time()
        saved = made[Key.RECORDING_SAVED]
        assert isinstance(saved, Happening)
        assert saved.kinds == ("saved",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("none", False), ("manual", True), ("", None), ("other", True)],
)
async def test_record_state(
    session: ClientSession, written: str, *, expected: bool | None
) -> None:
    """Anything but none is recording; nothing is not known."""
    async with posted(session) as post:
        post.unit.plans.change(
            STATUS, lambda body: body.replace(b">none<", f">{written}<".encode())
        )
        made = await offers(post)
        await post.look()
        assert value(made[Key.RECORDING]) is expected
