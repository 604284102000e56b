"""Which labels are likely to be wrong, and why: from what networks see, from shapes, from pictures alike."""
