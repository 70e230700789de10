"""Who does what, seen from where: PoseTrack → Scene."""
