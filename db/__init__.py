"""Rows: SQL and nothing else."""
