"""Keeps the configuration files of local AI coding clients in step through a Git repository."""

__version__ = "0.1.0"
