"""The first of vmlint that runs, by its command and by ``python -m vmlint``.

Nothing is imported from the current folder, which may be a stranger's, and a signal ends the start without a word.
"""

import os
import sys


def main() -> None:
    """Run vmlint and leave with its exit status."""
    _end_at_once_by_interrupt()
    leave_out_relative_paths()
    from vmlint.cli import main as run

    run()


def leave_out_current_folder() -> None:
    """Import nothing from the folder that ``-m`` put on the path, unless vmlint itself is there."""
    here = os.path.realpath(os.curdir)
    if sys.flags.safe_path or _home() == here:
        return
    if sys.path and os.path.realpath(sys.path[0] or os.curdir) == here:
        del sys.path[0]


def leave_out_relative_paths() -> None:
    """Import nothing from entries of PYTHONPATH that are empty or relative: they name the folder that is linted.

    Where vmlint itself is there, or an absolute entry names the same folder, it is what its user means.
    """
    given = os.environ.get("PYTHONPATH")
    if not given or sys.flags.ignore_environment:
        return
    entries = given.split(os.pathsep)
    kept = [each for each in entries if os.path.isabs(each)]  # noqa: PTH117 - here and below: nothing is imported yet
    known = {_home(), *map(os.path.realpath, kept)}
    gone = {os.path.realpath(each or os.curdir) for each in entries if each not in kept} - known
    if not gone:
        return
    sys.path[:] = [each for each in sys.path if os.path.realpath(each or os.curdir) not in gone]
    os.environ["PYTHONPATH"] = os.pathsep.join(kept)  # processes that are started import the same
    named = ", ".join(ascii(each) for each in entries if each and os.path.realpath(each) in gone)
    if named and sys.stderr is not None:
        sys.stderr.write(f"vmlint: PYTHONPATH: nothing is imported from {named}: write it as an absolute path\n")


def _home() -> str:
    """Return the folder that this very vmlint is imported from."""
    return os.path.realpath(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120


def _end_at_once_by_interrupt() -> None:
    """Let an interrupt end the process as the system does, until the command can answer it: Python would print where
    it was. One that is ignored stays so.
    """
    import _signal  # type: ignore[import-not-found]  # `signal` itself first imports what takes a while

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


if __name__ == "__main__":
    leave_out_current_folder()
    main()
