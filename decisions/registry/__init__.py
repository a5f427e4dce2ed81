"""Shelves: services, versions, deployments, what was live at a moment, the last known good version."""
