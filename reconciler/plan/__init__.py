"""Decisions as pure functions of the three states: central, local, synced."""
