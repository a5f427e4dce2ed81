"""Memory: the one way to write down what happened, in an append-only Merkle log.

Nothing changes state without an entry in the same transaction. Only this room writes entries; nobody changes one.
"""

from decisions.journal.acts import Act, act, entries_about

__all__ = ["Act", "act", "entries_about"]
