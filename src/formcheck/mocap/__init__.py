"""Recordings of markers, read and written."""
