"""What no answer of the camera tells and its owner can choose."""

from typing import Final

from ...model.device import Option

AUTO: Final = "auto"
YES: Final = "yes"
NO: Final = "no"

MOTOR_LENS: Final = Option(key="motor_lens", choices=(AUTO, YES, NO), default=AUTO)
"""Whether zoom and focus have motors: only an order to move them would tell."""
