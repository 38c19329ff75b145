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
from vmlint.catalog.error_text import NAME, Pasted, match, words
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
    "exit code 131": ["'exited with code 132': vmlint explain VM001"],
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


REPORTS = {
    "docker-library/mongo#488": (
        '/usr/local/bin/docker-entrypoint.sh: line 381:    26 Illegal instruction     "${mongodHackedArgs[@]}" --fork\n',  # noqa: E501 - a line as it was pasted
        "cpu.avx",
    ),
    "bitnami/containers#53407": (
        "mongodb 03:48:59.99 INFO  ==> ** Starting MongoDB setup **\n"
        "\x1b[38;5;6mmongodb \x1b[38;5;5m03:49:00.09 \x1b[0m\x1b[38;5;2mINFO \x1b[0m ==> Deploying MongoDB from scratch...\n"  # noqa: E501 - a line as it was pasted
        '/opt/bitnami/scripts/libos.sh: line 346:    42 Illegal instruction     "$@" > /dev/null 2>&1\n',
        "cpu.avx",
    ),
    "kylemanna/docker-openvpn#39": (
        "Tue Apr  7 10:54:47 2015 ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)\n"
        "Tue Apr  7 10:54:47 2015 Exiting due to fatal error\n",
        "device.tun",
    ),
    "binhex/arch-rtorrentvpn#43": (
        "Jan 17 21:57:33 apollo docker[22767]: Wed Jan 17 21:57:33 2018 ROUTE_GATEWAY 172.17.0.1/255.255.0.0 IFACE=eth0\n"  # noqa: E501 - a line as it was pasted
        "Jan 17 21:57:33 apollo docker[22767]: Wed Jan 17 21:57:33 2018 ERROR: Cannot open TUN/TAP dev /dev/net/tun:\n"
        "  No such file or directory (errno=2)\n",
        "device.tun",
    ),
    "bubuntux/nordvpn#254": (
        "`ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such device (errno=19)`",
        "kernel.module.tun",
    ),
    "windmill-labs/windmill#4422": (
        "windmill_worker-1  | <jemalloc>: Unsupported system page size\n"
        "windmill_server-1  | memory allocation of 56 bytes failed\nwindmill_worker-3 exited with code 133\n",
        "kernel.page-size",
    ),
    "AbdBarho/stable-diffusion-webui-docker#423": (
        "[+] Running 1/1\n ✔ Container webui-docker-auto-1  Created      0.1s\nAttaching to webui-docker-auto-1\n"
        'Error response from daemon: could not select device driver "nvidia" with capabilities: [[gpu]]\n',
        "VM006",
    ),
    "NVIDIA/nvidia-docker#1243": (
        'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].\n'
        "ERRO[0002] error waiting for container: context canceled\n",
        "VM006",
    ),
    "spujadas/elk-docker#347": (
        "elk_1  | waiting for Elasticsearch to be up (12/30)\nelk_1  | ERROR: [1] bootstrap checks failed\n"
        "elk_1  | [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]\n"
        "elk_1  | ERROR: Elasticsearch did not exit normally - check the logs at /var/log/elasticsearch/elasticsearch.log\n",  # noqa: E501 - a line as it was pasted
        "kernel.sysctl.vm.max_map_count",
    ),
    "spujadas/elk-docker#89": (
        "**node validation exception\nbootstrap checks failed\n"
        "max virtual memory areas vm.max_map_count [65530] likely too low, increase to at least [262144]**\n",
        "kernel.sysctl.vm.max_map_count",
    ),
}
"""What users pasted into public reports, with its noise, and what is to come first."""
REPORTS_OF_GPUS = ("gpu.cuda", "VM006")


@pytest.mark.parametrize("report", REPORTS)
def test_texts_of_public_reports(report: str) -> None:
    text, expected = REPORTS[report]
    installed = load()
    chosen, _ = best(search(text, carriers(installed.rules, installed.catalog)))
    first = chosen[0].about
    assert first in REPORTS_OF_GPUS if expected == "VM006" else first == expected
    assert len({each.about for each in chosen}) == 1 or expected in ("cpu.avx", "kernel.page-size")


GENERAL = {
    "no such file or directory": "the path that stands before it",
    "Permission denied": "as which user the program runs",
    "operation not permitted": "the call or the program that stands before it",
    "Killed": "dmesg | grep -i oom",
    "exit code 137": "137 is 128 and signal 9",
    "web-1 exited with code 137": "137 is 128 and signal 9",
    "Exited (137) 3 days ago": "137 is 128 and signal 9",
    "Restarting (139) 5 seconds ago": "139 is 128 and signal 11",
    "app-1 exited with code 159 (restarting)": "159 is 128 and signal 31",
    "Error: Could not process rule: Operation not supported": "modinfo NAME",
    "timeout": "what was waited for",
    "12:01:03 ERROR open /srv/x.yaml: permission denied": "the path or the call that stands before it",
}
"""Texts that say too little, and what is to be looked for."""


@pytest.mark.parametrize("text", GENERAL)
def test_a_text_that_is_too_general(text: str, vmlint: Vmlint) -> None:
    seen = vmlint("explain", text)
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout.startswith("Too general to tell\n")
    assert GENERAL[text] in " ".join(seen.stdout.split())


PAGES = {
    "Exited (132) 2 minutes ago": "VM001 ",
    "exited (132)": "VM001 ",
    "Restarting (132)": "VM001 ",
    '"ExitCode": 132,': "VM001 ",
    "container exit status 132": "VM001 ",
    "nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown": "gpu.cuda: ",
    "Call failed: the CPU is incompatible with host CPU: Host CPU does not provide required features: svm": "VM606 ",
    "operation failed: guest CPU doesn't match specification: missing features: pcid": "VM616 ",
    "could not open /dev/kvm: Permission denied": "device.kvm: ",
    "open /dev/fuse failed, Operation not permitted": "device.fuse: ",
    'slirp4netns failed: open("/dev/net/tun"): Permission denied': "device.tun: ",
    "cannot open /dev/dri/renderD128: Permission denied": "device.dri: ",
    'error gathering device information while adding custom device "/dev/dri"': "device.dri: ",
    "unshare: write failed /proc/self/uid_map: Operation not permitted": (
        "kernel.sysctl.kernel.apparmor_restrict_unprivileged_userns: "
    ),
    "[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: operation not permitted": (
        "kernel.sysctl.kernel.apparmor_restrict_unprivileged_userns: "
    ),
    "[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: permission denied": (
        "kernel.sysctl.kernel.apparmor_restrict_unprivileged_userns: "
    ),
    "Error registering network: operation not supported": "kernel.module.vxlan: ",
}
"""Lines that are specific, and how the page of each begins."""


@pytest.mark.parametrize("line", PAGES)
def test_a_line_that_says_enough(line: str, vmlint: Vmlint) -> None:
    seen = vmlint("explain", line)
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout.startswith(PAGES[line])


def test_a_device_that_may_not_be_opened(vmlint: Vmlint) -> None:
    shown = " ".join(vmlint("explain", "could not open /dev/kvm: Permission denied").stdout.split())
    assert "as which user the program runs" in shown
    assert vmlint("explain", "could not open /dev/nothing-known: Permission denied").stdout.startswith("Too general")
    aside = "loaded /dev/dri/renderD128\nopen /srv/x.yaml: permission denied"
    assert vmlint("explain", aside).stdout.startswith("Too general")


MEANT = {
    "./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./app)": "comes with the image",
    "version `GLIBCXX_3.4.30' not found": "comes with the image",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory": "--max-old-space-size",
    "sqlservr: This program requires a machine with at least 2000 megabytes of memory.": "SQL Server looks",
    "KVM_EXIT_FAIL_ENTRY": "the CPU refused",
    "KVM: entry failed, hardware error 0x80000021": "the CPU refused",
    'exec: "kata-runtime": executable file not found in $PATH': "a runtime whose program is not on the host",
    "Host CPU does not provide required features: hle, rtm": "microcode",
}
"""Texts that are no matter of a layer, and what is said of them."""


@pytest.mark.parametrize("text", MEANT)
def test_what_a_text_means(text: str, vmlint: Vmlint) -> None:
    seen = vmlint("explain", text)
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout.startswith("What it means\n")
    assert MEANT[text] in " ".join(seen.stdout.split())
    assert "cgroup.v1" not in seen.stdout


def test_settings_are_in_the_words_of_files(vmlint: Vmlint) -> None:
    shown = vmlint("explain", "Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)").stdout
    for setting in (
        "`devices: [/dev/net/tun]`",
        "`--device=/dev/net/tun`",
        "`AddDevice=/dev/net/tun`",
        "`dev0: /dev/net/tun`",
    ):
        assert setting in shown


def test_documents_of_the_project_count(vmlint: Vmlint) -> None:
    Path("own").mkdir()
    Path("own/card.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Feature\nmetadata: {name: device.acme-card}\nspec:\n"
        "  {title: the ACME card, about: A card of our own., errors: ['acme: card 7 is not in its slot'], help: put it in}\n"  # noqa: E501 - a line as it was pasted
    )
    line = "2026-11-30 ERROR acme: card 9 is not in its slot"
    assert vmlint("explain", line).status == 2
    assert "put it in" in vmlint("explain", "--catalog", "own", line).stdout
    Path("vmlint.toml").write_text('catalog = ["own"]\n')
    assert vmlint("explain", line).stdout.startswith("device.acme-card: the ACME card\n")
    assert vmlint("explain", "--isolated", line).status == 2


def test_every_text_is_found_in_a_line() -> None:
    installed = load()
    for carrier in carriers(installed.rules, installed.catalog):
        line = Pasted(f'2026-11-30T09:12:44.123Z [pid 7] "{carrier.text.replace(" ", "  ").upper()}", see the manual')
        found = match(words(carrier.text), line)
        assert found is not None, carrier.text
        assert found.common >= len([word for word in words(carrier.text) if word != NAME]), carrier.text


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
