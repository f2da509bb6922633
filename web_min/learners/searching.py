"""What a word is looked for in when learners are searched: six texts of every learner whom one may see."""

from sqlalchemy import ColumnElement

from records.tables import Account, Learner
from web_min.text_search import holds_text

SEARCHED = (Learner.last_name, Learner.first_name, Account.username, Learner.email, Learner.uln, Learner.upn)


def holds_word(word: str) -> ColumnElement[bool]:
    """Make the condition that a word stands somewhere in a learner's names, username, email address or numbers."""
    return holds_text(word, SEARCHED)
