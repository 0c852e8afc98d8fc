"""Addresses, times and limits of the vendor document, with the reasons for ours."""

from typing import Final

VENDOR_ID: Final = "vserver"

CGI: Final = "/cgi/"
STILL: Final = "/jpgimage/{channel}/image.jpg"
MOTION_JPEG: Final = "/mjpgstreamreq/{channel}/image.jpg"
RTSP_PORT: Final = 554
"""What NetPortInfo prints in the document's example (section 3.10.1)."""

READ_TIMEOUT: Final = 10.0
ONVIF_TIME: Final = 4.0
"""Seconds for all addresses of streams; the set-up waits for them."""
COMMAND_TIMEOUT: Final = 10.0
STOP_TIMEOUT: Final = 4.0
"""Seconds for an order to stop: less than what a movement waits for its end."""
WRITE_GAP: Final = 0.1
"""Seconds between two writes of settings; nothing is documented, units are slow."""
BUSY_PAUSES: Final = (1.0, 2.0, 4.0)
"""Seconds before a read is sent again to a unit that says it has too much to do."""
FAILED_PAUSE: Final = 1.0
BUSY_REST: Final = 30.0
"""Seconds after such a failure in which other reads are not repeated, too."""

LIVE_INTERVAL: Final = 10.0
"""Seconds between two looks at alarm inputs and at where a camera looks."""
STATE_INTERVAL: Final = 30.0
"""Seconds between two looks at the clock, which shows that the unit is there."""
SETTINGS_INTERVAL: Final = 300.0
"""Seconds between two reads of what people change by the day."""
RARE_INTERVAL: Final = 3600.0
"""Seconds between two reads of what is set up once."""
SETTLE: Final = 2.0
"""Seconds after a write in which an answer may be older than it."""

MAX_CHANNELS: Final = 32
TITLE_BYTES: Final = 31
"""The document names no limit; public code has 32 bytes with the one at the end."""
SHUTTERS: Final = (
    *(25, 30, 50, 60, 100, 120, 240, 250, 480, 500),
    *(960, 1000, 2000, 4000, 8000),
)
"""Usual parts of a second, where a unit lists none (section 3.8.5)."""
