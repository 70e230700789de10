"""PoseTrack and Scene → Motion: cleaned, in runner axes (forward and up) and leg lengths."""
