"""What no answer of the device tells and its owner can choose."""

from typing import Final

from ...model.device import Option
from .streams import AUTO, PROTOCOLS

STREAM_PROTOCOL: Final = Option(key="stream_protocol", choices=PROTOCOLS, default=AUTO)
# The poll is as quick as two seconds already, and what a device can serve at a time is
# little: a subscription is for who wants it.
ONVIF_EVENTS: Final = Option(key="onvif_events", choices=(AUTO, "no"), default="no")
