"""Write the tables of docs/actions.md anew: `python -m tests.docs`."""

from tests.docs.actions import DOCUMENT, renewed


def main() -> None:
    """Renew the document in its place."""
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
