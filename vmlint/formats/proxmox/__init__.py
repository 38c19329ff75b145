"""Virtual machines and containers of Proxmox VE."""
