"""One home for each family, with a device that can do all that its family can."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.bview_home import PASSWORD as BVIEW_PASSWORD, bview_home
from tests.camera_home import EmulatedHome, emulated, loaded
from tests.cbt_home import PASSWORD as CBT_PASSWORD, cbt_home
from tests.conftest import Time, strobe_data
from tests.emulators.bview import BviewOptions, Disk
from tests.emulators.cbt import CbtOptions
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.xmldoc import render
from tests.emulators.vserver.ptz import Tour
from tests.home import Home
from tests.vserver_home import dome, vserver_home

FAMILIES: Final = ("strobe", "bview", "cbt", "vserver", "reolink")
CLIP: Final = "Welcome & Hello.wav"
"""A file that the strobe of these homes keeps."""


@dataclass(frozen=True)
class House:
    """A home with one device, and how to look behind its scenes."""

    hass: HomeAssistant
    entry: MockConfigEntry
    time: Time
    folder: Path
    """Where Home Assistant may keep files."""
    world: Callable[[], str]
    """What the emulated device has done so far, and how it is set."""
    sent: Callable[[], list[str]]
    """What it was told since it forgot, without what only reads."""
    forget: Callable[[], None]
    recording: str = ""
    """The id of a recording, where there is one."""

    @property
    def title(self) -> str:
        """Return the name that every error has to tell."""
        return self.entry.title

    @property
    def device_id(self) -> str:
        """Return the device."""
        (device,) = dr.async_entries_for_config_entry(
            dr.async_get(self.hass), self.entry.entry_id
        )
        return device.id

    def entity_id(self, domain: str) -> str | None:
        """Return the first entity of a domain that an action can be aimed at."""
        registry = er.async_get(self.hass)
        return next(
            (
                one.entity_id
                for one in er.async_entries_for_config_entry(
                    registry, self.entry.entry_id
                )
                if one.domain == domain and not one.disabled
            ),
            None,
        )

    def target(self, domain: str | None) -> dict[str, str]:
        """Return whom an action is aimed at: an entity, or the device without one."""
        entity_id = None if domain is None else self.entity_id(domain)
        if entity_id is None:
            return {"device_id": self.device_id}
        return {"entity_id": entity_id}

    def data(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return fields with the file names of this home."""
        words = {"<clip>": CLIP, "<film>": self.recording}
        told: dict[str, Any] = {}
        for name, value in fields.items():
            told[name] = words.get(value, value) if isinstance(value, str) else value
            if name == "path" and not str(value).startswith(("/", "~", "relative")):
                told[name] = str(self.folder / value)
        return told

    async def call(self, action: str, data: dict[str, Any]) -> dict[str, Any]:
        """Call an action; return what it answers."""
        responds = self.hass.services.supports_response(DOMAIN, action)
        answer = await self.hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            return_response=responds.value != "none",
        )
        return dict(answer or {})


type Build = Callable[
    [HomeAssistant, pytest.MonkeyPatch, Time, Path],
    AbstractAsyncContextManager[House],
]


@asynccontextmanager
async def _strobe(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, time: Time, folder: Path
) -> AsyncIterator[House]:
    async with StrobeEmulator() as unit:
        time.follow(unit.clock)
        unit.add_log(1)
        mac = format_mac(unit.options.mac)
        async with loaded(hass, monkeypatch, mac, "Strobe", strobe_data(unit)) as entry:
            home = Home(hass, entry, unit)

            def world() -> str:
                documents = {
                    path: render(unit.documents[path])
                    for path in ("/System/AlarmScheduleConfig",)
                    if path in unit.documents
                }
                return repr(
                    (
                        unit.outputs,
                        unit.files.names,
                        unit.timeline,
                        [one.label for one in unit.requests if one.method == "PUT"],
                        documents,
                    )
                )

            yield House(
                hass,
                entry,
                time,
                folder,
                world,
                lambda: [
                    *home.written,
                    *(one for one in home.sent if "Upload" in one or "DELETE" in one),
                ],
                unit.forget,
            )


@asynccontextmanager
async def _bview(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, time: Time, folder: Path
) -> AsyncIterator[House]:
    options = BviewOptions.full(password=BVIEW_PASSWORD, disks=[Disk()])
    async with bview_home(hass, monkeypatch, time, options) as home:
        camera = home.camera
        film = camera.recorder.add(content=b"film" * 500)

        def world() -> str:
            lens, recorder = camera.lens, camera.recorder
            return repr(
                (
                    [(one.path, one.after) for one in camera.writes],
                    lens.moves,
                    lens.calibrations,
                    recorder.formats,
                    [one.name for one in recorder.recordings],
                    home.written,
                )
            )

        yield House(
            hass,
            home.entry,
            time,
            folder,
            world,
            lambda: home.written,
            camera.forget,
            film.name,
        )
        # To erase the card was meant, here.
        camera.requests.clear()


@asynccontextmanager
async def _cbt(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, time: Time, folder: Path
) -> AsyncIterator[House]:
    options = CbtOptions.full(password=CBT_PASSWORD, iris_open=7)
    async with cbt_home(hass, monkeypatch, time, options) as home:
        camera = home.camera

        def world() -> str:
            return repr(
                (
                    [(one.section, one.after) for one in camera.writes],
                    camera.ptz.moves,
                    camera.ptz.sent,
                    camera.terminals.serial,
                    camera.storage.formats,
                )
            )

        yield House(
            hass,
            home.entry,
            time,
            folder,
            world,
            lambda: home.written,
            camera.forget,
        )


@asynccontextmanager
async def _vserver(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, time: Time, folder: Path
) -> AsyncIterator[House]:
    async with vserver_home(hass, monkeypatch, time, dome()) as home:
        unit = home.server
        unit.head.store(1, "Pos1")
        unit.head.store(2, "Pos2")
        unit.head.tours[1] = Tour([1, 2])
        for name in ("pattern", "auto_pan"):
            unit.head.sweep(name, 1, 0)
            unit.head.sweep(name, 1, 1)
        unit.serial_ports[1].answers[b"?"] = b"OK"
        await home.poll()

        def world() -> str:
            head = unit.head
            return repr(
                (
                    [(one.label, one.after) for one in unit.writes],
                    head.moves,
                    head.stops,
                    head.calls,
                    head.presets,
                    [one.sent for one in unit.serial_ports.values()],
                )
            )

        yield House(
            hass,
            home.entry,
            time,
            folder,
            world,
            lambda: [*home.written, *(one for one in home.sent if "rs485" in one)],
            unit.forget,
        )
        # To erase the card was meant, here.
        unit.forget()


READING: Final = ("Get", "Search", "Log", "Snap", "Playback", "Download")


@asynccontextmanager
async def _reolink(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, time: Time, folder: Path
) -> AsyncIterator[House]:
    async with emulated(hass, monkeypatch, ReolinkOptions.full()) as home:
        camera = home.device
        now = camera.local_time.replace(microsecond=0)
        camera.recordings.add(now - timedelta(hours=1), triggers=("people",))

        yield House(
            hass,
            home.entry,
            time,
            folder,
            lambda: _seen(camera),
            lambda: [one for one in home.asked() if not one.startswith(READING)],
            camera.forget,
            await _found(home),
        )


async def _found(home: EmulatedHome) -> str:
    answer = await home.act("recordings_search")
    return str(answer["recordings"][0]["id"])


def _seen(camera: ReolinkEmulator) -> str:
    (one,) = camera.cameras
    done = [
        (call.command, call.param)
        for call in camera.calls
        if call.code == 0 and not call.command.startswith(READING)
    ]
    return repr(
        (
            one.ptz.moves,
            one.ptz.presets,
            one.ptz.patrolling,
            one.ptz.position,
            one.ptz.check_state,
            one.siren_calls,
            camera.formatted,
            done,
        )
    )


BUILD: Final[dict[str, Build]] = {
    "strobe": _strobe,
    "bview": _bview,
    "cbt": _cbt,
    "vserver": _vserver,
    "reolink": _reolink,
}
