"""How a language writes dates, amounts and numbers: small pure functions, one file a thing."""
