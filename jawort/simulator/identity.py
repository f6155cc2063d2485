"""Ids as the platform makes them: business-scoped user ids and message ids. Pure.

A message id contains the customer's number, as the examples in Meta's documentation do; so tests that look for
numbers in logs and on disk find them in ids as well.
"""

import base64
import binascii
import hashlib
import hmac
import re

BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
BSUID_DIGITS = 20
WAMID_PREFIX = "wamid."
WACID_PREFIX = "wacid."
_KEY_LETTERS = {True: 18, False: 20}  # hex digits of the message key: outbound, inbound
_KEY_MARKS = {True: b"\x11\x18\x12", False: b"\x12\x18\x14"}
#: The country that opens an id, by calling code; the longest match counts. Europe, and where other rules hold; of
#: countries that share a code the largest.
_CODES = """
    1 US 30 GR 31 NL 32 BE 33 FR 34 ES 36 HU 39 IT 40 RO 41 CH 43 AT 44 GB 45 DK 46 SE 47 NO 48 PL 49 DE 61 AU 81 JP
    82 KR 90 TR 91 IN 351 PT 352 LU 353 IE 354 IS 355 AL 356 MT 357 CY 358 FI 359 BG 370 LT 371 LV 372 EE 380 UA
    381 RS 385 HR 386 SI 387 BA 420 CZ 421 SK 423 LI
"""
_COUNTRIES = dict(zip(_CODES.split()[::2], _CODES.split()[1::2], strict=True))
ISO = re.compile(r"[A-Z]{2}")
_COUNTRY_UNKNOWN = "ZZ"


def country(digits: str) -> str:
    """ISO code for a number's calling code, `ZZ` where we have none."""
    for length in (3, 2, 1):
        if found := _COUNTRIES.get(digits[:length]):
            return found
    return _COUNTRY_UNKNOWN


def bsuid(portfolio: str, person: str, epoch: int, iso: str) -> str:
    """The id under which `portfolio` knows `person`: the same for all its numbers, another in every portfolio.

    `epoch` counts the person's changes of number; each one changes the id.
    """
    digest = hmac.digest(portfolio.encode(), f"{person}|{epoch}".encode(), "sha256")
    return f"{iso}.{int.from_bytes(digest, 'big') % 10**BSUID_DIGITS:0{BSUID_DIGITS}d}"


def parent_bsuid(portfolio: str, person: str, epoch: int, iso: str) -> str:
    """The id that portfolios which are linked with `portfolio` share for `person`."""
    return f"{iso}.ENT.{bsuid(f'{portfolio}|linked', person, epoch, iso).removeprefix(f'{iso}.')}"


def key_hash(person: str, epoch: int, devices: int) -> str:
    """The hash of a phone's keys, as the identity check compares it."""
    return base64.b64encode(hashlib.sha256(f"{person}|{epoch}|{devices}".encode()).digest()[:8]).decode("ascii")


def wamid(digits: str, seed: bytes, *, outbound: bool) -> str:
    """A message id that carries `digits`, the customer's number; `seed` makes its key."""
    key = hashlib.sha256(seed).hexdigest().upper()[: _KEY_LETTERS[outbound]]
    layout = b"".join(
        [
            b"\x1c\x18",
            bytes([len(digits)]),
            digits.encode("ascii"),
            b"\x15\x02\x00",
            _KEY_MARKS[outbound],
            key.encode("ascii"),
            b"\x00",
        ]
    )
    return WAMID_PREFIX + base64.b64encode(layout).decode("ascii")


def wacid(message_id: str) -> str:
    """The id of a call, made like that of a message."""
    return WACID_PREFIX + message_id.removeprefix(WAMID_PREFIX)


def number_in(message_id: str) -> str | None:
    """The digits inside a message id, or None if it has another layout."""
    if not message_id.startswith(WAMID_PREFIX):
        return None
    try:
        layout = base64.b64decode(message_id.removeprefix(WAMID_PREFIX), validate=True)
    except binascii.Error:
        return None
    if layout[:2] != b"\x1c\x18" or len(layout) < 3:
        return None
    digits = layout[3 : 3 + layout[2]].decode("ascii", errors="replace")
    return digits if digits.isdigit() and layout[3 + layout[2] :].startswith(b"\x15\x02\x00") else None
