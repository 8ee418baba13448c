"""What callers hear: the prompts of the call flow, shipped ones and those the office records itself."""
