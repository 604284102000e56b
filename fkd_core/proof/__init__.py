"""Whether corrections helped: faces set aside for good, and two runs compared on them."""
