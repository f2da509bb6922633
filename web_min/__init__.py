"""The website: a Flask app with one blueprint per area and templates in folders of the same names.

Until sign-in comes, its pages show nothing personal: no file names, no values, no suggestions.
"""
