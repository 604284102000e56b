"""One page that says what a run is, how it was made, how well it does and how to make it again."""
