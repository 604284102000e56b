"""Training: what to train and how, batches, losses, schedules, and the loop itself."""
