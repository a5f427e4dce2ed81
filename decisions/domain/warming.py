"""How long the detector has to learn before it says anything. By itself, so that pages name it without numpy."""

# Before a question was answered so often, its largest distance says little.
WARM_UP_ROWS = 100
