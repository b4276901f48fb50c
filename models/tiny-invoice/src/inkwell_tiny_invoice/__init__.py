"""A small LLaMA that reads invoices: what it is asked, its training and its export."""
