"""Where hostile files are opened: child processes without rights, and the parent's side of them."""
