"""What goes out: messages, call-backs, reminders."""
