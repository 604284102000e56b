"""What is known of a submission before and after it goes to the competition's site."""
