"""The collector: a round for each drop location, one for outcomes left behind, one for runs, one for watching."""
