"""Names as schools have them, for made-up learners. Plain lists; which meets which is decided in `people`."""

GIRLS = (
    *("Aaliyah", "Abigail", "Agnieszka", "Aisha", "Amelia", "Anaïs", "Beatrice", "Caoimhe", "Charlotte", "Chloë"),
    *("Daisy", "Efua", "Eleanor", "Fatima", "Ffion", "Freya", "Grace", "Hà", "Hannah", "Imogen", "Isla", "Jessica"),
    *("Kateřina", "Keira", "Leila", "Lucía", "Mary-Kate", "Megan", "Mei Ling", "Niamh", "Olivia", "Oyinkansola"),
    *("Phoebe", "Renée", "Rhiannon", "Róisín", "Ruby", "Siân", "Sinéad", "Sofía", "Thùy", "Zainab", "Zoë", "Zofia"),
)
BOYS = (
    *("Abdul-Rahman", "Adam", "Adebayo", "Alfie", "André", "Arjun", "Ben", "Bo", "Callum", "Cian", "Connor"),
    *("D'Andre", "Daniel", "Dylan", "Emre", "Ethan", "Finn", "François", "George", "Hamza", "Harry", "Ibrahim"),
    *("Iwan", "Jack", "Jürgen", "Kai", "Kwame", "Liam", "Łukasz", "Marek", "Mohammed", "Muhammad Ali", "Noah"),
    *("Oisín", "Oliver", "Pádraig", "Rhys", "Samuel", "Seán", "Søren", "Tomáš", "Tuấn", "William", "Yusuf"),
)
LAST_NAMES = (
    *("Abara", "Adeyemi", "Ahmed", "Al-Masri", "Ali", "Begum", "Bennett", "Brown", "Chowdhury", "Clarke", "Cox"),
    *("D'Arcy", "Davies", "de la Cruz", "Dvořák", "Edwards", "Evans", "Fernández", "Fitzgerald", "García", "Green"),
    *("Hall", "Hughes", "Hussain", "Ibáñez", "Jenkins", "Jones", "Kaur", "Khan", "Kowalski", "Li", "Lloyd"),
    *("MacDonald", "McKenzie", "Mensah", "Müller", "Ng", "Nguyễn", "O'Brien", "O'Connor", "Okafor", "Ó Súilleabháin"),
    *("Patel", "Pritchard", "Rahman", "Roberts", "Şahin", "Singh", "Smith", "Smith-Jones", "St John", "Taylor"),
    *("Thomas", "Thompson-Okoro", "Ugwu", "van der Berg", "von Braun", "Walker", "Wójcik", "Wright", "Zhang"),
)
STREETS = (
    *("Alder Walk", "Beacon Hill", "Canal Side", "Chapel Lane", "Church Road", "Coronation Street", "Field View"),
    *("Foundry Yard", "Heol y Bont", "High Street", "King's Court", "Mill Lane", "Orchard Close", "Park Avenue"),
    *("Quarry Bank", "School Lane", "St Mary's Terrace", "Station Road", "The Green", "Victoria Road"),
)
HOUSES = ("Rose Cottage", "Flat 2, Tŷ Mawr", "The Old Forge", "Hill House", "Flat 11B", "Cae Glas")
LOCALITIES = ("Eastgate", "Lower Ford", "Millbrook", "Northfield", "Old Town", "Riverside", "St Aldhelm's")
TOWNS = ("Ashby", "Brackley", "Kettering", "Leicester", "Northampton", "Nottingham", "Oakham", "Stamford")
POSTCODE_AREAS = ("DE", "LE", "LN", "MK", "NG", "NN", "PE")
