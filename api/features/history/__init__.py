"""What landed on main: commits with trailers, what each changed, and taking one back."""
