"""Developers' tools. Nothing here runs on the box, and nothing of the product imports it."""
