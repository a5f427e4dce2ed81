"""Judgement: evidence, options, scores, the gate, approvals and policies, and the acts that need several rooms.

It decides and asks; what is carried out, execution carries out.
"""
