"""Trees and proofs: against the published vectors, and against the recursion of RFC 6962 written down plainly."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.tlog import merkle
from jawort.ledger.tlog.merkle import leaf_hash, node_hash

CLASSIC = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
CLASSIC_ROOTS = {  # how they begin and end, as they were published; the last one whole
    1: ("6e340b9c", "afa01d"),
    2: ("fac54203", "e3c125"),
    3: ("aeb6bcfe", "e06e77"),
    4: ("d37ee418", "9614b7"),
    5: ("4e3bbb1f", "6264d4"),
    6: ("76e67dad", "2087ef"),
    7: ("ddb89be4", "a74c8c"),
    8: ("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", ""),
}


def tree_hash(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as it is written there."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def node_of(hashes: list[bytes]) -> merkle.Node:
    return lambda height, index: merkle.perfect_root(hashes[index << height : (index + 1) << height])


def vectors(name: str) -> dict[str, dict[str, Any]]:
    folder = os.environ.get("JAWORT_VECTORS")
    if not folder:
        pytest.skip("JAWORT_VECTORS does not name the folder of the published vectors")
    cases: dict[str, dict[str, Any]] = json.loads((Path(folder) / "merkle-vectors" / name).read_text("utf-8"))
    assert len(cases) == 98
    return cases


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_published_inclusion_vectors() -> None:
    for name, case in vectors("inclusion.json").items():
        proof = [raw(step) for step in case["proof"] or []]
        good = merkle.verify_inclusion(
            case["leafIdx"], case["treeSize"], raw(case["leafHash"]), raw(case["root"]), proof
        )
        assert good is not case["wantErr"], name


def test_published_consistency_vectors() -> None:
    for name, case in vectors("consistency.json").items():
        proof = [raw(step) for step in case["proof"] or []]
        good = merkle.verify_consistency(case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof)
        assert good is not case["wantErr"], name


def test_constants_of_rfc_6962() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", CLASSIC_ROOTS)
def test_classic_roots(size: int) -> None:
    growth = merkle.Growth()
    for leaf in CLASSIC[:size]:
        growth.append(leaf_hash(leaf))
    begin, end = CLASSIC_ROOTS[size]
    assert growth.root().hex().startswith(begin)
    assert growth.root().hex().endswith(end)


@given(size=st.integers(0, 300))
def test_every_way_to_a_root_agrees_with_the_recursion(size: int) -> None:
    hashes = [leaf_hash(b"%d" % at) for at in range(size)]
    growth = merkle.Growth()
    for one in hashes:
        growth.append(one)
    assert growth.root() == tree_hash(hashes) == merkle.root(size, node_of(hashes))


def test_growth_takes_whole_subtrees_where_they_fit() -> None:
    hashes = [leaf_hash(b"%d" % at) for at in range(13)]
    growth = merkle.Growth()
    growth.append(tree_hash(hashes[:8]), 3)
    growth.append(tree_hash(hashes[8:12]), 2)
    growth.append(hashes[12])
    assert growth.root() == tree_hash(hashes)
    with pytest.raises(ValueError, match="cannot begin at leaf 13"):
        growth.append(hashes[0], 1)


@given(data=st.data(), size=st.integers(1, 200))
def test_inclusion_proofs_hold_and_mutated_ones_do_not(data: st.DataObject, size: int) -> None:
    hashes = [leaf_hash(b"%d" % at) for at in range(size)]
    index = data.draw(st.integers(0, size - 1))
    leaf, root, proof = hashes[index], tree_hash(hashes), merkle.prove_inclusion(index, size, node_of(hashes))
    assert merkle.verify_inclusion(index, size, leaf, root, proof)

    for mutated in mutations(data, proof):
        assert not merkle.verify_inclusion(index, size, leaf, root, mutated)
    assert not merkle.verify_inclusion(index, size, flipped(data, leaf), root, proof)
    assert not merkle.verify_inclusion(index, size, leaf, flipped(data, root), proof)
    other = data.draw(st.integers(-2, size + 2).filter(lambda at: at != index))
    assert not merkle.verify_inclusion(other, size, leaf, root, proof)


@given(data=st.data(), new=st.integers(1, 200))
def test_consistency_proofs_hold_and_mutated_ones_do_not(data: st.DataObject, new: int) -> None:
    hashes = [leaf_hash(b"%d" % at) for at in range(new)]
    old = data.draw(st.integers(1, new))
    old_root, new_root = tree_hash(hashes[:old]), tree_hash(hashes)
    proof = merkle.prove_consistency(old, new, node_of(hashes))
    assert merkle.verify_consistency(old, new, old_root, new_root, proof)

    for mutated in mutations(data, proof):
        assert not merkle.verify_consistency(old, new, old_root, new_root, mutated)
    assert not merkle.verify_consistency(old, new, flipped(data, old_root), new_root, proof)
    assert not merkle.verify_consistency(old, new, old_root, flipped(data, new_root), proof)


def mutations(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a step more, a step less, a bit changed, a byte short, two steps exchanged."""
    found = [[*proof, leaf_hash(b"more")], [leaf_hash(b"more"), *proof], [*proof, b""], [b"\0" * 32] * 65]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        before, step, after = proof[:at], proof[at], proof[at + 1 :]
        found += [[*before, *after], [*before, flipped(data, step), *after], [*before, step[:-1], *after]]
    if len(proof) > 1 and proof[0] != proof[1]:
        found.append([proof[1], proof[0], *proof[2:]])
    return found


def flipped(data: st.DataObject, value: bytes) -> bytes:
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")


def test_nothing_follows_from_the_empty_tree() -> None:
    root = leaf_hash(b"a")
    assert not merkle.verify_consistency(0, 1, merkle.EMPTY_ROOT, root, [])
    assert not merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    with pytest.raises(ValueError, match="no consistency proof from size 0"):
        merkle.prove_consistency(0, 1, node_of([root]))
    with pytest.raises(ValueError, match="no leaf 1"):
        merkle.prove_inclusion(1, 1, node_of([root]))
    with pytest.raises(ValueError, match="3 hashes are no perfect subtree"):
        merkle.perfect_root([root] * 3)
