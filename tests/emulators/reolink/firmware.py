"""Firmware: what is offered, a download with progress, a restart with the new one."""

from collections.abc import Callable

from ..clock import Timer, VirtualClock
from .checks import need_integer, need_text
from .errors import BUSY, INTERNAL, PARAM_ERROR, SAME_VERSION, RefusedError
from .options import ReolinkOptions
from .setting import Json

PIECE = 40 * 1024
"""Most bytes of a file in one Upgrade request."""


class Firmware:
    """The firmware of one unit."""

    def __init__(
        self,
        clock: VirtualClock,
        options: ReolinkOptions,
        restart: Callable[[], None],
    ) -> None:
        """Run what the options say."""
        self._clock = clock
        self._options = options
        self._restart = restart
        self._began: float | None = None
        self._timer: Timer | None = None
        self.version = options.firmware
        self.offered: str | None = None
        """The version that the vendor's server has; None if there is no newer one."""
        self.prepared: str | None = None
        """The name of a file that UpgradePrepare announced."""
        self.pieces: list[bytes] = []
        self.installed: list[str] = []

    @property
    def running(self) -> bool:
        """Tell whether an upgrade runs."""
        return self._began is not None

    @property
    def percent(self) -> int:
        """Return how far the download is."""
        if self._began is None:
            return 0
        done = (self._clock.monotonic - self._began) / self._options.upgrade_seconds
        return min(int(done * 100), 100)

    def check(self) -> Json:
        """Carry out CheckFirmware."""
        flag = int(self.offered is not None)
        text = self._options.firmware_flag == "text"
        return {"newFirmware": str(flag) if text else flag}

    def start(self) -> None:
        """Carry out UpgradeOnline."""
        if self.running:
            raise RefusedError(BUSY)
        if self.offered is None:
            raise RefusedError(SAME_VERSION)
        self._began = self._clock.monotonic
        self._timer = self._clock.call_later(
            self._options.upgrade_seconds, self._finish
        )

    def status(self) -> Json:
        """Carry out UpgradeStatus."""
        return {"Status": {self._options.percent_key: self.percent, "code": 0}}

    def abort(self) -> None:
        """Forget an upgrade that runs, as a loss of power does."""
        if self._timer is not None:
            self._timer.cancel()
        self._began = None

    def _finish(self) -> None:
        """Install what was downloaded and restart."""
        if self.offered is not None:
            self.version = self.offered
            self.installed.append(self.version)
        self.offered = None
        self._began = None
        self._restart()

    def prepare(self, param: Json) -> None:
        """Carry out UpgradePrepare."""
        if need_integer(param, "restoreCfg") not in (0, 1):
            raise RefusedError(PARAM_ERROR, "restoreCfg")
        name = need_text(param, "fileName")
        if not name.lower().endswith((".pak", ".paks")):
            raise RefusedError(PARAM_ERROR, f"fileName {name!r}")
        self.prepared = name
        self.pieces.clear()

    def receive(self, piece: bytes) -> None:
        """Carry out Upgrade: take one piece of a file."""
        if self.prepared is None:
            raise RefusedError(INTERNAL, "UpgradePrepare comes first")
        if not piece or len(piece) > PIECE:
            raise RefusedError(PARAM_ERROR, f"a piece of {len(piece)} bytes")
        self.pieces.append(piece)
