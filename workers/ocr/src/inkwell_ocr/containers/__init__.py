"""Files that hold a document, or several, in a form of their own: DOCX and e-mail. Child only."""
