"""`python -m appliance` is the `hotline` command."""

from appliance.cli import main

main(prog_name="hotline")  # as the command is called, whoever starts it
