"""``vmlint host``: recorded machines, hostile files, and the machine that the tests run on."""

from __future__ import annotations

import gzip
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vmlint.catalog import Catalog
from vmlint.catalog.os_release import _IDS as _OS_IDS
from vmlint.host.document import document
from vmlint.host.root import Fact
from vmlint.reading.schemas import validator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Vmlint

Tree = dict[str, "str | Path"]
"""Files by path; a path as content is a link to it."""

FIRST = Path("pid:[4026531836]")
"""The link of the kernel's first process namespace."""
INNER = Path("pid:[4026532201]")
FLAGS = "fpu de tsc msr cx8 cmov mmx fxsr sse sse2 syscall cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 lm"
ENTRY = "enabled\ninterpreter {}\nflags:\noffset 0\nmagic {}\n"
AARCH64 = ENTRY.format("/usr/bin/qemu-aarch64", "7f454c460201010000000000000000000200b700")

BARE_METAL: Tree = {
    "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
    "/proc/version": "Linux version 6.1.0-18-amd64 (gcc 12) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1\n",
    "/proc/cmdline": 'root=/dev/sda1 ro vsyscall=emulate note="two words" rd.password=x\n',
    "/proc/cpuinfo": "".join(
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold 6338\n"
        f"flags\t\t: {FLAGS} vmx ept{' avx2' * (number == 0)}\nbugs\t\t: spectre_v1\n\n"
        for number in range(4)
    ),
    "/proc/meminfo": "MemTotal:       263852412 kB\nMemFree:        1 kB\n",
    "/proc/self/ns/pid": FIRST,
    "/proc/sys/fs/binfmt_misc/status": "enabled\n",
    "/proc/sys/fs/binfmt_misc/register": "",
    "/proc/sys/fs/binfmt_misc/anything": AARCH64,
    "/proc/sys/fs/binfmt_misc/python3.11": ENTRY.format("/usr/bin/python3.11", "a70d0d0a"),
    "/lib/modules/6.1.0-18-amd64/modules.dep": "kernel/net/ipv4/netfilter/ip-tables.ko.xz: kernel/net/x.ko.xz\n"
    "kernel/drivers/net/wireguard/wireguard.ko:\n",
    "/lib/modules/6.1.0-18-amd64/modules.builtin": "kernel/fs/ext4/ext4.ko\n",
    "/sys/class/iommu/dmar0": "",
    "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
    "/dev/kvm": "",
}
NESTING_VM: Tree = {
    "/etc/os-release": 'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n',
    "/proc/sys/kernel/osrelease": "6.8.0-45-generic\n",
    "/proc/cpuinfo": f"processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: {FLAGS} svm npt hypervisor\n",
    "/proc/self/ns/pid": FIRST,
    "/sys/class/dmi/id/sys_vendor": "innotek GmbH\n",
    "/sys/class/dmi/id/product_name": "VirtualBox\n",
    "/sys/class/iommu": "a file, so it cannot be listed",
    "/dev/kvm": "",
}
ARM_CONTAINER: Tree = {
    "/etc/os-release": 'ID=alpine\nVERSION_ID=3.20.3\nNAME="Alpine Linux"\n',
    "/proc/sys/kernel/osrelease": "6.6.31-0-lts\n",
    "/proc/version": "Linux version 6.6.31-0-lts #1-Alpine SMP PREEMPT_RT\n",
    "/proc/cpuinfo": "processor\t: 0\nFeatures\t: fp asimd aes\nCPU implementer\t: 0x41\n\nprocessor\t: 1\n",
    "/proc/self/ns/pid": INNER,
    "/.dockerenv": "",
    "/sys/class/net/eth0": "",
}
UNREADABLE: Tree = {}


def machine(arch: str = "x86_64", system: str = "Linux", version: str = "#1 SMP") -> platform.uname_result:
    return platform.uname_result(system, "Rack-7.example", "6.1", version, arch)


def record(root: Path, tree: Tree) -> Path:
    for path, content in tree.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            file.symlink_to(content)
        elif path.endswith("/"):
            file.mkdir()
        else:
            file.write_bytes(content.encode("utf-8", "surrogateescape"))
    return root


def read(root: Path, tree: Tree, arch: str = "x86_64") -> Mapping[str, Any]:
    """The facts of a recorded machine, which are always a valid host document."""
    text = document(record(root, tree), machine(arch))
    found = yaml.safe_load(text)
    assert list(validator("host").iter_errors(found)) == []
    assert all("  # " in line for line in text.splitlines()[6:] if line.count(": "))
    return found["spec"]  # type: ignore[no-any-return]


def test_bare_metal(tmp_path: Path) -> None:
    assert read(tmp_path, BARE_METAL) == {
        "platform": "linux/amd64",
        "os": {"id": "debian12", "family": "linux", "version": "12"},
        "kernel": {
            "version": "6.1.0-18-amd64",
            "realtime": False,
            "cmdline": ["root=/dev/sda1", "ro", "vsyscall=emulate", 'note="two words"', "rd.password=x"],
            "builtin": ["ext4"],
            "modules": ["ip_tables", "wireguard"],
        },
        "cpu": {
            "vendor": "intel",
            "model": "Intel(R) Xeon(R) Gold 6338",
            "count": 4,
            "features": sorted([*FLAGS.split(), "vmx", "ept"]),
            "complete": True,
        },
        "devices": ["/dev/kvm"],
        "memory": "263852412Ki",
        "iommu": True,
        "virtualized": False,
        "container": "none",
        "binfmt": ["linux/arm64"],
    }


def test_virtual_machine_with_nesting(tmp_path: Path) -> None:
    found = read(tmp_path, NESTING_VM)
    assert found["os"]["id"] == "ubuntu24.04"
    assert (found["virtualized"], found["nestedVirtualization"], found["hypervisor"]) == (True, True, "virtualbox")
    assert {"svm", "npt", "hypervisor"} <= set(found["cpu"]["features"])
    assert not {"realtime", "modules", "builtin", "cmdline"} & set(found["kernel"])
    assert "binfmt" not in found


def test_arm_container(tmp_path: Path) -> None:
    found = read(tmp_path, ARM_CONTAINER, "aarch64")
    assert found == {
        "platform": "linux/arm64",
        "os": {"id": "alpinelinux3.20", "family": "linux", "version": "3.20.3"},
        "kernel": {"version": "6.6.31-0-lts", "realtime": True},
        "cpu": {"vendor": "arm", "count": 2},
        "container": "docker",
    }


def test_nothing_can_be_read(tmp_path: Path) -> None:
    assert read(tmp_path, UNREADABLE, "z80") == {"os": {"family": "linux"}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"/sys/class/dmi/id/sys_vendor": "QEMU"}, True),
        ({"/sys/class/dmi/id/sys_vendor": "Microsoft Corporation"}, False),
        (
            {
                "/sys/class/dmi/id/sys_vendor": "Microsoft Corporation",
                "/sys/class/dmi/id/product_name": "Virtual Machine",
            },
            True,
        ),
        ({"/sys/hypervisor/type": "xen", "/sys/hypervisor/properties/features": "00000805"}, False),
        ({"/sys/hypervisor/type": "xen", "/sys/hypervisor/properties/features": "00000705"}, None),
        (
            {
                "/sys/hypervisor/type": "xen",
                "/sys/class/dmi/id/sys_vendor": "Xen",
            },
            None,
        ),
        ({"/proc/cpuinfo": "processor : 0\n"}, None),
        ({"/proc/cpuinfo": "processor : 0\nflags : fpu hypervisor\n"}, True),
    ],
)
def test_virtualized(tmp_path: Path, changes: Tree, expected: bool | None) -> None:
    assert read(tmp_path, {**BARE_METAL, **changes}).get("virtualized") is expected


@pytest.mark.parametrize(
    ("flags", "device", "expected"), [("vmx", True, True), ("vmx", False, None), ("fpu", True, False)]
)
def test_nested_virtualization(tmp_path: Path, flags: str, device: bool, expected: bool | None) -> None:
    tree: Tree = {
        "/proc/cpuinfo": f"processor : 0\nflags : hypervisor {flags}\n",
        **({"/dev/kvm": ""} if device else {}),
    }
    assert read(tmp_path, tree).get("nestedVirtualization") is expected


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"/proc/self/ns/pid": FIRST}, "none"),
        ({}, None),
        ({"/proc/self/ns/pid": INNER}, None),
        ({"/proc/self/ns/pid": FIRST, "/.dockerenv": ""}, None),
        ({"/proc/self/ns/pid": INNER, "/.dockerenv": ""}, "docker"),
        ({"/proc/self/ns/pid": INNER, "/proc/1/environ": "A=1\0container=lxc\0B=2"}, "lxc"),
        ({"/proc/self/ns/pid": INNER, "/run/systemd/container": "lxc\n"}, "lxc"),
        ({"/proc/self/ns/pid": INNER, "/proc/1/cgroup": "4:memory:/lxc/web-1\n"}, "lxc"),
        (
            {
                "/proc/self/ns/pid": INNER,
                "/proc/self/mountinfo": "1 2 0:3 /proc/cpuinfo /proc/cpuinfo rw - fuse.lxcfs lxcfs rw\n",
            },
            "lxc",
        ),
        ({"/proc/self/ns/pid": INNER, "/run/.containerenv": ""}, None),
        ({"/proc/self/ns/pid": INNER, "/.dockerenv": "", "/proc/1/cgroup": "0::/kubepods/x\n"}, None),
        ({"/proc/self/ns/pid": INNER, "/.dockerenv": "", "/run/systemd/container": "lxc"}, None),
    ],
)
def test_container(tmp_path: Path, tree: Tree, expected: str | None) -> None:
    assert read(tmp_path, tree).get("container") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ID=rhel\nVERSION_ID='9.4'", "rhel9.4"),
        ("ID=rhel\nVERSION_ID=9", None),
        ('ID="centos"\nVERSION_ID="9"\nNAME="CentOS Stream"', "centos-stream9"),
        ('ID="centos"\nVERSION_ID="7"\nNAME="CentOS Linux"', None),
        ("ID=rocky\nVERSION_ID=9.4", "rocky9"),
        ("ID=sles\nVERSION_ID=15.5", "sle15sp5"),
        ("ID=sles\nVERSION_ID=12.5", "sles12sp5"),
        ("ID=opensuse-leap\nVERSION_ID=15.6", "opensuse15.6"),
        ("ID=fedora\nVERSION_ID=42", "fedora42"),
        ("ID=amzn\nVERSION_ID=2023", "amazonlinux2023"),
        ("ID=arch", "archlinux"),
        ("ID=debian", None),
        ("ID=debian\nVERSION_ID=12\u0663", None),
        ("ID=something-else\nVERSION_ID=1", None),
    ],
)
def test_os_ids_are_the_catalogues(tmp_path: Path, content: str, expected: str | None) -> None:
    found = read(tmp_path, {"/etc/os-release": content})["os"]
    assert found.get("id") == expected
    assert expected is None or Catalog().guest_id(expected) == expected


def test_every_form_of_an_os_id_is_known() -> None:
    beginnings = {form.partition("{")[0] for _, _, form in _OS_IDS}
    assert [word for word in beginnings if not any(id.startswith(word) for id in Catalog().guests)] == []


def test_os_release_in_its_other_place(tmp_path: Path) -> None:
    assert read(tmp_path, {"/usr/lib/os-release": "ID=debian\nVERSION_ID=13\n"})["os"]["id"] == "debian13"


def test_rented_machines(tmp_path: Path) -> None:
    board: Tree = {"/sys/class/dmi/id/sys_vendor": "Amazon EC2", "/sys/class/dmi/id/product_name": "m6g.large"}
    found = read(tmp_path / "vm", board, "aarch64")
    assert found["cloud"] == {"provider": "aws", "instanceType": "m6g.large"}
    assert (found["virtualized"], found["hypervisor"]) == (True, "aws-ec2")
    metal: Tree = {**board, "/sys/class/dmi/id/product_name": "m6g.metal"}
    found = read(tmp_path / "metal", metal, "aarch64")
    assert (found["virtualized"], found.get("hypervisor")) == (False, None)


def test_features_are_left_out_where_the_list_would_have_gaps(tmp_path: Path) -> None:
    arm: Tree = {"/proc/cpuinfo": ARM_CONTAINER["/proc/cpuinfo"]}
    assert "features" not in read(tmp_path / "arm", arm, "aarch64")["cpu"]
    hypervisor: Tree = {**arm, "/dev/kvm": ""}
    assert read(tmp_path / "el2", hypervisor, "aarch64")["cpu"]["features"] == ["aes", "asimd", "el2", "fp"]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [({"/sys/class/iommu/dmar0": ""}, True), ({"/sys/class/iommu/": ""}, False), ({"/sys/class/x/y": ""}, None)],
)
def test_iommu(tmp_path: Path, tree: Tree, expected: bool | None) -> None:
    assert read(tmp_path, tree).get("iommu") is expected


def test_words_of_confidential_computing(tmp_path: Path) -> None:
    tree: Tree = {"/proc/cpuinfo": "processor : 0\nflags : sev_snp tdx_host_platform\n", "/sys/class/x/y": ""}
    assert {"sev-snp", "tdx"} <= set(read(tmp_path, tree)["cpu"]["features"])


@pytest.mark.parametrize("state", ["disabled\n", "enabled\n"])
def test_binfmt_lists_what_is_enabled(tmp_path: Path, state: str) -> None:
    folder = "/proc/sys/fs/binfmt_misc"
    tree: Tree = {f"{folder}/status": state, f"{folder}/qemu-aarch64": AARCH64.replace("enabled", state.strip())}
    assert read(tmp_path, tree)["binfmt"] == (["linux/arm64"] if state == "enabled\n" else [])


@pytest.mark.parametrize(
    "evil",
    [
        'x" }\nspec: {memory: 1Gi}  # \x1b[31m',
        "\u2028\u0085\x00\x07\ufeff\U0001f600\\",
        "*anchor &x !tag | > % @ `",
        "no",
        "../../../etc/passwd",
        "6.1\nmemory: 1",
        "\udcff\udcfe",
        "a" * 100_000,
    ],
)
def test_hostile_files_yield_a_valid_document(tmp_path: Path, evil: str) -> None:
    flat = evil.replace("\n", " ")
    tree: Tree = {
        "/etc/os-release": f"ID=debian\nVERSION_ID={evil}\n",
        "/proc/sys/kernel/osrelease": evil,
        "/proc/cmdline": evil,
        "/proc/version": evil,
        "/proc/meminfo": evil,
        "/proc/cpuinfo": f"processor : 0\nvendor_id : {flat}\nmodel name : {flat}\nflags : {flat}\n",
        "/sys/class/dmi/id/sys_vendor": "Amazon EC2",
        "/sys/class/dmi/id/product_name": evil,
        "/sys/class/iommu/x": "",
        "/lib/modules/6.1/modules.dep": f"kernel/{flat}.ko: x\n",
        "/proc/sys/fs/binfmt_misc/status": "enabled",
        "/proc/sys/fs/binfmt_misc/x": evil,
    }
    found = read(tmp_path, tree)
    assert found["platform"] == "linux/amd64"
    assert "memory" not in found


def test_hostile_module_names(tmp_path: Path) -> None:
    tree: Tree = {
        "/proc/sys/kernel/osrelease": "6.1",
        "/lib/modules/6.1/modules.dep": 'kernel/"a.ko:\nkernel/#b.ko:\nkernel/no.ko:\nkernel/3w-xxxx.ko:\n',
    }
    assert read(tmp_path, tree)["kernel"]["modules"] == ['"a', "#b", "3w_xxxx", "no"]


def test_pipes_and_giants_are_not_read(tmp_path: Path) -> None:
    import os

    record(tmp_path, {"/proc/x": "", "/proc/meminfo": "MemTotal: 1 kB\n" + " " * (9 << 20)})
    os.mkfifo(tmp_path / "proc/cpuinfo")
    assert read(tmp_path, {}) == {"platform": "linux/amd64", "os": {"family": "linux"}}


@pytest.mark.parametrize("system", ["Darwin", "Windows", "FreeBSD", "SunOS"])
def test_other_systems(system: str) -> None:
    found = yaml.safe_load(document(machine=machine("arm64", system, "10.0.20348")))
    assert list(validator("host").iter_errors(found)) == []
    assert ("build" in found["spec"]["os"]) is (system == "Windows")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Web_01.example", "web-01"), ("-", "this-machine"), ("ß" * 9, "this-machine"), ("a" * 99, "a" * 63), ("9", "9")],
)
def test_name_from_the_host_name(name: str, expected: str) -> None:
    found = document(Path("/nowhere"), machine()._replace(node=name))
    assert yaml.safe_load(found)["metadata"]["name"] == expected


def test_command(vmlint: Vmlint) -> None:
    seen = vmlint("host", "--name", "here")
    found = yaml.safe_load(seen.stdout)
    assert (seen.status, seen.stderr, found["metadata"]) == (0, "", {"name": "here"})
    assert list(validator("host").iter_errors(found)) == []


def test_output_is_a_host_that_check_reads(vmlint: Vmlint) -> None:
    Path("host.yaml").write_text(vmlint("host").stdout, "utf-8")
    Path("w.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: w}\nspec: {hostRef: host.yaml}\n", "utf-8"
    )
    found = json.loads(vmlint("check", "--format", "json").stdout)
    assert [finding for finding in found["findings"] if finding["code"].startswith("VM9")] == []


def test_name_must_be_a_label(vmlint: Vmlint) -> None:
    seen = vmlint("host", "--name", "Not A Label")
    assert (seen.status, seen.stdout) == (2, "")
    assert "--name 'Not A Label': expected lower-case letters" in seen.stderr


def test_a_secret_of_the_kernel_command_line_is_hidden(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["root=/dev/sda1", "quiet", "rd.password=hunter2", "ssh_key=abc"]
    monkeypatch.setattr("vmlint.host.document.linux", lambda *_: [Fact("kernel.cmdline", words, "/proc/cmdline")])
    monkeypatch.setattr("platform.uname", lambda: platform.uname_result("Linux", "node", "6.1", "1", "x86_64"))
    shown = yaml.safe_load(vmlint("host").stdout)
    assert shown["spec"]["kernel"]["cmdline"] == ["root=/dev/sda1", "quiet", "rd.password=***", "ssh_key=***"]


KERNEL: Tree = {
    "/proc/sys/kernel/osrelease": "6.8.0-45-generic\n",
    "/boot/config-6.8.0-45-generic": "CONFIG_VETH=m\nCONFIG_USER_NS=y\n# CONFIG_PSI is not set\nCONFIG_OTHER=y\n"
    "# end of Kernel hacking\n",
    "/proc/modules": "veth 45056 0 - Live 0x0000000000000000\nbridge 425984 1 br_netfilter, Live 0x0000000000000000\n",
    "/proc/sys/vm/max_map_count": "65530\n",
    "/proc/sys/kernel/sem": "32000\t1024000000\t500\t32000\n",
    "/proc/sys/user/max_user_namespaces": "95865\n",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
    "/proc/self/smaps": "00400000-00452000 r-xp 00000000 08:02 1 /bin/x\nSize: 328 kB\nKernelPageSize:       16 kB\n",
    "/proc/self/mountinfo": "31 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n",
    "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
    "/sys/kernel/security/lsm": "lockdown,capability,landlock,yama,apparmor",
    "/sys/kernel/btf/vmlinux": "",
    "/proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 2024\n",
    "/dev/kvm": "",
    "/dev/net/tun": "",
    "/dev/tty7": "",
    "/dev/cdrom": Path("sr0"),
}


def test_what_the_kernel_offers(tmp_path: Path) -> None:
    found = read(tmp_path, KERNEL)
    kernel = found["kernel"]
    assert {"VETH=m", "USER_NS=y", "PSI=n", "BRIDGE=n"} <= set(kernel["config"])
    assert "OTHER=y" not in kernel["config"]
    assert kernel["loaded"] == ["bridge", "veth"]
    assert {"vm.max_map_count=65530", "kernel.sem=32000 1024000000 500 32000"} <= set(kernel["sysctls"])
    assert kernel["pageSize"] == 16384
    assert found["cgroup"] == {"version": "2", "controllers": ["cpu", "cpuset", "io", "memory", "pids"]}
    assert found["security"]["modules"] == ["apparmor", "capability", "landlock", "lockdown", "yama"]
    assert found["security"]["userNamespaces"] is False
    assert found["gpu"] == {"vendor": "nvidia", "driver": "550.54.15"}
    assert found["devices"] == ["/dev/kvm", "/dev/net/tun"]
    assert found["features"]["present"] == ["kernel.config.DEBUG_INFO_BTF"]


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        ("30 23 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", "1"),
        (
            "30 23 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            "31 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
            "hybrid",
        ),
    ],
)
def test_old_control_groups(tmp_path: Path, mounts: str, expected: str) -> None:
    groups = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t2\t1\t1\nrdma\t0\t1\t0\n"
    found = read(tmp_path, {"/proc/self/mountinfo": mounts, "/proc/cgroups": groups})
    assert found["cgroup"] == {"version": expected, "controllers": ["cpu"]}


def test_a_packed_configuration(tmp_path: Path) -> None:
    whole = gzip.compress(b"CONFIG_VETH=m\n" * 1000 + b"# end of Kernel hacking\n")
    for number, (data, known) in enumerate(((whole, True), (whole[:-9], False), (b"\x1f\x8bbroken", False))):
        root = record(tmp_path / str(number), UNREADABLE)
        (root / "proc").mkdir(parents=True)
        (root / "proc/config.gz").write_bytes(data)
        assert ("VETH=m" in document(root, machine())) is known
