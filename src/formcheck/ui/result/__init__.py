"""The result page: its data, its pictures and its markup."""
