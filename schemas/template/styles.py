"""How the template looks: XlsxWriter's formats and the widths of columns, in characters."""

DARK, LIGHT, INK, LINE = "#16324A", "#DCE6EE", "#16212C", "#B4C0CB"

FONT = {"font_name": "Arial", "font_size": 10}  # in every Excel and, by its twin, in LibreOffice
TEXT = {"num_format": "@"}
DATE = {"num_format": "yyyy-mm-dd"}

HEADING = TEXT | {"bold": True, "valign": "vcenter", "border": 1, "border_color": LINE}
OPTIONAL = HEADING | {"bg_color": LIGHT, "font_color": INK}
MANDATORY = HEADING | {"bg_color": DARK, "font_color": "#FFFFFF"}

TITLE = {"bold": True, "font_size": 14, "font_color": DARK, "valign": "vcenter"}
SUBTITLE = {"bold": True, "font_size": 11, "font_color": DARK, "valign": "vcenter"}
BODY = TEXT | {"text_wrap": True, "valign": "top"}
TABLED = BODY | {"border": 1, "border_color": LINE}
TABLED_MANDATORY = MANDATORY | {"valign": "top"}

HEADING_HEIGHT, LINE_HEIGHT = 24, 15  # in points
COMMENT_SIZE = {"width": 260, "height": 100}  # in pixels

WIDTHS = {
    "ukprn": 12,
    "year_group": 20,
    "first_name": 18,
    "last_name": 18,
    "email": 30,
    "house_name_or_number": 24,
    "street": 22,
    "locality": 18,
    "town": 18,
    "postcode": 12,
    "telephone": 16,
    "uln": 14,
    "upn": 17,
    "ccis": 14,
    "date_of_birth": 13,
    "gender": 15,
    "ethnicity": 50,
}
