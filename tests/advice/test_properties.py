"""What must hold of every suggestion, over generated workloads."""

from __future__ import annotations

import copy
import json
from datetime import date
from functools import cache
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.extend.plugins import Installed, load
from vmlint.findings.diagnostic import Diagnostic
from vmlint.findings.severity import Severity
from vmlint.lint.engine import by_stage, lint
from vmlint.model.paths import fields
from vmlint.model.workload import Workload
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.manifest import read
from vmlint.run.check import Checked, check
from vmlint.run.files import open_reference
from vmlint.run.settings import Settings

Manifest = dict[str, Any]
TODAY = date(2026, 11, 22)


@cache
def installed() -> Installed:
    return load()


@cache
def checking() -> Settings:
    found = installed()
    return Settings(found.rules, found.rules, Context(found.catalog, TODAY, open_reference))


def run(manifest: Manifest) -> Checked:
    result = check(File("w.vmlint.yaml", json.dumps(manifest).encode()), checking())
    assert not [d for d in result.diagnostics if d.code.startswith("VM9")], [d.message for d in result.diagnostics]
    return result


def understood(manifest: Manifest) -> Workload:
    """The workload of a manifest, which must be well-formed."""
    (found,) = read(File("w.vmlint.yaml", json.dumps(manifest).encode()), checking().context)
    assert found.subject is not None, found.faults
    return found.subject.workload


def errors(manifest: Manifest) -> set[str]:
    """The codes of all errors, without asking the advisor."""
    outcome = lint(understood(manifest), by_stage(checking().rules, "workload"))
    assert not outcome.crashes, outcome.crashes
    return {hit.rule.code for hit in outcome.errors}


# -- generated workloads ---------------------------------------------------------------------------------------------

PLATFORMS = sorted(load().catalog.platforms)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A block in which each field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def word(*words: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(words)


def together(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """One block made of several."""
    return st.tuples(*parts).map(lambda blocks: {key: value for block in blocks for key, value in block.items()})


SYSTEMS = [
    ("debian12", "linux/amd64"), ("ubuntu24.04", "linux/arm64"), ("rhel9.0", "linux/amd64"), ("debian12", "linux/386"),
    ("win2k22", "windows/amd64"), ("win11", "windows/amd64"), ("winxp", "windows/386"),
    ("freebsd14.0", "freebsd/amd64"), ("openbsd7.5", "openbsd/amd64"), ("win2k22", None), ("debian12", None),
    (None, "linux/amd64"), ("msdos6.22", None), (None, None),
]  # fmt: skip
systems = st.sampled_from(SYSTEMS).map(
    lambda pair: {key: value for key, value in zip(("os", "platform"), pair, strict=True) if value}
)
guests = together(
    systems,
    some(
        kernel=some(
            source=word("custom", "distro"),
            requires=word(">=5.10", ">=6.8, <7"),
            modules=word(["wireguard"], []),
            realtime=st.booleans(),
        ),
        firmware=some(type=word("uefi", "bios"), secureBoot=st.booleans(), tpm=word("2.0", "none")),
        init=word("systemd", "none"),
        drivers=word([], ["virtio-win"]),
        licences=word([], ["microsoft-esu"]),
    ),
)
requirements = some(
    isolation=some(
        tenancy=word("single", "trusted-multi", "untrusted-multi"),
        level=word("process", "sandbox", "vm", "confidential"),
        untrustedCode=st.booleans(),
        compliance=word(["pci-dss"], []),
    ),
    performance=some(
        **{
            "class": word("best-effort", "standard", "high"),
            "latency": some(p99=word("5ms", "200ms")),
            "realtime": word("none", "soft", "hard"),
        }
    ),
    startup=word("200ms", "2s", "2m"),
    density=some(perHost=word(4, 200, 2000)),
    devices=some(gpu=some(mode=word("none", "shared", "passthrough")), pci=word([], ["10de:20f1"])),
    mobility=some(liveMigration=word("none", "preferred", "required")),
    nested=st.booleans(),
    availability=word("none", "ha", "mission-critical"),
    management=some(effort=word("low", "any")),
    budget=some(licence=word("none", "paid")),
)
known_hosts = st.sampled_from(
    [
        {
            "os": "debian13", "platform": "linux/amd64", "memory": "512Gi", "virtualized": False, "container": "none",
            "kernel": {"version": "6.12.0", "modules": ["kvm", "wireguard"], "builtin": [], "realtime": False},
            "cpu": {"vendor": "intel", "level": "v3", "features": ["vmx", "ept", "iommu"], "count": 64}, "binfmt": [],
        },
        {
            "os": "win2k22", "platform": "windows/amd64", "memory": "256Gi", "virtualized": False,
            "cpu": {"vendor": "amd", "level": "v3", "features": ["svm", "npt", "iommu", "sev_snp"], "count": 32},
        },
        {
            "os": "ubuntu24.04", "platform": "linux/amd64", "memory": "32Gi", "virtualized": True,
            "nestedVirtualization": False, "cpu": {"features": []}, "container": "none", "binfmt": [],
            "kernel": {"version": "6.8.0", "modules": [], "builtin": []},
        },
        {"platform": "darwin/arm64", "memory": "32Gi", "virtualized": False, "cpu": {"vendor": "apple"}},
    ]
)  # fmt: skip
partly_known_hosts = some(
    platform=word("linux/amd64", "windows/amd64", "darwin/arm64", "linux/arm64"),
    kernel=some(version=word("6.1.0", "5.4.0"), modules=word([], ["wireguard", "kvm"]), builtin=word([])),
    cpu=some(features=word([], ["vmx", "ept"], ["svm", "npt", "iommu"], ["vmx"]), level=word("v1", "v3")),
    memory=word("16Gi", "256Gi"),
    virtualized=st.booleans(),
    nestedVirtualization=st.booleans(),
    container=word("none", "lxc"),
)
hosts = known_hosts | partly_known_hosts
deployments = some(
    architecture=word("type1", "type2", "paravirtualization", "container", "full-virtualization"),
    mode=word("hw-assisted", "pv", "pvh", "pvhvm", "emulation", "runc", "lxc", "process", "hyperv", "gvisor", "kata"),
    platform=st.sampled_from(PLATFORMS) | word("xcp-ng@8.3", "vmware-esxi@7.0", "proxmox-ve@9", "xcp-ng@8.2"),
    firmware=some(type=word("bios", "uefi"), tpm=word("none", "2.0"), secureBoot=st.booleans()),
    devices=some(disk=word("ide", "virtio", "sata"), nic=word("e1000", "virtio", "vmxnet3")),
    privileged=st.booleans(),
    placement=word("shared", "one-per-host", "node-per-tenant"),
    runtimeClass=word("kata-qemu", "gvisor", "tenant-a"),
    hostDevices=word(["0000:01:00.0"], []),
    xen=some(pvshim=st.booleans()),
)
manifests: st.SearchStrategy[Manifest] = st.fixed_dictionaries(
    {
        "apiVersion": st.just("vmlint/v1"),
        "kind": st.just("Workload"),
        "metadata": st.just({"name": "generated"}),
        "spec": st.fixed_dictionaries(
            {"guest": guests, "deployment": deployments},
            optional={
                "kind": word("service", "batch", "ci-runner", "desktop", "function"),
                "environment": word("dev", "test", "staging", "production"),
                "instances": word(1, 3, 50),
                "requirements": requirements,
                "host": hosts,
                "resources": some(memory=word("2Gi", "64Gi"), cpu=word(2, 64)),
            },
        ),
    }
)

# -- following a suggestion ------------------------------------------------------------------------------------------


def follow(manifest: Manifest, changes: dict[str, str | None]) -> Manifest:
    """Edit a manifest as a suggestion proposes."""
    edited = copy.deepcopy(manifest)
    for path, value in changes.items():
        *parents, last = path.split(".")
        block: Any = edited["spec"]
        for depth, parent in enumerate(parents, 1):
            member = block.setdefault(parent, {})
            if isinstance(member, str):
                short = fields()[".".join(parents[:depth])].declared.short
                assert short is not None
                member = block[parent] = dict(short.read(member))
            block = member
        if value is None:
            block.pop(last, None)
        else:
            block[last] = {"true": True, "false": False}.get(value, value)
    return edited


def failing(result: Checked) -> list[Diagnostic]:
    return [diagnostic for diagnostic in result.diagnostics if diagnostic.severity is Severity.ERROR]


@examples(60)
@given(manifests)
def test_no_suggestion_triggers_an_error_when_it_is_followed(manifest: Manifest) -> None:
    result = run(manifest)
    for diagnostic in result.diagnostics:
        for candidate in diagnostic.suggestions:
            followed = follow(manifest, dict(candidate.changes))
            assert errors(followed) == set(), candidate.changes
            deployment = understood(followed).deployment
            assert (deployment.platform.get("id", ""), deployment.mode) == (candidate.platform, candidate.mode)


@examples(60)
@given(manifests)
def test_following_the_first_suggestion_removes_the_error(manifest: Manifest) -> None:
    suggested = [d for d in failing(run(manifest)) if d.suggestions]
    assume(suggested)
    for diagnostic in suggested:
        assert diagnostic.code not in errors(follow(manifest, dict(diagnostic.suggestions[0].changes)))


@examples(60)
@given(manifests)
def test_the_same_input_gives_the_same_output(manifest: Manifest) -> None:
    first, again = run(manifest), run(json.loads(json.dumps(manifest)))
    assert first._replace(subjects=()) == again._replace(subjects=())  # what was read is compared by what was found


FACTS: list[tuple[str, Any]] = [
    ("metadata.labels.team", "payments"),
    ("spec.x-owner", "platform"),
    ("spec.kind", "service"),
    ("spec.instances", 2),
    ("spec.host.cpu.model", "Xeon"),
    ("spec.host.cpu.count", 64),
    ("spec.host.cluster.nodes", 6),
    ("spec.host.cluster.homogeneous", True),
    ("spec.host.memory", "1Ti"),
    ("spec.host.kernel.cmdline", ["quiet"]),
    ("spec.resources.disk", "64Gi"),
    ("spec.resources.memory", "1Gi"),
    ("spec.requirements.portability", ["linux/amd64"]),
    ("spec.requirements.management.central", True),
    ("spec.requirements.budget.licence", "none"),
    ("spec.requirements.performance.realtime", "none"),
    ("spec.guest.kernel.version", "6.6"),
    ("spec.deployment.tuning.hugepages", True),
    ("spec.deployment.network.exposure", "none"),
    ("spec.deployment.storage.accessMode", "rwx"),
    ("spec.deployment.image.ref", "registry.example/app:1"),
]


@examples(60)
@given(manifests, st.sampled_from(FACTS))
def test_adding_an_unrelated_fact_never_removes_an_error(manifest: Manifest, fact: tuple[str, Any]) -> None:
    path, value = fact
    before = errors(manifest)
    assume(before)
    more = copy.deepcopy(manifest)
    *parents, last = path.split(".")
    block: Any = more
    for parent in parents:
        block = block.setdefault(parent, {})
    assume(last not in block)
    block[last] = value
    assert before <= errors(more)
