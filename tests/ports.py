"""Ports for servers that must know their port beforehand or reuse it after a crash."""

import socket
from random import SystemRandom

#: Linux hands out ports from 32768 on to programs that ask for any port, macOS from 49152 on. A port in that
#: range could be given to another program while nobody listens on it. SystemRandom ignores seeds, so that
#: tests in parallel processes start at different ports.
_PORTS = iter(SystemRandom().sample(range(10_000, 32_768), 20_000))


def own_port() -> int:
    """Return a free port of 127.0.0.1 that the operating system does not hand out by itself."""
    for port in _PORTS:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:  # another program listens there
            continue
    raise AssertionError("every port is taken")
