"""Alarm mails (chapter 15), and the alarms that are mailed (chapters 24 to 28)."""

from typing import Final, override

from ...kit.failures import is_answer
from ...kit.mailing import MailRoute
from ...kit.sections import Sections
from ...model.device import Json, MailTarget
from ...model.errors import DeviceError, DeviceUnsupportedError
from ...transport.payload import Node
from .client import Client
from .codes import OutgoingError
from .settings import ALARM_IN, MOTION, REGION, TAMPER

_GET: Final = "getMailConf"
_SET: Final = "setMailConf"
_SERVER: Final = ("smtp_addr", "smtp_port", "enable_ssl", "to_addr", "from_user")
"""What is changed. The tables call `to_addr` the sender and `from_user` the recipient,
the names say it the other way round: both become our mailbox. The login, which is
told in `smtp_user` and `smtp_passw` and has another name in a change, stays."""
_TEXTS: Final = frozenset({"smtp_addr", "to_addr", "from_user"})
_MAILED: Final = (MOTION, ALARM_IN, TAMPER, REGION)
"""The alarms that mean something here; a mail cannot be told to be about fire."""
_COUNT: Final = "alarm_handle_snap_num"
_LINKS: Final = (
    "alarm_handle_email",
    "alarm_handle_snap",
    "alarm_handle_snap_email",
    _COUNT,
)
"""What has a camera send a mail for an alarm, and one with a picture."""

type _Values = dict[str, Json]


class MailSettings(MailRoute):
    """The mail settings of a camera, and the links of its alarms."""

    def __init__(self, client: Client, sections: Sections) -> None:
        """Bind a camera."""
        self._client = client
        self._sections = sections

    @override
    async def read(self) -> dict[str, Json]:
        """Read the server and the links.

        Raise:
            DeviceError: The camera sends no mails, or cannot be reached.
        """
        links: dict[str, Json] = {}
        for name in _MAILED:
            try:
                node = await self._sections.read(name)
            except DeviceError as err:
                if not is_answer(err):
                    raise
                # A detector that the camera does not have mails nothing.
                continue
            links[name] = _part(node, _LINKS)
        return {"server": await self._server(), "links": links}

    async def _server(self) -> _Values:
        server = _part(await self._client.get(_GET), _SERVER)
        if server.keys() != frozenset(_SERVER):
            raise DeviceUnsupportedError
        return server

    @override
    async def point(self, target: MailTarget) -> None:
        """Have all alarms mailed to a target.

        The server comes last: until then mails go where they went before.

        Raise:
            DeviceError: The camera does not take it.
        """
        for name in _MAILED:
            if self._sections.known(name):
                node = self._sections.node(name)
                await self._put(name, {one: 1 for one in _LINKS if _is_off(node, one)})
        await self._set_server(
            {
                "smtp_addr": target.host,
                "smtp_port": target.port,
                "enable_ssl": 0,
                "to_addr": target.address,
                "from_user": target.address,
            }
        )

    @override
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        """Return whether mails go to a target; which alarms do is the owner's."""
        server = _node(state, "server")
        return (
            server.text("smtp_addr") == target.host
            and server.integer("smtp_port") == target.port
            and target.address in (server.text("to_addr"), server.text("from_user"))
        )

    @override
    async def restore(self, former: dict[str, Json]) -> None:
        """Put back what was read before, the server first.

        A link that was off goes off, unless its owner has done so already.

        Raise:
            DeviceError: The camera does not take it.
        """
        earlier, now = _node(former, "server"), Node(await self._server())
        changed = {
            name: earlier.tree[name]
            for name in earlier
            if now.text(name) != earlier.text(name)
        }
        if changed:
            await self._set_server(changed)
        links = _node(former, "links")
        for name in links:
            if name not in _MAILED:
                continue
            old, present = _node(links.tree, name), await self._sections.read(name)
            ours = [one for one in _LINKS if _is_off(old, one)]
            await self._put(
                name,
                {one: old.value(one) for one in ours if present.integer(one) == 1},
            )

    async def _put(self, name: str, values: _Values) -> None:
        if values:
            await self._sections.put(name, values)

    async def _set_server(self, values: _Values) -> None:
        try:
            await self._client.set(_SET, values)
        except OutgoingError:
            # Told by some although the settings are kept.
            now = await self._server()
            if any(now[name] != value for name, value in values.items()):
                raise


def _part(node: Node, names: tuple[str, ...]) -> _Values:
    """Return some fields, as far as they are told; numbers as a change wants them."""
    found: _Values = {}
    for one in names:
        if node.spelling(one) is not None:
            found[one] = node.text(one) if one in _TEXTS else node.integer(one)
    return found


def _node(state: dict[str, Json], name: str) -> Node:
    part = state.get(name)
    return Node(part if isinstance(part, dict) else {})


def _is_off(node: Node, name: str) -> bool:
    return node.integer(name) == 0
