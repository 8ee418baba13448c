"""`python -m appliance` is the `hotline` command."""

from appliance.cli import main

main()
