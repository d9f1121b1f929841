"""Where hints travel. A hint says "look at this target" and nothing more; losing one costs time, never data."""
