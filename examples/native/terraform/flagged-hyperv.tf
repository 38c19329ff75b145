# A desktop on Hyper-V. Terraform's resource does not name the guest system, so a hint does.
# vmlint: guest.os.id=win11

resource "hyperv_machine_instance" "reception" {
  name                 = "reception"
  generation           = 1
  processor_count      = 2
  static_memory        = true
  memory_startup_bytes = 8589934592

  network_adaptors {
    name        = "lan"
    switch_name = "external"
  }
}
