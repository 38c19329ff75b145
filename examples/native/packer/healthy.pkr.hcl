# A base image for virtual machines on KVM, and the same for vSphere.

packer {
  required_plugins {
    qemu    = { version = ">= 1.1.0", source = "github.com/hashicorp/qemu" }
    vsphere = { version = ">= 1.4.0", source = "github.com/hashicorp/vsphere" }
  }
}

variable "vcenter_password" {
  type      = string
  sensitive = true
}

locals {
  iso    = "https://mirror.example.org/debian-12.11.0-amd64-netinst.iso"
  memory = 4 * 1024
}

source "qemu" "base" {
  accelerator    = "kvm"
  machine_type   = "q35"
  cpu_model      = "host"
  cpus           = 2
  memory         = local.memory
  disk_size      = "20G"
  disk_interface = "virtio-scsi"
  net_device     = "virtio-net"
  efi_boot       = true
  iso_url        = local.iso
  iso_checksum   = "file:https://mirror.example.org/SHA256SUMS"
  ssh_username   = "root"
}

source "vsphere-iso" "base" {
  vcenter_server       = "vcenter.example.org"
  password             = var.vcenter_password
  guest_os_type        = "debian12_64Guest"
  firmware             = "efi"
  CPUs                 = 2
  RAM                  = local.memory
  disk_controller_type = ["pvscsi"]
  iso_url              = local.iso

  storage {
    disk_size             = 20480
    disk_thin_provisioned = true
  }

  network_adapters {
    network      = "build"
    network_card = "vmxnet3"
  }
}

build {
  sources = ["source.qemu.base", "source.vsphere-iso.base"]

  provisioner "shell" {
    inline = ["apt-get update", "apt-get -y full-upgrade"]
  }
}
