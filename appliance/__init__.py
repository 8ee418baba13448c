"""The office: rules and actions. No Flask, no serial port."""
