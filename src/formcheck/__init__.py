"""FormCheck measures running form from ordinary video, with its own uncertainty."""
