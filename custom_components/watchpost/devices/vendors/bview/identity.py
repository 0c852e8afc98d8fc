"""Who a camera is (sections 9.1.6 and 9.2.4)."""

from dataclasses import dataclass
from typing import Final

from ...kit.failures import is_answer
from ...model.device import Memory
from ...model.errors import DeviceError, Reason
from ...model.mac import mac_address
from ...transport.payload import Node, PayloadError
from .client import Client
from .const import DEVICE_INFO, INTERFACES, MANUFACTURER, WIRED
from .names import spellings

_MEMORY: Final = "identity"
_ROOT: Final = "deviceinfo"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a camera says of itself."""

    name: str
    model: str
    number: str
    """Serial number; may be empty."""
    hardware: str
    software: str
    alarm_inputs: int
    alarm_outputs: int
    audio_channels: int
    talks: bool
    """Whether it has a loudspeaker (TwoWayAudio)."""

    @classmethod
    def parse(cls, node: Node) -> Identity:
        """Read the document DeviceInfo."""

        def text(name: str) -> str:
            return (node.text(*spellings(name)) or "").strip()

        def count(name: str) -> int:
            number = node.integer(*spellings(name)) or 0
            return number if 0 <= number <= 64 else 0

        model = text("DeviceTypeName")
        return cls(
            name=text("DeviceName") or model or MANUFACTURER,
            model=model or MANUFACTURER,
            number=text("SerialNum"),
            hardware=text("HardWareVersion"),
            software=text("SoftWareVersion"),
            alarm_inputs=count("AlarmInputChannels"),
            alarm_outputs=count("AlarmOutputChannels"),
            audio_channels=count("AudioChannels"),
            talks=bool(node.flag("TwoWayAudio")),
        )


async def read_identity(client: Client) -> Identity:
    """Ask a camera who it is.

    Raise:
        PayloadError: Somebody else answers.
    """
    root = (await client.get(DEVICE_INFO)).root
    if root.name.lower() != _ROOT:
        raise PayloadError
    return Identity.parse(root.node())


async def find_serial(client: Client, identity: Identity, memory: Memory) -> str:
    """Return the identity that never changes: the MAC, else the serial number.

    What was chosen once stays, also if the MAC is told no more or only later.

    Raise:
        DeviceError: There is neither, or nobody answers.
    """
    mac = await read_mac(client)
    kept = memory.get(_MEMORY)
    known = Node(kept if isinstance(kept, dict) else {})
    chosen = known.text("serial") if known.text("number") == identity.number else None
    if chosen and (mac is None or mac_address(chosen) is None):
        return chosen
    serial = mac or identity.number
    if not serial:
        raise DeviceError(Reason.NO_IDENTITY)
    memory.put(_MEMORY, {"serial": serial, "number": identity.number})
    return serial


async def read_mac(client: Client) -> str | None:
    """Return the MAC of the wired interface, from the small or the large document.

    Raise:
        DeviceError: Nobody answers, or not to us.
    """
    for path in (WIRED, INTERFACES):
        try:
            node = (await client.get(path)).root.node()
        except DeviceError as err:
            # It may be hidden from this account.
            if not is_answer(err):
                raise
            continue
        if (mac := mac_address(node.find("MacAddress"))) is not None:
            return mac
    return None
