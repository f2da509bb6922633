"""Finding a free port, so that a second program on the machine is no reason to fail."""

import socket

TRIES = 50


def find_free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one after it that nothing listens on.

    Raises:
        OSError: none of fifty is free.
    """
    for port in range(wanted, wanted + TRIES):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port on {host} from {wanted} to {wanted + TRIES - 1}: set another one")
