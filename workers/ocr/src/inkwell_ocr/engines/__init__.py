"""What recognises words on an image."""
