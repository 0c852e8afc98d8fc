"""One unit: connect, refresh, tell, and close."""

from datetime import UTC, datetime
import logging
import math
from typing import Final, override

from ...kit.paths import Paths
from ...model.commands import AudioFormat, LoggedAlarm
from ...model.device import (
    BOX,
    Absent,
    Device,
    Json,
    Login,
    Notice,
    Problem,
    PushMessage,
    ScheduleStore,
    Surroundings,
    Unit,
)
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.features import Feature
from ...model.vocabulary import Cadence, Effect, EventPath, ScheduleKind
from ...transport.http import HttpTransport
from ...transport.payload import Node, PayloadError
from .actors import AlarmActor, LightActor, RelayActor, Side, SoundActor
from .client import AlarmForm, Client
from .clips import Clips
from .const import (
    AUDIO_BYTES,
    AUDIO_SECONDS,
    LOG_INTERVAL,
    LOG_INTERVAL_PUSHED,
    SETTINGS_INTERVAL,
    Source,
)
from .documents import Documents
from .events import AlarmLog, as_logged, parse_push, without_own
from .features import Parts, build_features, explain_absent
from .kept import Kept
from .mails import StrobeMails
from .models import Identity, Modes, Palette, mac_address
from .options import ALARM_REQUEST, AUDIO_FORMAT, AUDIO_FORMATS
from .outputs import OutputDriver
from .push import StrobePush
from .settings import Settings
from .status import Status

_LOGGER = logging.getLogger(__name__)

_PROBED: Final = (
    Source.MODES,
    Source.AUDIO,
    Source.CODECS,
    Source.FILES,
    Source.IDLE,
    Source.ALARM,
    Source.INPUT,
    Source.OVERLAY,
    Source.BROADCAST,
    Source.TIME,
    Source.WIFI,
    Source.HTTP_LINK,
    Source.EMAIL,
)
"""Documents whose presence decides what the unit can do."""
_REFRESHED: Final = (
    Source.AUDIO,
    Source.FILES,
    Source.IDLE,
    Source.ALARM,
    Source.INPUT,
    Source.OVERLAY,
    Source.BROADCAST,
    Source.TIME,
    Source.WIFI,
    Source.WIFI_SCAN,
    Source.MODES,
    Source.CODECS,
    Source.EMAIL,
)
"""Documents that are read again, as often as they may change."""
_UNASKED: Final = (Source.WIFI_SCAN, Source.MODES, Source.CODECS, Source.EMAIL)
"""Documents that are slow to read or never change."""
_FACTORY_LOGIN: Final = ("admin", "admin123456")
"""The login that the document prints in its examples."""
_CLOCK_TOLERANCE: Final = 300
"""Seconds by which a clock may be wrong before schedules run at the wrong time."""


class StrobeDevice(Device):
    """A network strobe light with a loudspeaker."""

    push: StrobePush

    def __init__(self, login: Login, around: Surroundings) -> None:
        """Wire everything up; nothing is sent."""
        super().__init__()
        self._login = login
        self._around = around
        self._transport = HttpTransport(around.session, login)
        form = around.options.get(ALARM_REQUEST.key, ALARM_REQUEST.default)
        fixed = None if form == ALARM_REQUEST.default else AlarmForm(form)
        self._client = Client(self._transport, login, around.clock, fixed)
        self._documents = Documents(self._client, around.clock)
        self._kept = Kept(around.memory, around.changed)
        self._outputs = OutputDriver(self._client, around)
        self._clips = Clips(self._client, around, self._playing)
        self._settings = Settings(self._documents, self._kept, around.clock)
        self._paths = Paths(around)
        self._paths.clock_offset = self._settings.clock_offset
        self.push = StrobePush(self._documents, self._outputs, around, self._paths)
        self._status = Status(
            self._client,
            self._settings,
            self._outputs,
            self.push,
            self._paths,
            around,
        )
        self._mails = StrobeMails(
            self._documents, self._outputs, self._status, around, self._paths
        )
        self.mails = self._mails
        self._sound = SoundActor(self._clips, self._outputs, self._kept, around)
        self._tone_asked = False
        self._log = AlarmLog(self._client)
        self._log_again = 0.0
        """Until then a refused log is not asked for again; seconds since the epoch."""
        self._documents.taken = self._taken
        self._identity: Identity | None = None
        self._palettes = (Palette(colors=()), Palette(colors=()))
        self._features: tuple[Feature, ...] = ()
        self._shape: frozenset[str] = frozenset()
        self._notices: list[Notice] = []
        self._schedules: dict[ScheduleKind, ScheduleStore] = {}

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        """The box is the only unit."""
        identity = self._identity
        if identity is None:
            return ()
        box = Unit(
            key=BOX,
            name=identity.name,
            model=identity.model or identity.name,
            manufacturer=identity.manufacturer,
            sw_version=identity.firmware,
            serial=identity.device_id,
            mac=mac_address(self.serial),
            features=self._features,
            online=self._status.online,
            schedules=self._schedules,
        )
        return (box,)

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        """What other units of this family can have."""
        return explain_absent(self._features, self._documents, self._paths)

    @override
    async def identify(self) -> None:
        """Log in and read who the unit is (section 2.3)."""
        self._identity = Identity.parse(await self._documents.read(Source.DEVICE))
        self.serial = await self._find_serial(self._identity)
        self._client.on_login = self._check_identity

    @override
    async def connect(self) -> None:
        """Identify the unit and read each document once."""
        await self.identify()
        await self._read_palettes()
        for source in _PROBED:
            await self._documents.probe(source)
        self._build()
        if ScheduleKind.IDLE not in self._schedules:
            self._schedules = {
                kind: store
                for kind, source, store in (
                    (ScheduleKind.IDLE, Source.IDLE, self._settings.idle),
                    (ScheduleKind.ALARM, Source.ALARM, self._settings.alarm),
                )
                if self._documents.get(source) is not None
            }
        self.alarm_log = self._read_alarm_log
        self._status.outage = False

    async def _read_palettes(self) -> None:
        """Read the colors of both lights."""
        front = await self._palette("0")
        unknown = self._documents.missing.get(Source.COLORS)
        self._palettes = (front, await self._palette("1"))
        if unknown is not None:
            self._documents.missing.setdefault(Source.COLORS, unknown)

    async def _palette(self, side: str) -> Palette:
        """Read the colors of the front (0) or back light (1)."""
        question = ("ColorConfig", {"FrontBackLight": side})
        node = await self._documents.probe(Source.COLORS, question)
        return Palette(colors=()) if node is None else Palette.parse(node)

    async def _find_serial(self, identity: Identity) -> str:
        """Return the identity that never changes: a MAC if any document has one."""
        if identity.mac is not None:
            return identity.mac
        node = await self._documents.probe(Source.NETWORK)
        mac = mac_address(node.find("MACAddress", "MacAddr")) if node else None
        serial = mac or identity.device_id
        if not serial:
            raise DeviceError(Reason.NO_IDENTITY)
        return serial

    def _playing(self) -> str | None:
        """Return the file that plays."""
        sound = self._outputs.now.sound
        return sound.file if sound else None

    def _check_identity(self, node: Node) -> None:
        """Make sure after a login that the address still belongs to this unit."""
        found = Identity.parse(node)
        own = self._identity
        changed_id = own and found.device_id != own.device_id
        if (found.mac and found.mac != self.serial) or (
            not found.mac and changed_id and found.device_id
        ):
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        if self._status.outage or self._client.doubtful:
            # Away, and the session is gone: it has restarted and shows nothing.
            self._outputs.forget()
        self._identity = found

    def _build(self) -> None:
        """Make the features anew when the unit has come to have others."""
        unmailed = self._documents.get(Source.EMAIL) is None
        self.mails = None if unmailed and not self._mails.configured else self._mails
        front, back = self._palettes
        shape = self._current_shape()
        if shape == self._shape:
            return
        self._shape = shape
        document = self._documents.get(Source.MODES)
        modes = Modes.parse(document) if document else Modes(front=(), back=())
        front_light = self._light("front", front, modes.front)
        back_light = self._light("back", back, modes.back)
        sound = self._sound
        relay = RelayActor(self._outputs, self._kept, self._around.clock)
        audio = self._around.options.get(AUDIO_FORMAT.key, AUDIO_FORMAT.default)
        container, rate = AUDIO_FORMATS.get(audio, AUDIO_FORMATS[AUDIO_FORMAT.default])
        self._features = build_features(
            Parts(
                documents=self._documents,
                settings=self._settings,
                kept=self._kept,
                clips=self._clips,
                status=self._status,
                transport=self._transport,
                paths=self._paths,
                sound=sound,
                relay=relay,
                alarm=AlarmActor(self._outputs, sound, relay, front_light, back_light),
                front=front_light,
                back=back_light,
                front_palette=front,
                back_palette=back,
                modes=modes,
                audio_format=AudioFormat(
                    container=container,
                    rate=rate,
                    max_seconds=AUDIO_SECONDS,
                    max_bytes=AUDIO_BYTES,
                ),
            )
        )

    def _light(
        self, side: Side, palette: Palette, effects: tuple[Effect, ...]
    ) -> LightActor | None:
        if not palette.colors:
            return None
        return LightActor(
            side, palette.colors, effects, self._outputs, self._kept, self._around.clock
        )

    def _current_shape(self) -> frozenset[str]:
        """Return what the choice of features depends on."""
        settings, wifi = self._settings, self._settings.wifi
        present = {s.value for s in Source if self._documents.get(s) is not None}
        slots = {
            f"{source.value} {one.number}"
            for source in (Source.IDLE, Source.ALARM)
            for one in settings.schedules(source)
        }
        texts = {f"overlay {one.number}" for one in settings.overlays}
        chosen = ",".join(self._paths.chosen)
        states = {f"wifi {wifi.enabled if wifi else None}", f"paths {chosen}"}
        colors = {f"colors {self._palettes}"}
        return frozenset(present | slots | texts | states | colors)

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """Look into the log, or read the documents that are due and wanted."""
        try:
            if cadence is Cadence.STATE:
                await self._refresh_state()
            else:
                await self._refresh_settings(wanted)
        except DeviceConnectionError:
            self._status.outage = True
            raise
        self._status.outage = False

    async def _refresh_state(self) -> None:
        """One request: news, sign of life, and the session stays awake."""
        now = self._around.clock.now()
        if now < self._log_again:
            await self._documents.read(Source.DEVICE)
            return
        try:
            news = await self._log.news(self._status.device_now())
        except DeviceAuthError, DeviceConnectionError:
            raise
        except DeviceError as err:
            # Without a log there is the push; something has to be asked anyway.
            self.failed[Source.LOG] = err.reason
            unsupported = isinstance(err, DeviceUnsupportedError)
            self._log_again = math.inf if unsupported else now + SETTINGS_INTERVAL
            return
        self.failed.pop(Source.LOG, None)
        if not self._tone_asked:
            # A siren whose tone has a known length ends even if nobody stops it.
            self._tone_asked = True
            self._sound.learn(self._sound.tone)
        # Those of ours that were sent until the log was read.
        own, self._outputs.own_alarms = self._outputs.own_alarms, 0
        for entry in without_own(news, own):
            self._notices += self._status.logged(entry)

    async def _refresh_settings(self, wanted: frozenset[str] | None) -> None:
        for source in _REFRESHED:
            asked = source not in _UNASKED if wanted is None else source in wanted
            # The window of the log and the repair issue depend on the clock.
            asked = asked or source is Source.TIME
            # What could not be told at first may turn up later.
            unknown = source in self._documents.missing
            if not (asked or unknown) or not self._documents.due(source):
                continue
            try:
                await self._documents.read(source)
            except DeviceAuthError:
                raise
            except DeviceConnectionError as err:
                if not isinstance(err, PayloadError) and err.reason != Reason.BUSY:
                    raise
                self.failed[source] = err.reason
            except DeviceError as err:
                self.failed[source] = err.reason
            else:
                self.failed.pop(source, None)
        if Source.COLORS in self._documents.missing and self._documents.due(
            Source.COLORS
        ):
            await self._read_palettes()
        self._build()

    def _taken(self, source: Source, node: Node) -> None:
        """Pass on what others keep."""
        if source is Source.FILES:
            self._clips.take(node)
        elif source in (Source.IDLE, Source.ALARM):
            self._clips.in_use = frozenset(
                one.file
                for kind in (Source.IDLE, Source.ALARM)
                for one in self._settings.schedules(kind)
                if one.file
            )

    @override
    def interval(self, cadence: Cadence) -> float:
        """Return 10 s for the log, a minute with proven events, 5 min for settings."""
        if cadence is Cadence.SETTINGS:
            return SETTINGS_INTERVAL
        polled = self._paths.best is EventPath.POLL
        return LOG_INTERVAL if polled else LOG_INTERVAL_PUSHED

    @override
    async def close(self) -> None:
        """Finish what is on its way and log out."""
        self._status.close()
        self._mails.close()
        await self._outputs.close()
        await self._client.close()

    @override
    def handle_push(self, message: PushMessage) -> tuple[Notice, ...]:
        """Take in an AlarmLinkMsg; what is not one of this unit is nothing."""
        identity = self._identity
        try:
            entry = parse_push(
                message.body,
                mac=mac_address(self.serial),
                device_id=identity.device_id if identity else None,
            )
        except PayloadError:
            return ()
        return () if entry is None else self._status.pushed(entry, message.via)

    @override
    def take_notices(self) -> tuple[Notice, ...]:
        """Return what the log has told since the last call."""
        notices, self._notices = tuple(self._notices), []
        return notices

    async def _read_alarm_log(
        self, start: datetime, end: datetime
    ) -> tuple[LoggedAlarm, ...]:
        """Read the log between two moments, as the unit's clock tells them."""
        ahead = self._status.device_now() - datetime.fromtimestamp(
            self._around.clock.now(), UTC
        )
        return as_logged(
            await self._log.query(
                start.astimezone(UTC) + ahead, end.astimezone(UTC) + ahead
            )
        )

    @override
    def problems(self) -> tuple[Problem, ...]:
        """Return a factory login, a wrong clock and events that do not arrive."""
        problems: list[Problem] = []
        if (self._login.username, self._login.password) == _FACTORY_LOGIN:
            problems.append(Problem(key="default_password"))
        offset = self._settings.clock_offset()
        if offset is not None and abs(offset) > _CLOCK_TOLERANCE:
            problems.append(
                Problem(
                    key="clock_wrong",
                    placeholders={"seconds": str(round(abs(offset)))},
                    fix=self._settings.sync_clock,
                )
            )
        if self._paths.delivery() is False:
            problems.append(Problem(key="events_not_delivered"))
        return tuple(problems)

    @override
    def dump(self) -> dict[str, Json]:
        """Return all documents and counts."""
        return {
            "documents": self._documents.dump(),
            "missing": {
                source.value: err.reason
                for source, err in self._documents.missing.items()
            },
            "outputs": self._outputs.now.save(),
            "requests": self._transport.sent,
            "logins": self._client.sessions,
            "paths": self._paths.dump(),
        }
