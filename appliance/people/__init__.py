"""Citizens, departments and the people who work here."""
