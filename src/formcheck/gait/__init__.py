"""Detect initial contact and toe-off of each foot: `Motion` → steps."""
