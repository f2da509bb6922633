"""The website: a Flask app with one blueprint per area and templates in folders of the same names."""
