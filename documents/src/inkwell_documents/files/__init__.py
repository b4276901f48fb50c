"""Writers of the files that documents come in, where no library writes them."""
