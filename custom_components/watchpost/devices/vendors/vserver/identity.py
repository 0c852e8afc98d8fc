"""Who a unit is (section 3.1.1)."""

from dataclasses import dataclass
import re
from typing import Final

from ...model.device import Memory
from ...model.errors import DeviceError, Reason
from ...model.mac import mac_address
from ...transport.payload import Node, PayloadError
from .client import Client
from .message import Message
from .names import spellings

GROUP: Final = "DeviceInfo"
_MEMORY: Final = "identity"
_PAIRS: Final = re.compile(r"[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}")
_SERIAL: Final = re.compile(r"[0-9a-fA-F]{12}")
_VERSION: Final = re.compile(r"[vV]?\d+\.\d+\S*")
_FALLBACK: Final = "Video server"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a unit says of itself."""

    model: str
    firmware: str
    number: str
    """Serial number; may be empty."""
    mac: str | None
    hardware: str = ""

    @property
    def name(self) -> str:
        """The model with the end of the address, as owners of several need it."""
        tail = (self.mac or self.number).replace(":", "")[-4:].upper()
        return f"{self.model} {tail}".strip()

    @classmethod
    def parse(cls, node: Node) -> Identity:
        """Read DeviceInfo, also if its values have names that nobody knows."""
        texts = [(node.text(name) or "").strip() for name in node]

        def first(pattern: re.Pattern[str]) -> str:
            return next((one for one in texts if pattern.fullmatch(one)), "")

        def text(name: str, pattern: re.Pattern[str]) -> str:
            told = node.text(*spellings(name))
            return first(pattern) if told is None else told.strip()

        mac = text("Mac", _PAIRS)
        number = text("SerialNum", _SERIAL)
        firmware = text("Firmware", _VERSION)
        others = (one for one in texts if one and one not in (mac, number, firmware))
        model = (node.text("DeviceID") or "").strip() or next(others, "")
        return cls(
            model=model or _FALLBACK,
            firmware=firmware,
            number=number,
            mac=mac_address(mac),
        )


async def read_identity(client: Client) -> Identity:
    """Ask a unit who it is.

    Raise:
        PayloadError: Somebody else answers.
    """
    return identity_of(await client.get("sys_get", GROUP))


def identity_of(message: Message) -> Identity:
    """Return who has sent a message.

    Raise:
        PayloadError: It does not say so.
    """
    node = message.node(GROUP)
    if not node.tree:
        raise PayloadError
    return Identity.parse(node)


def find_serial(identity: Identity, memory: Memory) -> str:
    """Return the identity that never changes: the MAC, else the serial number.

    The serial number can be rewritten and removed through the API. A MAC that was
    told once is not given up if it is not told any more.

    Raise:
        DeviceError: There is neither.
    """
    kept = memory.get(_MEMORY)
    known = Node(kept if isinstance(kept, dict) else {})
    mac = identity.mac
    if mac is None and known.text("number") == identity.number:
        mac = mac_address(known.text("mac"))
    serial = mac or identity.number.lower()
    if not serial:
        raise DeviceError(Reason.NO_IDENTITY)
    if mac is not None:
        memory.put(_MEMORY, {"mac": mac, "number": identity.number})
    return serial
