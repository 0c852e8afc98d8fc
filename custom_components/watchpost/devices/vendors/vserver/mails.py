"""Alarm mails (section 3.9.1), and the alarms that are mailed (section 3.13)."""

from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address
import re
from typing import Final, override

from ...kit.failures import is_answer
from ...kit.mailing import MailRoute
from ...kit.sections import Sections
from ...model.device import Json, MailTarget
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.payload import Node
from .client import Client
from .settings import GROUPS, INPUT_LINKS, MOTION_LINKS, section

_SMTP: Final = "SMTPInfo"
_SERVER: Final = (
    "SMTPServerIP",
    "SMTPPort",
    "SMTPUseSSL",
    "FromMail",
    "ToMail",
    "SMTPSnapShot",
)
"""What is changed. The login stays, on or off: it is sent along and nobody minds."""
_NECESSARY: Final = frozenset({"SMTPServerIP", "SMTPPort", "ToMail"})
_AREA: Final = "1"
"""The rectangle whose links count: there is one grid for everything."""
_MOTION_LINK: Final = re.compile(r"MM", re.IGNORECASE)
_INPUT_LINK: Final = re.compile(r"I?M\d{0,2}", re.IGNORECASE)
_ON: Final = "1"


class MailSettings(MailRoute):
    """The mail settings of a unit, and the links of its alarms.

    What is set up is asked for and set past the sections: they are not known while
    a unit is only identified, to be given back.
    """

    def __init__(
        self, client: Client, sections: Callable[[], Sections], count: Callable[[], int]
    ) -> None:
        """Bind a unit; count tells how many channels it has."""
        self._client = client
        self._sections = sections
        self._count = count

    @override
    async def read(self) -> dict[str, Json]:
        """Read the server and the links.

        Raise:
            DeviceError: The unit sends no mails, or cannot be reached.
        """
        channels = range(1, self._count() + 1)
        motion: dict[str, Json] = {
            str(channel): {**await self._motion_links(channel)} for channel in channels
        }
        inputs: dict[str, Json] = {
            number: {**links} for number, links in (await self._input_links()).items()
        }
        return {
            "server": {**await self._server()},
            "motion": {one: links for one, links in motion.items() if links},
            "inputs": {one: links for one, links in inputs.items() if links},
        }

    async def _server(self) -> dict[str, str]:
        node = (await self._client.get("net_get", _SMTP)).node(_SMTP)
        told = {one: node.text(one) for one in _SERVER}
        server = {one: text for one, text in told.items() if text is not None}
        if not server.keys() >= _NECESSARY:
            raise DeviceUnsupportedError
        return server

    async def _motion_links(self, channel: int) -> dict[str, str]:
        rows = await self._rows(MOTION_LINKS, channel)
        return _links(rows.get(_AREA, {}), _MOTION_LINK)

    async def _input_links(self) -> dict[str, dict[str, str]]:
        rows = await self._rows(INPUT_LINKS, None)
        return {number: _links(row, _INPUT_LINK) for number, row in rows.items()}

    async def _rows(self, name: str, channel: int | None) -> dict[str, dict[str, str]]:
        """Return the rows of a group; none where the unit does not have it."""
        group = GROUPS[name]
        try:
            answer = await self._client.get(f"{group.family}_get", group.group, channel)
        except DeviceError as err:
            if not is_answer(err):
                raise
            return {}
        return answer.rows(group.group, *group.keys)

    @override
    async def point(self, target: MailTarget) -> None:
        """Have all alarms mailed to a target.

        The server comes last: until then mails go where they went before.

        Raise:
            DeviceError: The unit does not take it; names of hosts it never takes.
        """
        try:
            IPv4Address(target.host)
        except AddressValueError:
            raise DeviceRequestError(Reason.INVALID_VALUE) from None
        for channel in range(1, self._count() + 1):
            links = await self._motion_links(channel)
            await self._set_motion(channel, _switched_on(links))
        for number, links in (await self._input_links()).items():
            await self._set_input(number, _switched_on(links))
        wanted = {
            "SMTPServerIP": target.host,
            "SMTPPort": str(target.port),
            "SMTPUseSSL": "0",
            "FromMail": target.address,
            "ToMail": target.address,
            "SMTPSnapShot": _ON,
        }
        await self._set_server({one: wanted[one] for one in await self._server()})

    @override
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        """Return whether mails go to a target; which alarms do is the owner's."""
        server = _node(state, "server")
        return (
            server.text("SMTPServerIP") == target.host
            and server.integer("SMTPPort") == target.port
            and server.text("ToMail") == target.address
        )

    @override
    async def restore(self, former: dict[str, Json]) -> None:
        """Put back what was read before, the server first.

        A link that was off goes off, unless its owner has done so already.

        Raise:
            DeviceError: The unit does not take it.
        """
        now = await self._server()
        earlier = _texts(_node(former, "server"))
        await self._set_server(
            {one: text for one, text in earlier.items() if now.get(one) != text}
        )
        motion = _node(former, "motion")
        for channel in motion:
            links = await self._motion_links(int(channel))
            before = _texts(_node(motion.tree, channel))
            await self._set_motion(int(channel), _switched_off(before, links))
        inputs, present = _node(former, "inputs"), await self._input_links()
        for number in inputs:
            before = _texts(_node(inputs.tree, number))
            links = present.get(number, {})
            await self._set_input(number, _switched_off(before, links))

    async def _set_server(self, values: Mapping[str, str]) -> None:
        if values:
            await self._client.order("net_set", _SMTP, None, values, post=False)

    async def _set_motion(self, channel: int, values: Mapping[str, str]) -> None:
        if values:
            await self._set(MOTION_LINKS, channel, _AREA, values)
            self._outdate(section(MOTION_LINKS, channel))

    async def _set_input(self, number: str, values: Mapping[str, str]) -> None:
        if values:
            await self._set(INPUT_LINKS, None, number, values)
            self._outdate(INPUT_LINKS)

    async def _set(
        self, name: str, channel: int | None, row: str, values: Mapping[str, str]
    ) -> None:
        group = GROUPS[name]
        named = {group.keys[0]: row, **values}
        cgi = f"{group.family}_set"
        await self._client.order(cgi, group.group, channel, named, post=False)

    def _outdate(self, name: str) -> None:
        """Have a section read again that somebody shows."""
        if self._sections().known(name):
            self._sections().outdate(name)


def _links(row: Mapping[str, str], pattern: re.Pattern[str]) -> dict[str, str]:
    """Return the links of an alarm to a mail, as the unit spells them."""
    return {one: text for one, text in row.items() if pattern.fullmatch(one)}


def _switched_on(links: Mapping[str, str]) -> dict[str, str]:
    return {one: _ON for one, text in links.items() if text != _ON}


def _switched_off(
    before: Mapping[str, str], links: Mapping[str, str]
) -> dict[str, str]:
    """Return the links that we have switched on, as they were."""
    return {
        one: text
        for one, text in before.items()
        if text != _ON and links.get(one) == _ON
    }


def _node(state: Mapping[str, Json], name: str) -> Node:
    part = state.get(name)
    return Node(part if isinstance(part, dict) else {})


def _texts(node: Node) -> dict[str, str]:
    return {one: node.text(one) or "" for one in node}
