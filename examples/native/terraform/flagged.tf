# Desktops for a training room. The first has no TPM, and the second does not meet the needs of Windows 11.
# vmlint: requirements.mobility.liveMigration=required

resource "vsphere_virtual_machine" "trainer" {
  name             = "trainer"
  resource_pool_id = data.vsphere_resource_pool.pool.id
  datastore_id     = data.vsphere_datastore.ssd.id
  guest_id         = "windows11_64Guest"
  firmware         = "efi"
  num_cpus         = 4
  memory           = 8192
  pci_device_id    = ["0000:3b:00.0"]

  network_interface {
    network_id = data.vsphere_network.lan.id
  }

  disk {
    label = "disk0"
    size  = 80
  }
}

resource "xenserver_vm" "pupil" {
  name_label     = "pupil"
  template_name  = "Windows 11"
  static_mem_max = 4 * 1024 * 1024 * 1024
  vcpus          = 2
  boot_mode      = "bios"

  network_interface = [
    {
      network_uuid = data.xenserver_network.lan.data_items[0].uuid
      device       = "0"
    },
  ]
}
