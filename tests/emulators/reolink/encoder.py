"""The encoder of one channel: sizes, and what each size allows."""

from copy import deepcopy
from typing import Any, Final

from .checks import Checker, check_mandatory, is_integer
from .errors import PARAM_ERROR, RefusedError
from .options import ReolinkOptions
from .setting import BOOLEAN, Json, bounds

_PROFILES: Final = ["Base", "Main", "High"]
_RATES: Final = [25, 22, 20, 18, 16, 15, 12, 10, 8, 6, 4, 2]
_BITS: Final = [1024, 1536, 2048, 3072, 4096, 5120, 6144, 7168, 8192]
_SIZES: Final = ((3840, 2160), (2560, 1440), (2304, 1296))
_STREAM_FIELDS: Final = ("bitRate", "frameRate", "profile", "size")
_INTERNAL: Final = frozenset({"height", "width", "resolution", "vType"})
"""Fields that are printed, and that a write does not need."""
_SUB: Final[dict[str, Any]] = {
    "bitRate": 256,
    "frameRate": 10,
    "gop": 4,
    "height": 360,
    "profile": "High",
    "size": "640*360",
    "vType": "h264",
    "width": 640,
}
_SUB_LIMITS: Final[dict[str, Any]] = {
    **_SUB,
    "bitRate": [64, 128, 160, 192, 256, 384, 512],
    "default": {"bitRate": 256, "frameRate": 10, "gop": 4},
    "frameRate": [15, 10, 7, 4],
    "gop": bounds(1, 4),
    "profile": _PROFILES,
}
_MANDATORY: Final = (
    "channel",
    "audio",
    *(
        f"{stream}Stream.{name}"
        for stream in ("main", "sub")
        for name in _STREAM_FIELDS
    ),
)


class Encoder:
    """The encoder of one channel."""

    def __init__(self, options: ReolinkOptions, channel: int) -> None:
        """Start with the largest size."""
        self._options = options
        self._channel = channel
        self.fields: Json = {}
        self.reset()

    def reset(self) -> None:
        """Return to the document's values."""
        self.fields = self._factory()
        self.fields["audio"] = int(self._options.channels[self._channel].audio)

    def _factory(self) -> Json:
        """Return the values of a new unit."""
        width, height = _SIZES[0]
        main = {
            "bitRate": 6144,
            "frameRate": 25,
            "gop": 2,
            "height": height,
            "profile": "High",
            "size": f"{width}*{height}",
            "vType": self._codec(width),
            "width": width,
        }
        return {
            "audio": 0,
            "channel": self._channel,
            "mainStream": main,
            "subStream": dict(_SUB),
        }

    def _codec(self, width: int) -> str:
        """Return the codec of a size: only the largest is H.265."""
        largest = width == _SIZES[0][0]
        return self._options.channels[self._channel].main_codec if largest else "h264"

    def _limits(self) -> list[Json]:
        """Return what each size allows."""
        return [
            {
                "audio": BOOLEAN,
                "chnBit": 1,
                "mainStream": {
                    "bitRate": _BITS[4:] if width == _SIZES[0][0] else _BITS,
                    "default": {"bitRate": 6144, "frameRate": 25, "gop": 2},
                    "frameRate": _RATES,
                    "gop": bounds(1, 4),
                    "height": height,
                    "profile": _PROFILES,
                    "size": f"{width}*{height}",
                    "vType": self._codec(width),
                    "width": width,
                },
                "subStream": _SUB_LIMITS,
            }
            for width, height in _SIZES
        ]

    def read(self, action: int) -> Json:
        """Return what GetEnc answers."""
        answer: Json = {"value": {"Enc": deepcopy(self.fields)}}
        if action:
            answer["initial"] = {"Enc": self._factory()}
            answer["range"] = {"Enc": self._limits()}
        return answer

    def write(self, fields: Json) -> None:
        """Carry out SetEnc."""
        whole = self._options.mandatory == "document"
        mandatory = _MANDATORY if whole else ("channel",)
        check_mandatory(fields, mandatory, self._options.missing)
        known = deepcopy(self.fields)
        strict = self._options.unknown_fields == "refuse"
        for name in ("mainStream", "subStream"):
            known[name]["resolution"] = ""
        Checker(strict=strict).check(fields, known, {"audio": BOOLEAN}, "Enc")
        main, sub = (
            self._stream(fields, "mainStream"),
            self._stream(fields, "subStream"),
        )
        limits = next(
            (
                row
                for row in self._limits()
                if row["mainStream"]["size"] == main["size"]
            ),
            None,
        )
        if limits is None:
            raise RefusedError(PARAM_ERROR, f"no size {main['size']}")
        for stream, allowed in ((main, "mainStream"), (sub, "subStream")):
            _check_stream(stream, limits[allowed])
        for stream, allowed in ((main, "mainStream"), (sub, "subStream")):
            for name in ("height", "vType", "width"):
                stream[name] = limits[allowed][name]
            self.fields[allowed] = stream
        self.fields["audio"] = fields.get("audio", self.fields["audio"])

    def _stream(self, fields: Json, name: str) -> Json:
        """Return a stream as it will be."""
        given = fields.get(name, {})
        known = set(self.fields[name]) - _INTERNAL
        wanted = {key: given[key] for key in given if key in known}
        return {**self.fields[name], **wanted}


def _check_stream(stream: Json, limits: Json) -> None:
    """Refuse what a size does not allow."""
    for name in ("bitRate", "frameRate", "profile"):
        if stream[name] not in limits[name]:
            raise RefusedError(PARAM_ERROR, f"{name} {stream[name]!r}")
    gop = stream["gop"]
    if stream["size"] != limits["size"] or not is_integer(gop) or not 1 <= gop <= 4:
        raise RefusedError(PARAM_ERROR, "size or gop")
