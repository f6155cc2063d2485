"""Figures of the product as it is, each with the machine's own ceiling beside it. `make bench` runs it.

A figure is measured on a whole installation in processes of its own, through its public doors, on the disk that it
would use. Load generator, PostgreSQL and product share the machine: ratios within one run count, not absolutes.
"""
