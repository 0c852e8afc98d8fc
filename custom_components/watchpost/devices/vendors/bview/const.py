"""Paths, times and limits of the vendor document, with the reasons for ours."""

from typing import Final

VENDOR_ID: Final = "bview"
MANUFACTURER: Final = "B-VIEW"

DEVICE_INFO: Final = "/System/DeviceInfo"
STATUS: Final = "/System/DeviceStatus/1"
STATUS_LIST: Final = "/System/DeviceStatus"
LOGGING: Final = "/System/Logging"
REBOOT: Final = "/System/Reboot"
TEST_EMAIL: Final = "/System/SendTestEmail"
TIME: Final = "/System/Time"
INTERFACES: Final = "/Network/Interfaces"
WIRED: Final = "/Network/Interfaces/1/IPAddress"
STREAMS: Final = "/Streams/1"
CAPABILITY: Final = "/Streams/1/CapabilityV2"
SNAPSHOT: Final = "/Snapshot/1/RemoteImageCapture?ImageFormat=2"
MOTION_JPEG: Final = "/Streams/1/4/ReceiveData"
IMAGES: Final = "/Images"
PTZ: Final = "/PTZ"
NETWORK: Final = "/Network"
RECORD_CALL: Final = "/Record/HttpEvent/Call"
FORMAT_CALL: Final = "/Record/Format/Call"
DOWNLOADS: Final = "/download/video/"
ALARM_SERVER: Final = "/Alarm/AMS/2"
ALARM_EVENTS: Final = "/Alarm/EventCfgList/2"
NOTIFY: Final = "/Record/Notify/URL"
TRIGGER: Final = "/Pictures/1/Motion/Trigger"
SUBSCRIPTIONS: Final = "/EventsNotification/SubscribedEventTypeList"
EVENTS: Final = "/EventsNotification/EventList"

DISCOVERY_GROUP: Final = "239.239.239.52"
DISCOVERY_PORT: Final = 5566
DISCOVERY_WAIT: Final = 1.5
"""Seconds for the answers to each of two searches."""

READ_TIMEOUT: Final = 10.0
WRITE_TIMEOUT: Final = 20.0
"""Seconds: a write is answered once the device is ready again (section 4.5)."""
NETWORK_GAP: Final = 5.0
"""Seconds between two writes below /Network, which are stored behind our back (9.1)."""
NETWORK_SETTLE: Final = 5.0
"""Seconds in which /Network may tell what was before a write."""
SETTLE: Final = 2.0
"""Seconds after a write in which an answer may be older than it."""

STATE_INTERVAL: Final = 5.0
"""Seconds between two looks at motion, inputs and recording."""
STATE_INTERVAL_PUSHED: Final = 15.0
"""The same while events are known to arrive by themselves."""
SETTINGS_INTERVAL: Final = 300.0
"""Seconds between two reads of what people change by the day."""
RARE_INTERVAL: Final = 3600.0
"""Seconds between two reads of what is set up once."""
RETRY_FAILED: Final = 60.0
"""Seconds after which a block that could not be read is asked for again."""
MOST_PAUSES: Final = 15
"""The longest pause after failures, in such pauses."""
LOG_RETRY: Final = 2.0
"""Seconds after which a log that is busy is asked for again."""

PUSH_REPEAT: Final = 300
"""Seconds after which a motion that lasts is told again (9.13)."""
MAIL_REPEAT: Final = 60
"""Seconds between two mails at most; a camera may be set up to wait much longer."""
MAIL_LATE: Final = 60.0
"""Seconds in which a mail has to tell a motion that was seen."""
CALIBRATION: Final = 300.0
"""Seconds in which the lens is left alone; the document says 3 to 5 minutes (9.12)."""

FRAME: Final = (704, 576)
"""The picture in the points of overlays and masks (9.7)."""
TEXT_BYTES: Final = 32
"""The document names no limit; sibling devices take so much."""
VOICE_RATE: Final = 8000
"""Samples of G.711 in a second."""
