"""Each dialogue of the corpus: what is answered, what arrives, what is logged."""

import logging
import warnings

import pytest

from tests.inbox.corpus_smtp import BOX, CASES, SECRET, TAKEN, VALID, Case, encoded
from tests.inbox.mail_peer import WHOLE, serving

SHORT = [case for case in CASES if len(case.sent) <= 4096]


def by_name(case: Case) -> str:
    """Name a test."""
    return case.name


def test_names_are_unique() -> None:
    """A case is found by its name."""
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert len(VALID) >= 30


@pytest.mark.parametrize("case", CASES, ids=by_name)
async def test_at_once(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """Everything is sent in advance, and the device hears no more afterwards."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "mail.log")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with serving() as served:
            assert await served.exchange(case.sent) == case.codes
            assert tuple(served.got) == case.mails
            # Whatever it was, the next device is not harmed.
            assert await served.exchange(WHOLE) == TAKEN
            assert len(served.got) == len(case.mails) + 1
    logged = caplog.text.lower()
    assert BOX.partition("@")[0] not in logged
    assert SECRET.lower() not in logged
    assert encoded(SECRET).decode().lower() not in logged
    assert "mail.log" not in {record.name for record in caplog.records}
    assert not [one for one in caplog.records if one.levelno > logging.INFO]


@pytest.mark.parametrize("case", SHORT, ids=by_name)
async def test_one_byte_at_a_time(case: Case) -> None:
    """It does not matter how the bytes come."""
    async with serving() as served:
        codes = await served.exchange(case.sent, each=1)
        # Who is cut off may not get to read all of it.
        assert case.codes.startswith(codes.removesuffix("cut").strip())
        assert codes == case.codes or case.codes.endswith(("421", "502", "500"))
        assert tuple(served.got) == case.mails


async def test_the_log_of_others_stays() -> None:
    """What the library logs for somebody else is not kept back."""
    logger = logging.getLogger("mail.log")
    record = logger.makeRecord(logger.name, logging.INFO, "", 0, "theirs", (), None)
    async with serving():
        assert logger.filter(record)
