"""The program is killed, starved and raced on purpose; what must hold afterwards is in ``stories.py``."""
