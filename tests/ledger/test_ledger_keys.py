"""The signing key: made once, sealed, and never exchanged unseen."""

from threading import Thread

import pytest
from django.db import connection

from jawort.ledger import read
from jawort.ledger.keys import SigningKeyError, signer
from jawort.ledger.models import Secret
from jawort.ledger.tlog.note import Verifier
from tests.ledger.builders import ROOT_KEY, sql

OTHER_ROOT_KEY = b"o" * 32


@pytest.mark.django_db
def test_the_first_call_makes_key_and_origin() -> None:
    made = signer(ROOT_KEY)
    origin = made.verifier.name
    assert origin.startswith("jawort.invalid/")
    assert len(bytes.fromhex(origin.removeprefix("jawort.invalid/"))) == 6
    assert read.vkey() == made.verifier.vkey
    assert Verifier.parse(read.vkey() or "").public == made.verifier.public
    assert signer(ROOT_KEY).verifier.vkey == made.verifier.vkey


@pytest.mark.django_db
def test_another_root_key_opens_nothing() -> None:
    signer(ROOT_KEY)
    with pytest.raises(SigningKeyError, match="root key is not the one"):
        signer(OTHER_ROOT_KEY)
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        signer(b"short")


@pytest.mark.django_db
def test_an_exchanged_public_half_is_refused() -> None:
    public = signer(ROOT_KEY).verifier.vkey
    Secret.objects.all().delete()
    signer(ROOT_KEY)
    sql("UPDATE ledger_secret SET public = %s", public)
    with pytest.raises(SigningKeyError):
        signer(ROOT_KEY)


@pytest.mark.django_db
def test_the_private_half_is_nowhere_in_clear() -> None:
    made = signer(ROOT_KEY)
    row = Secret.objects.get()
    sealed = bytes(row.sealed)
    assert len(sealed) == 12 + 32 + 16
    assert made.verifier.public not in sealed


@pytest.mark.django_db(transaction=True)
def test_two_first_starts_agree_on_one_key() -> None:
    found: list[str] = []

    def start() -> None:
        found.append(signer(ROOT_KEY).verifier.vkey)
        connection.close()

    starts = [Thread(target=start) for _ in range(4)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert found == [read.vkey()] * 4
