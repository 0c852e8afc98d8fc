"""What each error code of the guide becomes, as an answer and at a login."""

from typing import Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink.codes import (
    NO_ANSWER,
    NO_REASON,
    error_for,
    login_error,
    login_pause,
)
from custom_components.watchpost.devices.vendors.reolink.discovery import recognize
from tests.emulators.reolink.errors import DETAILS

from .client_rig import TIME, Reply, failure, raw_lab, refusal

type Kind = type[DeviceError]

_WRONG: Final = (DeviceRequestError, Reason.INVALID_VALUE)
_LATER: Final = (DeviceError, Reason.FAILED)
_SHOWN: Final = (DeviceError, Reason.REFUSED)
_ABSENT: Final = (DeviceUnsupportedError, Reason.UNSUPPORTED)
_AWAY: Final = (DeviceConnectionError, Reason.CAMERA_OFFLINE)
_LOST: Final = (DeviceConnectionError, Reason.SESSION_LOST)
_FULL: Final = (DeviceConnectionError, Reason.SESSIONS_FULL)
_LOCKED: Final = (DeviceConnectionError, Reason.LOGIN_LOCKED)
_LATE: Final = (DeviceConnectionError, Reason.TIMEOUT)
_FIRMWARE: Final = (DeviceError, Reason.FIRMWARE_FAILED)
_PASSWORD: Final = (DeviceAuthError, Reason.INVALID_AUTH)

ANSWERS: Final[dict[int, tuple[Kind, Reason]]] = {
    **dict.fromkeys((-1, -4, -10, -22, -23), _WRONG),
    **dict.fromkeys((-2, -3, *range(-20, -10), -25), _LATER),
    **dict.fromkeys((-5, -500, -507), _FULL),
    **dict.fromkeys((-105, -505, -506), _LOCKED),
    **dict.fromkeys((-6, -21), _LOST),
    **dict.fromkeys((-8, -36), _LATE),
    **dict.fromkeys((-9, -24), _ABSENT),
    **dict.fromkeys((-49, -99), _AWAY),
    **dict.fromkeys((-101, -102, -103), _FIRMWARE),
    # As the answer to a command, these say nothing of our own login.
    **dict.fromkeys((-7, -27, -501, -502, -503), _SHOWN),
    **dict.fromkeys((-28, -29, -32, -34, -35, *range(-47, -36)), _SHOWN),
    **dict.fromkeys((-100, -301, -310, *range(-454, -450)), _SHOWN),
    **dict.fromkeys(range(-485, -479), _SHOWN),
    -26: (DeviceRequestError, Reason.NO_PERMISSION),
    -30: (DeviceRequestError, Reason.ALREADY_CURRENT),
    -31: (DeviceConnectionError, Reason.BUSY),
    -48: (DeviceConnectionError, Reason.NO_PICTURE),
    -220: (DeviceRequestError, Reason.RECORDING_UNREADABLE),
    -221: (DeviceConnectionError, Reason.BUSY),
    -222: (DeviceRequestError, Reason.RECORDING_NOT_FOUND),
}
LOGINS: Final[dict[int, tuple[Kind, Reason, float]]] = {
    **dict.fromkeys((-7, -27, -501, -502, -503), (*_PASSWORD, 300.0)),
    **dict.fromkeys((-5, -500, -507), (*_FULL, 120.0)),
    -105: (*_LOCKED, 60.0),
    -505: (*_LOCKED, 60.0),
    -506: (*_LOCKED, 300.0),
    -6: (*_LOST, 0.0),
    -21: (*_LOST, 0.0),
    -8: (*_LATE, 0.0),
    -25: (*_LATER, 0.0),
}


def test_the_whole_table() -> None:
    """There is no code in the guide that nothing is said of here."""
    assert set(ANSWERS) == set(DETAILS)


@pytest.mark.parametrize("code", ANSWERS)
def test_an_answer(code: int) -> None:
    """Each code is one kind of error with one reason; what is unknown is shown."""
    err = error_for(code)
    assert (type(err), err.reason) == ANSWERS[code]
    assert err.placeholders == ({"code": str(code)} if "refused" in err.reason else {})


@pytest.mark.parametrize(
    ("code", "told"),
    [(NO_ANSWER, _LATER), (NO_REASON, _LATER), (-999, _SHOWN), (17, _SHOWN)],
)
def test_codes_of_nobody(code: int, told: tuple[Kind, Reason]) -> None:
    """Ours, and those of no guide, are errors as well."""
    err = error_for(code)
    assert (type(err), err.reason) == told


@pytest.mark.parametrize("code", sorted(LOGINS))
async def test_a_login(session: ClientSession, code: int) -> None:
    """Only a wrong name or password is one; where it helps, a pause follows."""
    kind, reason, pause = LOGINS[code]
    err = login_error(code)
    assert (type(err), err.reason, login_pause(code)) == (kind, reason, pause)
    async with raw_lab(session, login=refusal(code)) as lab:
        err = await failure(lab.client.read(TIME))
        assert (type(err), err.reason) == (kind, reason)
        assert lab.server.asked == ["Login"]
        lab.world.clock.clock.advance(max(pause - 1, 0))
        again = await failure(lab.client.read(TIME))
        assert (type(again), again.reason) == (kind, reason)
        assert again is not err
        assert lab.server.count("Login") == (1 if pause else 2)
        lab.world.clock.clock.advance(2)
        lab.server.login = Reply(body=refusal(-9))
        await failure(lab.client.read(TIME))
        assert lab.server.count("Login") == (2 if pause else 3)


@pytest.mark.parametrize("code", sorted(DETAILS))
async def test_whoever_refuses_in_this_way_is_of_the_family(
    session: ClientSession, code: int
) -> None:
    """A stranger is refused with -6, or with any other code of the table."""
    async with raw_lab(session, last=refusal(code)) as lab:
        assert await recognize(lab.login, session)
