"""``vmlint explain`` of anything but a rule: an error text, a feature, a program.

Screens are compared on the small data in ``known/``; what vmlint's own data leads to is asked of lines of real logs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint import limits
from vmlint.catalog import Catalog
from vmlint.catalog.error_text import Pasted, match, words
from vmlint.catalog.files import data_folder
from vmlint.extend import plugins
from vmlint.extend.plugins import Installed, load
from vmlint.lint.symptoms import best, carriers, search

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
KNOWN = Path(__file__).parent / "known"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """vmlint with its rules on the needs of a workload, and the data in ``known/`` alone."""
    rules = tuple(rule for rule in load().rules if rule.layers)
    installed = Installed(rules, Catalog([data_folder(KNOWN)]), ())
    monkeypatch.setattr(plugins, "load", lambda: installed)


SCREENS = {
    "of_many_features": ["db-1 | Illegal instruction"],
    "of_a_program": ['{"log":"2026-11-30T10:00:01 WARNING: ACME DB 6.0+ requires  a CPU with \'AVX\' support, and …"}'],
    "of_a_feature": ["io_uring_setup() has failed: Operation not permitted"],
    "that_begins_as_an_image": ["acme/db: 2026-11-30 Illegal instruction"],
    "of_an_offer": ["io_uring_queue_init:", "operation", "not", "permitted"],
    "of_a_kind": ["modprobe: FATAL: Module wireguard not found in directory /lib/modules/5.15.0-91-generic"],
    "of_a_rule": ["es01: max virtual memory areas vm.max_map_count [65535] is too low"],
    "of_two_errors": ["Illegal instruction\nmodprobe: FATAL: Module tun not found in directory /lib/modules/1"],
    "part_of_a_text": ["a CPU with AVX"],
    "feature": ["kernel.syscall.io_uring_setup"],
    "feature_with_a_value": ["kernel.sysctl.vm.max_map_count"],
    "feature_of_a_kind": ["kernel.module.zfs"],
    "kind": ["kernel.module.*"],
    "feature_without_a_field": ["vm.pmu"],
    "program": ["ACME DB"],
    "image": ["acme/db:7"],
    "old_image": ["registry.example/acme/db:4.2-small"],
    "several": ["vm.pmu", "acme-db"],
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", SCREENS)
def test_screens(name: str, vmlint: Vmlint, golden: Golden) -> None:
    seen = vmlint("explain", *SCREENS[name])
    assert (seen.status, seen.stderr) == (0, "")
    assert max(map(len, seen.stdout.splitlines())) <= 100
    golden(f"explain/{name}.txt", seen.stdout)


@pytest.mark.usefixtures("small")
def test_from_standard_input(vmlint: Vmlint) -> None:
    line = "\x1b[31mdb exited: Illegal\u00a0Instruction\x1b[0m\r\n"
    assert vmlint("explain", "-", stdin=line) == vmlint("explain", "illegal instruction")


@pytest.mark.usefixtures("small")
def test_a_name_that_is_none(vmlint: Vmlint) -> None:
    line = f"modprobe: FATAL: Module {'x' * 5000} not found in directory /lib/modules/6"
    assert vmlint("explain", line).stdout.startswith("kernel.module.*: the kernel module NAME\n")


NOTHING = {
    "": [],
    "ilegal instruction": ["'Illegal instruction': vmlint explain cpu.avx"],
    "the CPU has no support of AVX, which ACME DB requires": ["5.0+ requires a CPU with AVX support': vmlint explain"],
    "exit code 131": ["'exit code 132': vmlint explain cpu.avx"],
    "illegal use of an instruction": ["'Illegal instruction': vmlint explain cpu.avx"],
    "all is well here": [],
    "132 7": [],
    "a b": [],
}
"""Texts that nothing carries, and what is said to be near."""


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("text", NOTHING)
def test_nothing_carries_it(text: str, vmlint: Vmlint) -> None:
    seen = vmlint("explain", text)
    assert (seen.status, seen.stdout) == (2, "")
    first, *near = seen.stderr.splitlines()
    assert first.startswith("vmlint explain: error: nothing is known that ends with this error text; ")
    assert first.endswith("nearest, but not the same, are:" if NOTHING[text] else "`vmlint rules` lists the rules")
    assert len(near) <= 3
    assert len(near) >= len(NOTHING[text])
    for expected in NOTHING[text]:
        assert expected in near[0]


def test_a_whole_log_is_too_much(vmlint: Vmlint) -> None:
    seen = vmlint("explain", "-", stdin="x" * (limits.ERROR_TEXT_BYTES + 1))
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr == (
        "vmlint explain: error: standard input has more than 262144 bytes; pass the lines that tell of the error\n"
    )


def test_standard_input_is_closed(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlint.reading.file.read_stdin", _fails)
    seen = vmlint("explain", "-")
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr == "vmlint explain: error: standard input cannot be read: standard input is closed\n"


def _fails() -> bytes:
    raise OSError(0, "standard input is closed")


LINES = {
    "docker: mongo exited with code 132": "VM001",
    "traps: mongod[2211] trap invalid opcode; Illegal instruction (core dumped)": "VM001",
    "Fatal glibc error: CPU does not support x86-64-v2": "VM603",
    "[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]": (
        "kernel.sysctl.vm.max_map_count"
    ),
    "redis | <jemalloc>: Unsupported system page size": "VM002",
    "standard_init_linux.go:228: exec user process caused: exec format error": "VM405",
    "openvpn: ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)": "device.tun",
    'response from daemon: could not select device driver "nvidia" with capabilities: [[gpu]].': "VM006",
    "container: 'C:\\x' The container operating system does not match the host operating system. (0xc0370101)": "VM422",
    "E1130 kubelet is configured to NOT run on a host using cgroup v1. please migrate": "VM004",
    "Failed to connect to bus: Host is down": "VM411",
    'ERROR: could not resize shared memory segment "/PostgreSQL.18" to 8388608: No space left on device': "VM008",
}
"""Lines of logs as people post them, and what is to come first."""


def test_lines_of_real_logs() -> None:
    installed = load()
    known = list(carriers(installed.rules, installed.catalog))
    for line, expected in LINES.items():
        chosen, _ = best(search(line, known))
        assert expected in {each.about for each in chosen}, line


def test_every_text_is_found_in_a_line() -> None:
    installed = load()
    for carrier in carriers(installed.rules, installed.catalog):
        line = Pasted(f'2026-11-30T09:12:44.123Z [pid 7] "{carrier.text.replace(" ", "  ").upper()}", see the manual')
        found = match(words(carrier.text), line)
        assert found is not None, carrier.text
        assert found.common >= len(words(carrier.text)), carrier.text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("exit code 132", "exit code 137"),
        ("exited with status 139 at once today", "exited with status 132 at once today"),
        ("Illegal instruction", "illegal use of an instruction"),
        ("No such device", "no such file or device"),
        ("CPU does not support x86-64-v2", "CPU does not support x86-64-v3"),
        (
            "unshare: Operation not permitted",
            "unshare was called. Later on, for another reason: operation not permitted",
        ),
        ("a 1", "a 1"),
        ("Function not implemented", "ti"),
    ],
)
def test_what_does_not_agree(known: str, text: str) -> None:
    assert match(words(known), Pasted(text)) is None
