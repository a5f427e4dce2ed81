"""Version against baseline: is the candidate worse, fine, or is it not yet known.

`comparison.judge` is the way in. `kayenta` is the judge that people migrate from, `sequential` the one used by default.
"""
