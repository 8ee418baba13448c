"""A GSM module on a pty with the network behind it, for the demo and the tests. Nothing of the product knows it."""
