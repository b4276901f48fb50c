"""One function a kind that brings the world to the spec; each reads as a table of contents."""
