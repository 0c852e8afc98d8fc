"""Try the promises many times: python -m tests.promises --runs 1000 --seed 7."""

import argparse
from time import perf_counter
import traceback

from .catalog import PROMISES, Trial, attempt


def main() -> int:
    """Print runs, seeds and failures; return how many promises were broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises")
    parser.add_argument("--runs", type=int, default=200, help="scripts of each promise")
    parser.add_argument("--seed", type=int, default=0, help="what the scripts begin at")
    parser.add_argument("--only", default="", help="part of a label, as in stops-cbt")
    chosen = parser.parse_args()
    broken = total = 0
    for promise in PROMISES:
        if chosen.only not in promise.label:
            continue
        began = perf_counter()
        trial = attempt(promise, chosen.runs, chosen.seed)
        total += trial.runs
        broken += trial.error is not None
        seconds = perf_counter() - began
        print(  # noqa: T201
            f"{promise.label}: {trial.runs} runs, seed {chosen.seed},"
            f" {seconds:.1f} s: {'broken' if trial.error else 'kept'}",
            flush=True,
        )
        _print_failure(trial)
    print(f"{total} runs, seed {chosen.seed}, {broken} broken")  # noqa: T201
    return broken


def _print_failure(trial: Trial) -> None:
    if trial.error is None:
        return
    for step in trial.script or ():
        print(f"    {step}")  # noqa: T201
    lines = traceback.format_exception(trial.error)
    print("    " + "    ".join(lines[-3:]), flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())
