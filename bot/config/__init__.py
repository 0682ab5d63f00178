"""Settings and runbooks, read from YAML files and the environment."""
