"""The Augment place: what training will be fed, and the settings that decide it."""
