"""Receives alerts: the sources that parse them and the intake that records them."""
