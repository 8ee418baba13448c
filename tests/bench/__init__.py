"""Measurements of `./install.sh bench`: figures for a person to read, never asserted in the suite."""
