"""Planned misbehavior of single actions: refusals and odd answers."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
import json
from typing import Any


@dataclass(kw_only=True)
class Plan:
    """What happens to the next requests for some actions."""

    action: str
    """Shell pattern for the action, or cgi_images, or telnet."""
    answer: int | str | None = None
    """A code, or a bare text, in place of the camera's own answer."""
    carried_out: bool = False
    """Whether the action is carried out although it is refused."""
    body: bytes | None = None
    """Another body, in place of the camera's, which has carried out the action."""
    content_type: str | None = None
    change: Callable[[bytes], bytes] | None = None
    """What to do to the camera's own body."""
    count: int | None = 1
    """How many requests are hit; None until it is removed."""
    hits: int = 0

    def applies(self, action: str) -> bool:
        """Tell whether a request is hit, and count it."""
        if self.count is not None and self.hits >= self.count:
            return False
        if not fnmatchcase(action, self.action):
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
        action: str,
        answer: int | str,
        *,
        carried_out: bool = False,
        count: int | None = 1,
    ) -> Plan:
        """Refuse the next requests for an action, or a pattern of actions."""
        return self._add(
            Plan(action=action, answer=answer, carried_out=carried_out, count=count)
        )

    def answer(
        self,
        action: str,
        body: bytes,
        *,
        content_type: str | None = None,
        count: int | None = 1,
    ) -> Plan:
        """Answer the next requests with other bytes."""
        return self._add(
            Plan(action=action, body=body, content_type=content_type, count=count)
        )

    def change(
        self, action: str, change: Callable[[bytes], bytes], *, count: int | None = 1
    ) -> Plan:
        """Change the bytes of the next answers."""
        return self._add(Plan(action=action, change=change, count=count))

    def patch(
        self,
        action: str,
        *remove: str,
        count: int | None = 1,
        **values: Any,
    ) -> Plan:
        """Take names out of the next answers, and put others in or in their place."""

        def patched(body: bytes) -> bytes:
            data = json.loads(body)
            for name in remove:
                del data[name]
            return json.dumps({**data, **values}, ensure_ascii=False).encode()

        return self.change(action, patched, count=count)

    def remove(self, plan: Plan) -> None:
        """Take back one plan."""
        self.planned.remove(plan)

    def clear(self) -> None:
        """Behave again."""
        self.planned.clear()

    def take(self, action: str) -> Plan | None:
        """Return the plan that hits a request."""
        return next((one for one in self.planned if one.applies(action)), None)

    def _add(self, plan: Plan) -> Plan:
        """Keep a plan."""
        self.planned.append(plan)
        return plan
