"""Hands: the only room that changes the outside world. It carries out plans, one step at a time.

The row of a run is the truth and the broker a doorbell. Nothing is done outside before the intent to do it is stored,
and nothing is called done before the target was read.
"""
