"""Words of xl.cfg(5): which options make a file one of Xen's, which types of guests have them, and what values mean."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


OWN = words(
    "acpi acpi_firmware apic blkif boot bootargs bootloader bootloader_args builder cap channel claim_mode"
    " cmdline cpu cpu_weight cpuid cpus cpus_soft device_model device_model_args device_model_args_hvm"
    " device_model_args_pv device_model_override device_model_stubdomain_override device_model_user"
    " device_model_version device_tree disk dm_restrict driver_domain dtdev e820_host extra firmware"
    " firmware_override gfx_passthru gic_version hap hdtype hpet ioports iomem irqs kernel keymap llc_colors localtime"
    " max_event_channels max_grant_frames max_maptrack_frames maxmem maxvcpus memory mmio_hole ms_vm_genid name"
    " nestedhvm nomigrate nographic nx on_crash on_poweroff on_reboot on_soft_reset on_watchdog on_xend_start"
    " on_xend_stop opengl p9 pae parallel passthrough pci pci_msitranslate pci_permissive pci_power_mgmt pci_seize"
    " pool pvshim pvshim_cmdline pvshim_extra pvshim_path ramdisk rdm rdm_mem_boundary root rtc_timeoffset sched sdl"
    " seclabel serial shadow_memory smbios_firmware soundhw spice spiceagent_mouse spicedisable_ticketing spicehost"
    " spicepasswd spiceport spicetls_port spicevdagent stdvga system_firmware tee timer_mode tsc_mode type uuid usb"
    " usbctrl usbdev usbdevice usbversion vcpus vendor_device vfb vga vhpt videoram vif viridian virtio vkb vnc"
    " vncconsole vncdisplay vnclisten vncpasswd vncunused vncviewer vnuma vpt_align vscsi vsnd vtpm vuart"
    " xen_platform_pci xen_extended_power_mgmt xauthority display dhcp netmask gateway hostname nics"
)
"""Options of xl.cfg(5) and of the older xmdomain.cfg(5)."""

ACTIONS = frozenset(
    {"destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart", "soft-reset"}
)
EVENTS = frozenset({"on_poweroff", "on_reboot", "on_crash", "on_watchdog", "on_soft_reset"})

TYPES = {"pv": "pv", "pvh": "pvh", "hvm": "hw-assisted"}
"""Value of ``type`` -> mode."""
BUILDERS = {"hvm": "hw-assisted", "generic": "pv", "linux": "pv"}
"""Value of ``builder`` -> mode; ``linux`` is of the older xm."""

ONLY_HVM = words(
    "acpi_firmware bios bios_path_override firmware_override gfx_passthru hdtype mmio_hole ms_vm_genid nestedhvm"
    " smbios_firmware soundhw spice spicehost spicepasswd spiceport spicetls_port stdvga usb usbdevice vendor_device"
    " vga viridian xen_platform_pci"
)
"""Options that xl reads for HVM guests alone, and that are set on purpose: what files often copy is not listed."""
ONLY_PVH = frozenset({"pvshim", "pvshim_cmdline", "pvshim_extra", "pvshim_path"})
ONLY_PV = frozenset({"e820_host"})

OF_PV_FIRMWARE = {"pvgrub32": "386", "pvgrub64": "amd64"}
"""Boot loaders that run as the guest's own kernel, in the guest's own width."""
PV_GRUB = {"pv-grub-x86_32": "386", "pvgrub32": "386", "pv-grub-x86_64": "amd64", "pvgrub64": "amd64"}
"""Prefixes of their file names."""

PYTHON_LOADERS = ("pygrub", "pv-grub", "pvgrub", "pypxeboot", "hvmloader", "domuloader")
"""File names of kernels and boot loaders that come with Xen."""

OF_ARM = frozenset({"device_tree", "gic_version", "dtdev", "vuart", "tee", "llc_colors"})
"""Options that only guests on Arm have."""
ARM_KERNELS = ("Image", "zImage", "uImage")
ARM_WORDS = ("arm64", "aarch64", "armhf", "armmp", "armv7")
"""Names of kernels for Arm."""

VIDEO = {"stdvga": "stdvga", "cirrus": "cirrus", "qxl": "qxl"}
