"""Search: settings tried by many short trainings, live, and the best one made a run."""
