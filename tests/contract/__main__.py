"""Print what every action does on every family: `python -m tests.contract`."""

from importlib import import_module
from pathlib import Path
import sys

import pytest


def main() -> int:
    """Run the table and print it; return 0 if every cell is as promised."""
    here = Path(__file__).parent
    status = pytest.main([str(here), "-q", "-p", "no:logging", "--no-header"])
    # Only now: Home Assistant's test package wants to be the first to import it.
    report = import_module("tests.contract.report")
    sys.stdout.write("\n".join(report.lines(report.CELLS)) + "\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
