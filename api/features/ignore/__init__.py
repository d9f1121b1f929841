"""Ignore rules: what is left as it is, with how much each matches."""
