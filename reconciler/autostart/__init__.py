"""Starts `up` when this user logs in: a systemd user unit, or a launchd agent. Writes one file, and asks the system to use it."""
