"""The language model: what it is asked, how the endpoint is asked, and what its answer says."""
