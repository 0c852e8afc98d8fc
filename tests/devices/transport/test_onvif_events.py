"""Subscriptions: states, events, renewals, faults, the goodbye."""

import asyncio
from datetime import timedelta
import logging
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.transport import onvif
from custom_components.watchpost.devices.transport.onvif import OnvifEvent
from tests.devices.world import EPOCH
from tests.emulators.base import FaultKind
from tests.emulators.onvif import OnvifOptions, Topic

from .onvif_rig import PASSWORD, STORAGE, new_client, onvif_rig

SOURCE = "VideoSourceConfig_1"
MOTION = "RuleEngine/CellMotionDetector/Motion"


async def test_events(session: ClientSession) -> None:
    """First come the states, then what happens, each once."""
    async with onvif_rig(session) as rig:
        rig.service.trigger(Topic.CELL_MOTION, SOURCE, on=True)
        events = rig.onvif.events()
        storage, motion = await rig.next_of(events)
        assert storage.topic == STORAGE
        assert motion == OnvifEvent(
            topic=MOTION, source=SOURCE, on=True, at=EPOCH, initial=True
        )
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=False)
        assert event == OnvifEvent(topic=MOTION, source=SOURCE, on=False, at=EPOCH)
        event = await rig.happen(events, Topic.CROSSED, SOURCE, on=True)
        assert (event.topic, event.on) == ("RuleEngine/LineDetector/Crossed", None)
        event = await rig.happen(events, Topic.INPUT, "AlarmIn_2", on=True)
        assert (event.source, event.on, event.initial) == ("AlarmIn_2", True, False)
        rig.service.remove(Topic.CELL_MOTION, SOURCE)
        (event,) = await rig.next_of(events)
        assert (event.topic, event.removed) == (MOTION, True)
        await events.aclose()
        assert rig.service.left == ["sub1"]
        assert rig.service.strange == []
        assert rig.service.actions == [
            "GetSystemDateAndTime",
            "GetCapabilities",
            "CreatePullPointSubscription",
            *["PullMessages"] * 5,
            "Unsubscribe",
        ]


async def test_empty_states(session: ClientSession) -> None:
    """A device that has nothing to tell yields an empty tuple, soon."""
    async with onvif_rig(session, OnvifOptions(initial=False)) as rig:
        events = rig.onvif.events()
        task = asyncio.ensure_future(anext(events))
        await rig.waiting()
        rig.service.clock.advance(1)
        async with asyncio.timeout(5):
            assert await task == ()
        event = await rig.happen(events, Topic.INPUT, "1", on=True)
        assert event.on
        await events.aclose()


async def test_several(session: ClientSession) -> None:
    """What happens between two requests comes in one batch, in order."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        for on in (True, False, True):
            rig.service.trigger(Topic.CELL_MOTION, SOURCE, on)
        assert [one.on for one in await rig.next_of(events)] == [True, False, True]
        await events.aclose()


@pytest.mark.parametrize(
    "options",
    [
        {"soap": "1.1", "prefixes": "none", "spelling": "title"},
        {"prefixes": "odd", "spelling": "digit", "moments": False},
        {"reference": True},
        {"reference": True, "prefixes": "none"},
        {"reference": True, "prefixes": "odd", "soap": "1.1"},
        {"address": "http://0.0.0.0:1"},
        {"address": "http://10.9.8.7/deep", "prefixes": "odd"},
        {"auth": "digest", "reference": True, "nonce_uses": 1},
        {"auth": "basic"},
        {"auth": "both"},
        {"auth": "none"},
        {"terms": "relative"},
        {"terms": "absolute"},
        {"terms": "neither"},
        {"tell_lifetime": False},
        {"discovery": "services"},
        {"clock": "local"},
        {"places": 1},
        {"fault_status": 500, "terms": "absolute"},
    ],
    ids=lambda options: ",".join(f"{k}={v}" for k, v in options.items()),
)
async def test_variants(session: ClientSession, options: dict[str, Any]) -> None:
    """Whatever a device is like, a motion arrives and the place is given back."""
    if options.get("address") == "http://10.9.8.7/deep":
        options = {**options, "address": "http://10.9.8.7"}
    async with onvif_rig(session, OnvifOptions(**options)) as rig:
        events = await rig.start()
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=True)
        assert (event.topic, event.on) == (MOTION, True)
        assert (event.at is None) is not options.get("moments", True)
        await events.aclose()
        assert rig.service.live == ()
        assert rig.service.strange == []
        assert rig.service.gate.replays == rig.service.gate.in_clear == 0


@pytest.mark.parametrize("ahead", [timedelta(days=-1), timedelta(days=1)])
@pytest.mark.parametrize("terms", ["relative", "absolute"])
async def test_clock(session: ClientSession, ahead: timedelta, terms: Any) -> None:
    """A wrong clock disturbs neither signatures nor the end of a subscription."""
    async with onvif_rig(session, OnvifOptions(terms=terms)) as rig:
        rig.set_clock(ahead)
        events = await rig.start()
        assert rig.onvif.clock_offset == ahead.total_seconds()
        held = rig.service.events.subscriptions["sub1"]
        assert held.until == pytest.approx(600, abs=2)
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=True)
        assert event.at == EPOCH + ahead
        await events.aclose()
        assert rig.service.gate.refused == []


async def test_clock_set_meanwhile(session: ClientSession) -> None:
    """When a device sets its clock, it is read again and asked once more."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        rig.set_clock(timedelta(hours=5))
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=True)
        assert event.on
        assert rig.service.gate.refused == ["too old"]
        await events.aclose()


async def test_password_changed(session: ClientSession) -> None:
    """A login that is refused is not tried again."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        rig.service.gate.password = "another"
        with pytest.raises(DeviceAuthError):
            await rig.next_of(events)
        # Once for the messages, once for the goodbye.
        assert rig.service.gate.refused == ["password"] * 2


@pytest.mark.parametrize("lifetime", [10.0, 60.0, 600.0])
async def test_renewal(session: ClientSession, lifetime: float) -> None:
    """One subscription lives on, and nothing is lost."""
    async with onvif_rig(session, OnvifOptions(lifetime=lifetime)) as rig:
        events = await rig.start()
        seen: list[OnvifEvent] = []

        async def listen() -> None:
            async for batch in events:
                seen.extend(batch)

        task = asyncio.ensure_future(listen())
        for number in range(120):
            await rig.waiting()
            rig.service.clock.advance(lifetime / 12)
            if number % 7 == 0:
                rig.service.trigger(Topic.INPUT, str(number), on=True)
        await rig.waiting()
        assert rig.service.live == ("sub1",)
        assert [int(one.source or 0) for one in seen] == list(range(0, 120, 7))
        renewals = rig.service.actions.count("Renew")
        assert 10 <= renewals <= 20
        task.cancel()
        await asyncio.wait([task])
        await rig.world.settle()
        assert rig.service.left == ["sub1"]


@pytest.mark.parametrize("renew", ["no", "fault"])
@pytest.mark.parametrize("places", [1, 10])
async def test_no_renewal(session: ClientSession, renew: Any, places: int) -> None:
    """A device that does not renew is subscribed to again, in the same place."""
    options = OnvifOptions(lifetime=60, renew=renew, places=places)
    async with onvif_rig(session, options) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        service = rig.service
        while not service.left:
            await service.wait_for(lambda: bool(service.waiting or service.left))
            service.clock.advance(0 if service.left else 5)
        async with asyncio.timeout(5):
            # That it is another subscription is told before anything else.
            assert await task == ()
        (state,) = await rig.next_of(events)
        assert (state.topic, state.initial) == (STORAGE, True)
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=True)
        assert event.on
        await events.aclose()
        assert rig.service.left == ["sub1", "sub2"]
        assert rig.service.actions.count("Renew") == 2


async def test_extended_by_messages(session: ClientSession) -> None:
    """A device that prolongs by itself is not asked to."""
    async with onvif_rig(session, OnvifOptions(lifetime=120, extends=True)) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.pass_by(1200)
        assert rig.service.live == ("sub1",)
        assert "Renew" not in rig.service.actions
        rig.service.trigger(Topic.INPUT, "1", on=True)
        async with asyncio.timeout(5):
            assert len(await task) == 1
        await events.aclose()


async def test_end_counted_wrongly(session: ClientSession) -> None:
    """An end in the past is put right at once, with a moment."""
    async with onvif_rig(session, OnvifOptions(lifetime=0.9)) as rig:
        rig.service.options.initial = True
        events = await rig.start()
        rig.service.options.lifetime = 600
        event = await rig.happen(events, Topic.CELL_MOTION, SOURCE, on=True)
        assert event.on
        renewal = next(r for r in rig.service.requests if b"<n:Renew>" in r.body)
        assert b"<n:TerminationTime>2026-11-21T12:10:00Z<" in renewal.body
        await events.aclose()


async def test_too_many(session: ClientSession) -> None:
    """A device without a free place is busy; it is asked once only."""
    async with onvif_rig(session, OnvifOptions(places=0)) as rig:
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.next_of(rig.onvif.events())
        assert caught.value.reason is Reason.BUSY
        assert rig.service.actions.count("CreatePullPointSubscription") == 1


async def test_no_long_poll(session: ClientSession) -> None:
    """A device that answers at once is not asked without a pause."""
    async with onvif_rig(session, OnvifOptions(long_poll=False)) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.service.wait_for(
            lambda: rig.service.actions.count("PullMessages") >= 4
        )
        assert all(0.5 < rest <= 1 for rest in rig.world.clock.slept)
        assert rig.world.clock.slept
        rig.service.trigger(Topic.INPUT, "1", on=True)
        async with asyncio.timeout(5):
            assert len(await task) == 1
        await events.aclose()


async def test_flood(session: ClientSession) -> None:
    """A device full of events is asked five times a second."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        for _ in range(4):
            rig.service.trigger(Topic.INPUT, "1", on=True)
            assert len(await rig.next_of(events)) == 1
        assert len(rig.world.clock.slept) == 3
        assert all(0 < rest <= 0.2 for rest in rig.world.clock.slept)
        await events.aclose()


async def test_other_requests_meanwhile(session: ClientSession) -> None:
    """Waiting for events keeps nobody waiting."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.waiting()
        async with asyncio.timeout(5):
            assert len(await rig.onvif.streams()) == 2
        assert rig.service.waiting == 1
        task.cancel()
        await asyncio.wait([task])


async def test_cancelled(session: ClientSession) -> None:
    """A listener that is cancelled, even twice, gives its place back."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.waiting()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await rig.service.wait_for(lambda: rig.service.left == ["sub1"])


async def test_subscription_ended(session: ClientSession) -> None:
    """A subscription that the device has forgotten is an error; the next one works."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.waiting()
        rig.service.events.end_all()
        with pytest.raises(DeviceConnectionError):
            await task
        again = await rig.start()
        assert rig.service.live == ("sub2",)
        await again.aclose()


async def test_restart(session: ClientSession) -> None:
    """A device that restarts is an error until it is back."""
    async with onvif_rig(session) as rig:
        events = await rig.start()
        task = asyncio.ensure_future(anext(events))
        await rig.waiting()
        rig.service.kill()
        with pytest.raises(DeviceConnectionError) as caught:
            await task
        assert caught.value.reason is Reason.UNREACHABLE
        with pytest.raises(DeviceConnectionError):
            await rig.next_of(rig.onvif.events())
        await rig.service.revive()
        again = await rig.start()
        await again.aclose()


async def test_hanging(session: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is not answered in time is given up."""
    async with onvif_rig(session) as rig:
        monkeypatch.setattr(onvif, "PULL_MARGIN", -0.9)
        rig.service.fail("PullMessages", FaultKind.HANG)
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.next_of(rig.onvif.events())
        assert caught.value.reason is Reason.TIMEOUT
        assert rig.service.left == ["sub1"]


@pytest.mark.parametrize(
    ("action", "kind", "expected", "reason"),
    [
        ("GetSystemDateAndTime", FaultKind.HTML, DeviceConnectionError, "bad_answer"),
        ("GetSystemDateAndTime", FaultKind.APP_ERROR, None, None),
        ("GetCapabilities", FaultKind.DROP_AFTER, DeviceConnectionError, "unreachable"),
        ("CreatePullPoint", FaultKind.DROP_AFTER, DeviceConnectionError, "unreachable"),
        ("CreatePullPoint", FaultKind.EMPTY, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.DROP_AFTER, DeviceConnectionError, "unreachable"),
        ("PullMessages", FaultKind.GARBAGE, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.TRUNCATED, DeviceConnectionError, "unreachable"),
        ("PullMessages", FaultKind.CLIPPED, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.HTML, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.HUGE, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.EMPTY, DeviceConnectionError, "bad_answer"),
        ("PullMessages", FaultKind.APP_ERROR, DeviceConnectionError, "refused"),
        ("PullMessages", FaultKind.HTTP_STATUS, DeviceConnectionError, "busy"),
    ],
)
async def test_faults(
    session: ClientSession,
    action: str,
    kind: FaultKind,
    expected: type[DeviceError] | None,
    reason: str | None,
) -> None:
    """Any fault ends the stream with one of our errors, and the place is free."""
    async with onvif_rig(session) as rig:
        rig.service.fail(action, kind)
        if expected is None:
            await (await rig.start()).aclose()
        else:
            with pytest.raises(expected) as caught:
                await rig.next_of(rig.onvif.events())
            assert caught.value.reason == reason
        if action == "PullMessages":
            assert rig.service.live == ()
        rig.service.faults.clear()
        await (await rig.start()).aclose()


async def test_unsupported(session: ClientSession) -> None:
    """A device without subscriptions says so; the clock alone proves nothing."""
    async with onvif_rig(session) as rig:
        rig.service.fail("CreatePullPoint", FaultKind.HTTP_STATUS, code=404)
        with pytest.raises(DeviceUnsupportedError):
            await rig.next_of(rig.onvif.events())


async def test_wrong_password(session: ClientSession) -> None:
    """A wrong password is told at the first request that needs one."""
    async with onvif_rig(session) as rig:
        wrong = new_client(session, rig.service, rig.world, password="wrong")
        with pytest.raises(DeviceAuthError):
            await rig.next_of(wrong.events())
        assert rig.service.gate.refused == ["password"]
        assert "CreatePullPointSubscription" not in rig.service.actions


async def test_secrets(
    session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors on the way hold nothing that must not be told."""
    caplog.set_level(logging.DEBUG)
    async with onvif_rig(session) as rig:
        events = await rig.start()
        rig.service.kill()
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.next_of(events)
        assert caught.value.__context__ is None
        assert str(caught.value) == "unreachable"
        for secret in (PASSWORD, "PullPoint?", "Nonce", "UsernameToken"):
            assert secret not in caplog.text
        assert "PullMessages: ClientConnectorError" in caplog.text
