"""The Merkle tree of RFC 9162 section 2.1: leaf and node hashes, the frontier, roots and proofs.

Hashes are 32 bytes of SHA-256. A frontier is the list of roots of the full subtrees of a log of some size, largest
first: all that an append needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The frontier after one more leaf.

    Args:
        frontier: roots of the full subtrees of a log of `size` leaves, largest first.
        size: leaves so far, >= 0.
        leaf: the new leaf's hash.
    """
    grown = [*frontier, leaf]
    while size & 1:
        right = grown.pop()
        grown[-1] = node_hash(grown[-1], right)
        size >>= 1
    return grown


def root_of(frontier: Sequence[bytes]) -> bytes:
    """The root of the log whose frontier this is; the hash of nothing for an empty one."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root
