"""Nerves: wake-ups between processes, one reader for each process, and the streams to the pages.

A wake-up carries topic names and nothing else; the database is the truth. Losing one costs a poll, never a fact.
"""
