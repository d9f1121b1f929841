"""Tells people who are not looking: by a signed webhook, and by a notice on the desktop. Never holds up a pass."""
