"""What the box itself says and asks in a call: the plan the office edits, pure scripts, and who runs them."""
