"""Fuzz: exports of every format, damaged at random, and what must be true of each load.

`make fuzz` runs it at length (FILES= a format, FORMAT= one of them, SEED=); test_fuzz.py
runs a little of it in every `make test`.
"""
