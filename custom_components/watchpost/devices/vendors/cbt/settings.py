"""The sections of settings: what reads them, what changes them, what goes along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...kit.sections import Plan, Sections, Values
from ...model.device import Json, Surroundings
from ...model.errors import DeviceRequestError, DeviceUnsupportedError
from ...transport.payload import Node, PayloadError
from .client import Client
from .codes import OutgoingError
from .const import LAMP_INTERVAL, RARE_INTERVAL, SETTINGS_INTERVAL, SETTLE

ALARM_IN: Final = "AlarmInConf"
AUDIO: Final = "AencConf"
EXPOSURE: Final = "ExposureInfo"
FIRE: Final = "IVSConf"
IMAGE: Final = "ImageAdjustment"
IMAGE_EX: Final = "ImageAdjustmentEx"
MASK: Final = "ViMask"
MOTION: Final = "MotionDetConf"
OSD: Final = "OsdConf"
PERIPHERAL: Final = "PeripheralConf"
PROMPTS: Final = "SmartAudioConf"
REBOOT: Final = "RebootConf"
RECORDING: Final = "RecSchedule"
REGION: Final = "RegInvConf"
RTMP: Final = "RtmpConf"
RTSP: Final = "RtspConf"
SNAPSHOTS: Final = "ScheSnap"
STORAGE: Final = "StorageInfo"
STORAGE_RULE: Final = "StorageRule"
TAMPER: Final = "ODAlarmConf"
TIME: Final = "DeviceTime"
VIDEO: Final = ("VencConf0", "VencConf1", "VencConf2")
WIFI: Final = "WifiStatus"
WIRED: Final = "WiredNetwork"


@dataclass(frozen=True, kw_only=True)
class Spec:
    """How a section is read and changed."""

    name: str
    get: str
    set: str = ""
    necessary: str = ""
    """A field that the document wants in every change; read just before."""
    kept: str = ""
    """The one field that is of use, where all the others are nobody's business."""
    channel: int | None = None
    """The stream that it is about, which has to be named each time."""
    interval: float = SETTINGS_INTERVAL

    @property
    def asked(self) -> Mapping[str, Json] | None:
        """What is sent to read it."""
        return None if self.channel is None else {"channel": self.channel}


def _pair(name: str, *, necessary: str = "", interval: float | None = None) -> Spec:
    return Spec(
        name=name,
        get=f"get{name}",
        set=f"set{name}",
        necessary=necessary,
        interval=SETTINGS_INTERVAL if interval is None else interval,
    )


SPECS: Final = {
    spec.name: spec
    for spec in (
        _pair(IMAGE_EX, interval=LAMP_INTERVAL),
        *(_pair(one) for one in (IMAGE, OSD, MASK)),
        *(_pair(one) for one in (MOTION, REGION, FIRE, TAMPER, ALARM_IN)),
        *(_pair(one) for one in (AUDIO, RECORDING, SNAPSHOTS, STORAGE_RULE)),
        *(_pair(one) for one in (PROMPTS, RTMP, PERIPHERAL)),
        _pair(RTSP, necessary="rtsp_port"),
        _pair(REBOOT, necessary="mode", interval=RARE_INTERVAL),
        Spec(name=TIME, get="getDeviceTime", set="setTime", necessary="ntp_enable"),
        *(
            Spec(name=name, get="getVencConf", set="setVencConf", channel=channel)
            for channel, name in enumerate(VIDEO)
        ),
        *(Spec(name=one, get=f"get{one}") for one in (STORAGE, WIFI, EXPOSURE)),
        Spec(
            name=WIRED,
            get="getWiredNetwork",
            kept="onvifPort",
            interval=RARE_INTERVAL,
        ),
    )
}
"""All sections, by name. What reaches other servers is not here."""


class Talk:
    """Reads and changes sections through a client."""

    def __init__(self, client: Client) -> None:
        """Bind a camera."""
        self._client = client

    async def fetch(self, name: str) -> Node:
        """Read a section.

        Raise:
            DeviceError: The camera does not have it, or nobody answers.
        """
        spec = SPECS[name]
        if spec.channel is None:
            node = await self._client.get(spec.get)
            if not spec.kept:
                return node
            own = node.spelling(spec.kept)
            return Node({} if own is None else {own: node.tree[own]})
        try:
            node = await self._client.get(spec.get, spec.asked)
        except DeviceRequestError:
            raise DeviceUnsupportedError from None
        if node.number("pic_width") == 0:
            # A stream that is not there is all zeros on some cameras.
            raise DeviceUnsupportedError
        return node

    async def send(self, name: str, values: Values) -> Node | None:
        """Change fields of a section, with those that the document wants along.

        Raise:
            DeviceError: The camera refused it, or cannot be reached.
        """
        spec = SPECS[name]
        sent: dict[str, Json] = {}
        if spec.channel is not None:
            sent["channel"] = spec.channel
        if spec.necessary and spec.necessary not in values:
            # As it is now: somebody else may have changed it.
            needed = (await self.fetch(name)).integer(spec.necessary)
            if needed is None:
                raise PayloadError
            sent[spec.necessary] = needed
        try:
            await self._client.set(spec.set, {**sent, **values})
        except OutgoingError:
            # Told by some although the settings are kept.
            node = await self.fetch(name)
            if any(node.value(one) != value for one, value in values.items()):
                raise
            return node
        return None


def make_sections(client: Client, around: Surroundings) -> Sections:
    """Return the sections of a camera, not read yet."""
    talk = Talk(client)
    plans = (
        Plan(name=one.name, interval=one.interval, settle=SETTLE)
        for one in SPECS.values()
    )
    return Sections(plans, talk.fetch, talk.send, around)
