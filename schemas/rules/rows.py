"""Rules for whole rows: what is no learner, who is there twice, who fits whom of those already loaded."""

from schemas.rules.rule import WARNING, Rule

ROW_RULES = {
    "instruction_row": Rule(
        "A row right below the headings tells how to fill in the columns, or a row anywhere has only one cell filled, "
        "with a note of three words or more or a total such as Learners: 6.",
        "This row holds instructions or a note and no learner. It was left out.",
        severity=WARNING,
    ),
    "heading_row_again": Rule(
        "A row further down repeats the headings.",
        "This row repeats the headings and holds no learner. It was left out.",
        severity=WARNING,
    ),
    "duplicate_row": Rule(
        "The ULN, UPN or CCIS is that of an earlier row, or name, date of birth and postcode are. Name and postcode "
        "are enough where neither row has a date of birth; where one has none, too, unless both have a ULN, both a "
        "UPN or both a CCIS.",
        "This row is the same learner as row {other_row}: both have the same {keys}. Delete one of them.",
    ),
    "match_ambiguous": Rule(
        "Several learners of the provider fit the row.",
        "This row fits more than one learner you already have ({candidates}). Give the ULN or UPN of the one you mean, "
        "or put those learners right first.",
    ),
    "match_shared": Rule(
        "Two rows fit the same learner of the provider.",
        "This row and row {other_row} fit the same learner ({candidates}). Delete one of them, or give each its own "
        "ULN or UPN.",
    ),
    "identifier_taken": Rule(
        "The row's learner was found by UPN or CCIS, and has another ULN, or another UPN, and another first name, last "
        "name and date of birth (postcode, where the row or the learner has no date of birth).",
        "This {heading} is held here by a learner ({candidates}) with another {differing}. If this row is somebody "
        "else, correct the {heading}. If it is the same person, change that learner on the website first, then send "
        "the file again.",
    ),
    "person_replaced": Rule(
        "The row's learner was found by ULN, UPN or CCIS, and has another first name, last name and date of birth "
        "(postcode, where the row or the learner has no date of birth).",
        "A learner you already have ({candidates}) has this {heading} and another {differing}. This row's details will "
        "stand in that learner's place, under the same username. Check that the {heading} is this person's: one column "
        "sorted alone in Excel gives learners each other's.",
        severity=WARNING,
    ),
    "identifier_changed": Rule(
        "The row's learner is known by another ULN, UPN or CCIS, and was found by name, or by one that counts less: "
        "ULN goes before UPN, and UPN before CCIS.",
        "The learner you already have ({candidates}) had another {heading}. It will be replaced by this one.",
        severity=WARNING,
    ),
}
