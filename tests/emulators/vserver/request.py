"""What a client asked for, read as strictly as the document allows."""

from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from ..base import RequestRecord
from .card import QUERIES
from .errors import BAD_CHANNEL, BAD_NAME, BAD_VALUE, HttpError, RefusedError
from .groups import Catalog, Field, Group, Values, Verb
from .options import VserverOptions
from .users import User

ALL = "All"
BARE = frozenset({"netport", "wifi"})
"""Families whose query takes no parameter at all."""


@dataclass
class Call:
    """One request to something that is there."""

    record: RequestRecord
    user: User
    cgi: str
    family: str
    verb: Verb
    group: Group
    channel: int = 1
    row: int = 0
    sent: Values = field(default_factory=dict)
    """Values by the usual spelling of their names."""

    @property
    def label(self) -> str:
        """Return `cgi/Group`."""
        return f"{self.cgi}/{self.group.name}"

    @property
    def place(self) -> str:
        """Return `family/Group`."""
        return f"{self.family}/{self.group.name}"


def decoded(raw: str) -> list[tuple[str, str]]:
    """Split a query into pairs of UTF-8."""
    pairs: list[tuple[str, str]] = []
    for part in raw.split("&") if raw else []:
        name, equals, value = part.partition("=")
        try:
            pair = (unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode())
        except UnicodeDecodeError:
            raise RefusedError(BAD_VALUE, "encoding", name) from None
        if not equals or not name:
            raise RefusedError(BAD_NAME, "name", "no value")
        pairs.append(pair)
    return pairs


class Reader:
    """Reads the parameters of a request."""

    def __init__(self, options: VserverOptions, catalog: Catalog) -> None:
        """Remember what the unit knows."""
        self._options = options
        self._catalog = catalog

    def given(self, raw: str) -> Values:
        """Return the parameters, each at most once."""
        found: Values = {}
        for name, value in decoded(raw):
            if name in found:
                if self._options.duplicates == "refuse":
                    raise RefusedError(BAD_NAME, "duplicate", name)
                if self._options.duplicates == "first":
                    continue
            found[name] = value
        return found

    def take(self, given: Values, name: str) -> str | None:
        """Remove a parameter that every CGI may have; return its value."""
        if self._options.case == "strict":
            return given.pop(name, None)
        same = next((one for one in given if one.lower() == name.lower()), None)
        return None if same is None else given.pop(same)

    def group(self, family: str, verb: Verb, name: str | None) -> Group:
        """Find the group; a query may ask for all of them."""
        if name is None:
            raise RefusedError(BAD_NAME, "missing", "Group")
        if self._options.case == "ignore":
            names = (one for fam, one in self._catalog if fam == family)
            name = next((one for one in names if one.lower() == name.lower()), name)
        group = self._catalog.get((family, name))
        if verb == "query":
            known = name in QUERIES.get(family, frozenset())
            if name == ALL and known:
                return Group(family=family, name=ALL)
            group = group if known else None
        if group is None or verb not in group.verbs:
            raise RefusedError(BAD_VALUE, "group", f"{family}_{verb} {name}")
        return group

    def channel(self, call: Call, text: str | None) -> int:
        """Read Channel where the syntax line has it."""
        options = self._options
        if call.verb not in call.group.channel:
            if text is not None and options.stray_channel == "refuse":
                raise RefusedError(BAD_NAME, "name", "Channel")
            return 1
        if text is None:
            if options.missing_channel == 1:
                return 1
            raise RefusedError(options.missing_channel, "missing", "Channel")
        digits = text.isascii() and text.isdecimal()
        if not digits or not 1 <= int(text) <= len(options.channels):
            raise RefusedError(BAD_CHANNEL, "channel", "Channel")
        if not options.channels[int(text) - 1].can(call.group.ability):
            raise RefusedError(501, "unsupported", f"channel {text}")
        return int(text)

    def parameters(self, call: Call, given: Values) -> Values:
        """Return the parameters of the group, in their usual spelling."""
        known = self._known(call)
        spelled = {self._options.spelling.get(name, name): name for name in known}
        if self._options.case == "ignore":
            spelled = {name.lower(): usual for name, usual in spelled.items()}
            given = {name.lower(): value for name, value in given.items()}
        found: Values = {}
        for name, value in given.items():
            if name in spelled:
                found[spelled[name]] = value
            elif self._options.unknown_parameters == "refuse":
                raise RefusedError(BAD_NAME, "name", name)
        return found

    def _known(self, call: Call) -> set[str]:
        """Return the names that a request may carry besides group and channel."""
        group = call.group
        if call.verb == "get":
            return set(group.optional)
        if call.verb == "query":
            return set()
        names = {one.name for one in group.fields if one.writable}
        for fields in group.rows.values():
            names.update(one.name for one in fields if one.writable)
        return names | ({group.key} if group.key else set())

    def check_set(self, call: Call) -> None:
        """Refuse missing, incomplete and wrong parameters; find the row."""
        group, sent = call.group, call.sent
        missing = group.needs - sent.keys()
        if missing:
            raise RefusedError(BAD_NAME, "missing", ", ".join(sorted(missing)))
        if group.key:
            call.row = self._row(group, sent.pop(group.key))
        can_set = group.fields or group.rows
        if can_set and not sent and self._options.empty_set == "refuse":
            raise RefusedError(BAD_NAME, "missing", "nothing to set")
        self._check_brackets(call)
        channel = self._options.channels[call.channel - 1]
        for name in list(sent):
            one = group.find(name, call.row)
            if one is None:
                raise RefusedError(BAD_NAME, "name", name)
            if not channel.can(one.ability):
                raise RefusedError(501, "unsupported", name)
            sent[name] = checked(one, sent[name])

    def _row(self, group: Group, text: str) -> int:
        """Read the number of an alarm input or of an area."""
        if not (text.isascii() and text.isdecimal() and int(text) in group.rows):
            raise RefusedError(BAD_VALUE, "value", group.key)
        return int(text)

    def _check_brackets(self, call: Call) -> None:
        """Refuse parameters without those that stand in the same bracket."""
        way = self._options.brackets
        if way == "loose" or (way == "osd" and call.group.name != "OSDInfo"):
            return
        for bracket in call.group.brackets:
            part = bracket & call.sent.keys()
            if part and part != bracket:
                lacking = ", ".join(sorted(bracket - part))
                raise RefusedError(BAD_NAME, "bracket", lacking)


def checked(one: Field, text: str) -> str:
    """Check one value."""
    try:
        return one.kind.check(text)
    except ValueError as err:
        why = one.name if one.secret else f"{one.name}: {err}"
        raise RefusedError(BAD_VALUE, "value", why) from None


def need_method(record: RequestRecord, options: VserverOptions) -> None:
    """Refuse other methods, and parameters in a body."""
    if record.method not in ("GET", "POST"):
        raise HttpError(400, "method", record.method)
    if record.method == "POST" and options.post != 200:
        raise HttpError(options.post, "method", record.method)
    if record.body and options.bodies == "refuse":
        raise HttpError(400, "body")
