"""Find units by UDP broadcast (section 3.1) and recognize one at an address."""

from collections.abc import Iterable

from aiohttp import ClientSession

from ...model.device import Discovered, Login
from ...model.errors import DeviceConnectionError, Reason
from ...transport.http import HttpTransport
from ...transport.payload import PayloadError, parse_xml
from ...transport.udp import broadcast_query
from .const import DISCOVERY_PORT, DISCOVERY_WAIT, VENDOR_ID, Source
from .models import label, mac_address

_QUESTION = b"<DiscoveryReq/>"
_ANSWER = "discoveryres"


async def discover(
    targets: Iterable[str], port: int = DISCOVERY_PORT, wait: float = DISCOVERY_WAIT
) -> tuple[Discovered, ...]:
    """Ask and collect; never the request that changes an address (section 3.2)."""
    answers = await broadcast_query(_QUESTION, tuple(targets), port, wait=wait)
    found: dict[str, Discovered] = {}
    for body, sender in answers:
        try:
            root, node = parse_xml(body)
        except PayloadError:
            continue
        mac = mac_address(node.text("MacAddr", "MacAddress", "MAC"))
        if root.lower() != _ANSWER or mac is None:
            continue
        port = node.integer("HTTPPort") or 80
        found[mac] = Discovered(
            vendor=VENDOR_ID,
            # What answered is reachable; what it says of itself need not be.
            host=sender,
            port=port if 0 < port < 65536 else 80,
            mac=mac,
            name=label(node.text("DeviceName"))
            or label(node.text("DeviceModel"))
            or "",
        )
    return tuple(found.values())


async def recognize(login: Login, session: ClientSession) -> bool:
    """Ask for the device information without a session.

    A unit answers with an error document of this API, or at least as the web server
    that the document shows; cameras with an API under the same path ask for Digest.
    """
    transport = HttpTransport(session, login)
    try:
        answer = await transport.request("POST", f"{Source.DEVICE}?ID=0", command=False)
    except DeviceConnectionError as err:
        if err.reason is not Reason.BAD_ANSWER:
            raise
        return False
    if "www-authenticate" in {name.lower() for name in answer.headers}:
        return False
    try:
        root = parse_xml(answer.body)[0].lower()
    except PayloadError:
        root = ""
    if root in ("responsestatus", "deviceinfo"):
        return True
    server = next(
        (v for name, v in answer.headers.items() if name.lower() == "server"), ""
    )
    goahead = "goahead" in server.lower() and answer.status == 400
    # Under this path nothing else refuses without asking for a login.
    return goahead or answer.status == 401
