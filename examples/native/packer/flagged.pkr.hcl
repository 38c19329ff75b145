# A Windows 11 desktop, built from a template that was written for Windows 10.

source "vsphere-iso" "desktop" {
  vcenter_server       = "vcenter.example.org"
  guest_os_type        = "windows11_64Guest"
  firmware             = "bios"
  CPUs                 = 2
  RAM                  = 8192
  disk_controller_type = ["lsilogic-sas"]
  iso_paths            = ["[iso] windows-11-enterprise.iso"]

  storage {
    disk_size = 65536
  }

  network_adapters {
    network      = "build"
    network_card = "e1000e"
  }
}

build {
  sources = ["source.vsphere-iso.desktop"]
}
