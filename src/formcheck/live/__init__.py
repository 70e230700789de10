"""Live view beside the treadmill: numbers and one cue while running."""
