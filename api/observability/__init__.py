"""What others read `/metrics` with: a Grafana dashboard and Prometheus alert rules. Files only; docs/observability.md says how."""
