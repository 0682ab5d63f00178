"""The web side: takes alerts in, says how it is, shows the pages."""
