"""Every way of a B-VIEW camera to refuse: what the owner sees; a table with -s."""

from collections.abc import AsyncIterator
import logging
import sys
from typing import Final

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.bview_controls import IMAGES
from tests.bview_home import PASSWORD, BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.home import ENGLISH

STATUS: Final = "/System/DeviceStatus*"
INFO: Final = "/System/DeviceInfo"
CODES: Final = (*range(-1, -15, -1), -17, -99, 7)
STATUSES: Final = (400, 403, 404, 405, 500, 501, 502, 503)

STICKY: Final = {-3, -4, -10, 404, 405, 501}
"""What a camera says that it does not have: not asked again until a reload."""
MEANINGS: Final = {
    "invalid_value!": (-1, -2, -5, 400),
    "unsupported!": (-3, -4, -10, 404, 405, 501),
    "busy": (-6, -14, 503),
    "refused": (-7, -9, -13, -17, -99, 7),
    "failed": (-8, 500, 502),
    "sessions_full": (-11,),
    "not_now!": (-12,),
    "no_permission!": (403,),
}
"""The text of a write that was refused; with a mark if it is the caller's mistake."""
type Seen = tuple[str, str, str, str]


def expected(code: int) -> Seen:
    """Return what the owner sees of a refusal."""
    told = next(key for key, codes in MEANINGS.items() if code in codes)
    stays = "until a reload" if code in STICKY else "comes back"
    return (
        told,
        "unavailable, others unavailable, off, comes back",
        f"unavailable, others on, on, {stays}",
        f"{told.rstrip('!')}, setup_retry",
    )


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
) -> AsyncIterator[BviewHome]:
    """Return a home where everything works."""
    options = BviewOptions.full(password=PASSWORD)
    async with bview_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        yield found


def refuse(home: BviewHome, pattern: str, code: int, method: str = "GET") -> None:
    """Have the camera refuse something, by a code or by an HTTP status."""
    if code in STATUSES:
        home.camera.faults.add(
            "http_status", pattern, code=code, method=method, count=None
        )
    else:
        home.camera.plans.refuse(pattern, code, method=method, count=None)


def mend(home: BviewHome) -> None:
    """Have the camera do all again."""
    home.camera.faults.clear()
    home.camera.plans.clear()


async def write(home: BviewHome, code: int) -> str:
    """Have a write refused; return the text that is told, marked if it is a mistake."""
    refuse(home, f"{IMAGES}/IrCutFilter", code, "PUT")
    before = home.value("select", "day_night_mode")
    home.camera.forget()
    with pytest.raises(HomeAssistantError) as caught:
        await home.act("select", "day_night_mode", "select_option", option="night")
    assert home.written == [f"PUT {IMAGES}/IrCutFilter"]
    mend(home)
    err = caught.value
    key = str(err.translation_key)
    text = ENGLISH["exceptions"][key]["message"]
    assert text.format(**(err.translation_placeholders or {}))
    assert home.value("select", "day_night_mode") == before
    await home.poll()
    return f"{key}{'!' if isinstance(err, ServiceValidationError) else ''}"


async def look(home: BviewHome, code: int) -> str:
    """Have the status refused; return what is shown, and whether it comes back."""
    refuse(home, STATUS, code)
    for _ in range(3):
        await home.wait(6)
    motion = home.value("binary_sensor", "motion")
    others = home.value("select", "day_night_mode")
    online = home.value("binary_sensor", "online")
    mend(home)
    for _ in range(3):
        await home.wait(16)
    stays = "comes back" if home.works else "lost"
    return f"{motion}, others {others}, {online}, {stays}"


async def read(home: BviewHome, code: int) -> str:
    """Have a block refused; return what is shown, and how long."""
    refuse(home, IMAGES, code)
    for _ in range(3):
        await home.wait(301)
    mode = home.value("select", "day_night_mode")
    others = home.value("switch", "motion_detection")
    online = home.value("binary_sensor", "online")
    mend(home)
    stays = "until a reload"
    for _ in range(20):
        if home.value("select", "day_night_mode") != "unavailable":
            stays = "comes back"
            break
        await home.wait(61)
    if stays != "comes back":
        await home.reload()
        await home.poll()
    assert home.works
    return f"{mode}, others {others}, {online}, {stays}"


async def start(home: BviewHome, code: int) -> str:
    """Have the camera refuse to say who it is; return what the entry tells."""
    refuse(home, INFO, code)
    await home.finish(home.reload())
    entry = home.entry
    told = f"{entry.error_reason_translation_key}, {entry.state.value}"
    assert home.reauth == []
    mend(home)
    await home.reload()
    assert entry.state is ConfigEntryState.LOADED
    await home.poll()
    return told


async def test_every_refusal(home: BviewHome) -> None:
    """The table is the one that was agreed."""
    seen: dict[int, Seen] = {}
    sys.stdout.write("\n")
    for code in (*CODES, *STATUSES):
        row = (
            await write(home, code),
            await look(home, code),
            await read(home, code),
            await start(home, code),
        )
        seen[code] = row
        sys.stdout.write(f"{code:5} | {' | '.join(row)}\n")
    assert seen == {code: expected(code) for code in (*CODES, *STATUSES)}
    assert home.told(logging.WARNING) == []
