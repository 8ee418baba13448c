"""Working days, office hours and due times. Pure: every rule is handed `now`."""
