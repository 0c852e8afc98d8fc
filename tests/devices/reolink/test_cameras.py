"""The cameras of a recorder: new ones, lost ones, and those of before."""

from typing import override

import pytest

from custom_components.watchpost.devices.model.device import BOX, Json
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.reolink.ability import Ability
from custom_components.watchpost.devices.vendors.reolink.cameras import Cameras
from tests.devices.world import FakeMemory

ABLE = Ability(Node({"a": {"ver": 1}}))


class CountingMemory(FakeMemory):
    """A memory that counts what changes it."""

    def __init__(self) -> None:
        """Count from 0."""
        super().__init__()
        self.changes = 0

    @override
    def put(self, name: str, value: Json) -> None:
        """Keep a value, and count if it is a new one."""
        self.changes += self.get(name) != value
        super().put(name, value)


def row(
    channel: Json, online: Json = 1, name: Json = "Yard", model: Json = "E1"
) -> Node:
    """Return what a recorder tells of a channel."""
    return Node({"channel": channel, "name": name, "online": online, "typeInfo": model})


def state(cameras: Cameras) -> list[tuple[int, str, str, bool]]:
    """Return all cameras."""
    return [(one.number, one.name, one.model, one.online) for one in cameras]


def test_a_single_camera() -> None:
    """The device itself; it needs no memory."""
    memory = FakeMemory()
    cameras = Cameras(memory)
    cameras.single("Porch", "E1 X")
    (camera,) = cameras
    assert (camera.unit, camera.number, camera.online) == (BOX, 0, True)
    assert not camera.usable
    cameras.take_abilities((ABLE,))
    assert camera.usable
    assert memory.kept == {}
    assert cameras.get(None) is None
    assert cameras.get(0) is camera


def test_they_come_and_go() -> None:
    """A free channel is no camera; a lost one stays, with the name it had."""
    cameras = Cameras(FakeMemory())
    assert cameras.take_status((row(2), row(0, 0, "", ""), row(1, 1, "Door")))
    assert state(cameras) == [(1, "Door", "E1", True), (2, "Yard", "E1", True)]
    assert not cameras.take_status((row(2), row(0, 0, "", ""), row(1, 1, "Door")))
    assert cameras.take_status((row(0), row(1, 0, "", ""), row(2, 1, "Gate", "E2")))
    assert state(cameras) == [
        (0, "Yard", "E1", True),
        (1, "Door", "E1", False),
        (2, "Gate", "E2", True),
    ]
    assert cameras.take_status((row(0), row(1)))
    assert [one.online for one in cameras] == [True, True, False]
    assert [one.unit for one in cameras] == ["channel_1", "channel_2", "channel_3"]
    assert cameras.take_status((row(0), row(1, model="E9")))


@pytest.mark.parametrize("rows", [(), (Node({}),), (Node({"count": 0}),), (row("x"),)])
def test_nothing_is_told(rows: tuple[Node, ...]) -> None:
    """That is no reason to call all of them lost."""
    cameras = Cameras(FakeMemory())
    cameras.take_status((row(0), row(1)))
    assert not cameras.take_status(rows)
    assert [one.online for one in cameras] == [True, True]


def test_odd_rows() -> None:
    """Numbers that cannot be, flags as texts, names that no registry can take."""
    cameras = Cameras(FakeMemory())
    rows = (
        row(-1),
        row(64),
        row(10**9),
        row(None),
        row({}),
        row("3", "1", " Ya\x00rd\r\n" + "x" * 1000, None),
        row(4, "on", {}, ["E1"]),
        row(5, 2),
        row(6, None),
    )
    cameras.take_status(rows)
    first, second = cameras
    assert (first.number, first.model) == (3, "")
    assert first.name.startswith("Ya rd xxx")
    assert len(first.name) == 64
    assert (second.number, second.name, second.model) == (4, "Camera 5", "E1")


def test_memory() -> None:
    """A camera that is away while the program starts is still the owner's."""
    memory = CountingMemory()
    cameras = Cameras(memory)
    cameras.take_status((row(0), row(1, 1, "Door")))
    for _ in range(5):
        cameras.take_status((row(0), row(1, 0, "")))
    assert memory.changes == 1
    later = Cameras(memory)
    later.remember()
    assert state(later) == [(0, "Yard", "E1", False), (1, "Door", "E1", False)]
    later.take_status((row(0),))
    assert [one.online for one in later] == [True, False]
    later.forget("channel_2")
    assert [one.number for one in later] == [0]
    last = Cameras(memory)
    last.remember()
    assert [one.number for one in last] == [0]
    # Once it is connected again, it is there again.
    assert last.take_status((row(0), row(1)))
    assert [one.number for one in last] == [0, 1]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "x",
        [],
        {"a": {"name": "n"}, "-1": {}, "1": "x", "64": {}, "9" * 50: {}},
    ],
    ids=range(4),
)
def test_a_memory_that_somebody_has_spoilt(kept: Json) -> None:
    """It is left alone."""
    memory = FakeMemory()
    memory.put("cameras", kept)
    cameras = Cameras(memory)
    cameras.remember()
    assert list(cameras) == []


def test_abilities() -> None:
    """A lost camera keeps what it could; of unknown channels nothing is kept."""
    cameras = Cameras(FakeMemory())
    cameras.take_status((row(0), row(2)))
    cameras.take_abilities((ABLE, ABLE, ABLE, ABLE))
    assert all(one.usable for one in cameras)
    cameras.take_status((row(0), row(2, 0)))
    cameras.take_abilities((Ability(), Ability(), Ability()))
    assert [one.usable for one in cameras] == [True, False]
    assert [one.ability.empty for one in cameras] == [False, False]
    cameras.take_abilities(())
    assert len(list(cameras)) == 2


def test_they_may_change_while_they_are_looked_at() -> None:
    """To forget one while going through them does no harm."""
    cameras = Cameras(FakeMemory())
    cameras.take_status(tuple(row(number) for number in range(4)))
    for camera in cameras:
        cameras.forget(camera.unit)
    assert list(cameras) == []
