"""Addresses of streams, logins and spellings, against an emulated service."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
import logging
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from tests.emulators.base import FaultKind
from tests.emulators.onvif import OnvifOptions, OnvifProfile
from tests.emulators.onvif.options import channels

from .onvif_rig import NAME, PASSWORD, new_client, onvif_rig

type Auth = Literal["token", "digest", "basic", "both", "none"]


async def test_streams(session: ClientSession) -> None:
    """Profiles come in their order; host and login of the addresses do not."""
    async with onvif_rig(session, OnvifOptions(profiles=channels(2))) as rig:
        streams = await rig.onvif.streams()
        assert [one.token for one in streams] == [
            "Profile_1_main",
            "Profile_1_sub",
            "Profile_2_main",
            "Profile_2_sub",
        ]
        first = streams[0]
        assert (first.configuration, first.source) == (
            "VideoSourceConfig_1",
            "VideoSource_1",
        )
        assert (first.width, first.height, first.encoding) == (1920, 1080, "H264")
        assert (first.path, first.port) == ("/live/Profile_1_main?transport=tcp", 8554)
        assert rig.service.strange == []


@pytest.mark.parametrize(
    ("uri", "path", "port"),
    [
        ("rtsp://192.0.2.1/a/b", "/a/b", 554),
        ("RTSP://[2001:db8::1]:10554/x?channel=1&subtype=0", None, 10554),
        ("rtsp://u:p%40x@host:8554/11", "/11", 8554),
        ("rtsp://h/x?user=admin&password=s3cret&stream=1", "/x?stream=1", 554),
        ("rtsp://h", "/", 554),
    ],
)
async def test_address(
    session: ClientSession, uri: str, path: str | None, port: int
) -> None:
    """Path, query and port are kept, and nothing that belongs to a login."""
    profiles = (OnvifProfile(token="p", uri=uri),)
    async with onvif_rig(session, OnvifOptions(profiles=profiles)) as rig:
        (stream,) = await rig.onvif.streams()
        assert stream.path == (path or "/x?channel=1&subtype=0")
        assert stream.port == port
        assert stream.path not in repr(stream)


@pytest.mark.parametrize(
    "uri", ["", "http://h/x", "rtsp://h:port/x", "rtsp://h/a b", "rtsp://[h/x", "x" * 9]
)
async def test_useless_address(session: ClientSession, uri: str) -> None:
    """A profile without a usable address keeps its place."""
    profiles = (OnvifProfile(token="p", uri=uri), OnvifProfile(token="q"))
    async with onvif_rig(session, OnvifOptions(profiles=profiles)) as rig:
        first, second = await rig.onvif.streams()
        assert first.path is None
        assert second.path is not None


async def test_refused_address(session: ClientSession) -> None:
    """A device that refuses one address is asked for the others."""
    async with onvif_rig(session) as rig:
        rig.service.fail("GetStreamUri", FaultKind.APP_ERROR)
        first, second = await rig.onvif.streams()
        assert (first.path, second.path is None) == (None, False)


@pytest.mark.parametrize(
    ("soap", "prefixes", "status", "auth"),
    product(
        ("1.1", "1.2"),
        ("usual", "odd", "none"),
        (200, 400, 500),
        ("token", "digest", "basic", "both", "none"),
    ),
)
async def test_spellings(
    session: ClientSession,
    soap: Literal["1.1", "1.2"],
    prefixes: Literal["usual", "odd", "none"],
    status: int,
    auth: Auth,
) -> None:
    """All spellings and logins work, for answers and for refusals."""
    options = OnvifOptions(soap=soap, prefixes=prefixes, fault_status=status, auth=auth)
    async with onvif_rig(session, options) as rig:
        assert len(await rig.onvif.streams()) == 2
        assert rig.service.gate.in_clear == 0
        assert rig.service.gate.replays == 0
        if auth != "none":
            wrong = new_client(session, rig.service, rig.world, password="wrong")
            with pytest.raises(DeviceAuthError):
                await wrong.streams()
        assert rig.service.gate.in_clear == 0


async def test_stale_digest(session: ClientSession) -> None:
    """A nonce that is used up is replaced, within one call."""
    async with onvif_rig(session, OnvifOptions(auth="digest", nonce_uses=1)) as rig:
        assert len(await rig.onvif.streams()) == 2
        assert len(await rig.onvif.streams()) == 2


async def test_other_name(session: ClientSession) -> None:
    """A wrong name is told as such, with a single attempt."""
    async with onvif_rig(session) as rig:
        other = new_client(session, rig.service, rig.world, username="somebody")
        with pytest.raises(DeviceAuthError):
            await other.streams()
        assert rig.service.gate.refused == ["name"]


@pytest.mark.parametrize("ahead", [-86400, -3600, -31, 31, 3600, 86400, 86400 * 365])
async def test_clock(session: ClientSession, ahead: int) -> None:
    """Signatures are made by the clock of the device."""
    async with onvif_rig(session) as rig:
        rig.set_clock(timedelta(seconds=ahead))
        assert len(await rig.onvif.streams()) == 2
        assert rig.onvif.clock_offset == ahead
        assert rig.service.gate.refused == []


@pytest.mark.parametrize("clock", ["protected", "local", "absurd"])
async def test_untold_clock(
    session: ClientSession, clock: Literal["protected", "local", "absurd"]
) -> None:
    """A device that does not tell its clock is taken to be right."""
    async with onvif_rig(session, OnvifOptions(clock=clock)) as rig:
        assert len(await rig.onvif.streams()) == 2
        assert rig.onvif.clock_offset is None


@pytest.mark.parametrize("discovery", ["capabilities", "services"])
async def test_discovery(
    session: ClientSession, discovery: Literal["capabilities", "services"]
) -> None:
    """Services are found either way, and asked at the configured address."""
    options = OnvifOptions(discovery=discovery, address="http://0.0.0.0:9")
    async with onvif_rig(session, options) as rig:
        assert len(await rig.onvif.streams()) == 2


async def test_no_service(session: ClientSession) -> None:
    """A device without what is asked for says so."""
    async with onvif_rig(session, OnvifOptions(discovery="neither")) as rig:
        assert len(await rig.onvif.streams()) == 2
        with pytest.raises(DeviceUnsupportedError):
            await anext(rig.onvif.events())


@pytest.mark.parametrize(
    ("status", "expected", "reason"),
    [
        (403, DeviceAuthError, Reason.INVALID_AUTH),
        (404, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (405, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (501, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (429, DeviceConnectionError, Reason.BUSY),
        (503, DeviceConnectionError, Reason.BUSY),
        (302, DeviceConnectionError, Reason.BAD_ANSWER),
        (500, DeviceConnectionError, Reason.BAD_ANSWER),
    ],
)
async def test_status(
    session: ClientSession, status: int, expected: type[DeviceError], reason: Reason
) -> None:
    """What is no SOAP is judged by the status of HTTP."""
    async with onvif_rig(session) as rig:
        kind = FaultKind.HTTP_STATUS
        rig.service.fail("GetProfiles", kind, code=status, count=None)
        with pytest.raises(expected) as caught:
            await rig.onvif.streams()
        assert caught.value.reason is reason


async def test_nobody(session: ClientSession) -> None:
    """A port where nobody listens is not reachable."""
    async with onvif_rig(session) as rig:
        rig.service.kill()
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.onvif.streams()
        assert caught.value.reason is Reason.UNREACHABLE


async def test_anonymous(session: ClientSession) -> None:
    """Without a name nothing is signed."""
    async with onvif_rig(session, OnvifOptions(auth="none")) as rig:
        nobody = new_client(session, rig.service, rig.world, username="", password="")
        assert len(await nobody.streams()) == 2
        assert not any(b"Security" in one.body for one in rig.service.requests)


@pytest.mark.parametrize("auth", ["token", "both", "basic"])
async def test_secrets(
    session: ClientSession, auth: Auth, caplog: pytest.LogCaptureFixture
) -> None:
    """No log and no error holds a login, a signature or a path."""
    caplog.set_level(logging.DEBUG)
    options = OnvifOptions(auth=auth, address="http://internal.example:9/secretpath")
    async with onvif_rig(session, replace(options, address=None)) as rig:
        await rig.onvif.streams()
        await (await rig.start()).aclose()
        rig.service.fail("GetProfiles", FaultKind.DROP_AFTER)
        with pytest.raises(DeviceConnectionError) as caught:
            await rig.onvif.streams()
        said = f"{caplog.text} {caught.getrepr(showlocals=False, chain=True)}"
        assert caught.value.__context__ is None
        digests = [
            part.partition(b"</w:")[0].decode()
            for one in rig.service.requests
            for part in one.body.split(b'PasswordDigest">')[1:]
        ]
    assert "GetProfiles: 200" in caplog.text
    for secret in (PASSWORD, NAME, "/live/", "PullPoint?", "/onvif/Media", *digests):
        assert secret not in said
