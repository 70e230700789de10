"""Classify the activity and the camera view: PoseTrack → Scene."""
