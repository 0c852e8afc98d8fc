"""Paths, times and limits of the vendor document, with the reasons for ours."""

from typing import Final

VENDOR_ID: Final = "cbt"
MANUFACTURER: Final = "HF (OEM)"
"""The document names no brand; answers name the platform HF."""
MODEL: Final = "IP camera"

CGI: Final = "/action/cgi_action"
IMAGES: Final = "/action/cgi_images"

IDENTITY: Final = "getSysConfig"
RESTART: Final = "restart"
OPEN_DOOR: Final = "openDoor"
SERIAL_DATA: Final = "ioSendData"
MOVE: Final = "setPtzControl"
PICTURE: Final = "getFmtSnap"
ALARM_INPUT: Final = "getIOAlarmIn"
FORMAT: Final = "devsFormat"

TIMEOUT: Final = 10.0
PICTURE_TIMEOUT: Final = 15.0
"""Seconds: a picture in Base64 is about a megabyte."""
PICTURE_LIMIT: Final = 12 * 1024 * 1024
BUSY_PAUSES: Final = (0.5, 1.0, 2.0)
"""Seconds before each new attempt with a camera that is busy (section 1.3)."""
LOGIN_PAUSE: Final = 1.0
"""Seconds after which a refused login is tried once more: it may be starting."""
PROOF: Final = 10.0
"""Seconds for which an answer proves who is at the address."""

INPUT_INTERVAL: Final = 3.0
"""Seconds between two looks at the alarm input."""
LAMP_INTERVAL: Final = 30.0
"""Seconds between two looks at the lamps, or at whether the camera is there."""
SETTINGS_INTERVAL: Final = 300.0
RARE_INTERVAL: Final = 3600.0
"""Seconds between two reads of what is set up once."""
SETTLE: Final = 2.0
"""Seconds after a write in which an answer may be older than it."""

FRAME: Final = (704, 576)
"""The picture in the points of areas, masks and texts."""
TEXT_BYTES: Final = 32
"""The document names no limit; sibling devices take so much."""
SERIAL_BYTES: Final = 1000
"""Everything stands in an address, whose length nobody has told."""
