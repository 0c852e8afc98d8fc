"""Who may connect to our own servers, and how often."""

from hypothesis import given, strategies as st
import pytest

from custom_components.watchpost.inbox.access import Bucket, Gate, Refusal, is_near


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.seconds = 1000.0

    def now(self) -> float:
        """Return the seconds."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "169.254.1.2",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "febf::1%2",
        "fc00::1",
        "fdff:ffff::1",
        "::ffff:192.168.1.2",
        "::ffff:127.0.0.1",
        "::FFFF:10.1.2.3",
        "::ffff:c0a8:102",
    ],
)
def test_near(address: str) -> None:
    """What is in the own network."""
    assert is_near(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "169.253.1.1",
        "128.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "100.64.0.1",
        "::",
        "::2",
        "2001:db8::1",
        "2a00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:8.8.8.8",
        "::192.168.1.2",
        "64:ff9b::192.168.1.2",
        "",
        "%eth0",
        "localhost",
        "192.168.1",
        "192.168.1.2.3",
        "192.168.1.2/24",
        "192.168.1.2%eth0",
        "fe80::1%",
        "192.168.1.256",
        "192.168.001.002",
        " 192.168.1.2",
        "192.168.1.2\n",
        "3232235778",
        "0x7f000001",
        "[::1]",
        "fe80::1::2",
        "\u0661\u0662\u0667.0.0.1",
        "\0",
        "1" * 100_000,
    ],
    ids=lambda address: ascii(address)[:24],
)
def test_not_near(address: str) -> None:
    """What is elsewhere, or is no address."""
    assert not is_near(address)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    """Garbage is never near and never raises."""
    assert is_near(text) in (True, False)
    gate = Gate(now=lambda: 0.0)
    assert (gate.enter(text) is None) is is_near(text)
    assert gate.admit(text) is None


def test_connections_of_an_address(clock: Clock) -> None:
    """One address has only so many, however it is written; others have theirs."""
    gate = Gate(now=clock.now, connections=5, per_address=2)
    assert gate.enter("192.168.1.2") is None
    assert gate.enter("::ffff:192.168.1.2") is None
    assert gate.enter("192.168.1.2") is Refusal.CROWDED
    assert gate.enter("192.168.1.3") is None
    gate.leave("192.168.1.2")
    assert gate.enter("::ffff:192.168.1.2") is None
    assert gate.connections == 3
    assert gate.refused == {"crowded": 1}


def test_connections_in_all(clock: Clock) -> None:
    """There are only so many, and who is refused need not leave."""
    gate = Gate(now=clock.now, connections=3, per_address=2)
    for number in range(3):
        assert gate.enter(f"10.0.0.{number}") is None
    assert gate.enter("10.0.0.9") is Refusal.FULL
    assert gate.enter("8.8.8.8") is Refusal.FAR
    gate.leave("10.0.0.0")
    assert gate.enter("10.0.0.9") is None
    for number in (1, 2, 9):
        gate.leave(f"10.0.0.{number}")
    assert gate.connections == 0
    assert gate.refused == {"far": 1, "full": 1}


def test_leaving_too_often_gives_nothing(clock: Clock) -> None:
    """Who leaves without having entered may not enter more often."""
    gate = Gate(now=clock.now, per_address=1)
    gate.leave("10.0.0.1")
    assert gate.connections == 0
    assert gate.enter("10.0.0.1") is None
    assert gate.enter("10.0.0.1") is Refusal.CROWDED


def test_messages_of_an_address(clock: Clock) -> None:
    """Turns come back evenly, and are saved up for a minute at most."""
    gate = Gate(now=clock.now, per_minute=60)
    for _ in range(60):
        assert gate.admit("10.0.0.1") is None
    assert gate.admit("::ffff:10.0.0.1") is Refusal.HASTY
    assert gate.admit("10.0.0.2") is None
    clock.seconds += 0.9
    assert gate.admit("10.0.0.1") is Refusal.HASTY
    clock.seconds += 0.2
    assert gate.admit("10.0.0.1") is None
    assert gate.admit("10.0.0.1") is Refusal.HASTY
    clock.seconds += 3600
    for _ in range(60):
        assert gate.admit("10.0.0.1") is None
    assert gate.admit("10.0.0.1") is Refusal.HASTY
    assert gate.refused == {"hasty": 4}


def test_clock_that_goes_back() -> None:
    """It neither gives turns nor takes any."""
    bucket = Bucket(2, 100.0)
    assert bucket.take(50.0)
    assert bucket.take(10.0)
    assert not bucket.take(0.0)
    assert not bucket.take(29.0)
    assert bucket.take(31.0)


def test_memory_is_bounded(clock: Clock) -> None:
    """The address that was silent for longest is forgotten, the busy ones are not."""
    gate = Gate(now=clock.now, per_minute=3, addresses=10)
    assert gate.admit("10.0.0.1") is None
    for number in range(5000):
        assert gate.admit(f"10.1.{number // 250}.{number % 250}") is None
        gate.leave(f"10.2.{number // 250}.{number % 250}")
        gate.enter(f"10.9.{number // 250}.{number % 250}")
        if number in (4, 10):
            assert gate.admit("10.0.0.1") is None
        if number == 15:
            assert gate.admit("10.0.0.1") is Refusal.HASTY
    assert gate.remembered == 10
    assert gate.connections == 32
    assert gate.refused == {"full": 5000 - 32, "hasty": 1}


def test_far_addresses_are_not_remembered(clock: Clock) -> None:
    """They cost a number only."""
    gate = Gate(now=clock.now)
    for number in range(1000):
        assert gate.enter(f"8.8.{number // 250}.{number % 250}") is Refusal.FAR
    assert (gate.connections, gate.remembered) == (0, 0)
    assert gate.refused == {"far": 1000}
