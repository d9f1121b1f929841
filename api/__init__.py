"""The HTTP gateway: everything that the command line does, for scripts and the dashboard.

A route parses, authorises, calls one use-case, shows. Nothing here merges, decides or touches a client's file; real
objects come in through ``services``.
"""
