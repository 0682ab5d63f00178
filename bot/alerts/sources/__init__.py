"""Sources of alerts: one module for each format, listed in table.py."""
