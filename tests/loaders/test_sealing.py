"""A sealed password opens with its key and its account only; the key is made once."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from loaders.sealing import KeyFileError, Sealer, SealError, load_or_make_key, parse_key

KEY = bytes(range(32))


@pytest.mark.parametrize("account_id", [1, 2**63 - 1])
def test_a_sealed_password_opens_for_its_account(account_id: int) -> None:
    [sealed] = Sealer(KEY).seal([account_id], ["mkrt-7384-wdcn"])
    assert b"mkrt" not in sealed
    assert Sealer(KEY).open(account_id, sealed) == "mkrt-7384-wdcn"


def test_it_does_not_open_for_another_account_or_under_another_key_or_damaged() -> None:
    [sealed, other] = Sealer(KEY).seal([1, 2], ["mkrt-7384-wdcn"] * 2)
    assert sealed[13:] != other[13:]
    for sealer, account_id, text in [
        (Sealer(KEY), 2, sealed),
        (Sealer(bytes(32)), 1, sealed),
        (Sealer(KEY), 1, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (Sealer(KEY), 1, b"\x02" + sealed[1:]),
        (Sealer(KEY), 1, sealed[:20]),
        (Sealer(KEY), 1, b""),
    ]:
        with pytest.raises(SealError, match=f"account {account_id}"):
            sealer.open(account_id, text)


def test_no_two_passwords_share_a_nonce() -> None:
    sealed = Sealer(KEY).seal(range(1000), ["mkrt-7384-wdcn"] * 1000)
    assert len({text[1:13] for text in sealed}) == 1000


def test_accounts_and_passwords_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        Sealer(KEY).seal([1], ["mkrt-7384-wdcn"] * 2)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    key = load_or_make_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_make_key(path) == key
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_at_once_end_with_the_same_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    barrier = Barrier(8)

    def start() -> None:
        barrier.wait()
        keys.append(load_or_make_key(tmp_path / "key"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8 and len(set(keys)) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_a_key_is_64_hex_digits() -> None:
    assert parse_key(f" {KEY.hex().upper()}\n") == KEY


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "00 " * 32])
def test_anything_else_is_no_key_and_is_not_shown(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="64 hex digits"):
        parse_key(text)
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(KeyFileError, match="backup") as caught:
        load_or_make_key(path)
    assert str(path) in str(caught.value)
    assert not text or text not in str(caught.value)
    assert path.read_text() == text


def test_a_key_of_another_length_seals_nothing() -> None:
    with pytest.raises(KeyFileError):
        Sealer(bytes(16))
