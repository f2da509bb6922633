"""What is compared of a heading. Imports nothing, since the process that reads workbooks needs it too."""

# What people add to the template's headings: "First name (mandatory)", "Dob (YYYY-MM-DD)".
REMARKS = ("mandatory", "required", "optional", "yyyymmdd")


def to_heading_key(heading: str) -> str:
    """Return a heading's letters and digits, in one case and without a remark such as "(mandatory)" after them."""
    key = "".join(character for character in heading.casefold() if character.isalnum())
    for remark in REMARKS:
        key = key.removesuffix(remark) or key
    return key
