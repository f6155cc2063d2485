"""Signatures of the sign-in service. Loaded when somebody first signs in by it: a desk without it goes without."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from jawort.channels.oidc.rules import ALGORITHMS

_KINDS = frozenset({"RSA", "EC"})


def keys_of(listed: Mapping[str, Any]) -> KeySet:
    """The keys of a JWKS that can sign; what else a service lists is passed over."""
    keys, named = [], listed.get("keys")
    for each in named if isinstance(named, list) else ():
        if isinstance(each, dict) and each.get("kty") in _KINDS and each.get("use", "sig") == "sig":
            try:
                keys.append(JWKRegistry.import_key(each))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(keys)


def signed(token: str, keys: KeySet) -> dict[str, Any] | None:
    """The claims, if one of `keys` signed them in a way that is good enough; None else."""
    try:
        return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError, json.JSONDecodeError):
        return None
