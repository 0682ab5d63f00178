"""Ports for what must be told one beforehand, or comes back to it after it died."""

import socket
from random import sample

#: Linux gives 32768 and above to whoever asks for any port, macOS 49152 and above: one of those can be lost
#: in the moment nobody listens on it.
_PORTS = iter(sample(range(10_000, 32_768), 20_000))


def own_port() -> int:
    """Return a port of 127.0.0.1 that is free, and that nobody is given who asks for any free one."""
    for port in _PORTS:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:  # another program listens there
            continue
    raise AssertionError("every port is taken")
