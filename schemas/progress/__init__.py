"""What a progress spreadsheet is: how qualifications, references, applications and offers stand [manual 4]."""

from schemas.progress.validation import validate_progress

__all__ = ["validate_progress"]
