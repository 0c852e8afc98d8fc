"""What the emulated unit tells over ONVIF."""

import pytest

from tests.emulators.onvif import OnvifOptions, Topic
from tests.emulators.onvif.options import channels
from tests.emulators.vserver import VserverOptions

from .bench import Bench

SPEAKING = VserverOptions.full(onvif=OnvifOptions(profiles=channels(4)))


@pytest.mark.parametrize("options", [SPEAKING])
async def test_onvif(bench: Bench, options: VserverOptions) -> None:
    """The port is announced and switched on, and the scene is told there."""
    unit = bench.unit
    assert unit.onvif is not None
    assert unit.settings.get("netport/NetPortInfo", "OnvifPort") == str(unit.onvif.port)
    assert unit.settings.get("net/NetProtocolInfo", "ONVIF") == "1"
    states = unit.onvif.events.states
    assert (len(states), set(states.values())) == (6, {False})
    unit.settings.set("alarm/MDInfo", "MDEnable", 1, 3)
    unit.detect_motion(3)
    unit.set_alarm_input(2)
    assert {place for place, on in states.items() if on} == {
        (Topic.CELL_MOTION, "VideoSourceConfig_3"),
        (Topic.INPUT, "DigitalInput_2"),
    }
    unit.end_motion(3)
    unit.set_alarm_input(2, closed=False)
    assert set(states.values()) == {False}
    unit.reboot(5)
    assert not unit.onvif.powered
    unit.boot()
    await unit.settle()
    await unit.onvif.settle()
    assert unit.onvif.powered
    unit.set_password("another")
    assert unit.onvif.gate.password == "another"


async def test_switched_off_by_default(bench: Bench) -> None:
    """The port that is announced without a service could be somebody else's."""
    assert bench.unit.onvif is None
    assert bench.unit.settings.get("net/NetProtocolInfo", "ONVIF") == "0"
