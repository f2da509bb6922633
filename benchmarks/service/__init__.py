"""The service as it runs: backlogs, answers, a nation's autumn."""
