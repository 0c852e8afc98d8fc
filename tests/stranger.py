"""Web servers that are no device of any family."""

from dataclasses import dataclass
from typing import Final, override

from aiohttp import web

from tests.emulators.base import Emulator, RequestRecord


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a web server answers whatever it is asked."""

    status: int
    body: str = "<html><body>It works!<br></body></html>"
    kind: str = "text/html"
    challenge: str | None = None


MANNERS: Final = {
    "page": Manner(status=200),
    "not_found": Manner(status=404),
    "wrong_verb": Manner(status=405),
    "redirect": Manner(status=302),
    "json": Manner(status=200, body='{"error": 404}', kind="application/json"),
    "other_xml": Manner(status=200, body="<rss/>", kind="application/xml"),
    "failing": Manner(status=500),
    "camera": Manner(status=401, challenge='Digest realm="IP Camera", nonce="1"'),
}


class Stranger(Emulator):
    """A web server with one answer."""

    SERVER = "nginx"

    def __init__(self, manner: Manner) -> None:
        """Learn the answer."""
        super().__init__()
        self._manner = manner

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Give the one answer."""
        answer = web.Response(
            status=self._manner.status,
            text=self._manner.body,
            content_type=self._manner.kind,
            headers={"Server": self.SERVER},
        )
        if self._manner.challenge:
            answer.headers["WWW-Authenticate"] = self._manner.challenge
        return answer

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Know no errors of its own."""
        return self.http_error(500)

    def heard(self, secret: str) -> bool:
        """Tell whether a text came along in any request."""
        return any(
            secret in f"{record.raw_query} {dict(record.headers)} {record.body!r}"
            for record in self.requests
        )
