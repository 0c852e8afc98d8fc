"""What is told, and what is not."""

from dataclasses import replace
from typing import Final

import pytest

from custom_components.watchpost.devices.model.commands import EventPicture
from custom_components.watchpost.devices.model.device import BOX, Notice
from custom_components.watchpost.devices.model.vocabulary import DetectionKind, Key
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.camera_home import EmulatedHome

from .shelf import ARMED, Shelf

ONLINE: Final = "binary_sensor.porch_online"


async def test_offline_and_back(shelf: Shelf, camera: EmulatedHome) -> None:
    """A long loss and its end are told, once each."""
    await shelf.automate("device_offline_notification", devices=[camera.device_id()])
    camera.device.power_off()
    for _ in range(15):
        await shelf.time.pass_by(30)
    assert shelf.told == ["Porch is offline."]
    camera.device.power_on()
    for _ in range(12):
        await shelf.time.pass_by(30)
    assert shelf.told == ["Porch is offline.", "Porch is online again."]


async def test_short_loss(shelf: Shelf, camera: EmulatedHome) -> None:
    """Neither a short loss nor its end is told."""
    await shelf.automate(
        "device_offline_notification", devices=[camera.device_id()], minutes=30
    )
    camera.device.power_off()
    for _ in range(3):
        await shelf.time.pass_by(30)
    assert shelf.hass.states.is_state(ONLINE, "off")
    camera.device.power_on()
    for _ in range(80):
        await shelf.time.pass_by(30)
    assert shelf.hass.states.is_state(ONLINE, "on")
    assert shelf.told == []


async def test_storage(shelf: Shelf, camera: EmulatedHome) -> None:
    """A disk that is nearly full is told of, and one that breaks."""
    used = "sensor.porch_storage_1_used"
    await shelf.automate(
        "storage_notification", devices=[camera.device_id()], used=[used]
    )
    disks = camera.device.disks
    disks[0] = replace(disks[0], remaining=disks[0].capacity // 20)
    for _ in range(3):
        await shelf.time.pass_by(601)
    assert shelf.told == ["Porch Storage 1 used is at 95 %."]
    disks[0] = replace(disks[0], mounted=False)
    for _ in range(3):
        await shelf.time.pass_by(601)
    assert shelf.told[1:] == ["Porch Storage 1 problem has been found."]


async def test_storage_that_may_be_full(shelf: Shelf, camera: EmulatedHome) -> None:
    """A disk that nobody has chosen may be full."""
    await shelf.automate("storage_notification", devices=[camera.device_id()])
    disks = camera.device.disks
    disks[0] = replace(disks[0], remaining=0)
    for _ in range(3):
        await shelf.time.pass_by(601)
    used = shelf.hass.states.get("sensor.porch_storage_1_used")
    assert used is not None
    assert float(used.state) > 99
    assert shelf.told == []


async def test_detection(shelf: Shelf, camera: EmulatedHome) -> None:
    """A person is told of with a picture, other things are not, nor too often."""
    picture = camera.entity_id(key=Key.MAIN_STREAM)
    await shelf.automate(
        "detection_notification",
        cameras=[camera.device_id()],
        armed=[ARMED],
        camera=picture,
    )
    camera.device.detect(kind="vehicle", seconds=3)
    camera.device.detect(kind="motion", seconds=3)
    await shelf.time.pass_by(2.5)
    assert shelf.told == []

    camera.device.detect(kind="people", seconds=3)
    shelf.time.leap(2.5)
    assert await shelf.soon(lambda: len(shelf.told) == 1)
    assert shelf.told[0].startswith(
        f"A person was seen. ![](/api/camera_proxy/{picture}?token="
    )
    for _ in range(4):
        shelf.time.leap(2.5)
        await shelf.soon(lambda: False, 10)
    camera.device.detect(kind="people", seconds=3)
    shelf.time.leap(2.5)
    assert not await shelf.soon(lambda: len(shelf.told) > 1, 50)
    await shelf.end()


@pytest.mark.parametrize(
    ("kind", "message"), [("vehicle", "A vehicle"), ("dog_cat", "An animal")]
)
async def test_other_kinds(
    shelf: Shelf, camera: EmulatedHome, kind: str, message: str
) -> None:
    """What counts is the owner's choice; the picture is not needed."""
    await shelf.automate(
        "detection_notification",
        cameras=[camera.device_id()],
        kinds=["vehicle", "animal"],
        pause=0,
    )
    camera.device.detect(kind="people", seconds=3)
    await shelf.time.pass_by(2.5)
    camera.device.detect(kind=kind, seconds=3)
    await shelf.time.pass_by(2.5)
    assert shelf.told == [f"{message} was seen."]


async def test_detection_that_nobody_guards(shelf: Shelf, camera: EmulatedHome) -> None:
    """Nothing is told while it is not armed."""
    await shelf.arm(on=False)
    await shelf.automate(
        "detection_notification", cameras=[camera.device_id()], armed=[ARMED]
    )
    camera.device.detect(kind="people", seconds=3)
    await shelf.time.pass_by(2.5)
    assert shelf.told == []


async def test_picture_of_the_camera(shelf: Shelf, camera: EmulatedHome) -> None:
    """What the camera has sent along is shown, and not what it sees later."""
    assert await async_setup_component(shelf.hass, "http", {})
    await shelf.automate(
        "detection_notification",
        cameras=[camera.device_id()],
        camera=camera.entity_id(key=Key.MAIN_STREAM),
        pause=0,
    )
    picture = EventPicture(jpeg=b"\xff\xd8 seen", taken_at=dt_util.utcnow())
    notice = Notice(
        unit=BOX, key=Key.DETECTION, kind=DetectionKind.PERSON, picture=picture
    )
    camera.entry.runtime_data.async_dispatch((notice,))
    await shelf.hass.async_block_till_done()
    (told,) = shelf.told
    assert told.startswith("A person was seen. ![](/api/watchpost/event_picture/")


async def test_own_notification(shelf: Shelf, camera: EmulatedHome) -> None:
    """The owner decides what becomes of it, and has the variables at hand."""
    await shelf.automate(
        "detection_notification",
        cameras=[camera.device_id()],
        notify=[
            {
                "event": "told",
                "event_data": {"text": "{{ device }}: {{ message }} {{ picture }}"},
            }
        ],
        pause=0,
    )
    heard: list[str] = []
    shelf.hass.bus.async_listen("told", lambda event: heard.append(event.data["text"]))
    camera.device.detect(kind="people", seconds=3)
    await shelf.time.pass_by(2.5)
    assert heard == ["Porch: A person was seen."]
    assert shelf.told == []
