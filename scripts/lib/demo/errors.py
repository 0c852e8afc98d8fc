"""What stops a demo."""


class DemoError(Exception):
    """A reason to stop, in words for the person at the terminal."""
