"""The likeliest values as a whole, how sure each is, and what else they might have been."""
