"""Whom an action is for: everything that is aimed at, at once, and who cannot."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.camera import DOMAIN as CAMERA_DOMAIN
from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.components.siren import DOMAIN as SIREN_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL, ENTITY_MATCH_NONE
from homeassistant.core import (
    EntityServiceResponse,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
    UnknownUser,
)
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    service,
)
from homeassistant.helpers.entity_platform import DATA_DOMAIN_PLATFORM_ENTITIES
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.typing import VolDictType, VolSchemaType

from .const import DOMAIN
from .devices.model.device import BOX
from .entity import WatchpostEntity

_LACKING: Final = {
    CAMERA_DOMAIN: "no_camera",
    MEDIA_PLAYER_DOMAIN: "no_speaker",
    SIREN_DOMAIN: "no_siren",
}
"""The error of a device that has no entity of a domain."""

type Action[E] = Callable[
    Concatenate[E, ...], Coroutine[Any, Any, ServiceResponse | None]
]
type May = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class EntityAction[E: WatchpostEntity[Any]]:
    """An action on entities of one domain."""

    name: str
    domain: str
    kind: type[E]
    run: Action[E]
    """Do it on one entity, with the fields of the call."""
    schema: VolDictType | VolSchemaType | None = None
    responds: SupportsResponse = SupportsResponse.NONE
    part: Callable[[E], Hashable] = id
    """What entities have in common of which one is enough."""


@dataclass
class _Aimed[E]:
    """What a call is for, and what of it cannot be."""

    entities: list[E] = field(default_factory=list)
    failures: list[HomeAssistantError] = field(default_factory=list)


@callback
def async_register[E: WatchpostEntity[Any]](
    hass: HomeAssistant, action: EntityAction[E]
) -> None:
    """Register an action on entities.

    Home Assistant's own way leaves out silently what is not available or has no such
    entity, and tells one failure of several. An alarm that does not sound is told.
    """
    schema = action.schema
    if schema is None or isinstance(schema, dict):
        schema = cv.make_entity_service_schema(schema)

    async def handle(call: ServiceCall) -> EntityServiceResponse | None:
        aimed = _Finder(hass, action, call, await _async_permissions(hass, call))
        return await _async_on_all(action, aimed.find(), call)

    hass.services.async_register(
        DOMAIN, action.name, handle, schema=schema, supports_response=action.responds
    )


async def _async_on_all[E: WatchpostEntity[Any]](
    action: EntityAction[E], aimed: _Aimed[E], call: ServiceCall
) -> EntityServiceResponse | None:
    """Do something on all at the same time, and tell everybody who failed.

    Raise:
        HomeAssistantError: Somebody failed; all others have done it.
    """
    parts: dict[Hashable, list[E]] = {}
    for entity in aimed.entities:
        entity.async_set_context(call.context)
        parts.setdefault(action.part(entity), []).append(entity)
    fields = service.remove_entity_service_fields(call)
    answers = await asyncio.gather(
        *(action.run(same[0], **fields) for same in parts.values()),
        return_exceptions=True,
    )
    told: EntityServiceResponse = {}
    failures = list(aimed.failures)
    for same, answer in zip(parts.values(), answers, strict=True):
        if isinstance(answer, HomeAssistantError):
            failures.append(_named(same[0], answer))
        elif isinstance(answer, BaseException):
            raise answer
        else:
            told.update({entity.entity_id: answer for entity in same})
    if failures:
        raise _together(failures, len(aimed.failures) + len(parts))
    return told if call.return_response else None


def _named(
    entity: WatchpostEntity[Any], error: HomeAssistantError
) -> HomeAssistantError:
    """Return an error that knows whose it is, also if its text does not tell."""
    device = entity.hub.entry.title if entity.unit.key == BOX else entity.unit.name
    if device not in str(error):
        error.add_note(device)
    return error


def _together(failures: list[HomeAssistantError], total: int) -> HomeAssistantError:
    """Return one error for all: the only one as it is, or what each of them tells."""
    if total == 1:
        return failures[0]
    told = {"total": str(total), "failures": ". ".join(map(_text, failures))}
    key = "all_failed"
    if len(failures) < total:
        key, told["failed"] = "several_failed", str(len(failures))
    invalid = all(isinstance(one, ServiceValidationError) for one in failures)
    return (ServiceValidationError if invalid else HomeAssistantError)(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=told,
    )


def _text(error: HomeAssistantError) -> str:
    return ": ".join((*getattr(error, "__notes__", ()), str(error)))


async def _async_permissions(hass: HomeAssistant, call: ServiceCall) -> May:
    """Return which entities the caller may control."""
    if not call.context.user_id:
        return lambda _: True
    user = await hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    if user.is_admin:
        return lambda _: True
    return lambda entity_id: user.permissions.check_entity(entity_id, POLICY_CONTROL)


class _Finder[E: WatchpostEntity[Any]]:
    """Find the entities that a call is for."""

    def __init__(
        self, hass: HomeAssistant, action: EntityAction[E], call: ServiceCall, may: May
    ) -> None:
        """Look at nothing yet."""
        self._hass = hass
        self._action = action
        self._call = call
        self._may = may
        self._registry = er.async_get(hass)
        platforms = hass.data.get(DATA_DOMAIN_PLATFORM_ENTITIES, {})
        self._running = platforms.get((action.domain, DOMAIN), {})
        self._aimed: _Aimed[E] = _Aimed()

    @callback
    def find(self) -> _Aimed[E]:
        """Return what is aimed at.

        Raise:
            Unauthorized: The caller may not control all of it.
            ServiceValidationError: It is aimed at nothing.
        """
        wanted = self._call.data.get(ATTR_ENTITY_ID)
        if wanted == ENTITY_MATCH_NONE:
            return self._aimed
        if wanted == ENTITY_MATCH_ALL:
            self._add(
                entry.entity_id
                for entry in self._registry.entities.values()
                if self._able(entry) and self._may(entry.entity_id)
            )
        else:
            self._add_targets(TargetSelection(self._call.data))
        if not self._aimed.entities and not self._aimed.failures:
            raise self._refusal("nothing_aimed_at", self._action.name)
        return self._aimed

    def _add_targets(self, target: TargetSelection) -> None:
        selected = async_extract_referenced_entity_ids(self._hass, target)
        found = selected.referenced | selected.indirectly_referenced
        for entity_id in found:
            if not self._may(entity_id):
                raise Unauthorized(
                    context=self._call.context,
                    entity_id=entity_id,
                    permission=POLICY_CONTROL,
                )
        # What a group or an area holds besides is nobody's mistake.
        named = target.entity_ids & selected.referenced
        entries = map(self._registry.async_get, found - named)
        able = {one.entity_id for one in entries if one and self._able(one)}
        for entity_id in sorted(named):
            self._add_named(entity_id)
        for device_id in sorted(target.device_ids):
            self._check_device(device_id)
        self._add(sorted(able))

    def _able(self, entry: er.RegistryEntry) -> bool:
        """Tell whether an entity is one of those that the action is for."""
        return (
            entry.platform == DOMAIN
            and entry.domain == self._action.domain
            and not entry.disabled
        )

    def _add_named(self, entity_id: str) -> None:
        """Take an entity that is named itself."""
        entry = self._registry.async_get(entity_id)
        if entry is None or not (entry.disabled or self._able(entry)):
            self._refuse("not_aimed_right", entity_id, kind=self._action.domain)
        elif entry.disabled:
            self._refuse("entity_disabled", entity_id, entity=entity_id)
        else:
            self._add((entity_id,))

    def _check_device(self, device_id: str) -> None:
        """Tell if a device that is named itself has nothing for the action."""
        device = dr.async_get(self._hass).async_get(device_id)
        name = device_id if device is None else _name(device)
        entries = [
            entry
            for one in self._devices(device_id)
            for entry in er.async_entries_for_device(
                self._registry, one, include_disabled_entities=True
            )
            if entry.platform == DOMAIN
        ]
        if not entries:
            self._refuse("not_aimed_right", name, kind=self._action.domain)
            return
        ours = [entry for entry in entries if entry.domain == self._action.domain]
        if not ours:
            kinds = ", ".join(sorted({one.domain for one in entries}))
            self._refuse(_LACKING[self._action.domain], name, kinds=kinds)
        elif all(entry.disabled for entry in ours):
            self._refuse("entity_disabled", name, entity=ours[0].entity_id)

    def _devices(self, device_id: str) -> set[str]:
        """Return a device and its parts."""
        target = TargetSelection({"device_id": device_id})
        return async_extract_referenced_entity_ids(
            self._hass, target
        ).referenced_devices

    def _add(self, entity_ids: Iterable[str]) -> None:
        """Take entities that exist, whether or not their device answers just now."""
        for entity_id in entity_ids:
            entity = self._running.get(entity_id)
            if isinstance(entity, self._action.kind):
                self._aimed.entities.append(entity)
                continue
            entry = self._registry.async_get(entity_id)
            owner = self._hass.config_entries.async_get_entry(
                entry.config_entry_id if entry and entry.config_entry_id else ""
            )
            if owner is not None and owner.state is not ConfigEntryState.LOADED:
                self._refuse("device_not_loaded", owner.title)
            else:
                self._refuse("unit_gone", entity_id)

    def _refuse(self, key: str, device: str, **placeholders: str) -> None:
        self._aimed.failures.append(self._refusal(key, device, **placeholders))

    def _refusal(
        self, key: str, device: str, **placeholders: str
    ) -> ServiceValidationError:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"device": device, **placeholders},
        )


def _name(device: dr.AnyDeviceEntry) -> str:
    return device.name_by_user or device.name or device.id
