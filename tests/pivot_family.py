"""The family of tests/pivot.py: its cameras can do what a test lets them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Final, override

from aiohttp import ClientError, ClientSession

from custom_components.watchpost.devices.model.commands import (
    Box,
    LoggedAlarm,
    LogRecord,
    OpenRecording,
    OverlayChange,
    PtzMove,
    PtzPatrol,
    PtzPosition,
    PtzPreset,
    PtzStatus,
    Recording,
    StreamSource,
)
from custom_components.watchpost.devices.model.device import (
    BOX,
    Absent,
    Device,
    Json,
    Login,
    Problem,
    Surroundings,
    Unit,
    Vendor,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Archive,
    AreaStore,
    Feature,
    Ptz,
    Reading,
    RecordingFiles,
    SerialPort,
    Toggle,
    View,
)
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    AreaKind,
    Axis,
    Cadence,
    Calibration,
    Key,
    LogKind,
    PatrolKind,
    StreamKind,
)

SERIAL: Final = "02:00:00:00:00:02"
SETTINGS: Final = "settings"
"""The request that the setting of each camera comes from."""
DISKS: Final = ("1", "2")
"""Numbers of the disks of each device."""


@dataclass
class Can:
    """What the cameras can do; by default everything."""

    cameras: int = 0
    """Cameras of a recorder; 0 is a camera that stands alone."""
    offline: int = 0
    """Cameras of a recorder that are known and not there."""
    streams: tuple[Key, ...] = (Key.SUB_STREAM,)
    axes: frozenset[Axis] | None = frozenset(Axis)
    presets: range | None = range(1, 65)
    status: bool = True
    to_preset: bool = True
    home: bool = True
    position: frozenset[Axis] = frozenset((Axis.PAN, Axis.TILT, Axis.ZOOM))
    store: bool = True
    clear: bool = True
    patrols: frozenset[PatrolKind] = frozenset(PatrolKind)
    patrol_numbers: range | None = None
    overlay: bool = True
    areas: frozenset[AreaKind] = frozenset(AreaKind)
    calibrations: frozenset[Calibration] = frozenset(Calibration)
    recorded: frozenset[StreamKind] = frozenset(StreamKind)
    files: bool = False
    """Recordings can be opened by name where nothing can be searched."""
    record_event: bool = True
    video: bool = False
    """There is live video."""
    log: bool = True
    alarm_log: bool = False
    format: bool = True
    serial: bool | None = True
    """Whether the serial port tells what comes back; None is no port."""


class Areas(AreaStore):
    """Areas of one kind."""

    def __init__(self, device: PivotDevice, kind: AreaKind) -> None:
        """Store whose they are."""
        self._device = device
        self._kind = kind

    @override
    async def get(self) -> tuple[Box, ...]:
        answer = await self._device.ask("get_areas", kind=self._kind)
        return tuple(Box(**box) for box in answer["boxes"])

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        await self._device.ask(
            "set_areas", kind=self._kind, boxes=[asdict(box) for box in boxes]
        )


class Files(RecordingFiles):
    """The recorded files of a camera."""

    def __init__(self, device: PivotDevice) -> None:
        """Store whose they are."""
        self._device = device

    @override
    @asynccontextmanager
    async def open(
        self, recording: str, offset: int = 0, end: int | None = None
    ) -> AsyncIterator[OpenRecording]:
        if recording != "film":
            raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
        async with self._device.get("film", offset) as response:
            total = response.headers.get("X-Total", "")
            yield OpenRecording(
                content_type="video/mp4",
                offset=int(response.headers["X-Offset"]),
                length=None,
                total=int(total) if total else None,
                chunks=_pieces(response.content),
            )


class Films(Files, Archive):
    """The recordings of a camera."""

    def __init__(self, device: PivotDevice, streams: frozenset[StreamKind]) -> None:
        """Store whose they are."""
        super().__init__(device)
        self.streams = streams

    @override
    async def days(self, month: date, stream: StreamKind) -> tuple[date, ...]:
        return ()

    @override
    async def search(
        self, start: datetime, end: datetime, stream: StreamKind
    ) -> tuple[Recording, ...]:
        answer = await self._device.ask(
            "search", start=start.isoformat(), end=end.isoformat(), stream=stream
        )
        return tuple(
            Recording(
                id=one["id"],
                start=datetime.fromisoformat(one["start"]),
                end=datetime.fromisoformat(one["end"]),
                size=one.get("size"),
                triggers=frozenset(one.get("triggers", ())),
                stream=stream,
            )
            for one in answer["recordings"]
        )


async def _pieces(content: Any) -> AsyncIterator[bytes]:
    try:
        async for piece in content.iter_chunked(65536):
            yield piece
    except (ClientError, OSError) as err:
        raise DeviceConnectionError from err


def _video() -> StreamSource:
    return StreamSource(url="rtsp://127.0.0.1/1", rtsp=True)


class PivotDevice(Device):
    """The device, as the family sees it."""

    def __init__(self, login: Login, session: ClientSession, can: Can) -> None:
        """Store where it is and what it can do."""
        super().__init__()
        self._url = f"http://{login.host}:{login.port}"
        self._session = session
        self._can = can
        self._units: tuple[Unit, ...] = ()
        self.log = self._log if can.log else None
        self.alarm_log = self._alarm_log if can.alarm_log else None

    async def ask(self, command: str, **values: Any) -> Any:
        """Send a command and return the answer."""
        try:
            async with self._session.post(
                f"{self._url}/{command}", json=values
            ) as response:
                if response.status == 400:
                    raise DeviceRequestError
                return await response.json()
        except (ClientError, OSError, ValueError) as err:
            raise DeviceConnectionError from err

    @asynccontextmanager
    async def get(self, path: str, offset: int) -> AsyncIterator[Any]:
        """Open a file from a byte on."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        try:
            response = await self._session.get(f"{self._url}/{path}", headers=headers)
        except (ClientError, OSError) as err:
            raise DeviceConnectionError from err
        try:
            if response.status != 200:
                raise DeviceConnectionError
            yield response
        finally:
            response.close()

    def _do(self, command: str) -> Callable[[], Awaitable[None]]:
        return partial(self.ask, command)

    def _camera(self, key: str) -> Unit:
        """Return a unit with a camera."""
        can = self._can
        mirror = Toggle(
            key=Key.MIRROR,
            source=SETTINGS,
            cadence=Cadence.SETTINGS,
            read=lambda: True,
            write=partial(self._write, "mirror"),
        )
        views = [
            View(
                key=one,
                source=NO_REQUEST,
                snapshot=partial(self.ask, "still"),
                stream=_video if can.video else None,
            )
            for one in can.streams
        ]
        features: tuple[Feature, ...] = (*views, mirror)
        return Unit(
            key=key,
            name=f"Camera {key}" if key else "Pivot",
            model="Two",
            parent=BOX if key else None,
            features=features,
            ptz=self._ptz(),
            overlay=self._overlay if can.overlay else None,
            areas={kind: Areas(self, kind) for kind in can.areas},
            calibrations={
                one: self._do(f"calibrate_{one}") for one in can.calibrations
            },
            archive=Films(self, can.recorded) if can.recorded else None,
            files=Files(self) if can.files else None,
            record_event=self._do("record_event") if can.record_event else None,
            serial_port=self._serial_port(),
        )

    def _serial_port(self) -> SerialPort | None:
        answers = self._can.serial
        if answers is None:
            return None
        return SerialPort(send=self._send_serial, answers=answers)

    async def _send_serial(self, data: bytes, read: bool) -> bytes | None:
        answer = await self.ask("serial", data=data.hex(), read=read)
        try:
            return bytes.fromhex(answer["data"]) if "data" in answer else None
        except ValueError as err:
            raise DeviceConnectionError from err

    async def _write(self, name: str, value: bool) -> None:
        await self.ask(name, value=value)

    def _ptz(self) -> Ptz | None:
        can = self._can
        if can.axes is None:
            return None
        return Ptz(
            axes=can.axes,
            move=self._move,
            stop=self._do("stop"),
            status=self._status if can.status else None,
            presets=can.presets,
            go_to_preset=self._go_to_preset if can.to_preset else None,
            go_home=self._go_home if can.home else None,
            go_to=self._go_to if can.position else None,
            position_axes=can.position,
            store=self._store if can.store else None,
            clear=self._clear if can.clear else None,
            patrol_kinds=can.patrols,
            patrols=can.patrol_numbers,
            patrol=self._patrol if can.patrols else None,
        )

    async def _move(self, move: PtzMove) -> None:
        await self.ask("move", **asdict(move))

    async def _status(self) -> PtzStatus:
        answer = await self.ask("status")
        position = answer.get("position")
        return PtzStatus(
            presets=tuple(PtzPreset(**one) for one in answer.get("presets", ())),
            patrols=tuple(
                PtzPatrol(**{**one, "kind": PatrolKind(one["kind"])})
                for one in answer.get("patrols", ())
            ),
            position=PtzPosition(**position) if position else None,
        )

    async def _go_to_preset(self, number: int, speed: float | None) -> None:
        await self.ask("preset", number=number, speed=speed)

    async def _go_home(self, speed: float | None) -> None:
        await self.ask("home", speed=speed)

    async def _go_to(self, position: PtzPosition, speed: float | None) -> None:
        await self.ask("position", **asdict(position), speed=speed)

    async def _store(self, number: int, name: str | None) -> None:
        await self.ask("store", number=number, name=name)

    async def _clear(self, number: int) -> None:
        await self.ask("clear", number=number)

    async def _patrol(self, kind: PatrolKind, number: int, run: bool) -> None:
        await self.ask("patrol", kind=kind, number=number, run=run)

    async def _overlay(self, change: OverlayChange) -> None:
        await self.ask("overlay", **asdict(change))

    async def _log(
        self, start: datetime, end: datetime, kind: LogKind
    ) -> tuple[LogRecord, ...]:
        answer = await self.ask(
            "log", start=start.isoformat(), end=end.isoformat(), kind=kind
        )
        return tuple(
            LogRecord(**{**one, "kind": LogKind(one["kind"])})
            for one in answer.get("entries", ())
        )

    async def _alarm_log(
        self, start: datetime, end: datetime
    ) -> tuple[LoggedAlarm, ...]:
        return ()

    async def _format(self, number: int) -> None:
        await self.ask("format", number=number)

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        return self._units

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        absent = Absent(key=Key.SIREN, reason=AbsenceReason.UNSUPPORTED)
        return (
            absent,
            *(
                replace(absent, unit=str(number + 1))
                for number in range(self._can.cameras + self._can.offline)
            ),
        )

    @override
    async def identify(self) -> None:
        await self.ask("who")
        self.serial = SERIAL

    @override
    async def connect(self) -> None:
        await self.identify()
        self._compose()

    def _compose(self) -> None:
        """Make the units anew, as a device does that has learned more of itself."""
        form = self._format if self._can.format else None
        cameras = [self._camera(str(n + 1)) for n in range(self._can.cameras)]
        box = Unit(name="Pivot", model="Box") if cameras else self._camera(BOX)
        disks = tuple(
            Reading(
                key=Key.STORAGE_STATUS,
                source=SETTINGS,
                cadence=Cadence.SETTINGS,
                slot=slot,
                placeholders={"number": slot},
                read=lambda: "ready",
            )
            for slot in DISKS
        )
        box = replace(box, features=(*box.features, *disks), format_storage=form)
        self._units = (box, *cameras)

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        await self.ask(SETTINGS if cadence is Cadence.SETTINGS else "who")
        self._compose()

    @override
    def interval(self, cadence: Cadence) -> float:
        return 3600

    @override
    async def close(self) -> None:
        """Leave nothing open."""

    @override
    def problems(self) -> tuple[Problem, ...]:
        return ()

    @override
    def dump(self) -> dict[str, Json]:
        return {}


class PivotVendor(Vendor):
    """The family."""

    id = "pivot"
    name = "Pivot"

    def __init__(self, can: Can) -> None:
        """Store what its cameras can do."""
        self._can = can

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        return PivotDevice(login, surroundings.session, self._can)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        return False
