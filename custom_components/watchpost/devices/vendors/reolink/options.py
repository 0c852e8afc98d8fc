"""What no answer of the device tells and its owner can choose."""

from typing import Final

from ...model.device import Option
from .streams import AUTO, PROTOCOLS

STREAM_PROTOCOL: Final = Option(key="stream_protocol", choices=PROTOCOLS, default=AUTO)
