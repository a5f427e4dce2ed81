"""Services to try the desk on. Each runs outside Django and imports nothing of the desk."""
