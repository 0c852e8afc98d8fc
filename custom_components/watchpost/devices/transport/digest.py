"""Digest access authentication (RFC 2617 and 7616), as far as cameras speak it.

The one of aiohttp looks at the first challenge only, and devices may send others
before it.
"""

from collections.abc import Callable, Iterable, Mapping
import hashlib
import re
import secrets
from typing import Final

_START: Final = re.compile(r"(?:^|,\s*)digest\s+", re.IGNORECASE)
_BASIC: Final = re.compile(r"(?:^|,\s*)basic\b", re.IGNORECASE)
_PAIR: Final = re.compile(r"(\w+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,]+))")
_ESCAPE: Final = re.compile(r"\\(.)")
_QOP: Final = "auth"
_HASHES: Final[Mapping[str, Callable[[bytes], str]]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha-256": lambda data: hashlib.sha256(data).hexdigest(),
}


def challenges(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return all challenges of an answer; a header may hold several."""
    return tuple(
        value for name, value in headers.items() if name.lower() == "www-authenticate"
    )


def offers_digest(offers: Iterable[str]) -> bool:
    """Return whether the password need not be sent."""
    return any(_START.search(offer) for offer in offers)


def offers_basic(offers: Iterable[str]) -> bool:
    """Return whether the password may be sent as it is."""
    return any(_BASIC.search(offer) for offer in offers)


class Digest:
    """Answers to one challenge."""

    def __init__(self, challenge: Mapping[str, str]) -> None:
        """Take in what the device has sent."""
        self._realm = challenge.get("realm", "")
        self.nonce = challenge.get("nonce", "")
        self._opaque = challenge.get("opaque")
        self._algorithm = challenge.get("algorithm", "")
        words = re.split(r"[\s,]+", challenge.get("qop", "").lower())
        self._qop = _QOP in words
        self._count = 0

    @classmethod
    def offered(cls, offers: Iterable[str]) -> Digest | None:
        """Return what answers the first challenge of this kind that is understood."""
        for offer in offers:
            if (start := _START.search(offer)) is None:
                continue
            found: dict[str, str] = {}
            for pair in _PAIR.finditer(offer, start.end()):
                text = _ESCAPE.sub(r"\1", pair[2] or "") or pair[3] or ""
                found.setdefault(pair[1].lower(), text)
            if found.get("algorithm", "md5").lower() in _HASHES and "nonce" in found:
                return cls(found)
        return None

    def header(self, method: str, path: str, username: str, password: str) -> str:
        """Return what goes with a request."""
        digest = _HASHES[self._algorithm.lower() or "md5"]

        def sign(text: str) -> str:
            return digest(text.encode())

        one = sign(f"{username}:{self._realm}:{password}")
        two = sign(f"{method}:{path}")
        fields = {"username": username, "realm": self._realm, "nonce": self.nonce}
        fields["uri"] = path
        plain: dict[str, str] = {}
        middle = self.nonce
        if self._qop:
            self._count += 1
            count, own = f"{self._count:08x}", secrets.token_hex(8)
            middle = f"{self.nonce}:{count}:{own}:{_QOP}"
            fields["cnonce"] = own
            plain = {"nc": count, "qop": _QOP}
        fields["response"] = sign(f"{one}:{middle}:{two}")
        if self._opaque is not None:
            fields["opaque"] = self._opaque
        if self._algorithm:
            plain["algorithm"] = self._algorithm
        quoted = [f'{name}="{_escaped(value)}"' for name, value in fields.items()]
        bare = [f"{name}={value}" for name, value in plain.items()]
        return f"Digest {', '.join([*quoted, *bare])}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
