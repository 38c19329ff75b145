# A web server on Proxmox VE, and a worker on vSphere that is cloned from a template.

variable "node" {
  type    = string
  default = "pve1"
}

resource "proxmox_virtual_environment_vm" "web" {
  name      = "web"
  node_name = var.node
  machine   = "q35"
  bios      = "ovmf"

  cpu {
    cores = 4
    type  = "x86-64-v2-AES"
  }

  memory {
    dedicated = 4096
  }

  efi_disk {
    datastore_id      = "local-lvm"
    type              = "4m"
    pre_enrolled_keys = true
  }

  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = 32
  }

  network_device {
    bridge = "vmbr0"
  }

  operating_system {
    type = "l26"
  }
}

resource "vsphere_virtual_machine" "worker" {
  count            = 3
  name             = "worker-${count.index}"
  resource_pool_id = data.vsphere_resource_pool.pool.id
  datastore_id     = data.vsphere_datastore.ssd.id
  guest_id         = data.vsphere_virtual_machine.template.guest_id
  num_cpus         = 4
  memory           = 8 * 1024

  network_interface {
    network_id   = data.vsphere_network.lan.id
    adapter_type = "vmxnet3"
  }

  disk {
    label = "disk0"
    size  = 40
  }

  clone {
    template_uuid = data.vsphere_virtual_machine.template.id
  }
}
