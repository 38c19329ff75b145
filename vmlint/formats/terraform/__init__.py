"""Terraform's and OpenTofu's configuration."""
