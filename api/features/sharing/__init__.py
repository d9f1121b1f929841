"""Moving entities between the base and the overlays of clients, machines and projects."""
