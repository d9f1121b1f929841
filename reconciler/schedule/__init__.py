"""When passes run: on hints from the watcher, and on a clock that heals every lost hint."""
