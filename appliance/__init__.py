"""The office: rules and actions. No Flask, no serial port."""

__version__ = "0.1.0"
