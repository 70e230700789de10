"""A runner's numbers over time, kept in one file on this machine."""
