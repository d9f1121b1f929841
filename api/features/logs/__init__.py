"""The program's own log, searched."""
