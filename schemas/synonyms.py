"""What schools write for the template's headings, genders, ethnicities and year groups, as data.

These are suggested, never applied. Keys are compared without case, spacing and, for headings, punctuation.
Sources: DfE school census ethnicity codes (four letters); ILR ethnicity codes (31 to 99); ISO/IEC 5218 (0, 1, 2, 9).
"""

HEADINGS = {
    "UKPRN": ("UK provider reference number", "Provider reference number", "Provider UKPRN", "UK PRN"),
    "Learner year group": ("Year", "Year group", "NC year", "National curriculum year", "Current year", "School year"),
    "First name": ("Forename", "Given name", "Christian name", "Legal forename", "Legal first name", "Fname"),
    "Last name": ("Surname", "Family name", "Legal surname", "Legal last name", "Second name", "Lname"),
    "Email address": ("Email", "E-mail", "Mail", "Learner email", "Student email", "School email", "Personal email"),
    "House name or number": ("House", "House number", "House name", "House no", "Address", "Address line 1"),
    "Street": ("Road", "Street name", "Address line 2", "Address 2"),
    "Locality": ("District", "Village", "Area", "Address line 3", "Address 3"),
    "Town": ("City", "Town or city", "Town/City", "Post town", "Address line 4", "Address 4"),
    "Postcode": ("Postal code", "Zip", "Zip code", "Home postcode"),
    "Telephone": ("Phone", "Telephone number", "Phone number", "Mobile", "Mobile number", "Tel", "Contact number"),
    "ULN": ("Unique learner number", "ULN number", "Learner number"),
    "UPN": ("Unique pupil number", "UPN number", "Pupil number"),
    "CCIS": ("CCIS ID", "CCIS number", "CCIS record ID", "CCIS young person record ID", "Young person ID"),
    "Dob": ("Date of birth", "Birth date", "Birthdate", "Birthday", "Born"),
    "Gender": ("Sex", "Legal sex", "Gender identity", "M/F"),
    "Ethnicity": ("Ethnic origin", "Ethnic group", "Ethnic background", "Ethnicity code"),
}

GENDERS = {
    "Female": ("F", "Fem", "Girl", "Woman", "Women", "2", "Female (F)"),
    "Male": ("M", "Boy", "Man", "Men", "1", "Male (M)"),
    "Not known": ("U", "Unknown", "0", "NK", "Don't know", "?"),
    "Not specified": (
        "X", "9", "NS", "Unspecified", "Prefer not to say", "Not stated", "Not given", "Not provided", "Undisclosed",
        "Other", "Non-binary", "Nonbinary", "N/A",
    ),
}  # fmt: skip

ETHNICITIES = {
    "English / Welsh / Scottish / Northern Irish / British": (
        "WBRI", "31", "White British", "White - British", "White: British", "British", "English", "Welsh", "Scottish",
        "Northern Irish", "WENG", "WSCO", "WWEL", "WNIR", "WCOR", "WOWB", "White English", "White Welsh",
        "White Scottish", "White - English / Welsh / Scottish / Northern Irish / British",
        "English, Welsh, Scottish, Northern Irish or British",
    ),
    "Not provided": (
        "99", "REFU", "NOBT", "Refused", "Not obtained", "Information not yet obtained", "Not known", "Unknown",
        "Not stated", "Not specified", "Prefer not to say", "Not given", "N/A",
    ),
    "Irish": ("WIRI", "32", "White Irish", "White - Irish", "White: Irish"),
    "Gypsy or Irish Traveller": (
        "WIRT", "WROM", "33", "Traveller", "Irish Traveller", "Gypsy", "Roma", "Gypsy / Roma", "Gypsy/Irish Traveller",
        "Traveller of Irish Heritage", "White - Gypsy or Irish Traveller", "White - Gypsy/Roma",
    ),
    "Any other white background": (
        "WOTH", "34", "White other", "Other white", "White - other", "White - any other white background",
        "Any other white", "Other white background", "White European", "White - any other",
    ),
    "White and Black Caribbean": (
        "MWBC", "35", "Mixed White and Black Caribbean", "Mixed - White and Black Caribbean",
        "Mixed: White and Black Caribbean", "White & Black Caribbean", "White/Black Caribbean",
    ),
    "White and Black African": (
        "MWBA", "36", "Mixed White and Black African", "Mixed - White and Black African",
        "Mixed: White and Black African", "White & Black African", "White/Black African",
    ),
    "White and Asian": (
        "MWAS", "37", "Mixed White and Asian", "Mixed - White and Asian", "Mixed: White and Asian", "White & Asian",
        "White/Asian",
    ),
    "Any other mixed / multiple ethnic background": (
        "MOTH", "38", "Mixed other", "Other mixed", "Any other mixed background", "Mixed - any other mixed background",
        "Any other mixed", "Other mixed background", "Mixed - other", "Any other mixed or multiple ethnic background",
    ),
    "Indian": ("AIND", "39", "Asian Indian", "Asian - Indian", "Asian or Asian British - Indian", "British Indian"),
    "Pakistani": (
        "APKN", "40", "Asian Pakistani", "Asian - Pakistani", "Asian or Asian British - Pakistani", "British Pakistani",
    ),
    "Bangladeshi": (
        "ABAN", "41", "Asian Bangladeshi", "Asian - Bangladeshi", "Asian or Asian British - Bangladeshi", "Bengali",
    ),
    "Chinese": ("CHNE", "42", "Asian Chinese", "Asian - Chinese", "Asian or Asian British - Chinese"),
    "Any other Asian background": (
        "AOTH", "43", "Asian other", "Other Asian", "Any other Asian", "Asian - any other Asian background",
        "Asian or Asian British - any other Asian background", "Other Asian background", "Asian - other",
    ),
    "African": ("BAFR", "44", "Black African", "Black - African", "Black or Black British - African"),
    "Caribbean": ("BCRB", "45", "Black Caribbean", "Black - Caribbean", "Black or Black British - Caribbean"),
    "Any other Black African /Caribbean background": (
        "BOTH", "46", "Black other", "Other Black", "Any other Black", "Any other Black background",
        "Black - any other Black background", "Black or Black British - any other Black background",
        "Other Black background", "Any other Black / African / Caribbean background", "Black - other",
    ),
    "Arab": ("47", "ARAB", "OARA", "Arabic", "Other - Arab"),
    "Any other ethnic group": (
        "OOTH", "98", "Other", "Other ethnic group", "Any other", "Any other ethnic background", "Any other background",
    ),
}  # fmt: skip

YEAR_GROUPS = {
    "Year 7": ("Year seven",),
    "Year 8": ("Year eight",),
    "Year 9": ("Year nine",),
    "Year 10": ("Year ten",),
    "Year 11": ("Year eleven",),
    "Year 12": ("Year twelve", "Lower sixth", "Lower 6th", "L6", "LVI", "6.1", "Lower sixth form"),
    "Year 13": ("Year thirteen", "Upper sixth", "Upper 6th", "U6", "UVI", "6.2", "Upper sixth form"),
    "Year 14": ("Year fourteen",),
}
