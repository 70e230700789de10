"""Analyse a folder of clips into one table, in separate processes or on a cluster."""
