"""Alerts and how they are routed to incidents."""
