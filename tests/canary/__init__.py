"""No learner's value, password or dropped file's name is anywhere but where it belongs: seeded, run, searched for."""
