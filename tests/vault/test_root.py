"""The root key's file: made once, kept from others, refused with a sentence that helps."""

import base64
import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from jawort.core.config import Config, ConfigError
from jawort.vault import state
from jawort.vault.root import derive, load, load_or_create, write_ingest_key

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A key file that is in order."""
    path = tmp_path / "root.key"
    path.write_bytes(base64.b64encode(KEY) + b"\n")
    path.chmod(0o600)
    return path


def test_it_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "root.key"
    key = load_or_create(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path) == key
    assert [entry.name for entry in path.parent.iterdir()] == ["root.key"]


def test_a_wide_umask_does_not_open_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create(tmp_path / "root.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "root.key").stat().st_mode) == 0o600


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    start, found = threading.Barrier(8), []

    def begin() -> None:
        start.wait()
        found.append(load_or_create(tmp_path / "root.key"))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o610])
def test_a_file_that_others_can_reach_is_refused_with_the_command(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
        load(file)


@pytest.mark.parametrize(
    "text",
    [b"", b"\n", base64.b64encode(KEY[:31]), base64.b64encode(KEY + b"x"), KEY, b"not base64 at all!", b"A" * 5_000],
    ids=["empty", "blank", "short", "long", "raw", "text", "large"],
)
def test_a_file_that_holds_no_key_is_refused_and_stays(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    with pytest.raises(ConfigError, match="32 bytes"):
        load_or_create(file)
    assert file.read_bytes() == text


def test_refusals_do_not_print_the_key(file: Path) -> None:
    file.write_bytes(base64.b64encode(KEY + b"x"))
    with pytest.raises(ConfigError) as raised:
        load(file)
    assert base64.b64encode(KEY)[:12].decode() not in str(raised.value)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root.key").mkdir(mode=0o700)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "root.key")


def test_purposes_have_keys_of_their_own() -> None:
    purposes = ["secret", "ingest", "epoch", "index/phone", "index/bsuid", "index/provider", "index/seen"]
    assert len({derive(KEY, purpose) for purpose in purposes}) == len(purposes)
    assert derive(KEY, "secret") == derive(KEY, "secret")


def test_unlocking_leaves_the_listener_its_key_and_only_that(tmp_path: Path) -> None:
    config = replace(Config(), data_dir=tmp_path)
    vault = state.unlock(config)
    assert vault.root == load(config.root_key)
    assert load(config.ingest_key) == vault.ingest_key == derive(vault.root, "ingest")
    assert stat.S_IMODE(config.ingest_key.stat().st_mode) == 0o600
    assert state.unlock(config).root == vault.root
    assert repr(vault) == "Vault()"


def test_the_listeners_key_follows_the_root_key(tmp_path: Path) -> None:
    path = tmp_path / "ingest.key"
    write_ingest_key(path, KEY)
    write_ingest_key(path, bytes(32))
    assert load(path) == derive(bytes(32), "ingest")
    assert [entry.name for entry in tmp_path.iterdir()] == ["ingest.key"]


def test_a_locked_vault_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_open", [])
    with pytest.raises(state.LockedError, match="unlock"):
        state.vault()


def test_the_listener_needs_no_django() -> None:
    modules = "blind, memory, root, seal, secret, state, transit_seal"
    code = f"import sys; from jawort.vault import {modules}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
