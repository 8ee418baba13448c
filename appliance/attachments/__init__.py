"""Photos and scans of tickets: what may come in, sealed on the disk, shown to whom it concerns."""
