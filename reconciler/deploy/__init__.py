"""The files of clients on this machine, backups of what was replaced, small lost-able facts, and the clock.

Nothing here parses a file, decides what should stand in it, or logs.
"""
