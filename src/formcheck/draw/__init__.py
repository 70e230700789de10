"""Drawing on images: annotated video, key frames, and a picture for each cue."""

from formcheck.draw.album import Album, take_pictures
from formcheck.draw.keyframes import KeyPicture, key_moments
from formcheck.draw.movie import annotate, annotated_size

__all__ = ["Album", "KeyPicture", "annotate", "annotated_size", "key_moments", "take_pictures"]
