"""Secret values on this machine: in the keyring of the system where there is one, else in an encrypted file.

Values leave through ``get`` alone: no ``repr``, no error and no log shows one.
"""
