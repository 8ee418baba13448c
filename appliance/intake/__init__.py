"""What arrives: calls and messages."""
