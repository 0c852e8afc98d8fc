"""Constants of the family, with the section of the guide that they come from."""

from typing import Final

VENDOR_ID: Final = "reolink"

API: Final = "/cgi-bin/api.cgi"

BATCH_LIMIT: Final = 35
"""Commands in one request; devices answer more of them with one error (-16)."""
SETUP_BATCHES: Final = 3
"""Requests for settings while a device is set up; the rest follows at once."""

TIMEOUT: Final = 15.0
"""Seconds for a request; devices answer within 1.5, slow recorders within 10."""
STATE_TIMEOUT: Final = 4.0
"""Seconds for the poll of all channels before the one that hangs is looked for."""
CHANNEL_TIMEOUT: Final = 1.5
"""Seconds for a part of the channels while the one that hangs is looked for."""
SNAP_TIMEOUT: Final = 10.0
"""Seconds for a picture."""
SEARCH_TIMEOUT: Final = 30.0
"""Seconds for a search of recordings, which reads the disk."""

STATE_INTERVAL: Final = 2.0
"""Seconds between two polls of motion; a shorter event is lost."""
STREAMED_INTERVAL: Final = 10.0
"""The same while a subscription tells at once all that would be asked for."""
LOAD_FACTOR: Final = 3.0
"""A device that needs long for an answer is left in peace that many times longer."""
STATUS_AGE: Final = 30.0
"""Seconds after which lamps, patrols and lenses are read again."""
SETTINGS_INTERVAL: Final = 600.0
"""Seconds after which settings are read again that only an app can have changed."""
SETTINGS_TICK: Final = 2.0
"""Seconds to the next request while settings are still to be read."""
RARE_AGE: Final = 3600.0
"""Seconds after which settings are read again that hardly ever change."""
HEAVY_AGE: Final = 24 * 3600.0
"""Seconds after which documents are read again that carry a whole area."""
FIRMWARE_AGE: Final = 24 * 3600.0
"""Seconds between two questions for newer firmware; each takes the device 1.5 s."""
FIRMWARE_RETRY: Final = 3600.0
"""Seconds after which a device is asked again that could not tell."""
UPGRADE_AGE: Final = 5.0
"""Seconds between two questions how far an installation is."""
UPGRADE_LIMIT: Final = 900.0
"""Seconds after which an installation that tells nothing any more has failed."""
SETTLE: Final = 3.0
"""Seconds after which a lamp or a lens tells where it has got to."""

LEASE: Final = 3600.0
"""Seconds a login lasts if the device does not say (section 3.2.1)."""
RENEW_BEFORE: Final = 300.0
"""Seconds before its end at which a login is renewed."""
SHORTEST_LEASE: Final = 60.0
"""Seconds that a login is believed to last at least."""
LOGIN_LENGTH: Final = 31
"""Characters of a name and a password (section 3.2.1)."""
TOKEN_LENGTH: Final = 256
"""Characters of a token that are believed; the guide has less than 32."""
LOGOUT_TIMEOUT: Final = 5.0
"""Seconds for a logout, which is worth no waiting."""
CLOSE_TIMEOUT: Final = 4.0
"""Seconds for all that is needed to log out, of the 10 that Home Assistant waits."""
LOCKED_PAUSE: Final = 300.0
"""Seconds without a login after the device has locked it (GetSysCfg: LockTime)."""
FREQUENT_PAUSE: Final = 60.0
"""Seconds without a login after too frequent ones."""
FULL_PAUSE: Final = 120.0
"""Seconds without a login after all sessions were taken."""

RETRY_HANGING: Final = (60.0, 120.0, 300.0, 900.0)
"""Seconds after which a channel that hung is asked again: it holds up all others."""
RETRY_FAILED: Final = 30.0
"""Seconds after which a document that could not be read is asked for again."""
MOST_PAUSES: Final = 20
"""The longest pause after failures, in such pauses."""
FAILURES: Final = 3
"""Failures in a row after which a document counts as not readable."""

MAX_CHANNELS: Final = 64
"""Channels that are believed; the guide has 16."""

AI_KINDS: Final = {
    "people": "person",
    "vehicle": "vehicle",
    "dog_cat": "animal",
    "face": "face",
}
"""What the device recognizes, and the vocabulary's word (section 3.11.3)."""
AI_ABILITIES: Final = {
    "people": "supportAiPeople",
    "vehicle": "supportAiVehicle",
    "dog_cat": "supportAiDogCat",
    "face": "supportAiFace",
}
"""The ability of a camera to tell each of them apart (section 3.1.1)."""
