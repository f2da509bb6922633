"""Running the parts on one machine: the supervisor behind `learner-imports up`, its ports, and the demo."""
