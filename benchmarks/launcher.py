"""Start a command, and print what it used: ``[wall, cpu, memory, status]``, in seconds and MiB.

Run by ``measure`` as ``python -I -S launcher.py SECONDS COMMAND ...``; it imports little, because a new process
inherits the peak memory of the one that starts it.

Memory is that of the largest process, or of all processes together where those were looked at: every SECONDS, where
there is ``/proc``. What processes share is counted once.
"""

from __future__ import annotations

import os
import select
import sys
import time

BYTES_OF_PEAK = 1 if sys.platform == "darwin" else 1024
"""The unit in which the system tells the peak memory of a process."""


def memory_of_all(root: int) -> float:
    """Return the MiB that a process and its descendants take now."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:  # noqa: PTH123 - pathlib is large
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended
    kilobytes = 0
    for process in parents:
        above = process
        while above in parents and above != root:
            above = parents[above]
        if above == root:
            kilobytes += _share(process)
    return kilobytes / 1024


def _share(process: int) -> int:
    """Return the kB of a process, with its part of what it shares with others."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:  # noqa: PTH123 - pathlib is large
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0


def main() -> None:
    """Run the command line."""
    seconds, command = float(sys.argv[1]), sys.argv[2:]
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    begin = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=silent)
    sampled = 0.0
    if hasattr(os, "pidfd_open"):
        ended = select.poll()
        ended.register(os.pidfd_open(process), select.POLLIN)
        while not ended.poll(seconds * 1000):
            sampled = max(sampled, memory_of_all(process))
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    largest = used.ru_maxrss * BYTES_OF_PEAK / 2**20
    print([wall, used.ru_utime + used.ru_stime, max(largest, sampled), os.waitstatus_to_exitcode(status)])


if __name__ == "__main__":
    main()
