"""PoseTrack and Scene → Motion: cleaned, forward and up, in leg lengths."""
