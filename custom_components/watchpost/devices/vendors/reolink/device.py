"""One device: connect, refresh, tell, and close."""

from collections.abc import Iterable
import logging
from typing import Final, override

from ...model.device import (
    Absent,
    Device,
    Json,
    Login,
    Notice,
    Problem,
    Surroundings,
    Unit,
)
from ...model.errors import DeviceConnectionError, DeviceError, Reason
from ...model.mac import mac_address
from ...model.vocabulary import Cadence
from ...transport.http import HttpTransport
from ...transport.payload import Node
from . import kinds
from .ability import parse_abilities
from .answers import Answer
from .cameras import Cameras
from .client import Ask, Batch, Client
from .codes import AWAY, DONE, TIMED_OUT, TRANSIENT, error_for
from .composition import Composition, Equipment
from .const import (
    BATCH_LIMIT,
    LOAD_FACTOR,
    SETTINGS_INTERVAL,
    SETTINGS_TICK,
    SETUP_BATCHES,
    STATE_INTERVAL,
    STREAMED_INTERVAL,
    UPGRADE_AGE,
)
from .documents import Document, Documents
from .events import Events
from .features.maintenance import set_clock
from .firmware import SOURCE as FIRMWARE_SOURCE, FirmwareDriver
from .identity import (
    Identity,
    ability_ask,
    read_identity,
    read_overview,
)
from .mailroute import EmailRoute
from .options import STREAM_PROTOCOL
from .parts import SHARED
from .problems import find_problems
from .streams import Streams
from .watch import Watch

_LOGGER = logging.getLogger(__name__)

_KEPT: Final = 12
"""Requests for settings that are kept."""
_WORTHWHILE: Final = BATCH_LIMIT // 2
"""Commands from which on a request is worth keeping."""
_MEMORY: Final = "kind"


class ReolinkDevice(Device):
    """A camera, or a recorder with its cameras."""

    def __init__(self, login: Login, around: Surroundings) -> None:
        """Wire everything up; nothing is sent."""
        super().__init__()
        self._around = around
        self._transport = HttpTransport(around.session, login)
        self._client = Client(self._transport, login, around.clock, around.spawn)
        self._documents = Documents(self._client, around.clock)
        wish = around.options.get(STREAM_PROTOCOL.key, STREAM_PROTOCOL.default)
        self._streams = Streams(login, wish)
        self._firmware = FirmwareDriver(self._client, around)
        self._cameras = Cameras(around.memory)
        self._events = Events(
            login,
            around,
            self._cameras,
            EmailRoute(
                self._client,
                self._documents,
                self._prepare,
                lambda: self._streams.host.version("scheduleVersion") > 0,
                self._usable,
            ),
            onvif_port=lambda: self._streams.ports.onvif,
            learned=self._learned,
        )
        self.mails = self._events.mails
        self.stream = self._events.stream
        self._watch = Watch(self._client, around.clock, self._events.looked)
        self._identity: Identity | None = None
        self._unread: set[int] = set()
        """Cameras that are connected and whose abilities could not be read."""
        self._composition = Composition(
            Equipment(
                client=self._client,
                documents=self._documents,
                transport=self._transport,
                around=around,
                watch=self._watch,
                events=self._events,
                streams=self._streams,
                firmware=self._firmware,
            ),
            self._cameras,
        )
        self._batches: dict[tuple[Document, ...], Batch] = {}
        self.forget = self._forget
        self._settled = False
        """Whether settings were read once; before that they may come in one go."""

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        """The device itself, then the cameras of a recorder."""
        if self._composition.units or self._identity is None:
            return self._composition.units
        identity = self._identity
        return (Unit(name=identity.name, model=identity.model, mac=identity.mac),)

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        """What other devices of this family can have."""
        return self._composition.absent

    @override
    async def identify(self) -> None:
        """Log in and read who the device is."""
        self._identity = await read_identity(self._client)
        self.serial = self._identity.serial

    @override
    async def connect(self) -> None:
        """Log in and read what the device and its cameras can do, in one request."""
        kept = self._around.memory.get(_MEMORY)
        known = Node(kept if isinstance(kept, dict) else {})
        get = self._documents.get
        more = [get(kinds.TIME).ask()]
        # Cameras refuse these; they are asked until it is known that they do.
        if known.flag("recorder") is not False:
            more.append(get(kinds.CHANNELS).ask())
        if known.flag("storage") is not False:
            more.append(get(kinds.HDD).ask())
        overview = await read_overview(self._client, tuple(more))
        identity = self._identity = overview.identity
        self.serial = identity.serial
        if identity.mac is not None:
            self._client.verify = self._check_identity
        self._streams.ports, self._streams.host = overview.ports, overview.host
        self._firmware.installed = identity.firmware
        for one in map(get, (kinds.TIME, kinds.CHANNELS, kinds.HDD)):
            answer = overview.answers.get(one.ask().command)
            if answer is not None and (identity.recorder or answer.code == DONE):
                one.take(answer)
        storage = overview.host.has("disk", "sdCard")
        if storage and not get(kinds.HDD).known:
            await get(kinds.HDD).read()
        self._around.memory.put(
            _MEMORY, {"recorder": identity.recorder, "storage": storage}
        )
        if identity.recorder:
            self._cameras.remember()
            self._cameras.take_status(get(kinds.CHANNELS).nodes)
        else:
            self._cameras.single(identity.name, identity.model)
        self._cameras.take_abilities(overview.channels or (overview.host,))
        self._composition.overview = overview
        self._composition.answering = True
        mailing = overview.admin and overview.host.has("email")
        if not mailing and not self._events.mails.configured:
            self.mails = None
        self._composition.outdate()
        self._composition.build()

    async def _prepare(self) -> None:
        """Learn what the device is where only its name was asked for."""
        if self._composition.overview is None:
            await self.connect()

    def _usable(self) -> list[int]:
        """Return the cameras that can be asked, as far as it is known."""
        cameras = [one.number for one in self._cameras if one.usable]
        return [number for number in cameras if not self._watch.hangs(number)]

    def _learned(self) -> None:
        """Show what a subscription has told that it can tell."""
        self._composition.outdate()
        self._composition.build()

    @property
    def _recorder(self) -> bool:
        """Whether it has cameras that come and go."""
        return self._identity is not None and self._identity.recorder

    def _check_identity(self, answer: Answer) -> None:
        """Make sure after a login that the address still belongs to this device."""
        if answer.code in TRANSIENT:
            return
        if answer.code != DONE:
            raise error_for(answer.code)
        local = answer.value.node("LocalLink") or answer.value
        if mac_address(local.text("mac")) != self.serial:
            raise DeviceConnectionError(Reason.WRONG_DEVICE)

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Ask what is seen now, or read the settings that are due and wanted."""
        sources = self._sources(cadence) if wanted is None else wanted
        self.expected[cadence] = sources
        if cadence is Cadence.STATE:
            await self._refresh_state(sources)
        else:
            await self._refresh_settings(sources)
        self._composition.build()
        failed = self._documents.failed
        first = f"{self._composition.first()}."
        shared = {
            f"{SHARED}{source.removeprefix(first)}": reason
            for source, reason in failed.items()
            if source.startswith(first)
        }
        self.failed = {**failed, **shared, **self._watch.failed}

    def _sources(self, cadence: Cadence) -> frozenset[str]:
        """Return everything that could be asked for."""
        return frozenset(
            source
            for unit in self.units
            for feature in unit.features
            if feature.cadence is cadence
            for source in (feature.source, *feature.more_sources)
        )

    async def _refresh_state(self, sources: frozenset[str]) -> None:
        """One request for all cameras; nothing else but at the very first time."""
        usable = tuple(f"{one.number}." for one in self._cameras if one.usable)
        asked = [one for one in sources if one.startswith(usable)]
        first: list[Document] = []
        if not self._settled and not self._recorder:
            # A camera tells all that is wanted at once.
            first = self._due(self.expected.get(Cadence.SETTINGS, frozenset()))
            first = first[: BATCH_LIMIT - len(asked)]
        more = [document.ask() for document in first]
        self._events.begin_look()
        try:
            self._take(first, await self._watch.poll(asked, more))
        except DeviceError:
            self._composition.answering = False
            raise
        self._events.end_look()
        self._composition.answering = True
        if first:
            self._settled = True

    async def _refresh_settings(self, sources: frozenset[str]) -> None:
        """Read what is due, a request at a time, so that motion is seen in between."""
        due = self._due(sources)
        batches = 1 if self._settled else SETUP_BATCHES
        for start in range(0, min(len(due), batches * BATCH_LIMIT), BATCH_LIMIT):
            await self._read(due[start : start + BATCH_LIMIT])
        self._settled = True
        if FIRMWARE_SOURCE in sources and self._firmware.due():
            await self._firmware.refresh()
            if self._firmware.stale:
                await self._read_version()
        self._around.changed()

    def _due(self, sources: Iterable[str]) -> list[Document]:
        """Return the documents to be read, of cameras that can be asked."""
        return self._documents.due(self._concrete(sources), self._askable())

    def _concrete(self, sources: Iterable[str]) -> set[str]:
        """Return the requests for some sources; one camera is asked for all."""
        first = self._composition.first()
        own = {
            f"{first}.{source.removeprefix(SHARED)}"
            if source.startswith(SHARED)
            else source
            for source in sources
        }
        return {*own, *self._always()}

    def _always(self) -> tuple[str, ...]:
        """Return what is read whoever wants it: the clock, and who is connected."""
        own = (kinds.TIME, kinds.CHANNELS) if self._recorder else (kinds.TIME,)
        return tuple(kind.name for kind in own)

    def _askable(self) -> set[int | None]:
        """Return the cameras that can be asked, and the device itself."""
        return {None, *self._usable()}

    async def _read(self, documents: list[Document]) -> None:
        """Read some documents in one request."""
        try:
            answers = await self._client.send(self._batch(tuple(documents)))
        except DeviceConnectionError as err:
            if not self._settled and err.reason is not Reason.TIMEOUT:
                raise
            # Whether the device is there is judged by the next poll; if one camera
            # holds up the others, that finds out which. Values are kept for a while.
            answers = [Answer(code=TIMED_OUT) for _ in documents]
        self._take(documents, answers)
        if self._documents.get(kinds.CHANNELS) in documents:
            await self._follow_channels()

    def _batch(self, documents: tuple[Document, ...]) -> Batch:
        """Return the request for some documents.

        It is kept: the same ones are read again and again, and seldom tell anything
        new.
        """
        usual = all(
            not one.wants_range and one.kind.age <= SETTINGS_INTERVAL
            for one in documents
        )
        if not usual or len(documents) < _WORTHWHILE:
            return Batch([one.ask() for one in documents])
        if (batch := self._batches.get(documents)) is None:
            if len(self._batches) >= _KEPT:
                self._batches.clear()
            batch = Batch([one.ask() for one in documents])
            self._batches[documents] = batch
        return batch

    def _take(self, documents: list[Document], answers: list[Answer]) -> None:
        for document, answer in zip(documents, answers, strict=False):
            before = document.code, document.shape
            document.take(answer)
            if (document.code, document.shape) != before:
                self._composition.outdate()
            camera = self._cameras.get(document.channel)
            if answer.code in AWAY and camera is not None and camera.unit:
                camera.online = False
                self._watch.forget(camera.number)
                self._composition.outdate()
                self._documents.get(kinds.CHANNELS).outdate()

    async def _follow_channels(self) -> None:
        """Take in cameras that were connected or lost."""
        document = self._documents.get(kinds.CHANNELS)
        if not self._recorder or not document.known:
            return
        before = {camera.number for camera in self._cameras if camera.online}
        if self._cameras.take_status(document.nodes):
            self._composition.outdate()
        now = {camera.number for camera in self._cameras if camera.online}
        for number in before - now:
            self._watch.forget(number)
        new = now - before | self._unread & now
        if new:
            await self._read_abilities(new)

    async def _read_abilities(self, numbers: set[int]) -> None:
        """Read what cameras can do that have just been connected."""
        self._unread = numbers
        (answer,) = await self._client.ask([ability_ask(self._client)])
        if answer.code != DONE:
            _LOGGER.debug("Abilities could not be read: %s", answer.code)
            return
        self._unread = set()
        _host, channels = parse_abilities(answer.value)
        self._cameras.take_abilities(channels)
        self._composition.outdate()
        for number in numbers:
            self._documents.forget_channel(number)

    async def _read_version(self) -> None:
        """Read the version that runs after an installation."""
        try:
            answer = await self._client.read(Ask(command="GetDevInfo"))
        except DeviceError:
            return
        told = answer.value.node("DevInfo") or answer.value
        self._firmware.installed = told.text("firmVer") or self._firmware.installed
        self._firmware.stale = False
        self._composition.outdate()

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 2 s, more for a slow device; settings follow what is due next.

        Mails change nothing of that: there is one in half a minute at most.
        """
        if cadence is Cadence.STATE:
            least = STREAMED_INTERVAL if self._events.streamed else STATE_INTERVAL
            return max(least, LOAD_FACTOR * self._watch.took)
        if self._firmware.busy:
            return UPGRADE_AGE
        sources = self.expected.get(Cadence.SETTINGS, frozenset())
        wait = self._documents.wait(self._concrete(sources), self._askable())
        return min(max(SETTINGS_TICK, wait), SETTINGS_INTERVAL)

    @override
    async def close(self) -> None:
        """End what moves and log out."""
        self._events.close()
        await self._composition.close()
        await self._client.close()

    def _forget(self, unit: str) -> None:
        """Forget a camera that its owner has taken away."""
        self._cameras.forget(unit)
        self._events.forget(unit)
        self._composition.outdate()
        self._composition.build()

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the last poll has seen begin."""
        return self._events.take_notices()

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a guest's login, closed ports, lost events and a wrong clock."""
        if (overview := self._composition.overview) is None:
            return ()
        cameras = [camera.number for camera in self._cameras]
        return tuple(
            find_problems(
                self._documents,
                cameras,
                self._streams.ports,
                admin=overview.admin,
                silent=self._events.silent,
                set_clock=self._set_clock,
            )
        )

    async def _set_clock(self) -> None:
        """Set the device's clock to ours."""
        document = self._documents.get(kinds.TIME)
        await set_clock(document, self._client, self._around.clock.now())

    @override
    def dump(self) -> dict[str, Json]:
        """Return all documents, abilities in short, and counts."""
        return {
            "cameras": [
                {
                    "number": camera.number,
                    "model": camera.model,
                    "online": camera.online,
                    "hangs": self._watch.hangs(camera.number),
                    "abilities": camera.ability.dump(),
                }
                for camera in self._cameras
            ],
            "abilities": self._streams.host.dump(),
            "documents": self._documents.dump(),
            "refused": dict(self._documents.refused),
            "events": self._events.dump(),
            "requests": self._transport.sent,
            "logins": self._client.logins,
        }
