"""A transparency log in plain Python: RFC 6962 trees, signed notes, checkpoints, tiles (C2SP), and their auditor.

Needs the standard library and `cryptography` and nothing of Jawort: `python -m jawort.ledger.tlog URL VKEY` audits a
log from outside.
"""
