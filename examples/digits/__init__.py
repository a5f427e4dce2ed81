"""The example model service: two really trained readers of handwritten digits that read amounts for two services.

A process of its own (`python -m examples.digits`). It replays held-out images as traffic, learns the true labels
some seconds later, exports Prometheus metrics, obeys fenced orders, and can be broken on purpose.
It never imports Django or the desk: what it shows can be true although the desk is wrong.
"""
