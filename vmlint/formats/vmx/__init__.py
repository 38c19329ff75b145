"""Settings of VMware's virtual machines (.vmx)."""
