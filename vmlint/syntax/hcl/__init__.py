"""HCL2, the language of Terraform and Packer."""
