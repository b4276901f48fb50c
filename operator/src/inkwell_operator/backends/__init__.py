"""One folder a backend, with the same file names in each: state, desire, diff and client."""
