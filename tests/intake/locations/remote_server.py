"""A real SFTP server on loopback, in a thread, for locations that we poll."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncssh

USER, PASSWORD = "learners", "opensesame"


class Faults:
    """What goes wrong on purpose: `break_after` reads the connection is cut."""

    def __init__(self) -> None:
        self.break_after: int | None = None


class RemoteServer(NamedTuple):
    """The server's port, the folder that it shows as its root, the file of its host key, and its faults."""

    port: int
    root: Path
    known_hosts: Path
    faults: Faults

    def address(self, path: str) -> str:
        return f"sftp://{USER}@127.0.0.1:{self.port}/{path}"


class _SignIn(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[RemoteServer]:
    """Serve `folder/root` until the block ends."""
    root, faults = folder / "root", Faults()
    root.mkdir()
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(root).encode())

        def read(self, file_obj: Any, offset: int, size: int) -> Any:
            if faults.break_after is not None:
                faults.break_after -= 1
                if faults.break_after < 0:
                    self.connection.abort()
            return super().read(file_obj, offset, size)

    loop, port = asyncio.new_event_loop(), _find_free_port()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncssh.listen("127.0.0.1", port, server_host_keys=[key], server_factory=_SignIn, sftp_factory=Files)
    server = asyncio.run_coroutine_threadsafe(_start(listening), loop).result(10)
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    yield RemoteServer(port, root, known_hosts, faults)
    asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _start(listening: Any) -> Any:
    return await listening


async def _stop(server: Any) -> None:
    server.close()
    await server.wait_closed()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
