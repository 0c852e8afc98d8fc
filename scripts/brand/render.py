"""Draw the images of the brand folder from the two SVG files beside this one.

Run it with the project's environment: .venv/bin/python scripts/brand/render.py
"""

from pathlib import Path
from typing import Final

import resvg_py

HERE: Final = Path(__file__).parent
TARGET: Final = HERE.parents[1] / "custom_components" / "watchpost" / "brand"

ICON_PLACE: Final = '<svg id="icon" viewBox="0 0 512 512" width="512" height="512"/>'
INK: Final = "#10325a"
"""Color of the name, for a light background."""
DARK_INK: Final = "#ffffff"
HEIGHT: Final = 256
"""Pixels; the @2x files have twice as many."""


def logo(icon: str, ink: str) -> str:
    """Return the logo with the icon in its place and the name in a color."""
    drawing = icon.split("</title>")[1].removesuffix("</svg>\n")
    svg = (HERE / "logo.svg").read_text(encoding="utf-8")
    icon_group = f'<g id="icon">{drawing}</g>'
    if ICON_PLACE not in svg:
        raise ValueError("logo.svg has no place for the icon")
    return svg.replace(ICON_PLACE, icon_group).replace(
        f'stroke="{INK}"', f'stroke="{ink}"'
    )


def main() -> None:
    """Write all images."""
    icon = (HERE / "icon.svg").read_text(encoding="utf-8")
    drawings = {
        "icon": icon,
        "logo": logo(icon, INK),
        "dark_logo": logo(icon, DARK_INK),
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, svg in drawings.items():
        for suffix, height in (("", HEIGHT), ("@2x", 2 * HEIGHT)):
            image = bytes(resvg_py.svg_to_bytes(svg_string=svg, height=height))
            path = TARGET / f"{name}{suffix}.png"
            path.write_bytes(image)
            print(f"{path.name}: {len(image)} bytes")


if __name__ == "__main__":
    main()
