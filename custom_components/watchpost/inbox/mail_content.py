"""The content of a mail as it is sent: until a line with a single dot."""

from typing import Final

NEWLINE: Final = b"\r\n"
END: Final = b"\r\n.\r\n"


class Content:
    """The content of a mail while it comes in, until the line with a single dot."""

    def __init__(self, limit: int) -> None:
        """Wait for the first byte; limit is in bytes."""
        self._limit = limit
        # As if a line had ended before: the content may begin with its end.
        self._data = bytearray(NEWLINE)
        self._size = 0
        self.dropped = False
        """Whether the content is not kept, because there is too much."""

    @property
    def held(self) -> int:
        """How many bytes are kept."""
        return len(self._data)

    @property
    def is_endless(self) -> bool:
        """Whether so much came that there is no use in waiting for the end."""
        return self._size > 2 * self._limit

    def feed(self, data: bytes) -> bytes | None:
        """Take in bytes; return those after the end, or None before it."""
        start = max(0, len(self._data) - len(END) + 1)
        self._data += data
        self._size += len(data)
        end = self._data.find(END, start)
        if end >= 0:
            rest = bytes(self._data[end + len(END) :])
            del self._data[end + len(NEWLINE) :]
            if end > self._limit:
                self.drop()
            return rest
        if self.dropped or len(self._data) > self._limit + len(END):
            self.drop()
        return None

    def drop(self) -> None:
        """Keep nothing but what may be the first half of the end."""
        self.dropped = True
        del self._data[: -len(END) + 1]

    def take(self) -> bytes:
        """Return the content, without the dots that were put before dots."""
        return bytes(self._data.replace(b"\r\n.", NEWLINE)[len(NEWLINE) :])
