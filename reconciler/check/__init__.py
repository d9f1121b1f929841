"""Asks the clients' own programs whether they accept files, in a scratch home. Never starts a server, never uses a shell.

``client_check`` is the port; ``program`` finds and runs, ``scratch`` holds the files meanwhile, ``reading`` turns output into
problems without the file's values, ``verdicts`` remembers answers.
"""
