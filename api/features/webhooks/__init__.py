"""Push events of Git hosts. They are only hints: what came is fetched and read, never taken from the message."""
