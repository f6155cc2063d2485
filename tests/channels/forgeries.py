"""Webhooks that nobody signed: a signed one, changed in one of many ways. Each kind draws from a random source."""

import base64
import gzip
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from jawort.channels.whatsapp.signature import sign

SECRET = b"test_app_secret"
BODY = (Path(__file__).parent / "payloads" / "known_answer.json").read_bytes()
HEADER = "X-Hub-Signature-256"
TARGET = "/webhooks/whatsapp"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request. `signatures` are the header's values, as often as it comes."""

    body: bytes
    signatures: tuple[bytes, ...]
    method: str = "POST"
    path: str = TARGET
    name: str = HEADER

    @property
    def head_and_body(self) -> bytes:
        """All of it, as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: x", f"Content-Length: {len(self.body)}"]
        signed = b"".join(self.name.encode() + b": " + value + b"\r\n" for value in self.signatures)
        return ("\r\n".join(lines) + "\r\n").encode() + signed + b"\r\n" + self.body


SIGNED = Webhook(BODY, (sign(BODY, SECRET).encode(),))
HEX = SIGNED.signatures[0].removeprefix(b"sha256=")
Forge = Callable[[Random], Webhook]


def flipped(value: bytes, random: Random) -> bytes:
    """One bit is another."""
    changed = bytearray(value)
    changed[random.randrange(len(value))] ^= 1 << random.randrange(8)
    return bytes(changed)


def body(change: Callable[[Random], bytes]) -> Forge:
    """The right signature, over another body."""
    return lambda random: replace(SIGNED, body=change(random))


def signature(change: Callable[[Random], bytes]) -> Forge:
    """The right body, under another signature."""
    return lambda random: replace(SIGNED, signatures=(change(random),))


def inserted(what: Callable[[Random], bytes]) -> Forge:
    """Something more, anywhere in the body."""

    def change(random: Random) -> bytes:
        at = random.randrange(len(BODY) + 1)
        return BODY[:at] + what(random) + BODY[at:]

    return body(change)


def cut(random: Random) -> bytes:
    start = random.randrange(len(BODY))
    return BODY[:start] + BODY[random.randrange(start + 1, len(BODY) + 1) :]


def twice_keyed(random: Random) -> bytes:
    key = random.choice([b'"object"', b'"entry"', b'"id"', b'"text"', b'"from"'])
    return BODY.replace(key, key + b":null," + key, 1)


def written_again(random: Random) -> bytes:
    value = json.loads(BODY)
    ways = [
        json.dumps(value),
        json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        json.dumps(value, sort_keys=True, separators=(",", ":")),
        json.dumps(value, indent=random.randrange(1, 9)),
        json.dumps(value, separators=(",", ":")),  # its slashes are not escaped
    ]
    return random.choice(ways).encode()


def escaped_otherwise(random: Random) -> bytes:
    letter = random.choice(b"abcdeimnopstw")
    place = random.choice([at for at, one in enumerate(BODY) if one == letter and BODY[at - 1] != ord("\\")])
    return BODY[:place] + b"\\u%04x" % letter + BODY[place + 1 :]


def under(key: bytes) -> Forge:
    """Signed, and by somebody else."""
    return signature(lambda _: sign(BODY, key).encode())


def hashed(algorithm: str, random: Random) -> bytes:
    names = (b"sha256", b"sha1", algorithm.encode())
    return random.choice(names) + b"=" + hmac.new(SECRET, BODY, algorithm).hexdigest().encode()


def repeated(random: Random) -> Webhook:
    pair = [SIGNED.signatures[0], random.choice([SIGNED.signatures[0], b"", b"sha256=" + b"0" * 64, HEX])]
    random.shuffle(pair)
    return replace(SIGNED, signatures=tuple(pair))


def of_another(random: Random) -> Webhook:
    """What once stood under another body."""
    return replace(SIGNED, signatures=(sign(random.randbytes(random.randrange(50)), SECRET).encode(),))


def capital(random: Random) -> bytes:
    letters = [at for at, one in enumerate(HEX) if one in b"abcdef"]
    at = random.choice(letters)
    return random.choice([b"sha256=" + HEX.upper(), b"sha256=" + HEX[:at] + HEX[at : at + 1].upper() + HEX[at + 1 :]])


PREFIXES = [b"", b"SHA256=", b"Sha256=", b"sha-256=", b"sha256:", b"sha256", b"sha256==", b"sha256= ", b"sha1=", b"v0="]
ENDS = [b"0", b"00", b"=", b",", b";", b"\t0", b" 0", b", " + SIGNED.signatures[0], b'"', b"\xc2\xa0", b"\x80"]
FOREIGN_DIGITS = ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "ü" * 10]
RAW = hmac.digest(SECRET, BODY, "sha256")

FORGERIES: dict[str, Forge] = {
    "bit": body(lambda random: flipped(BODY, random)),
    "cut": body(cut),
    "longer": body(lambda random: BODY + random.randbytes(random.randrange(1, 64))),
    "bytes": inserted(lambda random: random.randbytes(random.randrange(1, 9))),
    "white space": inserted(lambda random: random.choice([b" ", b"\n", b"\r\n", b"\t", b"\xef\xbb\xbf", b"\0"])),
    "key twice": body(twice_keyed),
    "written again": body(written_again),
    "escaped otherwise": body(escaped_otherwise),
    "packed": body(lambda random: gzip.compress(BODY, random.randrange(10))),
    "other or no body": body(lambda random: random.choice([b"", BODY + BODY, b"{}", BODY[::-1]])),
    "signature bit": signature(lambda random: flipped(SIGNED.signatures[0], random)),
    "digit": signature(
        lambda random: b"sha256=" + HEX[:-1] + random.choice(b"0123456789abcdef".replace(HEX[-1:], b"")).to_bytes()
    ),
    "short": signature(lambda random: SIGNED.signatures[0][: random.randrange(71)]),
    "end": signature(lambda random: SIGNED.signatures[0] + random.choice(ENDS)),
    "prefix": signature(lambda random: random.choice(PREFIXES) + HEX),
    "capital": signature(capital),
    "base64": signature(lambda random: random.choice([b"sha256=", b""]) + base64.b64encode(RAW)),
    "algorithm": signature(
        lambda random: hashed(random.choice(["sha1", "sha512", "md5", "sha384", "sha3_256"]), random)
    ),
    "no key": signature(lambda _: b"sha256=" + hashlib.sha256(SECRET + BODY).hexdigest().encode()),
    "foreign digits": signature(
        lambda random: (
            b"sha256="
            + HEX.decode()
            .translate({ord(str(n)): digit for n, digit in enumerate(random.choice(FOREIGN_DIGITS))})
            .encode(random.choice(["utf-8", "utf-16-be"]))
            .replace(b"\0", b"1")
        )
    ),
    "empty secret": under(b""),
    "other secret": lambda random: under(random.randbytes(random.randrange(1, 40)))(random),
    "nearly the secret": lambda random: under(flipped(SECRET, random))(random),
    "secret and more": lambda random: under(SECRET + random.choice([b"\n", b" ", b"t"]))(random),
    "missing": lambda _: replace(SIGNED, signatures=()),
    "repeated": repeated,
    "of another": of_another,
    "other header": lambda random: replace(
        SIGNED, name=random.choice(["X-Hub-Signature", "X_Hub_Signature_256", "X-Hub-Signature-512", "Authorization"])
    ),
}
#: Malformed as requests: body and signature by themselves would fit.
REQUESTS = {"repeated", "other header"}


def forge(kind: str, seed: int) -> Webhook:
    """One of that kind; never by chance the signed one."""
    random = Random(seed)
    while (made := FORGERIES[kind](random)) == SIGNED:
        continue
    return made
