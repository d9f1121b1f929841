"""Notices that a client's file may have changed, and says only which path. Never reads a file's content.

Events may be lost (writes through another hard link or a memory map, a full queue): the rescan by digest heals that.
"""
