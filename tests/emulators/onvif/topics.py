"""The kinds of events, with the names that their items have on the wire."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class _Kind:
    """How one topic is written."""

    path: str
    source: str
    """Name of the item that says where."""
    state: str | None
    """Name of the item that says whether; None for what only happens."""


class Topic(Enum):
    """A topic that the device sends."""

    CELL_MOTION = _Kind(
        "RuleEngine/CellMotionDetector/Motion",
        "VideoSourceConfigurationToken",
        "IsMotion",
    )
    REGION_MOTION = _Kind(
        "RuleEngine/MotionRegionDetector/Motion",
        "VideoSource",
        "State",
    )
    MOTION_ALARM = _Kind("VideoSource/MotionAlarm", "Source", "State")
    INSIDE = _Kind(
        "RuleEngine/FieldDetector/ObjectsInside",
        "VideoSourceConfigurationToken",
        "IsInside",
    )
    CROSSED = _Kind(
        "RuleEngine/LineDetector/Crossed", "VideoSourceConfigurationToken", None
    )
    TAMPER = _Kind(
        "RuleEngine/TamperDetector/Tamper",
        "VideoSourceConfigurationToken",
        "IsTamper",
    )
    SCENE_CHANGE = _Kind(
        "VideoSource/GlobalSceneChange/ImagingService", "Source", "State"
    )
    TOO_DARK = _Kind("VideoSource/ImageTooDark/ImagingService", "Source", "State")
    TOO_BLURRY = _Kind("VideoSource/ImageTooBlurry/AnalyticsService", "Source", "State")
    INPUT = _Kind("Device/Trigger/DigitalInput", "InputToken", "LogicalState")
    PEOPLE = _Kind("RuleEngine/MyRuleDetector/PeopleDetect", "Source", "State")
    VEHICLE = _Kind("RuleEngine/MyRuleDetector/VehicleDetect", "Source", "State")
    PET = _Kind("RuleEngine/MyRuleDetector/DogCatDetect", "Source", "State")
    FACE = _Kind("RuleEngine/MyRuleDetector/FaceDetect", "Source", "State")
    STORAGE = _Kind("RecordingHistory/Recording/State", "RecordingToken", "IsRecording")

    @property
    def path(self) -> str:
        """Return the path without a prefix."""
        return self.value.path
