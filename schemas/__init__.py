"""What a learner spreadsheet is: columns, reading, rules, findings. Pure: no database, no Prefect, no Flask."""
