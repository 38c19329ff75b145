"""Lima's YAML: a virtual machine for development on a Mac, Linux or Windows desktop.

Little is guaranteed where the file is silent. `base` brings in another file, and `_config/default.yaml` in Lima's
folder fills in the rest; the VM type and the CPU architecture are the host's. What is left open stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import Cursor, File, Spec

from .shared.amounts import binary_size
from .shared.arches import arch
from .shared.computed import is_computed
from .shared.containers import Listed, mount
from .shared.templates import yaml_of

VM_TYPES = frozenset({"qemu", "vz", "wsl2", "krunkit"})
NATIVE = VM_TYPES - {"qemu"}
"""VM types that run the host's own kind of CPU and no other."""

ARCHITECTURES = frozenset({"x86_64", "aarch64", "armv7l", "riscv64", "ppc64le", "s390x"})
SYSTEMS = {"linux": "linux", "darwin": "darwin", "freebsd": "freebsd", "windows": "windows"}

KEYS = frozenset(
    {
        "arch", "containerd", "cpus", "firmware",
        "guestInstallPrefix", "hostResolver", "memory", "mountType", "mounts",
        "nestedVirtualization", "plain", "portForwards", "probes", "propagateProxyEnv", "provision", "rosetta",
        "vmOpts", "vmType",
    }
)  # fmt: skip
"""Keys at the top of Lima's files, which distinguish one with images from other lists of images."""

OF_OTHERS = frozenset({"apiVersion", "kind", "services", "autoActivate", "kubernetes", "runtime"})
"""Keys at the top of other tools' files: Kubernetes, Compose, and Colima, which is based on Lima."""

ANOTHER_FILE = "`base` includes another file, which may set it"
OF_THE_HOST = "the host decides, or Lima's own default.yaml there"


def recognises(file: File) -> bool:
    """Recognise Lima's files by what only they have: its version, a base or images of its kind, a type of machine."""
    return any(_is_machine(root) for root in file.outline)


def _is_machine(root: Cursor) -> bool:
    images = [image for image in root.at("images").items if image.at("location").text]
    of_kubernetes = root.entries.keys() & {"apiVersion", "kind"}
    if images and not of_kubernetes and all(image.at("arch").text in ARCHITECTURES for image in images):
        return True  # whatever stands beside: limactl warns of keys that it does not know
    if not root.entries or root.entries.keys() & OF_OTHERS:
        return False
    keys = root.entries.keys() & KEYS
    return bool(
        root.at("minimumLimaVersion").text
        or any(base.startswith("template:") for base in _bases(root))
        or (images and (keys or all(image.at("arch").text in ARCHITECTURES for image in images)))
        or (root.at("vmType").text in VM_TYPES and len(keys) > 1)
        or (root.entries.keys() == {"mounts"} and all(each.at("location").text for each in root.at("mounts").items))
    )


def _bases(root: Cursor) -> list[str]:
    """Return the bases of the file: a text, a list of them, or of blocks with a `url`."""
    base = root.at("base")
    return [text for text in (base.text, *(item.text or item.at("url").text for item in base.items)) if text]


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    for root in yaml_of(file, "of a Lima machine"):
        if _is_machine(root):
            yield _machine(PurePath(file.base).stem, root)


def _machine(name: str, root: Cursor) -> Spec:
    first = next(iter(root.entries.values()))
    spec = Spec(name, first.span)
    spec.default("deployment.platform.id", "lima", "the format is Lima's own")
    elsewhere = ANOTHER_FILE if root.at("base") else OF_THE_HOST
    _cpu(spec, root, elsewhere)
    _guest(spec, root, elsewhere)
    _firmware(spec, root, elsewhere)
    _resources(spec, root, elsewhere)
    nested = root.at("nestedVirtualization")
    if nested.flag:
        spec.fact("requirements.nested", value=True, at=nested.span)
    mounts = Listed(spec, "deployment.mounts")
    for each in root.at("mounts").items:
        source, target = each.at("location").text, each.at("mountPoint").text
        if source:
            line = mount(source, target or source, read_only=not each.at("writable").flag)
            mounts.add(source if is_computed(source) else line, each.at("location"))
    mounts.state(root.at("mounts"))
    return spec


def _cpu(spec: Spec, root: Cursor, elsewhere: str) -> None:
    """State the CPU architecture, and whether the host's CPU certainly runs it itself."""
    given, kind = root.at("arch"), root.at("vmType")
    stated = arch(given.text)
    if stated:
        spec.fact("guest.arch", stated, given.span)
    else:
        spec.unknown(
            "guest.arch", ANOTHER_FILE if root.at("base") and given.text != "default" else "it is the host's own"
        )
    if kind.text in NATIVE:
        spec.default("deployment.mode", "hw-assisted", f"{kind.text} runs the host's own kind of CPU", kind.span)
    elif not stated and not (root.at("base") and not given.text):
        spec.default("deployment.mode", "hw-assisted", "for the host's own kind of CPU Lima uses its accelerator")
    else:
        spec.unknown(
            "deployment.mode", "QEMU translates the code of a CPU that is not the host's" if stated else elsewhere
        )


def _guest(spec: Spec, root: Cursor, elsewhere: str) -> None:
    system, images = root.at("os"), root.at("images").items
    family = SYSTEMS.get((system.text or "").lower())
    if family:
        spec.fact("guest.os.family", family, system.span)
    elif not system.text and not root.at("base") and images:
        spec.default("guest.os.family", "linux", "a machine without `os` runs Linux")
    spec.unknown("guest.os.id", "an image's address is no statement of what is in it" if images else elsewhere)
    given = [image.at("location") for image in images if image.at("location").text]
    for each in given if not root.at("base") else ():
        spec.clue(each.text or "", each.span)
    if len({each.text for each in given}) == 1 and not root.at("base"):
        address = given[0]
        if not is_computed(address.text) and not (address.text or "").lower().endswith((".iso", ".ipsw")):
            spec.fact("deployment.image.ref", address.text, address.span)
    elif given:
        spec.unknown("deployment.image.ref", "Lima takes the first of the images that fits the host and can be fetched")


def _firmware(spec: Spec, root: Cursor, elsewhere: str) -> None:
    legacy, kind = root.at("firmware", "legacyBIOS"), root.at("vmType").text
    system = (root.at("os").text or "linux").lower()
    if kind == "vz" and system == "linux" and not any(image.at("kernel") for image in root.at("images").items):
        spec.default("deployment.firmware.type", "uefi", "vz has no BIOS", root.at("vmType").span)
    elif legacy.flag is not None and kind in ("qemu", None) and root.at("arch").text in ("x86_64", None, "default"):
        if root.at("arch").text == "x86_64" or not legacy.flag:
            spec.fact("deployment.firmware.type", "bios" if legacy.flag else "uefi", legacy.span)
        else:
            spec.unknown("deployment.firmware.type", "a BIOS is for x86_64 only, and the architecture is the host's")
    else:
        spec.unknown("deployment.firmware.type", elsewhere)


def _resources(spec: Spec, root: Cursor, elsewhere: str) -> None:
    cpus = root.at("cpus")
    if isinstance(cpus.number, int) and cpus.number > 0:
        spec.fact("resources.cpu", str(cpus.number), cpus.span)
    else:
        spec.unknown("resources.cpu", elsewhere)
    for key in ("memory", "disk"):
        size = root.at(key)
        if isinstance(size.number, (int, float)):
            spec.unknown(f"resources.{key}", "a size of Lima has a unit")
        elif binary_size(size.text):
            spec.fact(f"resources.{key}", binary_size(size.text), size.span)
        else:
            spec.unknown(f"resources.{key}", elsewhere)
