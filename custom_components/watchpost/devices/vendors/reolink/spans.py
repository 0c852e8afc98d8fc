"""Lengths of time as the device writes them."""


def seconds(word: str | None) -> int | None:
    """Return what "30 Seconds" or "10 Minutes" means."""
    number, _, unit = (word or "").partition(" ")
    if not number.isdecimal():
        return None
    scale = {"s": 1, "m": 60, "h": 3600}.get(unit.strip().lower()[:1])
    return None if scale is None else int(number) * scale
