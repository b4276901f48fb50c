"""The Inkwell operator: makes Tenants and DocumentPipelines exist and keeps them as written."""
