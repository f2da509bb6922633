"""Printable slips: a PDF with one card a learner, to be cut up and handed out in class. Knows no database."""
