"""Documents as devices write them."""

import re
from typing import Final
from xml.sax.saxutils import escape

from .options import OnvifOptions

SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACES: Final = {
    "SOAP-ENV": SOAP_12,
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "wsrf": "http://docs.oasis-open.org/wsrf/rw-2",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "tns1": "http://www.onvif.org/ver10/topics",
    "ter": "http://www.onvif.org/ver10/error",
    "own": "urn:emulator:subscription",
}
_START: Final = re.compile(r"<([\w-]+):([\w-]+)")
_END: Final = re.compile(r"</[\w-]+:([\w-]+)")
_PREFIXED: Final = re.compile(r"(</?|[ >])(" + "|".join(NAMESPACES) + r"):")


def document(options: OnvifOptions, body: str, header: str = "") -> bytes:
    """Return an answer in the spelling of the device."""
    spaces = dict(NAMESPACES)
    if options.soap == "1.1":
        spaces["SOAP-ENV"] = SOAP_11
    head = f"<SOAP-ENV:Header>{header}</SOAP-ENV:Header>" if header else ""
    text = (
        "<SOAP-ENV:Envelope>"
        f"{head}<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    if options.prefixes == "none":
        text = _START.sub(lambda m: f'<{m[2]} xmlns="{spaces[m[1]]}"', text)
        text = _END.sub(lambda m: f"</{m[1]}", text)
        # Topics and codes are texts and cannot do without.
        declared = "".join(f' xmlns:{k}="{spaces[k]}"' for k in ("tns1", "ter"))
        declared += f' xmlns:SOAP-ENV="{spaces["SOAP-ENV"]}"'
        text = text.replace("<Envelope", f"<Envelope{declared}", 1)
    else:
        names = {name: name for name in spaces}
        if options.prefixes == "odd":
            names = {name: f"x{number}" for number, name in enumerate(spaces)}
            text = _PREFIXED.sub(lambda m: f"{m[1]}{names[m[2]]}:", text)
        declared = "".join(f' xmlns:{names[k]}="{v}"' for k, v in spaces.items())
        text = text.replace("Envelope>", f"Envelope{declared}>", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def fault(options: OnvifOptions, code: str, subcode: str, reason: str) -> str:
    """Return a fault; the code is Sender or Receiver."""
    if options.soap == "1.1":
        name = "Client" if code == "Sender" else "Server"
        return (
            f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:{name}</faultcode>"
            f"<faultstring>{escape(reason)}</faultstring>"
            f"<detail>{subcode}</detail></SOAP-ENV:Fault>"
        )
    return (
        f"<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:{code}"
        f"</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>{subcode}"
        "</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>"
        f'<SOAP-ENV:Text xml:lang="en">{escape(reason)}</SOAP-ENV:Text>'
        "</SOAP-ENV:Reason></SOAP-ENV:Fault>"
    )


class SoapFaultError(Exception):
    """The device says no."""

    def __init__(self, code: str, subcode: str, reason: str) -> None:
        """Store the parts of the fault."""
        super().__init__(reason)
        self.parts = (code, subcode, reason)


def qualified(prefix: str, name: str) -> str:
    """Return the name of an element as the parser writes it."""
    return f"{{{NAMESPACES[prefix]}}}{name}"
