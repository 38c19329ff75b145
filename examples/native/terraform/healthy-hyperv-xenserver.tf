# A print server on Hyper-V, and the same on XenServer.

resource "hyperv_machine_instance" "print" {
  name                 = "print"
  generation           = 2
  processor_count      = 2
  static_memory        = true
  memory_startup_bytes = 4294967296

  vm_firmware {
    enable_secure_boot   = "On"
    secure_boot_template = "MicrosoftUEFICertificateAuthority"
  }

  network_adaptors {
    name        = "lan"
    switch_name = "external"
  }
}

resource "xenserver_vm" "print" {
  name_label     = "print"
  template_name  = "Debian Bookworm 12"
  static_mem_max = 4 * 1024 * 1024 * 1024
  vcpus          = 2
  boot_mode      = "uefi"

  network_interface = [
    {
      network_uuid = data.xenserver_network.lan.data_items[0].uuid
      device       = "0"
    },
  ]
}
