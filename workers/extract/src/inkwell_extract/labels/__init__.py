"""What the fields of invoices are called: their labels, and the properties that mean them."""
