"""Who gets in: a registered provider with its own key or password; everyone else waits and is counted."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable

import asyncssh
import paramiko
import pytest

from intake.sftp import connection, connections, guessing, trail
from intake.sftp.accounts import NOBODYS_HASH, find_account
from intake.sftp.guessing import ACCOUNT_PAUSE_LIMIT, ADDRESS_PAUSE_LIMIT, GuessingGuard, find_network
from loaders.sftp_credentials import add_key, remove_key, set_password
from tests.intake.sftp.conftest import Serve
from tests.intake.sftp.serving import OTHER_UKPRN, PASSWORD, UKPRN, Served, client, put, transport

REFUSED_ACTORS = {f"sftp:{UKPRN}", f"sftp:{OTHER_UKPRN}", "sftp"}


def wait_for(found: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_key_or_the_password_signs_in_and_the_trail_says_how(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "learners.csv", b"x" * 10)
        with sftp.open("learners.csv") as file:
            file.read()
        sftp.remove("learners.csv")
    with client(served, password=PASSWORD) as sftp:
        assert sftp.listdir() == ["outcomes"]
    wait_for(lambda: [event.details["ended_by"] for event in served.events()] == ["client", "client"])
    first, second = served.events()
    assert (first.actor, first.provider_id is not None) == (f"sftp:{UKPRN}", True)
    assert first.details["fingerprint"] == served.key.get_fingerprint("sha256")
    assert first.details["address"] == "127.0.0.1" and first.details["duration_seconds"] >= 0
    kinds = ("received_count", "received_bytes", "fetched_count", "fetched_bytes", "removed_count")
    assert [first.details[kind] for kind in kinds] == [1, 10, 1, 10, 1]
    assert (second.details["signed_in_with"], second.details["fingerprint"]) == ("password", None)
    assert "argon2" not in str([event.details for event in served.events()])


@pytest.mark.parametrize("user_name", [OTHER_UKPRN, "10009999", "root", "", "10001234 ", "' OR 1=1 --", "1" * 900])
def test_a_key_opens_no_account_but_its_own(served: Served, user_name: str) -> None:
    with pytest.raises(paramiko.SSHException), transport(served, user_name=user_name, key=served.key):
        pass


def test_a_vendors_key_opens_each_account_that_it_was_added_to(served: Served) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    with served.place.database.write() as session:
        for ukprn in (UKPRN, OTHER_UKPRN):
            add_key(session, ukprn, key.export_public_key().decode())
    for ukprn in (UKPRN, OTHER_UKPRN):
        with client(served, user_name=ukprn, key=key) as sftp:
            put(sftp, f"{ukprn}.csv")
    assert served.listed() == [f"{UKPRN}.csv"]


def test_a_wrong_password_is_refused_alike_for_every_account_and_summed_up_in_the_trail(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(trail, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(guessing, "FIRST_PAUSE_SECONDS", 0.0)
    served = serve()
    texts = set()
    for user_name in (UKPRN, OTHER_UKPRN, "10009999"):
        with (
            pytest.raises(paramiko.AuthenticationException) as refused,
            transport(served, user_name=user_name, password="wrong"),
        ):
            pass
        texts.add(str(refused.value))
    assert len(texts) == 1
    wait_for(lambda: {event.actor for event in served.events("sftp sign-in refused")} == REFUSED_ACTORS)
    details = str([event.details for event in served.events("sftp sign-in refused")])
    assert "10009999" not in details and "127.0.0.1" in details
    assert served.events() == []


def test_an_unknown_account_costs_as_much_as_a_known_one(served: Served) -> None:
    account = find_account(served.place.database, UKPRN)
    assert account is not None and account.password is not None
    assert account.password.text.split("$")[1:4] == NOBODYS_HASH.split("$")[1:4]


def test_guessing_over_many_connections_gets_slower_and_keys_do_not_wait(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.sftp.guessing.FIRST_PAUSE_SECONDS", 0.3)
    served = serve()

    def guess() -> None:
        with pytest.raises(paramiko.SSHException), transport(served, password="wrong"):
            pass

    for _ in range(3):
        guess()
    began = time.monotonic()
    threads = [threading.Thread(target=guess) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    with client(served) as sftp:
        put(sftp, "learners.csv")
    assert any(thread.is_alive() for thread in threads)  # guesses still wait; the key did not
    for thread in threads:
        thread.join()
    assert time.monotonic() - began >= 1.2  # one after the other


def test_tries_at_one_address_follow_each_other_with_growing_pauses() -> None:
    now = [0.0]
    guard = GuessingGuard(lambda: now[0])
    waits: list[float] = []
    for number in range(9):
        wait = guard.ask("192.0.2.1", f"account {number}")
        assert wait is not None
        now[0] += wait
        waits.append(wait)
        guard.note_failure("192.0.2.1", f"account {number}")
    assert waits == [0, 0, 1, 2, 4, 8, 16, ADDRESS_PAUSE_LIMIT, ADDRESS_PAUSE_LIMIT]
    assert guard.ask("192.0.2.1", UKPRN) == ADDRESS_PAUSE_LIMIT
    assert guard.ask("192.0.2.1", UKPRN) is None  # no queue of tries builds up
    assert guard.ask("192.0.2.2", UKPRN) == 0


def test_a_stranger_can_slow_a_school_down_a_little_and_no_more() -> None:
    guard = GuessingGuard(lambda: 0.0)
    guard.note_success("198.51.100.7", UKPRN)
    for number in range(500):
        guard.note_failure(f"192.0.2.{number % 250}", UKPRN)
    assert guard.ask("203.0.113.9", UKPRN) == ACCOUNT_PAUSE_LIMIT
    assert guard.ask("198.51.100.7", UKPRN) == 0  # where it signed in before
    for _ in range(5):
        guard.note_failure("198.51.100.7", UKPRN)
    assert guard.ask("198.51.100.7", UKPRN) != 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_network_count_as_one(address: str, network: str) -> None:
    assert find_network(address) == network


def refuse(work: Callable[[paramiko.Channel], object], link: paramiko.Transport) -> None:
    with pytest.raises((paramiko.SSHException, EOFError)):
        work(link.open_session(timeout=10))


def test_there_is_no_shell_no_command_no_other_subsystem_and_no_forwarding(served: Served) -> None:
    with transport(served) as link:
        refuse(lambda channel: channel.invoke_shell(), link)
        refuse(lambda channel: channel.exec_command("id"), link)
        refuse(lambda channel: channel.exec_command("scp -t /"), link)
        refuse(lambda channel: channel.exec_command("internal-sftp"), link)
        refuse(lambda channel: channel.invoke_subsystem("netconf"), link)
        refuse(lambda channel: channel.get_pty(), link)
        refuse(lambda channel: channel.request_x11(), link)
        for kind in ("direct-tcpip", "forwarded-tcpip"):
            with pytest.raises(paramiko.ChannelException):
                link.open_channel(kind, ("127.0.0.1", served.port), ("127.0.0.1", 1), timeout=10)
        for kind in ("x11", "auth-agent@openssh.com", "direct-streamlocal@openssh.com", "tun@openssh.com"):
            with pytest.raises((paramiko.ChannelException, paramiko.SSHException)):
                link.open_channel(kind, ("127.0.0.1", 1), ("127.0.0.1", 1), timeout=10)
        with pytest.raises(paramiko.SSHException):
            link.request_port_forward("127.0.0.1", 0)


def test_a_provider_has_so_many_connections_and_no_more(serve: Serve) -> None:
    served = serve(provider_connection_limit=2)
    with client(served) as first, client(served) as second:
        with pytest.raises((paramiko.SSHException, EOFError, OSError)), client(served) as third:
            third.listdir()
        with client(served, user_name=OTHER_UKPRN, key=served.other_key) as other:
            assert other.listdir() == first.listdir() == second.listdir()
    wait_for(lambda: "too many connections" in [event.details["ended_by"] for event in served.events()])
    with client(served) as again:
        assert again.listdir() == ["outcomes"]


def test_all_providers_together_have_so_many_connections_and_no_more(serve: Serve) -> None:
    served = serve(connection_limit=2)
    faults = paramiko.SSHException, EOFError, OSError
    with client(served), client(served), pytest.raises(faults), client(served) as third:
        third.listdir()
    with client(served) as again:
        assert again.listdir() == ["outcomes"]


@pytest.mark.parametrize("limit", [10, 11], ids=["of all", "of one address"])
def test_who_connects_and_says_nothing_makes_room_and_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(connections, "MAKES_ROOM_SECONDS", 0.3)
    served = serve(connection_limit=limit, login_seconds=2.0)
    silent = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(10)]
    time.sleep(0.5)
    with client(served) as sftp:
        assert sftp.listdir() == ["outcomes"]
    for one in silent:
        one.settimeout(10)
        while one.recv(1000):
            pass  # until it is closed
        one.close()


def test_an_idle_connection_is_closed_and_a_busy_one_is_not(serve: Serve) -> None:
    served = serve(idle_seconds=1.0)
    with transport(served) as idle, client(served) as busy:
        for _ in range(8):
            time.sleep(0.25)
            busy.listdir()
        assert not idle.is_active()
        assert busy.listdir() == ["outcomes"]
    wait_for(lambda: [event.details["ended_by"] for event in served.events()] == ["idle", "client"])


def test_a_removed_key_and_a_changed_password_end_their_sessions(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.sftp.server.BEAT_SECONDS", 0.2)
    served = serve()
    with transport(served) as by_key, transport(served, password=PASSWORD) as by_password:
        with served.place.database.write() as session:
            remove_key(session, UKPRN, served.key.get_fingerprint("sha256"))
            set_password(session, UKPRN, "another password 7")
        wait_for(lambda: not by_key.is_active() and not by_password.is_active())
    with pytest.raises(paramiko.AuthenticationException), transport(served):
        pass


def test_a_client_that_goes_on_trying_is_shown_the_door(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "KEY_TRY_LIMIT", 3)

    async def try_keys() -> None:
        keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(8)]
        async with asyncssh.connect(
            "127.0.0.1", served.port, known_hosts=None, username=UKPRN, client_keys=keys, config=[]
        ):
            pass

    with pytest.raises(asyncssh.DisconnectError, match="Too many tries"):
        asyncio.run(try_keys())


@pytest.mark.parametrize(
    "offer",
    [
        {"encryption_algs": ["aes128-cbc", "3des-cbc"]},
        {"kex_algs": ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]},
        {"mac_algs": ["hmac-sha1", "hmac-md5"], "encryption_algs": ["aes128-ctr"]},
        {"server_host_key_algs": ["ssh-rsa"]},
    ],
)
def test_what_is_out_of_date_is_not_spoken(served: Served, offer: dict[str, list[str]]) -> None:
    async def connect() -> None:
        options = {"known_hosts": None, "username": UKPRN, "client_keys": [served.key], "config": []}
        async with asyncssh.connect("127.0.0.1", served.port, **options, **offer):
            pass

    with pytest.raises((asyncssh.KeyExchangeFailed, asyncssh.ConnectionLost)):
        asyncio.run(connect())
