"""Between a client's own files and entities: what stands where, what it is called there, what it cannot hold.

Everything is driven by the descriptions in ``reconciler.adapters``; no client is named here. Text is canonical
(``mapping.templates``), with secrets and home paths still as found: masking and filling are separate steps.
"""
