"""A WhatsApp Cloud API of our own: a separate program for the demo, the tests and the benches.

The product runs against it unchanged; only base address, app secret and token differ. It keeps everything in memory
and imports nothing of Jawort but `jawort.core`.
"""
