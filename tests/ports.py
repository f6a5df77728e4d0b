"""A port for a server that tests or benches start."""

import socket


def free_port() -> int:
    """Return a port of this machine's at which nobody listens just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
