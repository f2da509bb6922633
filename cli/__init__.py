"""The command `learner-imports`: a thin skin on the rooms. Parses words, shows results, sets the exit status.

Exit status: 0 done, 1 the file was refused, 2 wrong usage, 3 our fault.
"""

from cli.entry import main

__all__ = ["main"]
