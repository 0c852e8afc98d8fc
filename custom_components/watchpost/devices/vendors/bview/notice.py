"""To whom a camera tells finished recordings (9.10.3)."""

from ...model.errors import DeviceUnsupportedError
from .client import Client
from .const import NOTIFY
from .report import TARGET, fields_of


async def read_target(client: Client) -> dict[str, str]:
    """Read to whom finished recordings are told.

    Raise:
        DeviceError: It cannot be read.
    """
    root = (await client.get(NOTIFY)).root
    if any(root.child(name) is None for name in TARGET[1:]):
        raise DeviceUnsupportedError
    return fields_of(root.node())


async def aim(client: Client, fields: dict[str, str]) -> None:
    """Write to whom finished recordings are told.

    Raise:
        DeviceError: It is refused, or the camera cannot be reached.
    """
    # Not one of the documents: its path is a secret that no diagnostics show.
    document = await client.get(NOTIFY)
    for name, value in fields.items():
        if (element := document.root.child(name)) is not None:
            document.put(element, value)
    await client.put(NOTIFY, document.render())
