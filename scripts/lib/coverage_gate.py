"""Print what the test suite covered and fail when it is too little."""

import json
from pathlib import Path
import sys
from typing import Final

REPORT: Final = Path("coverage.json")
OVERALL: Final = 95.0
"""Percentage of all lines, the silver tier's rule of the quality scale."""
COMPLETE: Final = ("custom_components/watchpost/config_flow.py",)
"""Files without one line or branch to spare, the bronze tier's rule."""


def percentage(covered: int, total: int) -> float:
    """Return the share of covered in total, all of nothing being everything."""
    return 100.0 * covered / total if total else 100.0


def main() -> int:
    """Judge the coverage report and return the exit status."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    totals = report["totals"]
    lines = percentage(totals["covered_lines"], totals["num_statements"])
    branches = percentage(totals["covered_branches"], totals["num_branches"])
    print(f"Coverage: {lines:.2f} % of lines, {branches:.2f} % of branches")

    failures = []
    if lines < OVERALL:
        failures.append(f"the suite covers less than {OVERALL:.0f} % of the lines")
    for name in COMPLETE:
        if name not in report["files"]:
            failures.append(f"{name} is not in the report")
            continue
        summary = report["files"][name]["summary"]
        if summary["missing_lines"] or summary["missing_branches"]:
            failures.append(f"{name} is not covered completely")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
