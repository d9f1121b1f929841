"""What the gateway offers, one folder a thing: ``routes`` say where and for whom, ``shapes`` what goes in and out.

No feature knows another one.
"""
