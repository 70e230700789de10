"""Writing so that nothing half-written looks whole and nothing of the user is lost; reading with checked types."""
