"""``python -m vmlint``. Nothing is imported from the current folder, which may be a stranger's."""

import os
import sys


def leave_out_current_folder() -> None:
    """Import nothing from the folder that ``-m`` put on the path, unless vmlint itself is there."""
    here = os.path.realpath(os.curdir)
    if sys.flags.safe_path or os.path.realpath(os.path.dirname(os.path.dirname(__file__))) == here:  # noqa: PTH120
        return
    if sys.path and os.path.realpath(sys.path[0] or os.curdir) == here:
        del sys.path[0]


if __name__ == "__main__":
    leave_out_current_folder()
    from vmlint.cli import main

    main()
