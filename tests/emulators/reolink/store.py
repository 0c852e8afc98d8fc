"""The settings of a unit: what Set commands change and Get commands show."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from .checks import Checker, check_mandatory, check_scope, merge, prune
from .documents_alarm import ALARM_DOCUMENTS
from .documents_camera import AREA, CAMERA_DOCUMENTS, WHITE_LED_RANGE
from .documents_unit import NET_PORT_LIMITS, UNIT_DOCUMENTS
from .errors import PARAM_ERROR, RefusedError
from .options import ReolinkOptions
from .setting import Json, Setting, bounds

MASKED: Final = "******"
SETTINGS: Final[Mapping[str, Setting]] = {
    setting.stem: setting
    for setting in (*UNIT_DOCUMENTS, *CAMERA_DOCUMENTS, *ALARM_DOCUMENTS)
}
_LED_KEYS: Final = ("wlAiDetectType", "wIAiDetectType")
_WORDS: Final = {"Off": 0, "On": 1, "Auto": 2}


class Settings:
    """All documents of one unit."""

    def __init__(self, options: ReolinkOptions) -> None:
        """Start as new."""
        self._options = options
        self._unit: dict[str, Json] = {}
        self._channels: list[dict[str, Json]] = []
        self.reset()

    def reset(self) -> None:
        """Return to the factory's values."""
        self._unit = {
            setting.stem: {
                name: deepcopy(value)
                for name, value in setting.value.items()
                if setting.host or name in setting.shared
            }
            for setting in SETTINGS.values()
        }
        self._channels = [
            {
                setting.stem: {
                    name: deepcopy(value)
                    for name, value in _numbered(setting.value, number).items()
                    if name not in setting.shared
                }
                for setting in SETTINGS.values()
                if not setting.host
            }
            for number in range(len(self._options.channels))
        ]
        for number, camera in enumerate(self._options.channels):
            self.change("Osd", number, osdChannel={"name": camera.name})
            self.change("PtzSerial", number, ctrlAddr=number + 1)
        options = self._options
        self.change("LocalLink", mac=options.mac, static={"ip": options.ip_address})
        self.change("P2p", uid=options.uid)
        self.change(
            "NetPort",
            rtmpEnable=int(options.rtmp_enabled),
            rtmpPort=options.rtmp_port,
            rtspEnable=int(options.rtsp_enabled),
            rtspPort=options.rtsp_port,
            onvifEnable=int(options.onvif_enabled),
            onvifPort=options.onvif_port,
            mediaPort=options.media_port,
        )

    def fields(self, stem: str, channel: int = 0) -> Json:
        """Return a copy of the fields of one document, passwords in the clear."""
        setting = SETTINGS[stem]
        unit = self._unit[stem]
        own = {} if setting.host else self._channels[channel][stem]
        return deepcopy({**unit, **own})

    def change(self, stem: str, channel: int = 0, /, **fields: Any) -> None:
        """Change fields behind the back of all clients."""
        setting = SETTINGS[stem]
        unit = {
            name: value
            for name, value in fields.items()
            if setting.host or name in setting.shared
        }
        own = {name: value for name, value in fields.items() if name not in unit}
        self._unit[stem] = merge(self._unit[stem], deepcopy(unit), setting.merged)
        if own:
            cell = self._channels[channel]
            cell[stem] = merge(cell[stem], deepcopy(own), setting.merged)

    # Reading

    def read(self, stem: str, channel: int, action: int) -> Json:
        """Return value and, if asked for, initial and range."""
        setting = SETTINGS[stem]
        value = self.fields(stem, channel)
        answer = {"value": setting.wrap(self._shown(setting, value))}
        if not (action or setting.always_full):
            return answer
        initial = setting.value if setting.initial is None else setting.initial
        if initial and setting.limits is not None:
            printed = self._shown(setting, deepcopy(_numbered(initial, channel)))
            answer["initial"] = setting.wrap(printed)
        if setting.limits is not None:
            answer["range"] = self._limits(setting, channel)
        return answer

    def _shown(self, setting: Setting, fields: Json) -> Json:
        """Return fields as the unit prints them."""
        for secret in setting.secrets:
            if fields.get(secret):
                fields[secret] = MASKED
        if not self._options.task_enable:
            fields.pop("scheduleEnable", None)
        if setting.stem == "WhiteLed" and _LED_KEYS[0] in fields:
            fields[self._options.white_led_key] = fields.pop(_LED_KEYS[0])
        numbers = self._options.led_states == "numbers"
        if setting.stem in ("IrLights", "PowerLed") and numbers:
            fields["state"] = _WORDS[fields["state"]]
        if setting.stem == "Crop" and not self._options.is_nvr:
            fields.pop("channel", None)
        return fields

    def _limits(self, setting: Setting, channel: int) -> Json:
        """Return what `range` prints."""
        if setting.stem == "WhiteLed":
            return WHITE_LED_RANGE
        limits = _numbered(setting.limits or {}, channel)
        if not self._options.task_enable:
            limits.pop("scheduleEnable", None)
        return setting.wrap(limits)

    # Writing

    def write(self, stem: str, channel: int, fields: Json) -> None:
        """Check fields and keep them."""
        setting = SETTINGS[stem]
        fields = deepcopy(fields)
        if stem == "WhiteLed":
            fields = {
                (_LED_KEYS[0] if name in _LED_KEYS else name): value
                for name, value in fields.items()
            }
        self._check(setting, channel, fields)
        for name in (*setting.inert, *setting.write_only):
            if name not in setting.value or name in setting.inert:
                fields.pop(name, None)
            elif isinstance(fields.get(name), dict):
                for inner in setting.write_only[name]:
                    fields[name].pop(inner, None)
        fields = prune(fields, self.fields(stem, channel))
        self.change(stem, channel, **fields)

    def _check(self, setting: Setting, channel: int, fields: Json) -> None:
        """Refuse what the document does not allow."""
        options = self._options
        mandatory = setting.mandatory
        if options.mandatory == "channel":
            mandatory = ("channel",) if "channel" in mandatory else ()
        if "channel" in mandatory and not options.is_nvr and setting.optional_channel:
            mandatory = tuple(name for name in mandatory if name != "channel")
        check_mandatory(fields, mandatory, options.missing)
        known = merge(self.fields(setting.stem, channel), setting.write_only, {})
        limits = self._write_limits(setting, channel)
        Checker(strict=options.unknown_fields == "refuse").check(
            fields, known, limits, setting.stem
        )
        check_scope(fields.get("scope"))
        if setting.stem == "Ntp" and fields.get("interval") in range(1, 10):
            raise RefusedError(PARAM_ERROR, "interval is less than 10")
        if setting.stem == "Mask":
            _check_areas(fields, strict=options.unknown_fields == "refuse")

    def _write_limits(self, setting: Setting, channel: int) -> Json | None:
        """Return the limits a write must keep, more exact than the printed ones."""
        if setting.stem == "NetPort":
            return NET_PORT_LIMITS
        if setting.limits is None:
            return None
        limits = _numbered(setting.limits, channel)
        if setting.stem == "Isp":
            limits["dayNightThreshold"] = bounds(0, 100)
        elif setting.stem == "Ntp":
            limits["interval"] = bounds(0, 65535)
        elif setting.stem == "WhiteLed":
            modes = self._options.channels[channel].floodlight_modes
            limits["mode"] = list(modes)
        elif setting.stem == "EmailV20":
            limits["interval"] = [*limits["interval"], "30 Minutes"]
        elif setting.stem == "MdAlarm":
            entry = dict.fromkeys(("sensitivity", "priority"), bounds(0, 50))
            sens = [{**row, **entry} for row in limits["newSens"]["sens"]]
            limits["newSens"] = {**limits["newSens"], "sens": sens}
        return limits


def _check_areas(fields: Json, *, strict: bool) -> None:
    """Check the areas of a privacy mask."""
    areas = fields.get("area")
    if areas is None:
        return
    if not isinstance(areas, list) or len(areas) > 4:
        raise RefusedError(PARAM_ERROR, "more than four areas")
    for area in areas:
        Checker(strict=strict).check(area, AREA, None, "Mask.area")
        check_mandatory(
            area,
            [f"{part}.{name}" for part, names in AREA.items() for name in names],
            PARAM_ERROR,
        )


def _numbered(fields: Json, channel: int) -> Json:
    """Return fields with the number of a channel where one is printed."""
    result = dict(fields)
    if "channel" in result:
        result["channel"] = channel
    schedule = result.get("schedule")
    if isinstance(schedule, dict) and "channel" in schedule:
        result["schedule"] = {**schedule, "channel": channel}
    return result
