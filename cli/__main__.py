"""`python -m cli` is `learner-imports`."""

from cli.entry import main

main()
