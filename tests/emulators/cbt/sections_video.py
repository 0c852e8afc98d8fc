"""Settings of the streams, of the sound and of what lies behind them."""

from typing import Final

from .fields import (
    Field,
    Json,
    Number,
    Rows,
    choice,
    number,
    only_table,
    shown,
    switch,
)
from .section import Section

type Size = tuple[int, int]

STREAMS: Final = 3


def _size_rule(merged: Json, sent: Json) -> str | None:
    """Refuse a size that is not in the list, and more pictures than can be."""
    size = {"width": merged["pic_width"], "height": merged["pic_height"]}
    if sent.keys() & {"pic_width", "pic_height"} and size not in merged["pixel_list"]:
        return f"size {size['width']}x{size['height']}"
    if merged["frame_rate"] > merged["max_framerate"]:
        return f"frame_rate {merged['frame_rate']}"
    return None


_PIXELS: Final = Rows(fields=(number("width"), number("height")), length=0)


def video(
    channel: int, sizes: tuple[Size, ...], encodings: tuple[int, ...], rate: int
) -> Section:
    """Return the settings of one stream."""
    width, height = sizes[0]
    bitrate = (6144, 1024, 512)[channel]
    pixels = [{"width": wide, "height": high} for wide, high in sizes]
    return Section(
        name=f"VencConf{channel}",
        rules=(_size_rule,),
        fields=(
            Field(
                name="channel",
                kind=Number(choices=(channel,)),
                value=channel,
                necessary=True,
            ),
            number("pic_width", width, 1),
            number("pic_height", height, 1),
            number("frame_rate", rate, 1),
            number("gop", rate * 2, 1),
            number("bitrate", bitrate, 1),
            choice("encode_type", encodings[0], *encodings),
            choice("encode_profile", 1, 0, 1, 2),
            switch("rc_mode"),
            shown("max_framerate", rate),
            Field(name="pixel_list", kind=_PIXELS, value=pixels, settable=False),
        ),
    )


RTSP: Final = Section(
    name="RtspConf",
    fields=(
        switch("enable", 1),
        shown("auth", 0),
        number("rtsp_port", 554, 1, 65535, necessary=True),
        switch("audio_main", 1),
        switch("audio_sub"),
        shown("audio_thr", 0),
    ),
)
SOUND: Final = Section(
    name="AencConf",
    fields=(
        switch("enable", 1),
        switch("line_in"),
        number("volume_in", 12, 0, 15),
        number("volume_out", 15, 0, 15),
        choice("sample_rate", 8000, 8000, 32000),
        choice("encode_type", 7, 3, 7, 8),
        choice("bitrate", 16000, 16000, 128000),
        shown("output_type", 0),
        *only_table(switch("echo_cancellation"), number("talk_port", 6000, 1, 65535)),
    ),
)
EXPOSURE: Final = Section(
    name="ExposureInfo",
    fields=(
        shown("ExpTime", 39941),
        shown("AGain", 3201),
        shown("DGain", 1024),
        shown("ISPDGain", 1080),
        shown("Exposure", 1078737),
        shown("Fps", 2500),
        shown("ISO", 329),
    ),
)
PROMPTS: Final = Section(
    name="SmartAudioConf",
    fields=(
        switch("enable", 1),
        switch("timeEnable", 1),
        number("hour_begain", 6, 0, 23),
        number("min_begain", 0, 0, 59),
        number("hour_end", 9, 0, 23),
        number("min_end", 0, 0, 59),
        number("whiteListAudio", 4, 0, 5),
        number("blacklistAudio", 2, 0, 3),
        number("strangerAudio", 1, 0, 3),
    ),
)
PERIPHERAL: Final = Section(
    name="PeripheralConf",
    fields=(
        switch("PTZ_Lock"),
        choice("baudrate", 9600, 2400, 4800, 9600, 115200),
        number("dataBits", 8, 5, 8),
        choice("stopBits", 1, 1, 2),
        number("parity", 0, 0, 4),
        shown("flowControl", 0),
    ),
)
SECTIONS: Final = (RTSP, SOUND, EXPOSURE, PROMPTS, PERIPHERAL)
