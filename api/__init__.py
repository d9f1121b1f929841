"""The HTTP gateway: nothing is served yet."""
