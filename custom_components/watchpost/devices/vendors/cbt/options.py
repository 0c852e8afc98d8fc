"""What no answer of a camera tells and its owner can choose."""

from typing import Final

from ...model.device import Option

AUTO: Final = "auto"
YES: Final = "yes"
NO: Final = "no"

PTZ: Final = Option(key="ptz", choices=(AUTO, YES, NO), default=AUTO)
"""Whether there are motors: only an order to move them would tell."""
INPUT_INVERTED: Final = Option(
    key="alarm_input_inverted", choices=(NO, YES), default=NO
)
"""Whether the alarm input rests at the level that is told as 1."""
ONVIF_EVENTS: Final = Option(key="onvif_events", choices=(AUTO, NO), default=AUTO)
"""Whether to subscribe to the events of the ONVIF port, if one is announced."""
