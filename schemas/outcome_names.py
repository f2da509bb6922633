"""What the files of an outcome are called, for whoever writes them and whoever tells of them."""

RECEIPT_ENDING = ".txt"
MARKED_UP_ENDING = "-marked-up.xlsx"


def name_outcome(import_id: int, status: str, *, is_repeat: bool) -> str:
    """Return the beginning of both names, such as "import-57-unsuccessful"."""
    return f"import-{import_id}-{'already-imported' if is_repeat else status}"


def name_marked_up(import_id: int, status: str) -> str:
    """Return the name of a marked-up workbook; a repeat has none."""
    return name_outcome(import_id, status, is_repeat=False) + MARKED_UP_ENDING
