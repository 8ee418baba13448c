"""The loop: from the first word to "everything answered"."""
