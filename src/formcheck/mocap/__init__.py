"""Read marker recordings."""
