"""Telephones: GSM modules and voice modems. Knows nothing of tickets."""
