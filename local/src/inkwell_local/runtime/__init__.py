"""Files that leave the package and run on their own."""
