"""Print the counts of a ``vmlint check``, as ``{what: count}``. Run by ``counts``, in the folder of its files.

The words of the command line are arguments. Nothing but ``sys`` is imported before vmlint.
"""

from __future__ import annotations

import sys

BEFORE = frozenset(sys.modules)
SCREEN = sys.stdout


class Calls:
    """Counts the calls of Python functions while it is active."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Calls:
        sys.setprofile(self._see)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _see(self, _frame: object, event: str, _argument: object) -> None:
        self.count += event == "call"


def check(*files: str, status: int = 0) -> int:
    """Check files, and return the number of calls."""
    from vmlint import cli

    with Calls() as calls:
        ended = cli.run([*sys.argv[1:], *files])
    if ended != status:
        sys.exit(f"{files} ended with status {ended}, not {status}")
    return calls.count


def one_more(kind: str, more: str, status: int = 0) -> int:
    """Return the calls that a third file adds. The first two bring all that is loaded and remembered."""
    first = (f"{kind}.yaml", f"{kind}-again.yaml")
    check(*first, status=status)
    alone = check(*first, status=status)
    return check(*first, f"{kind}-{more}.yaml", status=status) - alone


def main() -> None:
    """Count."""
    with open("screen", "w", encoding="utf-8") as sys.stdout:  # noqa: PTH123 - pathlib would be counted
        with Calls() as start:
            from vmlint import cli  # noqa: F401 - its imports are counted
        first = start.count + check("clean.yaml")
        found = {
            "modules imported to check a clean manifest": len(set(sys.modules) - BEFORE),
            "calls to start and check a clean manifest": first,
            "calls for one more clean manifest": one_more("clean", "other"),
            "calls for one more clean manifest that is alike": one_more("clean", "alike"),
            "calls for one more manifest with findings": one_more("flagged", "other", 1),
            "calls for one more manifest with findings that is alike": one_more("flagged", "alike", 1),
            "calls for one more Compose file": one_more("compose", "other"),
        }
    print(found, file=SCREEN)


if __name__ == "__main__":
    main()
