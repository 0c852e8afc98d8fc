"""What no answer of a unit tells and its owner can choose."""

from typing import Final

from ...model.device import Option

AUTO: Final = "auto"
YES: Final = "yes"
NO: Final = "no"

PTZ: Final = Option(key="ptz", choices=(AUTO, YES, NO), default=AUTO)
"""Whether cameras turn: fixed ones may say so because of their serial port."""
INPUT_INVERTED: Final = Option(
    key="alarm_input_inverted", choices=(NO, YES), default=NO
)
"""Whether an alarm input rests closed, so that an open contact is the alarm."""
ONVIF_EVENTS: Final = Option(key="onvif_events", choices=(AUTO, NO), default=AUTO)
"""Whether to subscribe to the events of the ONVIF port, if one is announced."""
