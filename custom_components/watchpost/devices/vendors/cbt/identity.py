"""Who a camera is (getSysConfig)."""

from dataclasses import dataclass

from ...model.errors import DeviceError, Reason
from .answers import Answer
from .client import Client
from .const import MODEL


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a camera says of itself."""

    mac: str | None
    number: str
    """The id of the device; may be empty."""
    name: str
    firmware: str
    library: str
    """Version of the platform library."""

    @property
    def serial(self) -> str:
        """The identity that never changes: the MAC, else the id."""
        return self.mac or self.number

    @classmethod
    def of(cls, answer: Answer) -> Identity:
        """Read an answer."""

        def text(name: str) -> str:
            return (answer.fields.text(name) or "").strip()

        return cls(
            mac=answer.mac,
            number=answer.number,
            name=text("dev_name") or MODEL,
            firmware=text("version"),
            library=text("pf_version"),
        )


async def read_identity(client: Client) -> Identity:
    """Ask a camera who it is.

    Raise:
        DeviceError: It does not say, or nobody answers.
    """
    identity = Identity.of(await client.identify())
    if not identity.serial:
        raise DeviceError(Reason.NO_IDENTITY)
    return identity
