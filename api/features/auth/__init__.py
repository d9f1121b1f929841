"""Signing in and out, one-time links, and tokens for scripts."""
