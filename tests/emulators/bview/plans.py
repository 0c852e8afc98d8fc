"""Planned misbehavior of single resources: refusals and odd answers."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(kw_only=True)
class Plan:
    """What happens to the next requests to some resources."""

    path: str
    """Shell pattern for the path."""
    method: str | None = None
    code: int | None = None
    """The code of a ResponseStatus."""
    body: bytes | None = None
    """Another body, in place of the camera's, which has carried out the request."""
    content_type: str = "application/xml"
    change: Callable[[bytes], bytes] | None = None
    """What to do to the camera's own body."""
    count: int | None = 1
    """How many requests are hit; None until it is removed."""
    hits: int = 0

    def applies(self, method: str, path: str) -> bool:
        """Tell whether a request is hit, and count it."""
        if self.count is not None and self.hits >= self.count:
            return False
        if self.method not in (None, method) or not fnmatchcase(path, self.path):
            return False
        self.hits += 1
        return True


class Plans:
    """The planned misbehavior of one camera."""

    def __init__(self) -> None:
        """Plan nothing."""
        self.planned: list[Plan] = []

    def refuse(
        self,
        path: str,
        code: int,
        *,
        method: str | None = None,
        count: int | None = 1,
    ) -> Plan:
        """Refuse the next requests to a path, or a pattern of paths."""
        return self._add(Plan(path=path, code=code, method=method, count=count))

    def answer(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/xml",
        method: str | None = None,
        count: int | None = 1,
    ) -> Plan:
        """Answer the next requests with other bytes."""
        return self._add(
            Plan(
                path=path,
                body=body,
                content_type=content_type,
                method=method,
                count=count,
            )
        )

    def change(
        self,
        path: str,
        change: Callable[[bytes], bytes],
        *,
        method: str | None = None,
        count: int | None = 1,
    ) -> Plan:
        """Change the bytes of the next answers."""
        return self._add(Plan(path=path, change=change, method=method, count=count))

    def remove(self, plan: Plan) -> None:
        """Take back one plan."""
        self.planned.remove(plan)

    def clear(self) -> None:
        """Behave again."""
        self.planned.clear()

    def take(self, method: str, path: str) -> Plan | None:
        """Return the plan that hits a request."""
        return next((p for p in self.planned if p.applies(method, path)), None)

    def _add(self, plan: Plan) -> Plan:
        """Keep a plan."""
        self.planned.append(plan)
        return plan
