"""Merkle trees and their proofs, RFC 6962 section 2.1 with the verification rules of RFC 9162 sections 2.1.3 and 2.1.4.

Hashes are SHA-256, 32 bytes. A subtree is named by its `height` (2 ** height leaves) and `index` among those of its
height, or, if it is not perfect, by its first leaf and the one behind its last.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
PROOF_HASHES_MAX = 64  # a tree of 2 ** 64 leaves is no deeper
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""The hash of the perfect subtree (height, index)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 2 ** h hashes. Raises ValueError for any other number."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} hashes are no perfect subtree.")
    sha256, level = hashlib.sha256, hashes
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees of falling size, largest first: each joins what stands right of it."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


class Growth:
    """A tree that only grows and keeps no more than its right edge: at most one perfect subtree of each height."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, subtree: bytes, height: int = 0) -> None:
        """Add 2 ** height leaves by their root. The size so far must be a multiple of that."""
        if self.size & ((1 << height) - 1):
            raise ValueError(f"A subtree of height {height} cannot begin at leaf {self.size}.")
        self.size += 1 << height
        carry = self.size >> height  # trailing zeros count the subtrees that are complete with this one
        while not carry & 1:
            subtree = node_hash(self._edge.pop(), subtree)
            carry >>= 1
        self._edge.append(subtree)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return fold(self._edge)


def _split(size: int) -> int:
    """The largest power of two below `size` (2 or more): the leaves of the left subtree."""
    return 1 << (size - 1).bit_length() - 1


def subtree_root(start: int, end: int, node: Node) -> bytes:
    """The root over leaves `start` to `end` - 1, where the tree itself has a subtree of that span."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(size)
    return node_hash(subtree_root(start, middle, node), subtree_root(middle, end, node))


def root(size: int, node: Node) -> bytes:
    """The root of the tree of `size` leaves."""
    return subtree_root(0, size, node) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves: sibling first, the root's child last."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    start, end = 0, size
    spans = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return [subtree_root(first, last, node) for first, last in reversed(spans)]


def prove_consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old`. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"There is no consistency proof from size {old} to size {new}.")
    start, end, known = 0, new, True
    spans = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, known = middle, False
    if not known:
        spans.append((start, end))
    return [subtree_root(first, last, node) for first, last in reversed(spans)]


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the leaf with hash `leaf` stands at `index` of the tree (size, root)."""
    if not 0 <= index < size or not _hashes([leaf, *proof]):
        return False
    place, last, here = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            here = node_hash(sibling, here)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            here = node_hash(here, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and here == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree (new, new_root) begins with the tree (old, old_root).

    From the empty tree nothing can be shown: `old` 0 is False. Equal sizes take equal roots and an empty proof.
    """
    if not 0 < old <= new or not _hashes(proof):
        return False
    if old == new or not proof:
        return old == new and old_root == new_root and not proof
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _hashes(proof: Sequence[bytes]) -> bool:
    return len(proof) <= PROOF_HASHES_MAX and all(len(step) == HASH_BYTES for step in proof)
