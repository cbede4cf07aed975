"""The `bumps` command: one file per command."""
