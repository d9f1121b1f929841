"""What happens, as it happens, over a WebSocket. A reader that keeps its cursor misses nothing."""
