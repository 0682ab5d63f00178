"""The HTTP server: receives alerts and acknowledgements, and reports health and metrics."""
