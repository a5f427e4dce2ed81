"""Version against baseline: is the candidate worse, fine, or is it not yet known.

`comparison.judge` is the way in. `kayenta` is the judge that people migrate from, `sequential` the one used by default.

Nothing in the product asks `beliefs`, `mixtures`, `moments`, `quantile_test`, `shares` or `stitching`: they hold the
published bounds, to the published digits, that the judge's own evidence is checked against in the tests.
"""
