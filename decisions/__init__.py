"""Rollback Desk: incident decision support for machine-learning models in production.

The one Django app. Its rooms, from the floor up; imports run downwards only (import contract in pyproject.toml):

    domain         rules: pure Python, no Django, no clock, no randomness, no I/O
    models         records: fields, constraints, small queries, move(); one file for each noun
    live           nerves: wake-ups between processes, one reader each, the streams
    journal        memory: the one way to write down what happened
    people         who: roles, scopes, request.user -> Actor
    registry       shelves: services, versions, deployments, what was live at a moment
    monitoring     senses: samples in, service levels compared, incidents open and close
    execution      hands: the only room that changes the outside world
    assessment     judgement: evidence, options, the gate, approvals, policies; acts that need several rooms
    web            face: HTML pages and parts

What a lower room has to tell a higher one goes by bell (rollback_site/bells.py), never by import.
"""
