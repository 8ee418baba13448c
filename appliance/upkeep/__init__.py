"""What keeps the box honest: audit, health."""
