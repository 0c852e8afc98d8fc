"""Names of fields that the document spells in more than one way (annex of blocks)."""

from typing import Final

from ...transport.payload import Node
from ...transport.xmltext import Element

type Path = tuple[str, ...]

_DAYS: Final = 7
_ALIASES: Final[dict[str, Path]] = {
    "ResolutionHeigth": ("ResolutionHeight",),
    "WhiteBalance": ("WhiteBlance",),
    "IrCutFilter": ("IrCutFillter",),
    "Sensitive": ("Senstive", "Sensitivity"),
    "Brightness": ("Bright",),
    "SecondSubStreamVideoBitrate": ("SecondStreamVideoBitrate",),
    "DeviceStatusList": ("DeviceStateList",),
    "VideoInputChannels": ("VideoChannels",),
    "AlarmInputChannels": ("AlarmChannel", "AlarmChannels"),
    "AlarmOutputChannels": ("AlarmOutputChannel",),
    "TimeBlock": ("TimeBlockList",),
    **{f"Block_{day}": (f"TimeBlock_{day}",) for day in range(_DAYS)},
}


def spellings(name: str) -> Path:
    """Return a name with the others under which devices have it."""
    return (name, *_ALIASES.get(name, ()))


def below(node: Node, *path: str) -> Node:
    """Return the part below some names; empty if it is not there."""
    for name in path:
        node = node.node(*spellings(name)) or Node({})
    return node


def text_of(node: Node, *path: str) -> str | None:
    """Return the text below some names."""
    return below(node, *path[:-1]).text(*spellings(path[-1]))


def find(element: Element, *path: str) -> Element | None:
    """Return the element below some names, to be changed."""
    found: Element | None = element
    for name in path:
        found = found.child(*spellings(name)) if found is not None else None
    return found
