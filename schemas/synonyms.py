"""What schools write for the template's headings, genders, ethnicities and year groups, as data.

These are suggested, never applied. Keys are compared without case and spacing, headings and ethnicities without
punctuation too. Sources: DfE school census, main and extended ethnicity codes (four letters) with their main code; ILR
ethnicity codes (31 to 99); the census of England and Wales in 2011 and 2021; ISO/IEC 5218 (0, 1, 2, 9); the headings
and descriptions of school systems' exports.
"""

HEADINGS = {
    "UKPRN": (
        "UK provider reference number", "UK provider registration number", "Provider reference number",
        "Provider UKPRN", "UK PRN", "School UKPRN", "College UKPRN", "Establishment UKPRN", "UKPRN number",
    ),
    "Learner year group": (
        "Year", "Year group", "NC year", "National curriculum year", "Current year", "School year", "Yr", "Yr group",
        "Year grp", "NC year group", "NC year actual", "Actual NC year", "Current NC year", "Curriculum year",
        "Academic year group", "Student year", "Student year group", "Pupil year group", "NCY", "Current year group",
    ),
    "First name": (
        "Forename", "Given name", "Christian name", "Legal forename", "Legal first name", "Fname", "Forenames",
        "First names", "Given names", "Preferred forename", "Preferred first name", "Chosen forename",
        "Student forename",
        "Pupil forename", "Learner first name", "Student first name", "Firstname legal", "First name(s)", "Forename(s)",
    ),
    "Last name": (
        "Surname", "Family name", "Legal surname", "Legal last name", "Second name", "Lname", "Preferred surname",
        "Preferred last name", "Chosen surname", "Student surname", "Pupil surname", "Learner last name",
        "Student last name", "Legal family name", "Preferred family name", "Surnames",
    ),
    "Email address": (
        "Email", "E-mail", "Mail", "Learner email", "Student email", "School email", "Personal email", "Primary email",
        "Main email", "Home email", "Work email", "Pupil email", "Student email address", "Learner email address",
        "School email address", "Personal email address", "Primary email address",
    ),
    "House name or number": (
        "House number", "House name", "House no", "Address", "Address line 1", "Address 1",
        "House name/number",
        "House number or name", "House no or name", "Building name", "Building number", "Apartment", "PAON", "SAON",
        "House name/no", "Add 1", "Address1", "Property name or number",
    ),
    "Street": ("Road", "Street name", "Address line 2", "Address 2", "Street address", "Add 2", "Street/road"),
    "Locality": (
        "District", "Village", "Area", "Address line 3", "Address 3", "Add 3", "Neighbourhood", "Locality name",
    ),
    "Town": (
        "City", "Town or city", "Town/City", "Post town", "Address line 4", "Address 4", "Add 4", "Town name",
        "City/Town",
    ),
    "Postcode": (
        "Postal code", "Zip", "Zip code", "Home postcode", "Post code", "Pcode", "Address postcode", "Student postcode",
        "Home address postcode", "Main postcode",
    ),
    "Telephone": (
        "Phone", "Telephone number", "Phone number", "Mobile", "Mobile number", "Tel", "Contact number", "Tel no",
        "Telephone no", "Phone no", "Mobile no", "Home telephone", "Home phone", "Mobile phone", "Main telephone",
        "Primary telephone", "Student mobile", "Learner telephone", "Contact telephone", "Mobile telephone",
    ),
    "ULN": ("Unique learner number", "ULN number", "Learner number", "Unique learner no", "ULN no", "Learner ULN"),
    "UPN": ("Unique pupil number", "UPN number", "Pupil number", "Unique pupil no", "UPN no", "Pupil UPN"),
    "CCIS": (
        "CCIS ID", "CCIS number", "CCIS record ID", "CCIS young person record ID", "Young person ID", "CCIS no",
        "CCIS young person ID", "Young person record ID", "YP ID",
    ),
    "Dob": (
        "Date of birth", "Birth date", "Birthdate", "Birthday", "Born", "D of B", "Date birth", "DoB (YYYY-MM-DD)",
        "Date of birth (YYYY-MM-DD)", "Student DOB", "Pupil DOB", "Learner DOB",
    ),
    "Gender": (
        "Sex", "Legal sex", "Gender identity", "M/F", "Legal gender", "Gender code", "Sex code", "Student gender",
        "Pupil gender",
    ),
    "Ethnicity": (
        "Ethnic origin", "Ethnic group", "Ethnic background", "Ethnicity code", "Ethnicity description", "Ethnic code",
        "Ethnic group code", "Ethnic origin code", "Ethnicity name", "Student ethnicity", "Pupil ethnicity",
    ),
}  # fmt: skip

GENDERS = {
    "Female": ("F", "Fem", "Girl", "Girls", "Woman", "Women", "2", "Female (F)", "F - Female", "F (Female)", "Lady"),
    "Male": ("M", "Boy", "Boys", "Man", "Men", "1", "Male (M)", "M - Male", "M (Male)"),
    "Not known": (
        "U", "Unknown", "0", "NK", "Don't know", "?", "Not recorded", "Not yet known", "TBC",
        "Information not yet obtained", "Not obtained", "Not collected", "Unknown (U)",
    ),
    "Not specified": (
        "X", "9", "NS", "Unspecified", "Prefer not to say", "Not stated", "Not given", "Not provided", "Undisclosed",
        "Other", "Non-binary", "Nonbinary", "Non binary", "N/A", "Prefer not to disclose", "Rather not say", "Refused",
        "Withheld", "Not disclosed", "Not applicable", "PNTS", "Indeterminate", "Gender neutral", "Gender fluid",
        "Genderfluid", "Neither", "Prefer to self-describe",
    ),
}  # fmt: skip

WHITE = ("White",)
MIXED = ("Mixed", "Mixed or multiple ethnic groups", "Mixed/multiple ethnic groups", "Mixed/Dual background", "Dual")
ASIAN = ("Asian", "Asian or Asian British", "Asian/Asian British", "Asian, Asian British or Asian Welsh", "British")
BLACK = (
    "Black", "Black or Black British", "Black/Black British", "Black/African/Caribbean/Black British",
    "Black, African, Caribbean or Black British", "Black, Black British, Black Welsh, Caribbean or African",
    "Black, Black British, Caribbean or African", "British",
)  # fmt: skip
CHINESE = ("Chinese", *ASIAN)
OTHER = ("Other", "Other ethnic group", "Any other ethnic group")


def _group(groups: tuple[str, ...], codes: str, *words: str) -> tuple[str, ...]:
    """List codes and words, and the words with the name of each larger group before them: "Asian - Indian"."""
    return (*codes.split(), *words, *(f"{group} {word}" for group in groups for word in words))


# Each with the codes first, then what they stand for.
ETHNICITIES = {
    "English / Welsh / Scottish / Northern Irish / British": _group(
        WHITE, "31 WBRI WCOR WENG WSCO WWEL WNIR WOWB",
        "British", "English", "Welsh", "Scottish", "Northern Irish", "Cornish", "UK", "English / Welsh / Scottish",
        "English, Welsh, Scottish, Northern Irish or British", "Other White British", "Other British",
        "English / Welsh / Scottish / Northern Irish / British", "Any other White British background",
        "British - English", "British - Welsh", "British - Scottish", "British - Northern Irish", "British - Cornish",
    ),
    "Not provided": (
        "99", "REFU", "NOBT", "Refused", "Not obtained", "Information not yet obtained", "Not known", "Unknown",
        "Not stated", "Not specified", "Prefer not to say", "Not given", "N/A", "Information refused", "Not recorded",
        "Information not obtained", "Not yet obtained", "Not disclosed", "Declined", "Withheld", "Not collected",
        "I do not wish an ethnic background category to be recorded", "Not yet provided", "Not supplied", "TBC",
        "Prefer not to disclose", "Rather not say", "Undisclosed",
    ),
    "Irish": _group(WHITE, "32 WIRI", "Irish"),
    "Gypsy or Irish Traveller": _group(
        WHITE, "33 WIRT WROM WROG WROR WROO",
        "Traveller", "Irish Traveller", "Gypsy", "Roma", "Gypsy / Roma", "Gypsy Roma", "Gypsy/Irish Traveller",
        "Traveller of Irish Heritage", "Gypsy or Roma", "Romany", "Romani", "Other Gypsy/Roma", "Irish Traveler",
        "Gypsy or Irish Traveller",
    ),
    "Any other white background": _group(
        WHITE, "34 WOTH WALB WBOS WCRO WGRE WGRK WGRC WITA WKOS WPOR WSER WTUR WTUK WTUC WEUR WEEU WWEU WOTW",
        "any other White background", "European", "Eastern European", "Western European", "Albanian",
        "Bosnian-Herzegovinian", "Croatian", "Greek", "Greek Cypriot", "Greek/Greek Cypriot", "Italian", "Kosovan",
        "Portuguese", "Serbian", "Turkish", "Turkish Cypriot", "Turkish/Turkish Cypriot", "Polish", "Romanian",
        "White other", "other White", "any other White", "other White background",
        "White - other", "White - any other", "White - any other background",
    ),
    "White and Black Caribbean": _group(
        MIXED, "35 MWBC", "White and Black Caribbean", "White/Black Caribbean", "Black Caribbean and White",
    ),
    "White and Black African": _group(
        MIXED, "36 MWBA", "White and Black African", "White/Black African", "Black African and White",
    ),
    "White and Asian": _group(
        MIXED, "37 MWAS MWAP MWAI MWAO",
        "White and Asian", "White/Asian", "White and Pakistani", "White and Indian", "Asian and White",
        "White and any other Asian background",
    ),
    "Any other mixed / multiple ethnic background": _group(
        MIXED, "38 MOTH MAOE MABL MACH MBOE MBCH MCOE MWOE MWCH MOTM",
        "any other Mixed background", "any other Mixed", "other Mixed background", "other Mixed", "Mixed other",
        "any other Mixed or multiple ethnic background", "any other Mixed or multiple background",
        "Asian and any other ethnic group", "Asian and Black", "Asian and Chinese", "Black and any other ethnic group",
        "Black and Chinese", "Chinese and any other ethnic group", "White and any other ethnic group",
        "White and Chinese", "any other multiple ethnic background",
        "Mixed - other", "Mixed - any other background",
    ),
    "Indian": _group(ASIAN, "39 AIND", "Indian"),
    "Pakistani": _group(
        ASIAN, "40 APKN AMPK AKPA AOPK", "Pakistani", "Mirpuri Pakistani", "Kashmiri Pakistani", "Other Pakistani",
    ),
    "Bangladeshi": _group(ASIAN, "41 ABAN", "Bangladeshi", "Bengali"),
    "Chinese": _group(
        CHINESE, "42 CHNE CHKC CMAL CSNG CTWN COCH",
        "Chinese", "Hong Kong Chinese", "Malaysian Chinese", "Singaporean Chinese", "Taiwanese", "Other Chinese",
        "Any other Chinese background",
    ),
    "Any other Asian background": _group(
        ASIAN, "43 AOTH AAFR AKAO ANEP ASNL ASLT ASRO AOTA",
        "any other Asian background", "any other Asian", "other Asian background", "other Asian", "Nepali", "Nepalese",
        "African Asian", "Kashmiri other", "Sinhalese", "Sri Lankan Sinhalese", "Sri Lankan Tamil", "Sri Lankan other",
        "Sri Lankan",
        "Asian other", "Asian - any other background",
    ),
    "African": _group(
        BLACK, "44 BAFR BANN BCON BGHA BNGN BSLN BSOM BSUD BAOF",
        "African", "Angolan", "Congolese", "Ghanaian", "Nigerian", "Sierra Leonean", "Somali", "Sudanese",
        "Other Black African", "Black African", "African background",
    ),
    "Caribbean": _group(BLACK, "45 BCRB", "Caribbean", "Black Caribbean", "Jamaican"),
    "Any other Black African /Caribbean background": _group(
        BLACK, "46 BOTH BEUR BNAM BOTB",
        "any other Black background", "any other Black", "other Black background", "other Black", "Black European",
        "Black North American", "any other Black / African / Caribbean background",
        "any other Black, Black British or Caribbean background",
        "any other Black, Black British, or Caribbean background",
        "Black other", "Black - any other background",
    ),
    "Arab": _group(OTHER, "47 OARA", "Arab", "Arabic", "Arab other"),
    "Any other ethnic group": _group(
        OTHER, "98 OOTH OAFG OEGY OFIL OIRN OIRQ OJPN OKOR OKRD OLAM OLEB OLIB OMAL OMRC OPOL OTHA OVIE OYEM OOEG",
        "any other ethnic group", "any other ethnic background", "any other background", "any other", "Afghan",
        "Egyptian", "Filipino", "Iranian", "Iraqi", "Japanese", "Korean", "Kurdish", "Latin American",
        "Latin/South/Central American", "Lebanese", "Libyan", "Malay", "Moroccan", "Polynesian", "Thai", "Vietnamese",
        "Yemeni", "other ethnic group",
        "Other",
    ),
}  # fmt: skip

YEAR_GROUPS = {
    "Year 7": ("Year seven", "VII"),
    "Year 8": ("Year eight", "VIII"),
    "Year 9": ("Year nine", "IX"),
    "Year 10": ("Year ten",),
    "Year 11": ("Year eleven", "XI"),
    "Year 12": (
        "Year twelve", "Lower sixth", "Lower 6th", "L6", "LVI", "6.1", "Lower sixth form", "L6th", "Lower 6",
        "Lower VI",
        "Lower sixth year", "XII", "6L", "First year sixth", "1st year sixth",
    ),
    "Year 13": (
        "Year thirteen", "Upper sixth", "Upper 6th", "U6", "UVI", "6.2", "Upper sixth form", "U6th", "Upper 6",
        "Upper VI", "Upper sixth year", "XIII", "6U", "Second year sixth", "2nd year sixth",
    ),
    "Year 14": ("Year fourteen", "Third year sixth", "XIV"),
}  # fmt: skip

PROGRESS_HEADINGS = {
    "Username": ("User name", "User ID", "Login", "Login name", "Learner username", "Student username", "Account"),
    "Qualifications": (
        "Qualification", "Qualifications status", "Quals", "Qualifications received", "Qualifications entered",
    ),
    "Reference": ("References", "Reference status", "Ref", "Reference received", "Reference written"),
    "Applications": (
        "Application", "Number of applications", "Applications made", "No of applications", "Application count",
        "Applied",
    ),
    "Offers": ("Offer", "Number of offers", "Offers received", "No of offers", "Offer count", "Offers made"),
}  # fmt: skip

PROGRESS_STATES = {
    "Awaiting": (
        "No", "N", "Outstanding", "Pending", "Missing", "Not received", "Waiting", "Due", "Requested", "In progress",
        "Incomplete", "False", "None",
    ),
    "Received": (
        "Yes", "Y", "Complete", "Completed", "Done", "In", "Entered", "Submitted", "Written", "Provided", "True", "OK",
    ),
}  # fmt: skip
