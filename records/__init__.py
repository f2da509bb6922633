"""The ground floor: tables, sessions and migrations. Imports nothing else of ours."""
