"""A small LLaMA that reads invoices: its documents, its training and its export."""
