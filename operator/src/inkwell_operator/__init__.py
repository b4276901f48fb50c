"""The Inkwell operator: it makes Tenants and DocumentPipelines exist in every backend and keeps them as written."""
