"""A folder of clips → one table, in processes of their own or on a cluster."""
