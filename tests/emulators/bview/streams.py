"""How the settings of the streams depend on each other."""

from .blocks_video import (
    MJPEG,
    SECOND_SUB,
    check_streams,
    encoding,
    fit,
    share,
    stream_numbers,
    stream_path,
)
from .options import BviewOptions
from .store import Settings
from .xmldoc import Node


class StreamRules:
    """Keeps sizes possible, and MJPEG like the second sub stream."""

    def __init__(self, options: BviewOptions, settings: Settings) -> None:
        """Remember whose streams these are."""
        self._options = options
        self._settings = settings

    def __call__(self, planned: dict[str, Node]) -> None:
        """Complete a write of streams, or refuse it."""
        numbers = stream_numbers(self._options)
        paths = {number: stream_path(number) for number in numbers}
        sent = {n for n, path in paths.items() if path in planned}
        if not sent:
            return
        nodes = {
            number: planned.get(path) or self._settings.node(path).copy()
            for number, path in paths.items()
        }
        if self._options.shared_mjpeg and SECOND_SUB in nodes:
            sent |= self._share(nodes, sent)
        old = encoding(self._settings.node(paths[1]))
        new = encoding(nodes[1])
        if (old.width, old.height) != (new.width, new.height):
            check_streams({1: nodes[1]})
            for number in set(numbers) - {1}:
                unchanged = encoding(nodes[number]) == encoding(
                    self._settings.node(paths[number])
                )
                if unchanged:
                    fit(nodes[1], number, nodes[number])
        check_streams(nodes)
        planned.update({paths[number]: node for number, node in nodes.items()})

    def _share(self, nodes: dict[int, Node], sent: set[int]) -> set[int]:
        """Let the one that was changed determine the other."""
        changed = [
            number
            for number in (MJPEG, SECOND_SUB)
            if number in sent
            and encoding(nodes[number])
            != encoding(self._settings.node(stream_path(number)))
        ]
        if changed:
            other = SECOND_SUB if changed[0] == MJPEG else MJPEG
            share(nodes[changed[0]], nodes[other])
        return {MJPEG, SECOND_SUB} & sent
