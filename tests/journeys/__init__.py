"""Whole stories: real processes, real ptys, real HTTP, real SQLite. Only the telephone network is simulated."""
