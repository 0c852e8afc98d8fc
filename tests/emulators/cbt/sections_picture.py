"""Settings of the picture: basic, advanced, texts and masks."""

from typing import Final

from .fields import (
    HEIGHT,
    WIDTH,
    Field,
    Rows,
    choice,
    level,
    number,
    only_table,
    shown,
    switch,
    text,
)
from .section import Section

EXPOSURES: Final = (12, 25, 30, 50, 60, 100, 200, 400, 800, 1000, 2000, 4000, 8000)
MASKS: Final = 9
TITLES: Final = 4
AUTO_COLOR: Final = (("color_black", 1),)
BY_PICTURE: Final = (("infr_detect_mode", 0),)
BY_CLOCK: Final = (("infr_detect_mode", 1),)
BY_LEVEL: Final = (("led_control_mode", 0),)
PWM: Final = ("led_control_mode", 1)
LAMP_KEYS: Final = frozenset(
    {
        "led_control",
        "led_control_avail",
        "led_control_mode",
        "led_level",
        "ir_level",
        "lamp_type",
        "led_open_level",
        "led_close_level",
        "white_control",
    }
)

IMAGE: Final = Section(
    name="ImageAdjustment",
    restorable=True,
    fields=(
        *(level(n) for n in ("hue", "brightness", "sharpness", "contrast")),
        level("saturation"),
        level("gamma", 137),
        level("blc_level", 142),
        choice("max_exposure", 12, *EXPOSURES),
        shown("max_a_gain", 36),
        switch("antiFog"),
        *only_table(
            choice("frameTurbo", 0, 0, 1, 2),
            choice("sceneMode", 1, 1, 2),
            switch("AE_strategy_mode"),
            switch("auto_exposureEx"),
            choice("exposure_time", 100, *EXPOSURES, 10000, 34464),
            switch("auto_awb"),
            *(level(f"awb_{color}") for color in ("red", "green", "blue")),
            number("awb_auto_mode", 0, 0, 5),
            *(level(f"awb_style_{color}") for color in ("red", "green", "blue")),
            switch("auto_gain_mode"),
            level("auto_DGain_max", 32),
            level("auto_AGain_max", 64),
            level("max_sys_gain", 96),
            switch("manual_AGain_enable"),
            level("manual_AGain", 16),
            switch("manual_DGain_enable"),
            level("manual_DGain", 16),
            number("rotate", 0, 0, 3),
        ),
    ),
)
ADVANCED: Final = Section(
    name="ImageAdjustmentEx",
    restorable=True,
    twice=("led_control_avail",),
    fields=(
        switch("flip"),
        switch("mirror"),
        choice("color_black", 1, 0, 1, 2),
        switch("lens_correction"),
        level("wdr_level"),
        switch("power_freq", 1),
        switch("ircut_level"),
        switch("ldr_level", 1),
        choice("led_control", 0, 0, 1, 2),
        switch("led_control_avail", 1, needs=BY_LEVEL),
        level("led_level", 48, needs=(("lamp_type", 1), PWM)),
        shown("white_control"),
        level("ir_level", 48, needs=(("lamp_type", 0), PWM)),
        shown("night2day_level"),
        shown("day2night_level"),
        choice("lamp_type", 0, 0, 1, 2),
        switch("led_control_mode"),
        choice("infr_detect_mode", 0, 0, 1, 2, needs=AUTO_COLOR),
        number("infr_day_h", 7, 0, 23, needs=BY_CLOCK),
        number("infr_day_m", 0, 0, 59, needs=BY_CLOCK),
        number("infr_night_h", 18, 0, 23, needs=BY_CLOCK),
        number("infr_night_m", 0, 0, 59, needs=BY_CLOCK),
        level("sens_day_to_night", 255, needs=BY_PICTURE),
        level("sens_night_to_day", 160, needs=BY_PICTURE),
        shown("led_open_level"),
        shown("led_close_level"),
        switch("hlc_enable"),
        *only_table(
            number("byLDC_XOffset", 64, 0, 128),
            number("byLDC_YOffset", 64, 0, 128),
            number("byLDC_Ratio", 0, -300, 300),
            choice("auto_iris", 0, 0, 1, 2),
            level("irisLevel", needs=(("auto_iris", 2),)),
            choice("noiseReduction", 2, 0, 1, 2, 3),
            switch("wdr_sensor"),
            level("wdr_level_sensor"),
            switch("low_farme_rate"),
            choice("_2DNR_level", 1, 0, 1, 2),
            choice("anti_flicker", 0, 0, 1, 2, 3),
            choice("scene_mode", 0, 0, 1, 2),
        ),
    ),
)
_TITLE: Final = (
    text("title", " "),
    number("title_pos_x", 556, 0, WIDTH),
    number("title_pos_y", 546, 0, HEIGHT),
    switch("show_title"),
)


def _titles() -> list[dict[str, object]]:
    """Return the titles of the document's example."""
    return [
        {
            "title": "xxx" if number == 0 else " ",
            "title_pos_x": 556,
            "title_pos_y": 546 - 40 * number,
            "show_title": int(number == 0),
        }
        for number in range(TITLES)
    ]


OSD: Final = Section(
    name="OsdConf",
    fields=(
        switch("show_date", 1),
        switch("show_time", 1),
        switch("show_week"),
        choice("date_format", 0, 0, 1, 2),
        number("date_pos_x", 0, 0, WIDTH),
        number("date_pos_y", 0, 0, HEIGHT),
        choice("font_size", 1, 0, 1, 2),
        switch("show_bitrate"),
        number("osd_color", 0, 0, 5),
        Field(
            name="title_list", kind=Rows(fields=_TITLE, length=TITLES), value=_titles()
        ),
    ),
)
MASK: Final = Section(
    name="ViMask",
    fields=(
        switch("mask_enable"),
        *(
            number(f"mask_{box}_{side}", 0, 0, WIDTH if side in "xw" else HEIGHT)
            for box in range(MASKS)
            for side in "xywh"
        ),
    ),
)
SECTIONS: Final = (IMAGE, ADVANCED, OSD, MASK)
