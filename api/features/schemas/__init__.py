"""JSON Schemas of the central repository's files, for editors of entities and settings."""
