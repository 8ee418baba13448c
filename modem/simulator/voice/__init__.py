"""A landline voice modem (V.253) with an analog exchange, a parallel telephone and a town behind it."""
