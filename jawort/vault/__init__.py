"""Keys, sealing and keyed look-up: what lies on the disk about a customer says nothing without this package.

`root`, `seal`, `secret`, `transit_seal`, `blind`, `memory` and `state` need no Django: the webhook listener imports
only those.
"""
