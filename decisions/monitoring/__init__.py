"""Senses: samples in, service levels compared with target and margin, incidents opened and closed.

A source that answers badly is marked so, bounded in time and memory, and touches no other. Missing data is never fine.
"""
