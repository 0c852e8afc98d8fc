"""Fixtures for tests that need no Home Assistant."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession, TCPConnector, ThreadedResolver
import pytest


@pytest.fixture(autouse=True)
def _custom_integrations(socket_enabled: None) -> None:
    """Let tests talk to emulators on this computer; Home Assistant stays out."""


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session as Home Assistant would give one."""
    connector = TCPConnector(resolver=ThreadedResolver())
    async with ClientSession(connector=connector) as session:
        yield session
