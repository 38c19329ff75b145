"""How the files of platforms write a setting."""

from __future__ import annotations

from vmlint.api import Workload

SETTINGS = {
    "capabilities": {
        "docker": "cap_add: [{}]", "podman": "cap_add: [{}]", "kubernetes": "securityContext.capabilities.add: [{}]",
    },
    "unconfined": {
        "docker": "security_opt: [{}=unconfined]", "podman": "security_opt: [{}=unconfined]",
    },
    "hostDevices": {"docker": "devices: [{}]", "podman": "devices: [{}]", "proxmox-ve": "dev0: {}",
        "lxc": "lxc.mount.entry: {} with bind,create=file",
        "incus": "a device of type unix-char with source: {}", "lxd": "a device of type unix-char with source: {}",
    },
    "nesting": {
        "proxmox-ve": "features: nesting=1",
        "incus": "security.nesting: true",
        "lxd": "security.nesting: true",
    },
    "granted": {"proxmox-ve": "features: {}=1"},
    "hostNamespaces": {
        "docker": "network_mode: host",
        "podman": "network_mode: host",
        "kubernetes": "hostNetwork: true",
    },
    "privileged": {
        "docker": "privileged: {}",
        "podman": "privileged: {}",
        "kubernetes": "securityContext.privileged: {}",
    },
    "sharedMemory": {"docker": "shm_size: {}", "podman": "shm_size: {}"},
    "ulimits": {"docker": "ulimits: {{{}}}", "podman": "ulimits: {{{}}}"},
    "sysctls": {"docker": "sysctls: [{}]", "podman": "sysctls: [{}]", "kubernetes": "securityContext.sysctls"},
}  # fmt: skip
"""How the files of platforms write a setting, by the field of ``deployment``."""

_ORCHESTRATORS = "kubernetes"


def in_its_words(workload: Workload, field: str, entry: str, who: str = "") -> str:
    """Return a setting as the files of the platform write it, or those of another layer."""
    deployment = workload.deployment
    platform = who or deployment.platform.get("id", "")
    words = SETTINGS.get(field, {})
    kind = platform if platform in words else ""
    if not kind and not who and platform and workload.platform.placement == "orchestrator":
        kind = _ORCHESTRATORS
    if not kind and not who and field != "nesting" and deployment.get("mode", "") in ("runc", "crun"):
        kind = "docker"
    if field == "granted" and "=" in entry and kind in words:
        return f"features: {entry}"  # such as mount=nfs
    return words[kind].format(entry) if kind in words else f"deployment.{field}: {entry}"
