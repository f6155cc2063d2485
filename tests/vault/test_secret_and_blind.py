"""Secrets of the installation, and finding a number that is written nowhere."""

import pytest

from jawort.vault.blind import INDEX_BYTES, blind, index
from jawort.vault.seal import Unreadable
from jawort.vault.secret import open_secret, seal_secret
from jawort.vault.state import Vault, unlock_with

KEY = bytes(range(32))


def test_a_secret_opens_under_its_name_and_key_only() -> None:
    sealed = seal_secret("lines/1/token", b"EAAG-fictional", KEY)
    assert b"EAAG" not in sealed
    assert open_secret("lines/1/token", sealed, KEY) == b"EAAG-fictional"
    for name, key in (("lines/2/token", KEY), ("lines/1/token", bytes(32))):
        with pytest.raises(Unreadable):
            open_secret(name, sealed, key)


def test_the_listeners_key_does_not_open_tokens(vault: Vault) -> None:
    sealed = seal_secret("lines/1/token", b"EAAG-fictional", vault.secret_key)
    with pytest.raises(Unreadable):
        open_secret("lines/1/token", sealed, vault.ingest_key)


def test_an_index_is_the_same_every_time_and_short() -> None:
    assert blind("phone", "491713920021") == blind("phone", "491713920021")
    assert len(blind("phone", "491713920021")) == INDEX_BYTES
    assert blind("phone", "491713920021") != blind("phone", "491713920022")


def test_indexes_of_two_uses_cannot_be_joined(vault: Vault) -> None:
    assert blind("phone", "491713920021") != blind("seen", "491713920021")
    assert index(KEY, "phone", "1") != index(KEY, "seen", "1")


def test_another_installation_has_other_indexes() -> None:
    here = blind("phone", "491713920021")
    unlock_with(bytes(32))
    assert blind("phone", "491713920021") != here
