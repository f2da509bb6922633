"""Rules of the progress spreadsheet, which says of known learners how their applications stand [manual 4]."""

from schemas.rules.rule import WARNING, Rule

STATE_FORM = "Write Awaiting or Received, or leave the cell blank to keep what is known."
COUNT_FORM = "Write a whole number from 0 to 99, or leave the cell blank to keep what is known."
MANUAL = "4.0"

PROGRESS_RULES = {
    "progress_nobody": Rule(
        "A row has neither a username nor a ULN.",
        "This row does not say whose progress it is. Fill in the username or the ULN, or delete the row.",
        section=MANUAL,
    ),
    "progress_no_keys": Rule(
        "The progress spreadsheet has no column for usernames and none for ULNs.",
        'There is neither a column headed "Username" nor one headed "ULN", so nobody can be found. Add one of them.',
        section=MANUAL,
    ),
    "progress_unknown_learner": Rule(
        "No learner of the provider has the username or ULN of the row.",
        "No learner of yours has this {heading}. Compare it with the list of learners on the website; import the "
        "learner first if need be.",
        section=MANUAL,
    ),
    "progress_two_learners": Rule(
        "The username of the row is one learner's and its ULN another's.",
        "The username and the ULN of this row belong to two different learners. Correct one of them, or clear it.",
        section=MANUAL,
    ),
    "progress_twice": Rule(
        "Two rows are about the same learner.",
        "This row is about the same learner as row {other_row}. Delete one of them.",
        section=MANUAL,
    ),
    "progress_state_unknown": Rule(
        "Qualifications or Reference is neither Awaiting nor Received.",
        STATE_FORM,
        "The value that is meant by it (Yes, Outstanding, ...).",
        MANUAL,
    ),
    "progress_count_format": Rule(
        "Applications or Offers is no whole number from 0 to 99.",
        COUNT_FORM,
        "The number among words, when there is only one.",
        MANUAL,
    ),
    "progress_more_offers": Rule(
        "A row has more offers than applications.",
        "There are more offers than applications in this row. Check both.",
        section=MANUAL,
        severity=WARNING,
    ),
}
