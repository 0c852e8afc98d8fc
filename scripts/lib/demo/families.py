"""The table of the demo: a family is its line here and its file beside this one."""

from typing import Final

from . import bview, cbt, reolink, strobe, vserver
from .devices import DemoDevice

DEVICES: Final[tuple[DemoDevice, ...]] = (
    *bview.DEVICES,
    *cbt.DEVICES,
    *reolink.DEVICES,
    *strobe.DEVICES,
    *vserver.DEVICES,
)
