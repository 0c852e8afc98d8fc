"""What topics mean, and where it was."""

import pytest

from custom_components.watchpost.devices.kit.onvif_events import (
    Channels,
    Inputs,
    detection_of,
    is_input,
)
from custom_components.watchpost.devices.model.vocabulary import DetectionKind
from custom_components.watchpost.devices.transport.onvif import OnvifEvent, OnvifStream
from tests.emulators.onvif import Topic

KINDS = {
    Topic.CELL_MOTION: DetectionKind.MOTION,
    Topic.REGION_MOTION: DetectionKind.MOTION,
    Topic.MOTION_ALARM: DetectionKind.MOTION,
    Topic.INSIDE: DetectionKind.INTRUSION,
    Topic.CROSSED: DetectionKind.INTRUSION,
    Topic.TAMPER: DetectionKind.TAMPER,
    Topic.SCENE_CHANGE: DetectionKind.TAMPER,
    Topic.TOO_DARK: DetectionKind.TAMPER,
    Topic.TOO_BLURRY: DetectionKind.TAMPER,
    Topic.PEOPLE: DetectionKind.PERSON,
    Topic.VEHICLE: DetectionKind.VEHICLE,
    Topic.PET: DetectionKind.ANIMAL,
    Topic.FACE: DetectionKind.FACE,
    Topic.INPUT: None,
    Topic.STORAGE: None,
}


@pytest.mark.parametrize("topic", Topic)
def test_detection(topic: Topic) -> None:
    """Each topic has its word, in any case and below anything."""
    for path in (topic.path, topic.path.upper(), f"Vendor/{topic.path}"):
        event = OnvifEvent(topic=path)
        assert detection_of(event) is KINDS[topic]
        assert is_input(event) is (topic is Topic.INPUT)


@pytest.mark.parametrize(
    "topic",
    [
        "Motion",
        "MotionAlarm",
        "OtherDetector/Motion",
        "RuleEngine/CellMotionDetector",
        "RuleEngine/CellMotionDetector/Motion/State",
        "VideoSource/GlobalSceneChange",
        "VideoSource/SignalLoss/Service",
        "Device/Trigger/Relay",
        "VideoSource/*",
        "GlobalSceneChange/*",
    ],
)
def test_other_topics(topic: str) -> None:
    """What only looks alike means nothing."""
    event = OnvifEvent(topic=topic)
    assert detection_of(event) is None
    assert not is_input(event)


def stream(token: str, configuration: str | None, source: str | None) -> OnvifStream:
    """Return a stream of a source."""
    return OnvifStream(
        token=token,
        configuration=configuration,
        source=source,
        analytics=f"analytics {source}",
    )


def test_channels() -> None:
    """Channels are numbered by the order of their sources, under all their tokens."""
    channels = Channels(
        [
            stream("a", "conf b", "b"),
            stream("b", "conf b 2", "b"),
            stream("c", "conf a", "a"),
            stream("d", "conf a", "a"),
            stream("e", "conf c", None),
            stream("f", None, None),
        ]
    )
    for token, number in {
        "conf b": 1,
        "conf b 2": 1,
        "b": 1,
        "analytics b": 1,
        "conf a": 2,
        "a": 2,
        "conf c": 3,
        "unknown": None,
        None: None,
    }.items():
        assert channels.number(token) == number


@pytest.mark.parametrize("token", ["x", "000", None])
def test_one_channel(token: str | None) -> None:
    """At a device with one channel everything happens there, whatever it says."""
    assert Channels([stream("a", "c", "s")]).number(token) == 1
    assert Channels([], 1).number(token) == 1
    assert Channels([], 4).number(token) is None
    assert Channels([stream("a", "c", "s")], 4).number(token) is None
    assert Channels([]).number(token) is None


@pytest.mark.parametrize(
    ("tokens", "numbers"),
    [
        (["DigitInput-1", "DigitInput-2"], [1, 2]),
        (["AlarmIn_3", "AlarmIn_1"], [3, 1]),
        (["door", "gate", "door"], [1, 2, 1]),
        (["2", "door", "gate"], [2, 1, 3]),
        ([None, "", None], [1, 1, 1]),
        (["a1", "b1"], [1, 2]),
        (["x99999"], [9999]),
    ],
)
def test_inputs(tokens: list[str | None], numbers: list[int]) -> None:
    """An input keeps its number; no two have the same."""
    inputs = Inputs()
    assert [inputs.number(token) for token in tokens] == numbers


def test_inputs_are_limited() -> None:
    """Those that are known keep their numbers; no other gets one."""
    inputs = Inputs()
    names = [f"door {letter}" for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGH"]
    numbers = [inputs.number(name) for name in names]
    assert numbers == [*range(1, 33), None, None]
    assert [inputs.number(name) for name in names] == numbers


@pytest.mark.parametrize("order", [["0", "1", "2"], ["2", "0", "1"]])
def test_inputs_from_zero(order: list[str]) -> None:
    """A device that counts from 0 has inputs from 1, in whatever order it says."""
    path = Topic.INPUT.path
    inputs = Inputs()
    inputs.learn(
        [
            OnvifEvent(topic="RuleEngine/CellMotionDetector/Motion", source="9"),
            *(OnvifEvent(topic=path, source=token) for token in order),
        ]
    )
    assert [inputs.number(token) for token in ("0", "1", "2")] == [1, 2, 3]
    assert inputs.number("9") == 9
