"""Who is measured: our device object, the floor and the other client."""

from abc import ABC, abstractmethod
import asyncio
from asyncio import Task
from collections.abc import Coroutine, Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
import json
import re
import socket
from typing import Any, Final, override

from aiohttp import ClientSession
from yarl import URL

from custom_components.watchpost.catalog import CATALOG
from custom_components.watchpost.devices.model.device import (
    Device,
    Login,
    Surroundings,
)
from custom_components.watchpost.devices.model.features import Detector
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from custom_components.watchpost.devices.vendors.reolink import VENDOR
from custom_components.watchpost.devices.vendors.reolink.const import (
    FIRMWARE_AGE,
    HEAVY_AGE,
    SETTINGS_INTERVAL,
    SETTINGS_TICK,
)
from custom_components.watchpost.entity import is_enabled_by_default
from scripts.lib.features import NoMemory, WallClock
from tests.emulators.base import HOST
from tests.emulators.reolink.options import DEMO_PASSWORD, DEMO_USERNAME

from .unit import Sent

PEER: Final = "reolink_aio"
_CHANNEL_STATES: Final = (
    "GetAiAlarm",
    "GetAiCfg",
    "GetAudioAlarm",
    "GetAutoFocus",
    "GetBuzzerAlarmV20",
    "GetEmail",
    "GetEnc",
    "GetFtp",
    "GetImage",
    "GetIrLights",
    "GetIsp",
    "GetMask",
    "GetMdAlarm",
    "GetPowerLed",
    "GetPtzGuard",
    "GetPush",
    "GetRec",
    "GetWhiteLed",
    "GetZoomFocus",
)
_HOST_STATES: Final = ("GetHddInfo", "GetPushCfg")
_TOKEN: Final = re.compile(r"(?<=token=)[^&]*")


class Actor(ABC):
    """Somebody who reads a unit."""

    name: str

    @abstractmethod
    async def set_up(self) -> None:
        """Learn everything, as an integration does before it has entities."""

    @abstractmethod
    async def poll(self) -> None:
        """Look for motion and objects at all channels."""

    @abstractmethod
    async def read_settings(self) -> None:
        """Read everything else that is shown."""

    @abstractmethod
    async def close(self) -> None:
        """Log out."""

    @abstractmethod
    def sees_motion(self, channel: int) -> bool | None:
        """Return what the last poll has found."""


class BenchClock(WallClock):
    """The time of this computer, or later."""

    ahead = 0.0

    @override
    def now(self) -> float:
        """Return the seconds since the epoch."""
        return super().now() + self.ahead


class Ours(Actor):
    """The device layer, with what Home Assistant enables by default."""

    name = "watchpost"

    def __init__(self, session: ClientSession, port: int) -> None:
        """Create the device; nothing is sent."""
        self.clock = BenchClock()
        login = Login(
            host=HOST, port=port, username=DEMO_USERNAME, password=DEMO_PASSWORD
        )
        surroundings = Surroundings(
            session=session,
            clock=self.clock,
            memory=NoMemory(),
            spawn=_spawn,
            changed=lambda: None,
            local_time=lambda: datetime.now().astimezone(),
        )
        self.device = VENDOR.create(login, surroundings)
        self._wanted: dict[Cadence, frozenset[str]] = {}

    @override
    async def set_up(self) -> None:
        """Connect, then read both cadences once: what the integration does."""
        await self.device.connect()
        self._wanted = wanted_by_default(self.device)
        self.device.expect(self._wanted)
        for cadence in Cadence:
            await self.device.refresh(cadence, self._wanted[cadence])

    @override
    async def poll(self) -> None:
        """Read the state."""
        await self.device.refresh(Cadence.STATE, self._wanted[Cadence.STATE])

    @override
    async def read_settings(self) -> None:
        """Read the settings ten minutes later, until none is due any more."""
        await self._read_after(SETTINGS_INTERVAL + 1)

    async def read_all(self) -> None:
        """Read the settings a day later, with areas and the look for new firmware."""
        await self._read_after(max(HEAVY_AGE, FIRMWARE_AGE) + 1)

    async def _read_after(self, seconds: float) -> None:
        self.clock.ahead += seconds
        wanted = self._wanted[Cadence.SETTINGS]
        await self.device.refresh(Cadence.SETTINGS, wanted)
        while self.device.interval(Cadence.SETTINGS) <= SETTINGS_TICK:
            await self.device.refresh(Cadence.SETTINGS, wanted)

    @override
    async def close(self) -> None:
        """Log out."""
        await self.device.close()

    @override
    def sees_motion(self, channel: int) -> bool | None:
        """Return what the channel's motion detector reads; units come in order."""
        detectors = [
            feature
            for unit in self.device.units
            for feature in unit.features
            if isinstance(feature, Detector) and feature.key is Key.MOTION
        ]
        return detectors[channel].read()


def _spawn(target: Coroutine[None, None, None], name: str) -> Task[None]:
    return asyncio.create_task(target, name=name)


def wanted_by_default(device: Device) -> dict[Cadence, frozenset[str]]:
    """Return the sources of the entities that are enabled by default."""
    wanted: dict[Cadence, set[str]] = {cadence: set() for cadence in Cadence}
    for unit in device.units:
        for feature in unit.features:
            _, catalog = CATALOG[type(feature)]
            description = catalog.get(feature.key)
            if description and is_enabled_by_default(feature, description):
                wanted[feature.cadence].add(feature.source)
    return {cadence: frozenset(sources) for cadence, sources in wanted.items()}


class Peer(Actor):
    """The client of Home Assistant's own integration; only its HTTP side."""

    name = "reolink-aio"

    def __init__(self, session: ClientSession, port: int) -> None:
        """Create the client; nothing is sent."""
        api = import_module(f"{PEER}.api")
        enums = import_module(f"{PEER}.enums")
        # Bound and not listening: its own protocol is refused at once.
        self._refusing = socket.socket()
        self._refusing.bind((HOST, 0))
        self._host: Any = api.Host(
            HOST,
            DEMO_USERNAME,
            DEMO_PASSWORD,
            port=port,
            use_https=False,
            protocol="flv",
            aiohttp_get_session_callback=lambda: session,
            bc_port=self._refusing.getsockname()[1],
            bc_connection=enums.ConnectionEnum.tcp,
        )

    @staticmethod
    def is_installed() -> bool:
        """Tell whether the package is there."""
        return find_spec(PEER) is not None

    @override
    async def set_up(self) -> None:
        """Learn everything, without the first states."""
        await self._host.get_host_data()

    @override
    async def poll(self) -> None:
        """Read motion and objects of all channels."""
        await self._host.get_motion_state_all_ch()

    @override
    async def read_settings(self) -> None:
        """Read all states, over HTTP also what its own protocol could tell."""
        channels = dict.fromkeys(self._host.channels, 1)
        await self._host.get_states(
            dict.fromkeys(_CHANNEL_STATES, channels)
            | {name: {None: 1} for name in _HOST_STATES}
        )

    @override
    async def close(self) -> None:
        """Log out."""
        await self._host.logout()
        self._refusing.close()

    @override
    def sees_motion(self, channel: int) -> bool | None:
        """Return what the last poll has found."""
        return bool(self._host.motion_detected(channel))


class Floor:
    """The least that a client can do: post the same bodies, decode the answers."""

    def __init__(self, session: ClientSession, port: int) -> None:
        """Store where to post."""
        self._session = session
        self._base = f"http://{HOST}:{port}"

    async def replay(self, requests: Sequence[Sent]) -> str | None:
        """Send what somebody has sent; return the token, if that was a login."""
        token: str | None = None
        for request in requests:
            target = request.target
            if token is not None:
                target = _TOKEN.sub(token, target)
            answers = await self._post(target, request.body)
            if "cmd=Login" in target:
                token = answers[0]["value"]["Token"]["name"]
        return token

    async def _post(self, target: str, body: str) -> Any:
        async with self._session.post(
            URL(self._base + target, encoded=True),
            data=body.encode(),
            headers={"Content-Type": "application/json"},
        ) as response:
            return json.loads(await response.text())

    async def log_out(self, token: str) -> None:
        """Give a login back."""
        await self._post(
            f"/cgi-bin/api.cgi?cmd=Logout&token={token}",
            '[{"cmd":"Logout","action":0,"param":{}}]',
        )
