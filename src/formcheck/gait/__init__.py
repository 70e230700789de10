"""Motion → Steps: initial contact and toe-off of each foot."""
