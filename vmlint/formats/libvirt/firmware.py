"""The firmware and the TPM of libvirt's domains."""

from __future__ import annotations

from vmlint.api import Element, Spec

from ..shared.firmware import FIRMWARES, is_uefi_file, no_secure_boot_with_bios
from ..shared.libvirt import OF_QEMU, PC_MACHINES, X86
from ..shared.paths import VARIABLE_FORMAT, VARIABLE_STORE


def firmware(spec: Spec, domain: Element, kind: str, arch: str) -> None:
    """State what a machine boots from."""
    os = domain.find("os")
    if os is None:
        return
    chosen, loader, nvram = os.attribute("firmware"), os.find("loader"), os.find("nvram")
    flash = loader.attribute("type") if loader else None
    if chosen:
        spec.fact("deployment.firmware.type", FIRMWARES.get(chosen.value), chosen.at)
    elif flash and flash.value == "pflash":
        spec.fact("deployment.firmware.type", "uefi", flash.at)
    elif loader is not None and is_uefi_file(loader.text.rpartition("/")[2]):
        spec.fact("deployment.firmware.type", "uefi", loader.text_at)
    elif loader is None and nvram is not None:
        spec.fact("deployment.firmware.type", "uefi", nvram.at)
    elif kind == "xen":
        if _type(os) == "hvm" and (loader is None or loader.text.endswith("hvmloader")):
            spec.default("deployment.firmware.type", "bios", "Xen's HVM guests boot from SeaBIOS by default", os.at)
        else:
            spec.unknown("deployment.firmware.type", "a guest that is not HVM boots without any, or by a loader")
    elif loader is None and _is_pc(os, kind, arch):
        # This holds on every host: libvirt then passes no firmware, and every PC machine of QEMU has SeaBIOS built in.
        spec.default("deployment.firmware.type", "bios", "QEMU's PC machines boot from SeaBIOS by default", os.at)
    else:
        spec.unknown("deployment.firmware.type", "the domain names none, and only QEMU's PC machines have one for sure")
    _secure_boot(spec, os, loader)
    _variables(spec, os, loader, nvram)


def _variables(spec: Spec, os: Element, loader: Element | None, nvram: Element | None) -> None:
    """State whether UEFI's variables are kept: in a file of their own, or in that of a writable firmware."""
    if spec.text("deployment.firmware.type") != "uefi":
        return
    stateless = loader.attribute("stateless") if loader else None
    if stateless and stateless.value == "yes":
        spec.fact(VARIABLE_STORE, False, stateless.at)
    elif nvram is not None:
        spec.fact(VARIABLE_STORE, True, nvram.at)
        kind = nvram.attribute("format")
        if kind:
            spec.fact(VARIABLE_FORMAT, kind.value if kind.value in ("raw", "qcow2") else None, kind.at)
        elif any(
            each.endswith(".qcow2") for each in (nvram.get("template"), nvram.text, loader.text if loader else "")
        ):
            spec.unknown(VARIABLE_FORMAT, "libvirt may keep the variables as their template is")
        else:
            spec.default(VARIABLE_FORMAT, "raw", "without `format` libvirt keeps the variables in a raw file", nvram.at)
    elif os.attribute("firmware"):
        spec.default(VARIABLE_STORE, True, "libvirt adds a file of variables to the firmware that it chooses", os.at)
    elif loader is not None and loader.get("type") != "pflash":
        # Without the type, libvirt takes `rom`, which is `-bios` of QEMU: nothing can be written to it.
        spec.default(VARIABLE_STORE, False, "a firmware that is loaded as a ROM keeps nothing", loader.at)
    elif loader is not None and loader.get("readonly") == "no":
        spec.default(VARIABLE_STORE, True, "a firmware in flash that may be written to keeps them itself", loader.at)
    else:
        spec.unknown(VARIABLE_STORE, "libvirt looks for a template of them beside the firmware")


def _is_pc(os: Element, kind: str, arch: str) -> bool:
    return kind in OF_QEMU and arch in X86 and _type(os) == "hvm" and _names_pc(os)


def _names_pc(os: Element) -> bool:
    stated = os.find("type")
    machine = stated.get("machine") if stated else ""
    return not machine or machine.startswith(PC_MACHINES)


def _secure_boot(spec: Spec, os: Element, loader: Element | None) -> None:
    stated = {feature.get("name"): feature for feature in os.all("firmware/feature")}
    keys, capable = stated.get("enrolled-keys"), stated.get("secure-boot")
    if keys and keys.get("enabled") == "yes":
        spec.fact("deployment.firmware.secureBoot", True, keys.at)
    elif capable and capable.get("enabled") == "no":
        spec.fact("deployment.firmware.secureBoot", False, capable.at)
    elif spec.text("deployment.firmware.type") == "bios":
        no_secure_boot_with_bios(spec)
    elif capable or (loader and loader.get("secure") == "yes"):
        why = "the firmware can do it; whether it is on is in the machine's variables (nvram)"
        spec.unknown("deployment.firmware.secureBoot", why)
    else:
        why = "it depends on the firmware that the host has, and on the machine's variables (nvram)"
        spec.unknown("deployment.firmware.secureBoot", why)


def tpm(spec: Spec, domain: Element, kind: str, arch: str) -> None:
    """State the machine's TPM."""
    devices = domain.find("devices")
    chips = [chip for chip in domain.all("devices/tpm") if chip.get("model") != "tpm-spapr-proxy"]
    if not chips:
        if devices is not None and kind in OF_QEMU:
            spec.default("deployment.firmware.tpm", "none", "a domain has no TPM but one that it lists", devices.at)
        return
    chip, backend = chips[0], chips[0].find("backend")
    version = backend.attribute("version") if backend else None
    if version:
        spec.fact("deployment.firmware.tpm", {"2.0": "2.0", "1.2": "1.2"}.get(version.value), version.at)
    elif backend is None or backend.get("type") != "emulator" or kind not in OF_QEMU:
        spec.unknown("deployment.firmware.tpm", "its version is that of the host's chip, or of another program")
    elif chip.get("model", "tpm-tis") != "tpm-tis" or (arch and arch not in X86):
        spec.default("deployment.firmware.tpm", "2.0", "libvirt emulates a TPM 2.0 for this model", chip.at)
    elif arch in X86:
        spec.default("deployment.firmware.tpm", "1.2", "libvirt emulates a TPM 1.2 for a tpm-tis on x86", chip.at)
    else:
        spec.unknown("deployment.firmware.tpm", "for a tpm-tis without a version it depends on the CPU architecture")


def _type(os: Element) -> str:
    stated = os.find("type")
    return stated.text if stated else ""
