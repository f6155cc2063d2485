"""The ledger: what happened, in an order that nobody can change unseen. Entries, tile log, checkpoints, verification.

The formats are those of the C2SP tile log; `tlog/` holds them in plain Python, usable without the rest.
"""
