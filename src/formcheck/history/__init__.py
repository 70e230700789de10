"""A runner's measurements over time, stored in one file on this machine."""
