"""Finding a free port, so that a second program on the machine is no reason to fail."""

import socket

TRIES = 50
HIGHEST = 65_535


def find_free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one after it that nothing listens on.

    Raises:
        OSError: none of fifty is free, or this machine has no address `host`.
    """
    family, *_, address = socket.getaddrinfo(host, wanted, type=socket.SOCK_STREAM)[0]
    last = min(wanted + TRIES - 1, HIGHEST)
    with socket.socket(family) as probe:
        probe.bind((address[0], 0))  # whether it is an address of ours at all
    for port in range(wanted, last + 1):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address[0], port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port on {host} from {wanted} to {last}: set another one")
