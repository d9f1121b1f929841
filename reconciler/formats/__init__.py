"""Byte-exact reading and editing of the file formats that clients use.

Each module reads bytes into plain values, and changes bytes by a list of edits so that everything that no edit
names stays as it was: comments, order, indent, line ends, byte-order mark. Nothing here knows a client.
"""
