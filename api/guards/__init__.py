"""What every request passes before a route sees it: names, origins, sizes; and the headers that every answer gets."""
