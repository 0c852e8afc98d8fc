"""What a set does besides being remembered, and groups that are no mere values."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import override

from .errors import BAD_NAME, BAD_VALUE, UNSUPPORTED, WRONG_MODE, RefusedError
from .groups import Values
from .groups_video import check_rates, fit
from .message import Block, Entry
from .ptz_control import VserverPtz
from .request import Call, checked
from .server import Serve

_STREAMS = ("major_stream/StreamInfo", "minor_stream/StreamInfo")
_GAINS = frozenset({"WBRGain", "WBBGain"})
_UNDOCUMENTED: Mapping[str, tuple[str, ...]] = {
    "ROIInfo": ("ROIEnable", "ROIX", "ROIY", "ROIW", "ROIH"),
    "AreaExpInfo": ("AreaExpEnable", "AreaExpX", "AreaExpY", "AreaExpW", "AreaExpH"),
}
"""Names that no document has, of groups that no document explains."""


class VserverControl(VserverPtz):
    """A unit that does what it is told."""

    @override
    def _serve_table(self) -> Mapping[str, Serve]:
        """Return what serves groups that are not just values."""
        return {
            **super()._serve_table(),
            "sys_set/SystemInfo": self._system,
            "sys_set/Reboot": self._reboot,
            "sys_set/RmTemplate": self._remove_template,
            "sys_set/RmSerialnum": self._remove_serial,
            "record_get/RecordSearch": self._search,
            "record_get/ElSearch": self._search,
            "record_get/RecordDevice": self._device,
            "record_set/RecordDevice": self._operate,
            "rs485_set/RS485Data": self._send,
            "rs485_get/RS485Data": self._exchange,
            "camera_set/ResetInfo": self._reset_camera,
            "wifi_get/HotspotList": self._hotspots,
            "user_get/UserList": self._list_users,
            "user_set/AddUser": self._add_user,
            "user_set/DeleteUser": self._delete_user,
            "user_set/ChangePassword": self._change_password,
            "image_get/PrivacyMaskInfo": self._masks,
            "image_get/ROIInfo": self._undocumented,
            "image_get/AreaExpInfo": self._undocumented,
        }

    # Sets of values

    def check(self, call: Call) -> None:
        """Refuse what the other values of a group do not allow."""
        values = {**self.settings.of(call.group, call.channel, call.row), **call.sent}
        if call.place in _STREAMS:
            self._check_stream(call, values)
        if self.options.ineffective == "store":
            return
        names = call.sent.keys()
        if names & _GAINS and values["WBMode"] != "1":
            raise RefusedError(WRONG_MODE, "mode", "gains of the white balance")
        if "CameraTime" in names and values["TimeMethod"] == "1":
            raise RefusedError(WRONG_MODE, "mode", "CameraTime")

    def _check_stream(self, call: Call, values: Values) -> None:
        """Refuse what a resolution, or this channel, does not allow."""
        size = values["Resolution"]
        if size not in self.options.channels[call.channel - 1].resolutions:
            raise RefusedError(BAD_VALUE, "value", "Resolution")
        try:
            check_rates(values, call.sent, self.options)
        except ValueError as err:
            raise RefusedError(BAD_VALUE, "value", str(err)) from None

    def remember(self, call: Call) -> None:
        """Keep what was set, and write it down."""
        sent = {k: v for k, v in call.sent.items() if k != "CameraTime"}
        before, after = self.settings.change(call.group, call.channel, call.row, sent)
        if call.place in _STREAMS and "Resolution" in sent:
            values = self.settings.of(call.group, call.channel)
            if not (self.options.vbr_zero and values["BitRate"] == "0"):
                fit(values, self.options)
            after = dict(values)
        self.note(call, before, after)

    def settled(self, call: Call) -> None:
        """Do what follows from a set."""
        sent = call.sent
        match call.place:
            case "sys/TimeInfo":
                self._set_clock(call)
            case "major_stream/StreamInfo" | "minor_stream/StreamInfo":
                self.key_frames += "ForceIframe" in sent
                self.stream_restarts += bool({"Resolution", "Payload"} & sent.keys())
            case "record/RecordControl" if "Mode" in sent:
                self.record_by_hand(call.channel)
            case "net/DigestLoginInfo":
                self.gate.forget_nonces()

    def _set_clock(self, call: Call) -> None:
        """Set the clock, or let a server set it."""
        if self.settings.get("sys/TimeInfo", "TimeMethod") == "1":
            self.wall_clock.synchronize()
        elif "CameraTime" in call.sent:
            self.wall_clock.set(int(call.sent["CameraTime"]))
        self.wall_clock.refresh()

    @abstractmethod
    def echo(self, call: Call) -> list[Block]:
        """Print what was set, or all, or nothing."""

    # System

    def _system(self, call: Call) -> list[Block]:
        """Restart or reset; the answer leaves first, if it leaves at all."""
        sent = call.sent
        keep = sent["IPkeep"] == "1"
        self.aging = sent.get("Aging", "0") == "1" or self.aging
        if sent["ResetFlag"] == "1":
            self.later(call, lambda: self.reset(keep_address=keep))
        else:
            self.later(call, self.reboot if keep else self._forget_address)
        return self.told(call)

    def _forget_address(self) -> None:
        """Restart with the address of a new unit."""
        group = self.settings.group("net/AddressInfo")
        self.settings.of(group, 1).update(group.initial())
        self.reboot()

    def _reboot(self, call: Call) -> list[Block]:
        """Restart."""
        self.later(call, self.reboot)
        return []

    def _remove_template(self, call: Call) -> list[Block]:
        """Forget the codes of the cloud."""
        for name in ("GoolinkID", "ElvisionUUID"):
            self.settings.set("sys/EapilInfo", name, "")
        return []

    def _remove_serial(self, call: Call) -> list[Block]:
        """Forget the serial number."""
        self.settings.set("sys/DeviceInfo", "SerialNum", "")
        return []

    # Recording

    def _search(self, call: Call) -> list[Block]:
        """List recordings; the document prints no answer."""
        if self.options.search == "unsupported":
            raise RefusedError(UNSUPPORTED, "unsupported", call.group.name)
        missing = {"StartTime", "EndTime"} - call.sent.keys()
        if missing:
            raise RefusedError(BAD_NAME, "missing", ", ".join(sorted(missing)))
        start, end = (
            int(checked(one, call.sent[one.name])) for one in call.group.fields
        )
        if start > end:
            raise RefusedError(BAD_VALUE, "value", "EndTime")
        found = self.storage.find(call.channel, start, end)
        if self.options.search == "empty" or not self.storage.mounted:
            found = []
        names = self.options.search_names
        return [
            Block(
                call.group.name,
                [
                    Entry(names[0], one.name, "string"),
                    Entry(names[1], str(one.start)),
                    Entry(names[2], str(one.end)),
                    Entry(names[3], str(one.size)),
                ],
            )
            for one in found
        ]

    def _device(self, call: Call) -> list[Block]:
        """Print the state of the card."""
        card = self.storage.present
        numbers = (card.total, card.used, card.status, card.protect)
        return [_flat(call, self._device_channel(call), self._named(numbers))]

    def _device_channel(self, call: Call) -> list[Entry]:
        """Print Channel, as the example does."""
        if self.options.channel_field == "never":
            return []
        return [Entry("Channel", str(call.channel))]

    def _named(self, numbers: Sequence[int]) -> list[Entry]:
        """Give the figures of the card the names of this unit."""
        pairs = zip(self.options.device_names, numbers, strict=True)
        return [Entry(name, str(number)) for name, number in pairs]

    def _operate(self, call: Call) -> list[Block]:
        """Unmount, mount or format."""
        self.storage.operate(int(call.sent["Operate"]))
        return self.told(call)

    # Serial data

    def _send(self, call: Call) -> list[Block]:
        """Send bytes; print them as they were sent."""
        data = bytes.fromhex(call.sent["Data"])
        self.serial_ports[call.channel].send(data)
        self.note(call, {}, {})
        return [_data(call, data)]

    def _exchange(self, call: Call) -> list[Block]:
        """Send bytes if there are any, then print what came."""
        port = self.serial_ports[call.channel]
        if "Data" in call.sent:
            text = checked(call.group.fields[0], call.sent["Data"])
            port.send(bytes.fromhex(text))
            self.note(call, {}, {})
        return [_data(call, port.read())]

    # Camera, picture, network, users

    def _reset_camera(self, call: Call) -> list[Block]:
        """Return to the settings of a new image module."""
        self.settings.reset("camera", call.channel)
        self.camera_resets.append(call.channel)
        self.note(call, {}, {})
        return []

    def _masks(self, call: Call) -> list[Block]:
        """Print the privacy masks; the document names no field."""
        names = ("MaskX0", "MaskY0", "MaskX1", "MaskY1")
        return [
            Block(
                call.group.name,
                [
                    Entry("MaskEnable", "1"),
                    *(Entry(n, str(v)) for n, v in zip(names, mask, strict=True)),
                ],
            )
            for mask in self.masks.get(call.channel, [])
        ]

    def _undocumented(self, call: Call) -> list[Block]:
        """Print a group of which the document only has the name."""
        names = _UNDOCUMENTED[call.group.name]
        return [Block(call.group.name, [Entry(name, "0") for name in names])]

    def _hotspots(self, call: Call) -> list[Block]:
        """Print the wireless networks in reach."""
        spots = self.options.hotspots
        block = Block(call.group.name, [Entry("HotspotNum", str(len(spots)))])
        for spot in spots:
            block.entries.append(Entry("SSID", spot.ssid, "string"))
            block.entries.extend(
                Entry(name, str(number))
                for name, number in (
                    ("EncType", spot.encryption),
                    ("AuthType", spot.authentication),
                    ("WifiChanel", spot.channel),
                    ("Mode", spot.mode),
                )
            )
        return [block]

    def _list_users(self, call: Call) -> list[Block]:
        """Print the accounts, without passwords."""
        return [
            Block(
                call.group.name,
                [
                    Entry("UserName", user.name, "string"),
                    Entry("Privilege", str(user.privilege)),
                ],
            )
            for user in self.users.accounts
        ]

    def _add_user(self, call: Call) -> list[Block]:
        """Add an account."""
        sent = call.sent
        self.users.add(sent["UserName"], sent["Password"], int(sent["Privilege"]))
        return []

    def _delete_user(self, call: Call) -> list[Block]:
        """Remove an account."""
        self.users.delete(call.sent["UserName"])
        return []

    def _change_password(self, call: Call) -> list[Block]:
        """Change a password."""
        sent = call.sent
        self.users.change(sent["UserName"], sent["Password"], sent["NewPassword"])
        return []


def _flat(call: Call, head: list[Entry], entries: list[Entry]) -> Block:
    """Return one block of two parts."""
    return Block(call.group.name, [*head, *entries])


def _data(call: Call, data: bytes) -> Block:
    """Print bytes as `12 34 AB`."""
    return Block(call.group.name, [Entry("Data", data.hex(" ").upper(), "string")])
